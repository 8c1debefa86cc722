/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

#include "bpf.h"

/* A live range: from the first block that writes to the last that reads, or that writes what nobody
 * reads, by place. */
struct range {
	uint32_t slot;
	uint32_t from, to;
	uint32_t reads;  /* blocks that read it or hand it on; 0: nobody */
	bool wants_cell; /* X cannot hold it */
};

struct plan {
	struct compile *c;
	const struct ir *ir;
	struct alloc *alloc;
	struct ir_live live;
	struct range *ranges; /* by slot, later by start */
	bool *x_taken;        /* by place: X holds a slot there */
};

/* ---- X ------------------------------------------------------------------------------------- */

static bool is_slot(const struct ir *ir, ir_val id, uint32_t slot)
{
	return ir->values[id].op == IR_GET && ir->values[id].k == slot;
}

/* Working it out takes X from the slot. */
static bool takes_x(const struct ir *ir, ir_val id, uint32_t slot)
{
	const struct ir_value *v = &ir->values[id];

	if (v->op == IR_LOAD)
		return v->a != IR_NONE && !is_slot(ir, v->a, slot);
	if (v->op < IR_NEG)
		return false;
	bool right = v->b != IR_NONE && ir->values[v->b].op != IR_CONST && !is_slot(ir, v->b, slot);
	return right || takes_x(ir, v->a, slot);
}

static bool exit_takes_x(const struct ir *ir, const struct ir_exit *exit, uint32_t slot)
{
	if (exit->kind != EXIT_BRANCH)
		return false;
	if (exit->b != IR_NONE && !is_slot(ir, exit->b, slot))
		return true;
	return takes_x(ir, exit->a, slot);
}

/* While the slot is alive in a block, does anything there take X? */
static bool loses_x(const struct plan *p, const struct ir_block *block, uint32_t slot)
{
	bool alive = flt__ir_is_live(&p->live, p->live.in[block->place], slot);

	for (uint32_t j = 0; j < block->count; j++) {
		const struct ir_value *v = &p->ir->values[block->body[j]];
		bool sets = v->op == IR_SET && v->k == slot;
		if (alive && takes_x(p->ir, v->op == IR_SET ? v->a : block->body[j], slot))
			return true;
		alive |= sets;
	}
	return alive && exit_takes_x(p->ir, &block->exit, slot);
}

/* ---- ranges -------------------------------------------------------------------------------- */

static void note_slot(struct plan *p, const struct ir_block *block, uint32_t slot, bool reads)
{
	struct range *range = &p->ranges[slot];

	range->from = range->from < block->place ? range->from : block->place;
	range->to = range->to > block->place ? range->to : block->place;
	range->reads += reads;
}

static void note_use(struct plan *p, const struct ir_block *block, uint32_t slot)
{
	struct range *range = &p->ranges[slot];

	note_slot(p, block, slot, true);
	range->wants_cell = range->wants_cell || loses_x(p, block, slot);
}

static bool fail_cells(const struct plan *p, const struct ir_block *block)
{
	flt__fail_at(p->c->err, FLT_E_LIMIT, block->span.at, block->span.len,
		     "the expression up to here needs more than %u scratch cells at once",
		     BPF_MEM_CELLS);
	return false;
}

/* Slots that live at the block's beginning. More than can live anywhere are not even counted. */
static bool note_begin(struct plan *p, const struct ir_block *block)
{
	union pmap live = p->live.in[block->place];
	uint32_t count = 0;

	for (uint32_t slot = 0; flt__pmap_next(&p->live.pool, live, &slot); slot += PMAP_SLOTS) {
		uintptr_t bits = flt__pmap_leaf(&p->live.pool, live, slot).bits;
		count += (uint32_t)__builtin_popcountll(bits);
		if (count > BPF_MEM_CELLS + 1)
			return fail_cells(p, block);
		for (; bits; bits &= bits - 1)
			note_use(p, block, slot + (uint32_t)__builtin_ctzll(bits));
	}
	return true;
}

