/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A chain of tests of one value becomes a search tree: what each number leads to is found first,
 * then halved until a few comparisons are left.
 *
 * Its tests compare one value with constants, each reached from the one before it only;
 * wherever they lead, the first that decides counts. All of them read what the first one reads, so
 * the order is free. Tests with a mask that leaves a prefix are ranges.
 *
 * Needs order and pred_count; invalidates order. It ends: a chain is longer than LEAF_TESTS, in the
 * tree none is.
 */
#include "ir.h"

#include <stdlib.h>

#define LEAF_TESTS  4u /* asked one after another at the end of the tree */
#define CHAIN_TESTS 9u /* a shorter chain costs no more than its tree */

struct range { /* numbers that one test of the chain leads aside */
	uint32_t low, high;
	uint32_t rank; /* of the test: the first one counts */
	struct ir_block *to;
};

struct part { /* numbers that lead to one block; together they are all numbers */
	uint32_t high;
	struct ir_block *to;
};

struct search {
	struct ir *ir;
	struct arena room;
	struct ir_block **chain;
	uint32_t chain_count;
	ir_val value;
	struct range *ranges;
	uint32_t range_count;
	struct range **heap; /* the ranges that are open, the first test on top */
	uint32_t heap_count;
	struct part *parts;
	uint32_t part_count;
	struct span span;
	bool *is_seen;
	bool changed;
};

/* ---- finding a chain ----------------------------------------------------------------------- */

/* A test of a value as one of a range of numbers. */
struct asked {
	ir_val value;
	uint32_t low, high;
};

static bool is_prefix(uint32_t mask, uint32_t most)
{
	uint32_t low = ~mask & flt__ir_ones_above(most);

	return (low & (low + 1)) == 0;
}

static bool read_test(const struct ir *ir, const struct ir_block *block, struct asked *asked)
{
	const struct ir_exit *exit = &block->exit;
	const struct ir_value *v = &ir->values[exit->a];

	if (!flt__ir_is_test(block) || exit->b != IR_NONE || exit->yes == exit->no)
		return false;
	*asked = (struct asked){ exit->a, exit->k, exit->k };
	if (exit->test == TEST_GT && exit->k < UINT32_MAX) {
		asked->low = exit->k + 1;
		asked->high = UINT32_MAX;
	} else if (exit->test != TEST_EQ) {
		return false;
	} else if (v->op == IR_AND && ir->values[v->b].op == IR_CONST) {
		uint32_t mask = ir->values[v->b].k, most = flt__ir_max_of(ir, v->a);
		if (!is_prefix(mask, most) || exit->k & ~mask)
			return true;
		asked->value = v->a;
		asked->high = exit->k | (~mask & flt__ir_ones_above(most));
	}
	return true;
}

static bool goes_on(const struct ir *ir, const struct ir_block *side, ir_val value)
{
	struct asked asked;

	return side->pred_count == 1 && read_test(ir, side, &asked) && asked.value == value;
}

/* The side that goes on to the next test of the chain, or NULL; also where both do: there is a tree
 * already. */
static struct ir_block *next_of(const struct ir *ir, const struct ir_block *block, ir_val value)
{
	bool yes = goes_on(ir, block->exit.yes, value), no = goes_on(ir, block->exit.no, value);

	return yes == no ? NULL : yes ? block->exit.yes : block->exit.no;
}

static void add_range(struct search *s, uint32_t low, uint32_t high, uint32_t rank,
		      struct ir_block *to)
{
	s->ranges[s->range_count++] = (struct range){ low, high, rank, to };
}

/* What one test leads aside: the numbers that it asks for, or all others. */
static void add_test(struct search *s, const struct ir_block *block, const struct ir_block *next,
		     uint32_t rank)
{
	struct asked asked;

	read_test(s->ir, block, &asked);
	if (block->exit.no == next) {
		add_range(s, asked.low, asked.high, rank, block->exit.yes);
		return;
	}
	if (asked.low > 0)
		add_range(s, 0, asked.low - 1, rank, block->exit.no);
	if (asked.high < UINT32_MAX)
		add_range(s, asked.high + 1, UINT32_MAX, rank, block->exit.no);
}

static bool find_chain(struct search *s, struct ir_block *block)
{
	struct asked asked;

	s->chain_count = 0;
	if (!read_test(s->ir, block, &asked))
		return false;
	s->value = asked.value;
	s->span = block->span;
	for (; block; block = next_of(s->ir, block, s->value)) {
		s->chain[s->chain_count++] = block;
		s->is_seen[block->place] = true;
		s->ir->work++;
	}
	return s->chain_count >= CHAIN_TESTS;
}

/* ---- what each number leads to ------------------------------------------------------------- */

