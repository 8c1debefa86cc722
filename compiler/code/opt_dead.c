/* SPDX-License-Identifier: BSD-2-Clause */
/* Remove assignments that nobody reads, and what no longer has side effects. Needs order and keeps
 * it. It ends: a change makes a body shorter. */
#include "ir.h"

struct dead {
	struct ir *ir;
	struct ir_live live;
	union pmap slots; /* live at the place in question */
	bool changed;
};

static bool is_needed(const struct dead *d, ir_val id)
{
	const struct ir_value *v = &d->ir->values[id];

	return v->op == IR_SET ? flt__ir_is_live(&d->live, d->slots, v->k) :
				 flt__ir_has_effect(d->ir, id);
}

/* Backwards, what a needed one reads is known before its own turn. */
static void sweep_block(struct dead *d, struct ir_block *block)
{
	uint32_t kept = block->count;

	d->slots = flt__ir_live_out(&d->live, block->place);
	d->slots = flt__ir_live_exit(&d->live, block, d->slots);
	for (uint32_t j = block->count; j-- > 0;) {
		if (!is_needed(d, block->body[j]))
			continue;
		d->slots = flt__ir_live_before(&d->live, block->body[j], d->slots);
		block->body[--kept] = block->body[j];
	}
	for (uint32_t j = kept; j < block->count; j++)
		block->body[j - kept] = block->body[j];
	block->count -= kept;
	d->changed |= kept != 0;
	d->ir->work += 1 + block->count;
}

bool flt__opt_dead(struct ir *ir)
{
	struct arena room;
	struct dead d = { .ir = ir };

	flt__ir_room(ir, &room);
	if (flt__ir_live(ir, &room, &d.live))
		for (uint32_t i = 0; i < ir->order_count && !room.failed; i++)
			if (ir->order[i]->count)
				sweep_block(&d, ir->order[i]);
	flt__ir_room_end(ir, &room);
	return d.changed;
}
