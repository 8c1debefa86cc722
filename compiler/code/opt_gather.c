/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bring tests of one field together: `src A or dst B or src C` asks for the source twice, then for
 * the destination.
 *
 * A chain is a sequence of tests, each reached from the one before it only, that all lead to the
 * same block T where they decide, and to the next test where they do not. A test may move up the
 * chain to an earlier one of the same field: what it loads has been loaded there, and the tests
 * that it passes lead to T as it does. If one of those loads out of bounds, the packet was cut
 * and the answer is free; what ends a program otherwise stands in a body, and ends the chain.
 *
 * Needs order and pred_count; invalidates order. It ends: a change leaves fewer neighbours in a
 * chain that ask for different fields.
 */
#include "ir.h"

#include <stdlib.h>

struct link {                /* one test of a chain */
	struct ir_exit exit; /* decided: yes; if is_no: no */
	struct span span;
	bool is_no;
	ir_val field;
	uint32_t rank; /* of the field: where it was first asked for */
	uint32_t at;   /* its own place in the chain */
};

struct gather {
	struct ir *ir;
	struct ir_block **blocks; /* of the chain in hand */
	struct link *links;
	uint32_t count;
	bool *is_seen;   /* by place: belongs to a chain that was looked at */
	uint32_t *first; /* by value: 1 + where the chain first asks for the field */
	bool changed;
};

/* What a test loads: the same with and without a mask. */
static ir_val field_of(const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];

	return v->op == IR_AND && ir->values[v->b].op == IR_CONST ? v->a : id;
}

/* ---- finding a chain ----------------------------------------------------------------------- */

static bool may_follow(const struct ir_block *block)
{
	return flt__ir_is_test(block) && block->pred_count == 1 &&
	       block->exit.yes != block->exit.no;
}

/* How far the chain goes that decides at `to`. */
static void follow(struct gather *g, struct ir_block *block, const struct ir_block *to)
{
	g->count = 0;
	do {
		bool is_no = block->exit.no == to;
		g->blocks[g->count] = block;
		g->links[g->count] = (struct link){
			.exit = block->exit, .span = block->span, .is_no = is_no, .at = g->count
		};
		g->count++;
		g->ir->work++;
		block = is_no ? block->exit.yes : block->exit.no;
	} while (may_follow(block) && (block->exit.yes == to || block->exit.no == to));
}

/* The side that the next test of a chain shares with this one; NULL: there is no chain. */
static const struct ir_block *side_of_chain(const struct ir_block *block)
{
	const struct ir_exit *exit = &block->exit;
	const struct ir_block *yes = exit->yes, *no = exit->no;

	if (may_follow(no) && (no->exit.yes == yes || no->exit.no == yes))
		return yes;
	if (may_follow(yes) && (yes->exit.yes == no || yes->exit.no == no))
		return no;
	return NULL;
}

/* ---- gathering ----------------------------------------------------------------------------- */

static void rank_links(struct gather *g)
{
	for (uint32_t i = 0; i < g->count; i++) {
		struct link *link = &g->links[i];
		link->field = field_of(g->ir, link->exit.a);
		uint32_t *first = &g->first[link->field];
		bool is_plain = link->exit.b == IR_NONE;
		if (is_plain && !*first)
			*first = i + 1;
		link->rank = is_plain ? *first - 1 : i;
	}
	for (uint32_t i = 0; i < g->count; i++)
		g->first[g->links[i].field] = 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static bool is_gathered(const struct gather *g)
{
	for (uint32_t i = 1; i < g->count; i++)
		if (g->links[i].rank < g->links[i - 1].rank)
			return false;
	return true;
}

/* The blocks stay where they are, the tests move between them. */
static void put_back(struct gather *g, struct ir_block *to)
{
	const struct link *last = &g->links[g->count - 1];
	const struct ir_exit *end = &g->blocks[g->count - 1]->exit;
	struct ir_block *rest = end->yes == to ? end->no : end->yes;

	for (const struct link *link = g->links; link <= last; link++) {
		uint32_t i = (uint32_t)(link - g->links);
		struct ir_block *next = link < last ? g->blocks[i + 1] : rest;
		g->blocks[i]->exit = link->exit;
		g->blocks[i]->exit.yes = link->is_no ? next : to;
		g->blocks[i]->exit.no = link->is_no ? to : next;
		g->blocks[i]->span = link->span;
	}
}

static void gather(struct gather *g, struct ir_block *block)
{
	const struct ir_block *side = side_of_chain(block);

	if (!side)
		return;
	struct ir_block *to = side == block->exit.yes ? block->exit.yes : block->exit.no;
	follow(g, block, to);
	for (uint32_t i = 0; i + 1 < g->count; i++)
		g->is_seen[g->blocks[i]->place] = true;
	rank_links(g);
	if (is_gathered(g))
		return;
	qsort(g->links, g->count, sizeof(*g->links), by_rank);
	put_back(g, to);
	g->changed = true;
}

bool flt__opt_gather(struct ir *ir)
{
	struct arena room;
	struct gather g = { .ir = ir };

	flt__ir_room(ir, &room);
	g.blocks = flt__arena_array(&room, ir->order_count, sizeof(struct ir_block *));
	g.links = flt__arena_array(&room, ir->order_count, sizeof(*g.links));
	g.is_seen = flt__arena_array(&room, ir->order_count, sizeof(*g.is_seen));
	g.first = flt__arena_array(&room, ir->value_count, sizeof(*g.first));
	for (uint32_t i = 0; !room.failed && i < ir->order_count; i++) {
		struct ir_block *block = ir->order[i];
		ir->work++;
		if (!g.is_seen[i] && flt__ir_is_test(block) && block->exit.yes != block->exit.no)
			gather(&g, block);
	}
	flt__ir_room_end(ir, &room);
	return g.changed;
}
