/* SPDX-License-Identifier: BSD-2-Clause */
/* Which slots are still to be read. The graph has no cycle, so one walk from its end is enough. */
#include "ir.h"

static uintptr_t bit_of(uint32_t slot)
{
	return (uintptr_t)1 << slot % PMAP_SLOTS;
}

bool flt__ir_is_live(const struct ir_live *live, union pmap slots, uint32_t slot)
{
	return (flt__pmap_leaf(&live->pool, slots, slot).bits & bit_of(slot)) != 0;
}

static union pmap put(const struct ir_live *live, union pmap slots, uint32_t slot, bool is_live)
{
	uintptr_t bits = flt__pmap_leaf(&live->pool, slots, slot).bits;
	uintptr_t now = is_live ? bits | bit_of(slot) : bits & ~bit_of(slot);

	return flt__pmap_put(&live->pool, slots, slot, (union pmap){ .bits = now });
}

/* The slots that are read when an expression is worked out; as lowered, each IR_GET stands in a
 * body itself. */
static union pmap add_reads(const struct ir_live *live, ir_val id, union pmap slots)
{
	const struct ir_value *v = &live->ir->values[id];

	if (v->op == IR_GET)
		return put(live, slots, v->k, true);
	if (!live->ir->is_numbered)
		return slots;
	if (v->a != IR_NONE)
		slots = add_reads(live, v->a, slots);
	return v->b != IR_NONE ? add_reads(live, v->b, slots) : slots;
}

static union pmap either(void *unused, uintptr_t mask, union pmap a, union pmap b)
{
	(void)unused;
	(void)mask;
	return (union pmap){ .bits = a.bits | b.bits };
}

union pmap flt__ir_live_out(const struct ir_live *live, uint32_t place)
{
	const struct ir_exit *exit = &live->ir->order[place]->exit;
	union pmap slots = { NULL };

	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		slots = live->in[exit->yes->place];
	if (exit->kind != EXIT_BRANCH)
		return slots;
	return flt__pmap_join(&live->pool, NULL, slots, live->in[exit->no->place], either, NULL);
}

union pmap flt__ir_live_before(const struct ir_live *live, ir_val id, union pmap slots)
{
	const struct ir_value *v = &live->ir->values[id];

	if (v->op != IR_SET)
		return add_reads(live, id, slots);
	return add_reads(live, v->a, put(live, slots, v->k, false));
}

union pmap flt__ir_live_exit(const struct ir_live *live, const struct ir_block *block,
			     union pmap slots)
{
	if (block->exit.kind != EXIT_BRANCH)
		return slots;
	return add_reads(live, block->exit.b, add_reads(live, block->exit.a, slots));
}

bool flt__ir_live(const struct ir *ir, struct arena *room, struct ir_live *live)
{
	*live = (struct ir_live){ .ir = ir, .pool = flt__pmap_pool(room, ir->slot_count) };
	live->in = flt__arena_array(room, ir->order_count, sizeof(*live->in));
	if (!live->in)
		return false;
	for (uint32_t i = ir->slot_count ? ir->order_count : 0; i-- > 0;) {
		const struct ir_block *block = ir->order[i];
		union pmap slots = flt__ir_live_out(live, i);
		slots = flt__ir_live_exit(live, block, slots);
		for (uint32_t j = block->count; j-- > 0;)
			slots = flt__ir_live_before(live, block->body[j], slots);
		live->in[i] = slots;
	}
	return !room->failed;
}
