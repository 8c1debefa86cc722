/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirect an edge to the program's end where what is known leaves no other: in `port 53 and udp`
 * the ports of TCP need not be looked at, as what follows asks for UDP; in `src port 80 or udp`
 * those of UDP need not.
 *
 * From the end of the program, each block says how it ends for packets in which an expression
 * is some number: by rejecting, by accepting, or one cannot tell. Where a test for equality has
 * said yes, that decides. Loads that are left out on the way may have been out of bounds; then the
 * packet was cut, and the answer is free. What else ends a program stands in a body: no path past
 * it is known to accept.
 *
 * Needs order and pred_count; invalidates both. It ends: an edge comes to lead to a return, a test
 * becomes a jump, or it is asked before another one, after which it is not asked again.
 */
#include "ir.h"

#include <string.h>

#define VIEWS_MAX   4u /* expressions that a block speaks of */
#define NUMBERS_MAX 8u /* of each */

enum end { END_OPEN, END_ACCEPT, END_REJECT, ENDS };

/* How it ends when an expression is one of some numbers, or any other. */
struct view {
	ir_val id;
	uint32_t k[NUMBERS_MAX];
	uint8_t end[NUMBERS_MAX];
	uint8_t count;
	uint8_t others;
};

struct outcome { /* of a block */
	const struct view *views;
	uint8_t count;
	uint8_t end; /* whatever the packet */
};

struct foresee {
	struct ir *ir;
	struct arena room;
	struct outcome *outcomes; /* by place */
	uint32_t *first;          /* by value: 1 + place of the first test for equality; 0: none */
	struct ir_block *rets[ENDS];
	bool changed;
};

static uint8_t meet(uint8_t a, uint8_t b)
{
	return a == b ? a : END_OPEN;
}

/* ---- what is seen from a block ------------------------------------------------------------- */

static const struct view *view_of(const struct outcome *outcome, ir_val id)
{
	for (uint32_t i = 0; i < outcome->count; i++)
		if (outcome->views[i].id == id)
			return &outcome->views[i];
	return NULL;
}

static uint8_t others_of(const struct outcome *outcome, ir_val id)
{
	const struct view *view = view_of(outcome, id);

	return view ? view->others : outcome->end;
}

static uint8_t end_of(const struct outcome *outcome, ir_val id, uint32_t k)
{
	const struct view *view = view_of(outcome, id);

	for (uint32_t i = 0; view && i < view->count; i++)
		if (view->k[i] == k)
			return view->end[i];
	return view ? view->others : outcome->end;
}

/* ---- a branch ------------------------------------------------------------------------------ */

struct sides { /* of one */
	const struct ir_exit *exit;
	const struct outcome *yes, *no;
};

static uint8_t end_behind(const struct sides *s, ir_val id, uint32_t k)
{
	uint8_t yes = end_of(s->yes, id, k), no = end_of(s->no, id, k);

	if (s->exit->a != id || s->exit->b != IR_NONE)
		return meet(yes, no);
	return flt__ir_holds(s->exit->test, k, s->exit->k) ? yes : no;
}

/* Without room for a number, all that are not listed may end anyhow. */
static void add_number(const struct sides *s, struct view *view, uint32_t k)
{
	for (uint32_t i = 0; i < view->count; i++)
		if (view->k[i] == k)
			return;
	if (view->count == NUMBERS_MAX) {
		view->others = END_OPEN;
		return;
	}
	view->k[view->count] = k;
	view->end[view->count++] = end_behind(s, view->id, k);
}

static void add_numbers(const struct sides *s, struct view *view, const struct outcome *side)
{
	const struct view *of = view_of(side, view->id);

	for (uint32_t i = 0; of && i < of->count; i++)
		add_number(s, view, of->k[i]);
}

static bool says_something(const struct view *view, uint8_t end)
{
	for (uint32_t i = 0; i < view->count; i++)
		if (view->end[i] != end)
			return true;
	return view->others != end;
}

/* Only of expressions that are asked for before: nobody else would look. */
static void add_view(const struct foresee *f, const struct sides *s, uint32_t place,
		     struct outcome *outcome, struct view *views, ir_val id)
{
	bool is_equality = s->exit->a == id && s->exit->test == TEST_EQ && s->exit->b == IR_NONE;
	struct view *view = &views[outcome->count];

	if (!f->first[id] || f->first[id] > place || outcome->count == VIEWS_MAX)
		return;
	for (uint32_t i = 0; i < outcome->count; i++)
		if (views[i].id == id)
			return;
	uint8_t no = others_of(s->no, id);
	view->id = id;
	view->count = 0;
	view->others = is_equality ? no : meet(others_of(s->yes, id), no);
	if (is_equality)
		add_number(s, view, s->exit->k);
	else
		add_numbers(s, view, s->yes);
	add_numbers(s, view, s->no);
	outcome->count += says_something(view, outcome->end);
}

static void look_at_branch(const struct foresee *f, const struct ir_block *block,
			   struct outcome *outcome, struct view *views)
{
	struct sides s = { &block->exit, &f->outcomes[block->exit.yes->place],
			   &f->outcomes[block->exit.no->place] };

	outcome->end = meet(s.yes->end, s.no->end);
	if (block->exit.b == IR_NONE)
		add_view(f, &s, block->place, outcome, views, block->exit.a);
	for (uint32_t i = 0; i < s.yes->count; i++)
		add_view(f, &s, block->place, outcome, views, s.yes->views[i].id);
	for (uint32_t i = 0; i < s.no->count; i++)
		add_view(f, &s, block->place, outcome, views, s.no->views[i].id);
}

/* ---- a block ------------------------------------------------------------------------------- */