/* Those that are assigned in it. */
static void note_body(struct plan *p, const struct ir_block *block)
{
	union pmap slots = flt__ir_live_out(&p->live, block->place);

	slots = flt__ir_live_exit(&p->live, block, slots);
	for (uint32_t j = block->count; j-- > 0;) {
		const struct ir_value *v = &p->ir->values[block->body[j]];
		if (v->op == IR_SET && flt__ir_is_live(&p->live, slots, v->k))
			note_use(p, block, v->k);
		else if (v->op == IR_SET)
			note_slot(p, block, v->k, false);
		slots = flt__ir_live_before(&p->live, block->body[j], slots);
	}
}

static bool note_ranges(struct plan *p)
{
	struct arena *arena = &p->c->arena;

	p->ranges = flt__arena_array(arena, (size_t)p->ir->slot_count + 1, sizeof(*p->ranges));
	if (!p->ranges)
		return false;
	for (uint32_t slot = 0; slot < p->ir->slot_count; slot++)
		p->ranges[slot] = (struct range){ .slot = slot, .from = UINT32_MAX };
	for (uint32_t i = 0; i < p->ir->order_count; i++) {
		if (!note_begin(p, p->ir->order[i]))
			return false;
		if (p->ir->order[i]->count)
			note_body(p, p->ir->order[i]);
	}
	return !arena->failed;
}

static int by_reads(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->reads != y->reads)
		return x->reads > y->reads ? -1 : 1;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

/* ---- giving -------------------------------------------------------------------------------- */

static bool fits_x(const struct plan *p, const struct range *range)
{
	if (range->wants_cell)
		return false;
	for (uint32_t place = range->from; place <= range->to; place++)
		if (p->x_taken[place])
			return false;
	return true;
}

/* Those that are read most come first. */
static void assign_x(struct plan *p)
{
	qsort(p->ranges, p->ir->slot_count, sizeof(*p->ranges), by_reads);
	for (uint32_t i = 0; i < p->ir->slot_count && p->ranges[i].reads; i++) {
		const struct range *range = &p->ranges[i];
		if (!fits_x(p, range))
			continue;
		p->alloc->slot_cell[range->slot] = CELL_X;
		for (uint32_t place = range->from; place <= range->to; place++)
			p->x_taken[place] = true;
	}
}

static uint8_t free_cell(const uint32_t *busy_to, uint32_t from)
{
	for (uint8_t cell = 0; cell < BPF_MEM_CELLS; cell++)
		if (busy_to[cell] <= from)
			return cell;
	return NO_CELL;
}

static bool assign_cells(struct plan *p)
{
	/* first place at which the cell is free again */
	uint32_t busy_to[BPF_MEM_CELLS] = { 0 };

	qsort(p->ranges, p->ir->slot_count, sizeof(*p->ranges), by_start);
	for (uint32_t i = 0; i < p->ir->slot_count; i++) {
		const struct range *range = &p->ranges[i];
		if (!range->reads || p->alloc->slot_cell[range->slot] == CELL_X)
			continue;
		uint8_t cell = free_cell(busy_to, range->from);
		if (cell == NO_CELL)
			return fail_cells(p, p->ir->order[range->from]);
		busy_to[cell] = range->to + 1;
		for (uint32_t place = range->from; place <= range->to; place++)
			p->alloc->taken[place] |= (uint16_t)(1u << cell);
		p->alloc->slot_cell[range->slot] = cell;
		p->alloc->any = true;
	}
	return true;
}

bool flt__alloc(struct compile *c, const struct ir *ir, struct alloc *alloc)
{
	struct plan p = { .c = c, .ir = ir, .alloc = alloc };
	size_t slots = (size_t)ir->slot_count + 1;

	alloc->slot_cell = flt__arena_array(&c->arena, slots, 1);
	alloc->taken = flt__arena_array(&c->arena, ir->order_count, sizeof(*alloc->taken));
	p.x_taken = flt__arena_array(&c->arena, ir->order_count, sizeof(*p.x_taken));
	if (c->arena.failed)
		return false;
	memset(alloc->slot_cell, NO_CELL, slots);
	if (!ir->slot_count)
		return true;
	if (!flt__ir_live(ir, &c->arena, &p.live))
		return false;
	if (!note_ranges(&p))
		return false;
	assign_x(&p);
	return assign_cells(&p);
}
