/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

#include "bpf.h"

/* From the first block that writes to the last that reads, by place. */
struct range {
	uint32_t from, to;
	uint32_t name;           /* a value, or a slot plus value_count */
	bool is_read;            /* slots: not only from A */
};

struct plan {
	struct compile *c;
	const struct ir *ir;
	struct alloc *alloc;
	uint32_t *home;          /* by value: place of the block that defines it */
	uint32_t *last;          /* by value: place of the last block that reads it */
	bool *far;               /* by value: read in another block */
	uint32_t *held;          /* by place: room for flt__alloc_carry() */
	struct range *ranges;
	uint32_t count;
	size_t capacity;
};

/* ---- which values are worked out again instead of kept ------------------------------------- */

static bool is_const_value(const struct ir *ir, ir_val v, uint32_t k)
{
	return ir->values[v].op == IR_CONST && ir->values[v].k == k;
}

bool flt__is_header_length(const struct ir *ir, ir_val v, uint32_t *byte_off)
{
	const struct ir_value *scaled = &ir->values[v];
	bool by_four = (scaled->op == IR_LSH && is_const_value(ir, scaled->b, 2)) ||
		       (scaled->op == IR_MUL && is_const_value(ir, scaled->b, 4));

	if (!by_four)
		return false;
	const struct ir_value *masked = &ir->values[scaled->a];
	if (masked->op != IR_AND || !is_const_value(ir, masked->b, 15))
		return false;
	const struct ir_value *load = &ir->values[masked->a];
	if (load->op != IR_LOAD || load->size != 1 || load->a != IR_NONE || load->k > INT32_MAX)
		return false;
	*byte_off = load->k;
	return true;
}

static bool is_cheap(const struct ir *ir, ir_val v)
{
	const struct ir_value *value = &ir->values[v];
	uint32_t byte_off;

	switch ((enum ir_op)value->op) {
	case IR_CONST:
	case IR_LEN:
		return true;
	case IR_LOAD:
		return value->a == IR_NONE;
	default:
		return flt__is_header_length(ir, v, &byte_off);
	}
}

/* ---- who reads what, and where ------------------------------------------------------------- */

static void note_read(struct plan *p, ir_val v, uint32_t place)
{
	if (v == IR_NONE)
		return;
	if (p->alloc->readers[v]++ == 0)
		/* the walk goes backwards: the first reader met is the last */
		p->last[v] = place;
	p->far[v] |= p->home[v] != place;
}

static void note_homes(struct plan *p)
{
	for (uint32_t i = 0; i < p->ir->order_count; i++)
		for (uint32_t j = 0; j < p->ir->order[i]->count; j++)
			p->home[p->ir->order[i]->body[j]] = i;
}

/* Only what is itself needed counts as a reader: what acts, and what one of the needed reads.
 * Backwards, readers come first. */
static void note_block_reads(struct plan *p, uint32_t place)
{
	const struct ir_block *block = p->ir->order[place];

	if (block->exit.kind == EXIT_BRANCH) {
		if (!p->alloc->carried[place])
			note_read(p, block->exit.a, place);
		note_read(p, block->exit.b, place);
	}
	for (uint32_t j = block->count; j-- > 0;) {
		const struct ir_value *v = &p->ir->values[block->body[j]];
		if (!p->alloc->readers[block->body[j]] && !flt__ir_acts(p->ir, block->body[j]))
			continue;
		note_read(p, v->a, place);
		note_read(p, v->b, place);
	}
}

static void note_reads(struct plan *p)
{
	note_homes(p);
	for (uint32_t i = p->ir->order_count; i-- > 0;)
		note_block_reads(p, i);
}

static bool set_behind(const struct ir *ir, const struct ir_block *block, uint32_t at,
		       uint32_t slot)
{
	for (uint32_t j = at + 1; j < block->count; j++)
		if (ir->values[block->body[j]].op == IR_SET && ir->values[block->body[j]].k == slot)
			return true;
	return false;
}

static bool needs_cell(const struct plan *p, const struct ir_block *block, uint32_t at)
{
	ir_val id = block->body[at];
	const struct ir_value *v = &p->ir->values[id];

	if (v->op == IR_SET || is_cheap(p->ir, id))
		return false;
	/* reading the slot's own cell later is as good, unless it changes */
	if (v->op == IR_GET)
		return p->alloc->readers[id] &&
		       (p->far[id] || set_behind(p->ir, block, at, v->k));
	return p->far[id] || p->alloc->readers[id] > 1;
}

/* ---- ranges -------------------------------------------------------------------------------- */

static bool add_range(struct plan *p, uint32_t name, uint32_t from, uint32_t to)
{
	struct range *ranges = flt__arena_grow(&p->c->arena, p->ranges, p->count, &p->capacity,
					       sizeof(*ranges));
	if (!ranges)
		return flt__fail(p->c->err, FLT_E_NOMEM, "out of memory"), false;
	p->ranges = ranges;
	p->ranges[p->count++] = (struct range){ from, to, name, true };
	return true;
}