static bool may_end_in(const struct ir *ir, const struct ir_block *block)
{
	for (uint32_t j = 0; j < block->count; j++)
		if (ir->values[block->body[j]].op != IR_SET)
			return true;
	return false;
}

static uint8_t without_accept(uint8_t end)
{
	return end == END_ACCEPT ? END_OPEN : end;
}

/* What stands in the body may end the program with 0. */
static void doubt(struct outcome *outcome, struct view *views)
{
	outcome->end = without_accept(outcome->end);
	for (uint32_t v = 0; v < outcome->count; v++) {
		views[v].others = without_accept(views[v].others);
		for (uint32_t i = 0; i < views[v].count; i++)
			views[v].end[i] = without_accept(views[v].end[i]);
	}
}

static void keep_outcome(struct foresee *f, const struct ir_block *block, struct outcome *outcome,
			 const struct view *views)
{
	struct view *copy = NULL;

	if (outcome->count)
		copy = flt__arena_array(&f->room, outcome->count, sizeof(*copy));
	if (copy)
		memcpy(copy, views, outcome->count * sizeof(*copy));
	outcome->views = copy;
	f->outcomes[block->place] = *outcome;
}

static void look(struct foresee *f, const struct ir_block *block)
{
	const struct ir_exit *exit = &block->exit;
	struct view views[VIEWS_MAX];
	struct outcome outcome = { NULL, 0, END_OPEN };

	if (exit->kind == EXIT_RET) {
		outcome.end = exit->k ? END_ACCEPT : END_REJECT;
	} else if (exit->kind == EXIT_JUMP) {
		outcome = f->outcomes[exit->yes->place];
		for (uint32_t i = 0; i < outcome.count; i++)
			views[i] = outcome.views[i];
	} else {
		look_at_branch(f, block, &outcome, views);
	}
	if (may_end_in(f->ir, block))
		doubt(&outcome, views);
	keep_outcome(f, block, &outcome, views);
}

/* ---- edges --------------------------------------------------------------------------------- */

static bool is_ret(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_RET;
}

static bool is_equality(const struct ir_exit *exit)
{
	return exit->kind == EXIT_BRANCH && exit->test == TEST_EQ && exit->b == IR_NONE;
}

static void redirect_yes(struct foresee *f, struct ir_exit *exit)
{
	uint8_t end = end_of(&f->outcomes[exit->yes->place], exit->a, exit->k);

	if (end == END_OPEN || !f->rets[end] || is_ret(exit->yes))
		return;
	exit->yes = f->rets[end];
	f->changed = true;
}

static bool asks(const struct ir_block *block, ir_val id)
{
	return flt__ir_is_test(block) && block->exit.a == id && block->exit.b == IR_NONE;
}

/* The next test would lead the number to the same place. (If several would, it is faster so.) */
static void drop_test(struct foresee *f, struct ir_exit *exit)
{
	const struct ir_exit *next = &exit->no->exit;

	if (!asks(exit->no, exit->a) ||
	    (flt__ir_holds(next->test, exit->k, next->k) ? next->yes : next->no) != exit->yes)
		return;
	*exit = (struct ir_exit){ .kind = EXIT_JUMP, .yes = exit->no };
	f->changed = true;
}

/* The only number for which it does not certainly end by rejecting. */
static bool find_needed(const struct view *view, uint32_t *k)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < view->count; i++) {
		if (view->end[i] == END_REJECT)
			continue;
		*k = view->k[i];
		open++;
	}
	return view->others == END_REJECT && open == 1;
}

/* `host A and host B`: where the source is not A it must be B, which is asked at once, as the
 * source is in a register, and not after the destination. */
static void ask_at_once(struct foresee *f, struct ir_exit *exit)
{
	const struct view *view = view_of(&f->outcomes[exit->no->place], exit->a);
	struct ir_block *next = exit->no, *made;
	uint32_t k = 0;

	if (!view || asks(flt__ir_past_jumps(next), exit->a) || next->pred_count != 1 ||
	    !f->rets[END_REJECT] || !find_needed(view, &k) || k == exit->k)
		return;
	made = flt__ir_block(f->ir, next->span);
	if (f->ir->arena->failed)
		return;
	flt__ir_branch(made, TEST_EQ, exit->a, IR_NONE, k, next, f->rets[END_REJECT]);
	exit->no = made;
	f->changed = true;
}

static void prepare(struct foresee *f)
{
	for (uint32_t i = 0; i < f->ir->order_count; i++) {
		struct ir_block *block = f->ir->order[i];
		if (is_equality(&block->exit) && !f->first[block->exit.a])
			f->first[block->exit.a] = i + 1;
		if (is_ret(block))
			f->rets[block->exit.k ? END_ACCEPT : END_REJECT] = block;
	}
}

bool flt__opt_foresee(struct ir *ir)
{
	struct foresee f = { .ir = ir };

	flt__ir_room(ir, &f.room);
	f.outcomes = flt__arena_array(&f.room, ir->order_count, sizeof(*f.outcomes));
	f.first = flt__arena_array(&f.room, ir->value_count, sizeof(*f.first));
	if (!f.room.failed)
		prepare(&f);
	for (uint32_t i = ir->order_count; !f.room.failed && i-- > 0;) {
		struct ir_block *block = ir->order[i];
		look(&f, block);
		ir->work++;
		if (f.room.failed || !is_equality(&block->exit))
			continue;
		redirect_yes(&f, &block->exit);
		ask_at_once(&f, &block->exit);
		drop_test(&f, &block->exit);
	}
	flt__ir_room_end(ir, &f.room);
	return f.changed;
}
