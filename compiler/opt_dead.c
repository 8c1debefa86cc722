/* SPDX-License-Identifier: BSD-2-Clause */
/* Remove results that nobody reads, and assignments to slots that nobody reads. Needs order; keeps
 * order. A load may go (acceptance never depends on bytes that are not there), unless it acts. */
#include "ir.h"

struct dead {
	struct ir *ir;
	bool *live;              /* by value */
	bool *slot_live;         /* by slot */
};

static bool is_needed(const struct dead *d, ir_val id)
{
	const struct ir_value *v = &d->ir->values[id];

	if (v->op == IR_SET)
		return d->slot_live[v->k];
	return d->live[id] || flt__ir_acts(d->ir, id);
}

static void mark(struct dead *d, const struct ir_value *v)
{
	d->live[v->a] = true;
	d->live[v->b] = true;
	if (v->op == IR_GET)
		d->slot_live[v->k] = true;
}

/* Backwards, every use comes before its definition: one walk marks all. */
static bool sweep_block(struct dead *d, struct ir_block *block)
{
	uint32_t kept = block->count;
	uint32_t count = block->count;

	if (block->exit.kind == EXIT_BRANCH) {
		d->live[block->exit.a] = true;
		d->live[block->exit.b] = true;
	}
	for (uint32_t j = count; j-- > 0;) {
		if (!is_needed(d, block->body[j]))
			continue;
		mark(d, &d->ir->values[block->body[j]]);
		block->body[--kept] = block->body[j];
	}
	for (uint32_t j = kept; j < count; j++)
		block->body[j - kept] = block->body[j];
	block->count = count - kept;
	return kept != 0;
}

bool flt__opt_dead(struct ir *ir)
{
	struct arena room;
	struct dead d = { .ir = ir };
	bool changed = false;

	flt__arena_init(&room, UINT64_MAX);
	d.live = flt__arena_array(&room, ir->value_count, sizeof(*d.live));
	d.slot_live = flt__arena_array(&room, (size_t)ir->slot_count + 1, sizeof(*d.slot_live));
	if (!room.failed)
		for (uint32_t i = ir->order_count; i-- > 0;)
			changed |= sweep_block(&d, ir->order[i]);
	flt__arena_release(&room);
	return changed;
}