static bool value_ranges(struct plan *p)
{
	for (uint32_t i = 0; i < p->ir->order_count; i++) {
		const struct ir_block *block = p->ir->order[i];
		for (uint32_t j = 0; j < block->count; j++) {
			ir_val id = block->body[j];
			uint32_t last = p->last[id] > i ? p->last[id] : i;
			if (needs_cell(p, block, j) && !add_range(p, id, i, last))
				return false;
		}
	}
	return true;
}

/* From its first assignment to its last read; the reads of an IR_GET without a cell of its own are
 * in its own block. */
static void note_slot(struct plan *p, ir_val id, uint32_t place, struct range *range)
{
	const struct ir_value *v = &p->ir->values[id];

	if (v->op != IR_SET && v->op != IR_GET)
		return;
	range = &range[v->k];
	range->from = range->from < place ? range->from : place;
	range->to = place;
	range->is_read |= v->op == IR_GET && p->alloc->readers[id] > 0;
}

static bool slot_ranges(struct plan *p)
{
	struct range *ranges =
		flt__arena_array(&p->c->arena, (size_t)p->ir->slot_count + 1, sizeof(*ranges));

	if (!ranges)
		return flt__fail(p->c->err, FLT_E_NOMEM, "out of memory"), false;
	for (uint32_t slot = 0; slot < p->ir->slot_count; slot++)
		ranges[slot] = (struct range){ .from = UINT32_MAX };
	for (uint32_t i = 0; i < p->ir->order_count; i++)
		for (uint32_t j = 0; j < p->ir->order[i]->count; j++)
			note_slot(p, p->ir->order[i]->body[j], i, ranges);
	for (uint32_t slot = 0; slot < p->ir->slot_count; slot++)
		if (ranges[slot].is_read && !add_range(p, p->ir->value_count + slot,
						       ranges[slot].from, ranges[slot].to))
			return false;
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

/* ---- cells --------------------------------------------------------------------------------- */

static uint8_t free_cell(const uint32_t *busy_to, uint32_t from)
{
	for (uint8_t cell = 0; cell < BPF_MEM_CELLS; cell++)
		if (busy_to[cell] <= from)
			return cell;
	return NO_CELL;
}

static bool give_cells(struct plan *p)
{
	/* first place at which the cell is free again */
	uint32_t busy_to[BPF_MEM_CELLS] = { 0 };

	for (uint32_t i = 0; i < p->count; i++) {
		const struct range *range = &p->ranges[i];
		uint8_t cell = free_cell(busy_to, range->from);
		if (cell == NO_CELL)
			return flt__fail(p->c->err, FLT_E_LIMIT,
					 "the expression needs more than %u scratch cells at once",
					 BPF_MEM_CELLS), false;
		busy_to[cell] = range->to + 1;
		for (uint32_t place = range->from; place <= range->to; place++)
			p->alloc->taken[place] |= (uint16_t)(1u << cell);
		if (range->name < p->ir->value_count)
			p->alloc->value_cell[range->name] = cell;
		else
			p->alloc->slot_cell[range->name - p->ir->value_count] = cell;
	}
	p->alloc->any = p->count > 0;
	return true;
}

static bool take_room(struct plan *p)
{
	struct arena *arena = &p->c->arena;
	uint32_t values = p->ir->value_count, blocks = p->ir->order_count;
	size_t slots = (size_t)p->ir->slot_count + 1;

	p->alloc->value_cell = flt__arena_array(arena, values, 1);
	p->alloc->slot_cell = flt__arena_array(arena, slots, 1);
	p->alloc->taken = flt__arena_array(arena, blocks, sizeof(uint16_t));
	p->alloc->carried = flt__arena_array(arena, blocks, sizeof(bool));
	p->alloc->readers = flt__arena_array(arena, values, sizeof(uint32_t));
	p->home = flt__arena_array(arena, values, sizeof(uint32_t));
	p->last = flt__arena_array(arena, values, sizeof(uint32_t));
	p->far = flt__arena_array(arena, values, sizeof(bool));
	p->held = flt__arena_array(arena, blocks, sizeof(*p->held));
	if (arena->failed)
		return flt__fail(p->c->err, FLT_E_NOMEM, "out of memory"), false;
	memset(p->alloc->value_cell, NO_CELL, values);
	memset(p->alloc->slot_cell, NO_CELL, slots);
	return true;
}

bool flt__alloc(struct compile *c, const struct ir *ir, struct alloc *alloc)
{
	struct plan p = { .c = c, .ir = ir, .alloc = alloc };

	if (!take_room(&p))
		return false;
	flt__alloc_carry(ir, p.held, alloc->carried);
	note_reads(&p);
	if (!value_ranges(&p) || !slot_ranges(&p))
		return false;
	if (p.count)
		qsort(p.ranges, p.count, sizeof(*p.ranges), by_start);
	return give_cells(&p);
}
