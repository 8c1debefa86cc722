/* SPDX-License-Identifier: BSD-2-Clause */
/* Which slots are still to be read. The graph has no cycle, so one walk from its end is enough. */
#include "ir.h"

#include <string.h>

/* The slots that are read when an expression is worked out. */
static void add_reads(const struct ir *ir, ir_val id, uint64_t *slots)
{
	const struct ir_value *v = &ir->values[id];

	if (v->op == IR_GET)
		slots[v->k / 64] |= UINT64_C(1) << v->k % 64;
	if (v->a != IR_NONE)
		add_reads(ir, v->a, slots);
	if (v->b != IR_NONE)
		add_reads(ir, v->b, slots);
}

static void add_all(uint64_t *slots, const uint64_t *more, uint32_t words)
{
	for (uint32_t w = 0; w < words; w++)
		slots[w] |= more[w];
}

void flt__ir_live_behind(const struct ir *ir, const struct ir_live *live, uint32_t place,
			 uint64_t *slots)
{
	const struct ir_exit *exit = &ir->order[place]->exit;

	memset(slots, 0, live->words * sizeof(*slots));
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		add_all(slots, flt__ir_live_at(live, exit->yes->place), live->words);
	if (exit->kind == EXIT_BRANCH)
		add_all(slots, flt__ir_live_at(live, exit->no->place), live->words);
}

void flt__ir_live_before(const struct ir *ir, ir_val id, uint64_t *slots)
{
	const struct ir_value *v = &ir->values[id];

	if (v->op == IR_SET)
		slots[v->k / 64] &= ~(UINT64_C(1) << v->k % 64);
	add_reads(ir, v->op == IR_SET ? v->a : id, slots);
}

void flt__ir_live_exit(const struct ir *ir, const struct ir_block *block, uint64_t *slots)
{
	if (block->exit.kind != EXIT_BRANCH)
		return;
	add_reads(ir, block->exit.a, slots);
	add_reads(ir, block->exit.b, slots);
}

const uint64_t *flt__ir_live_at(const struct ir_live *live, uint32_t place)
{
	return &live->at[(size_t)place * live->words];
}

bool flt__ir_is_live(const uint64_t *slots, uint32_t slot)
{
	return slots[slot / 64] >> slot % 64 & 1;
}

bool flt__ir_live(const struct ir *ir, struct arena *room, struct ir_live *live)
{
	live->words = ir->slot_count / 64 + 1;
	live->at = flt__arena_array(room, (size_t)ir->order_count * live->words,
				    sizeof(*live->at));
	if (!live->at)
		return false;
	for (uint32_t i = ir->order_count; i-- > 0;) {
		const struct ir_block *block = ir->order[i];
		uint64_t *at = &live->at[(size_t)i * live->words];
		flt__ir_live_behind(ir, live, i, at);
		flt__ir_live_exit(ir, block, at);
		for (uint32_t j = block->count; j-- > 0;)
			flt__ir_live_before(ir, block->body[j], at);
	}
	return true;
}