static int by_low(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void open_range(struct search *s, struct range *range)
{
	uint32_t at = s->heap_count++;

	for (; at && s->heap[(at - 1) / 2]->rank > range->rank; at = (at - 1) / 2)
		s->heap[at] = s->heap[(at - 1) / 2];
	s->heap[at] = range;
}

static void close_top(struct search *s)
{
	struct range *moved = s->heap[--s->heap_count];
	uint32_t at = 0, child;

	while ((child = 2 * at + 1) < s->heap_count) {
		if (child + 1 < s->heap_count && s->heap[child + 1]->rank < s->heap[child]->rank)
			child++;
		if (moved->rank <= s->heap[child]->rank)
			break;
		s->heap[at] = s->heap[child];
		at = child;
	}
	s->heap[at] = moved;
}

static void add_part(struct search *s, uint32_t high, struct ir_block *to)
{
	struct part *last = s->part_count ? &s->parts[s->part_count - 1] : NULL;

	if (last && last->to == to)
		last->high = high;
	else
		s->parts[s->part_count++] = (struct part){ high, to };
}

/* From number to number: the first test of those whose range is open decides, until its range ends
 * or another one begins. */
static void find_parts(struct search *s, uint32_t most)
{
	uint32_t next = 0, at = 0;

	s->part_count = s->heap_count = 0;
	for (;;) {
		while (next < s->range_count && s->ranges[next].low <= at)
			open_range(s, &s->ranges[next++]);
		while (s->heap[0]->high < at)
			close_top(s);
		uint32_t high = s->heap[0]->high < most ? s->heap[0]->high : most;
		if (next < s->range_count && s->ranges[next].low <= high)
			high = s->ranges[next].low - 1;
		add_part(s, high, s->heap[0]->to);
		if (high == most)
			return;
		at = high + 1;
	}
}

/* ---- the tree ------------------------------------------------------------------------------ */

static struct ir_block *new_test(struct search *s, enum ir_test test, uint32_t k,
				 struct ir_block *yes, struct ir_block *no)
{
	struct ir_block *block = flt__ir_block(s->ir, s->span);

	flt__ir_branch(block, test, s->value, IR_NONE, k, yes, no);
	return block;
}

static uint32_t low_of(const struct search *s, uint32_t part)
{
	return part ? s->parts[part - 1].high + 1 : 0;
}

/* Single numbers here and there in what leads to `rest`. */
static bool is_leaf(const struct search *s, uint32_t first, uint32_t end,
		    const struct ir_block *rest)
{
	uint32_t tests = 0;

	for (uint32_t i = first; i < end && tests <= LEAF_TESTS; i++)
		if (s->parts[i].to != rest)
			tests += low_of(s, i) == s->parts[i].high ? 1 : LEAF_TESTS + 1;
	return tests <= LEAF_TESTS;
}

static struct ir_block *leaf(struct search *s, uint32_t first, uint32_t end, struct ir_block *rest)
{
	struct ir_block *block = rest;

	for (uint32_t i = end; i-- > first;)
		if (s->parts[i].to != rest)
			block = new_test(s, TEST_EQ, s->parts[i].high, s->parts[i].to, block);
	return block;
}

static struct ir_block *tree(struct search *s, uint32_t first, uint32_t end)
{
	s->ir->work++;
	if (end - first == 1)
		return s->parts[first].to;
	for (uint32_t i = first; i < first + 2; i++)
		if (is_leaf(s, first, end, s->parts[i].to))
			return leaf(s, first, end, s->parts[i].to);
	uint32_t middle = first + (end - first) / 2;
	struct ir_block *above = tree(s, middle, end);
	struct ir_block *below = tree(s, first, middle);
	return new_test(s, TEST_GT, s->parts[middle - 1].high, above, below);
}

static void search(struct search *s)
{
	struct ir_block *head = s->chain[0], *last = s->chain[s->chain_count - 1];

	s->range_count = 0;
	for (uint32_t i = 0; i + 1 < s->chain_count; i++)
		add_test(s, s->chain[i], s->chain[i + 1], i);
	add_test(s, last, last->exit.no, s->chain_count);
	add_range(s, 0, UINT32_MAX, s->chain_count + 1, last->exit.no);
	qsort(s->ranges, s->range_count, sizeof(*s->ranges), by_low);
	find_parts(s, flt__ir_ones_above(flt__ir_max_of(s->ir, s->value)));
	flt__ir_jump(head, tree(s, 0, s->part_count));
	s->changed = true;
}

bool flt__opt_search(struct ir *ir)
{
	struct search s = { .ir = ir };
	uint32_t count = ir->order_count;
	size_t ranges = 2 * (size_t)count + 2;

	flt__ir_room(ir, &s.room);
	s.chain = flt__arena_array(&s.room, count, sizeof(struct ir_block *));
	s.is_seen = flt__arena_array(&s.room, count, sizeof(*s.is_seen));
	s.ranges = flt__arena_array(&s.room, ranges, sizeof(*s.ranges));
	s.heap = flt__arena_array(&s.room, ranges, sizeof(struct range *));
	s.parts = flt__arena_array(&s.room, 2 * ranges + 1, sizeof(*s.parts));
	for (uint32_t i = 0; !s.room.failed && i < count; i++) {
		ir->work++;
		if (!s.is_seen[i] && find_chain(&s, ir->order[i]))
			search(&s);
	}
	flt__ir_room_end(ir, &s.room);
	return s.changed;
}
