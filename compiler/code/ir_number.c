/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From values that stand in blocks to expressions that are worked out where they are read. Letter
 * `n`; not an optimization: emission knows only this form.
 *
 * A value of the packet is the same wherever it is worked out. What a slot holds is not, so each
 * IR_GET is named after its contents: one that an assignment made, or, where paths with different
 * contents meet, that of the meeting. Then a contents that is cheap and of the packet (a constant,
 * a field, an IPv4 header's length) stands for the IR_GET itself.
 *
 * A value whose IR_GET was read before an assignment, and which is wanted after it, is saved by an
 * assignment to a slot of its own first.
 */
#include "ir.h"

#include <string.h>

struct contents {  /* of a slot, from one assignment or meeting on */
	ir_val id; /* IR_NONE: nobody has read it yet */
};

#define UNKNOWN 0u /* contents of what nothing was assigned to: nobody reads it */

struct number {
	struct ir *ir;
	struct arena room;
	ir_val *expr;   /* by value as lowered: the expression it is */
	uint32_t *last; /* by value: position of the last that wants it */
	bool *saved;    /* by value: an IR_GET that needs a slot of its own */
	struct contents *contents;
	uint32_t contents_count;
	size_t contents_capacity;
	struct ir_live live;
	struct pmap_pool pool;
	union pmap *state; /* by place: contents by slot at its beginning */
	uint32_t slots;    /* those of the expression and those for saving */
};

/* ---- which IR_GETs are wanted after a later assignment ------------------------------------- */

#define NEVER 0xffffffffu

static void want(struct number *n, ir_val v, uint32_t position)
{
	if (n->last[v] < position)
		n->last[v] = position;
}

static void find_block_saved(struct number *n, const struct ir_block *block, uint32_t *position,
			     uint32_t *next_set)
{
	want(n, block->exit.kind == EXIT_BRANCH ? block->exit.a : IR_NONE, *position);
	want(n, block->exit.kind == EXIT_BRANCH ? block->exit.b : IR_NONE, *position);
	for (uint32_t j = block->count; j-- > 0;) {
		ir_val id = block->body[j];
		const struct ir_value *v = &n->ir->values[id];
		--*position;
		if (v->op == IR_GET)
			n->saved[id] = n->last[id] > next_set[v->k];
		n->slots += n->saved[id];
		bool has_effect = flt__ir_has_effect(n->ir, id);
		uint32_t until = has_effect && n->last[id] < *position ? *position : n->last[id];
		want(n, v->a, until);
		want(n, v->b, until);
		if (v->op == IR_SET)
			next_set[v->k] = *position;
	}
	--*position;
}

/* Positions count along the order; backwards, those that want a value come first. */
static void find_saved(struct number *n)
{
	uint32_t *next_set =
		flt__arena_array(&n->room, (size_t)n->ir->slot_count + 1, sizeof(*next_set));
	uint32_t position = 1;

	if (!next_set)
		return;
	memset(next_set, 0xff, n->ir->slot_count * sizeof(*next_set));
	for (uint32_t i = 0; i < n->ir->order_count; i++)
		position += n->ir->order[i]->count + 1;
	for (uint32_t i = n->ir->order_count; i-- > 0;)
		find_block_saved(n, n->ir->order[i], &position, next_set);
}

/* ---- what slots hold ----------------------------------------------------------------------- */

static uint32_t new_contents(struct number *n, ir_val id)
{
	struct contents *list = flt__arena_grow(&n->room, n->contents, n->contents_count,
						&n->contents_capacity, sizeof(*list));
	if (!list)
		return 0;
	n->contents = list;
	n->contents[n->contents_count].id = id;
	return n->contents_count++;
}

static bool is_same(const struct number *n, uint32_t a, uint32_t b)
{
	return a == b || (n->contents[a].id != IR_NONE && n->contents[a].id == n->contents[b].id);
}

static uint32_t contents_of(const struct number *n, union pmap state, uint32_t slot)
{
	const uint32_t *words = flt__pmap_leaf(&n->pool, state, slot).words;

	return words ? words[slot % PMAP_SLOTS] : UNKNOWN;
}

static uint32_t *copy_words(struct number *n, const uint32_t *words)
{
	uint32_t *copy = flt__arena_array(&n->room, PMAP_SLOTS, sizeof(*copy));

	if (copy && words)
		memcpy(copy, words, PMAP_SLOTS * sizeof(*copy));
	return copy;
}

/* Where two states differ that meet, that is a contents of its own. */
static union pmap meet(void *context, uintptr_t mask, union pmap a, union pmap b)
{
	static const uint32_t unknown[PMAP_SLOTS];
	const uint32_t *x = a.words ? a.words : unknown, *y = b.words ? b.words : unknown;
	struct number *n = context;
	uint32_t *own = NULL;

	for (; mask; mask &= mask - 1) {
		uint32_t s = (uint32_t)__builtin_ctzll(mask);
		if (is_same(n, x[s], y[s]))
			continue;
		own = own ? own : copy_words(n, a.words);
		if (!own)
			return a;
		own[s] = new_contents(n, IR_NONE);
	}
	return own ? (union pmap){ .words = own } : a;
}

/* The state after a block comes to the next one; slots that nobody reads from there on have any
 * contents. */
static void propagate(struct number *n, const struct ir_block *to, union pmap state)
{
	union pmap *at = &n->state[to->place];
	const union pmap *read = &n->live.in[to->place];

	*at = at->bits ? flt__pmap_join(&n->pool, read, *at, state, meet, n) : state;
}

/* Working it out again costs no more than reading a slot, and gives the same at any time. */
static bool is_cheap(const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];
	uint32_t byte_off;

	return v->op == IR_CONST || v->op == IR_LEN || (v->op == IR_LOAD && v->a == IR_NONE) ||
	       flt__ir_is_header_length(ir, id, &byte_off);
}

static ir_val read_slot(struct number *n, union pmap state, uint32_t slot)
{
	ir_val *id = &n->contents[contents_of(n, state, slot)].id;

	if (*id == IR_NONE)
		*id = flt__ir_expr(n->ir, (struct ir_value){ .op = IR_GET, .k = slot });
	return *id;
}

/* ---- blocks -------------------------------------------------------------------------------- */

struct place { /* in the walk: the block, what its slots hold */
	struct number *n;
	struct ir_block *block;
	union pmap state;
	uint32_t kept; /* of its body */
};

static void assign(struct place *p, uint32_t slot, ir_val what)
{
	struct number *n = p->n;
	uint32_t *own = copy_words(n, flt__pmap_leaf(&n->pool, p->state, slot).words);

	if (!own)
		return;
	own[slot % PMAP_SLOTS] = new_contents(n, is_cheap(n->ir, what) ? what : IR_NONE);
	p->state = flt__pmap_put(&n->pool, p->state, slot, (union pmap){ .words = own });
}

static ir_val save(struct place *p, ir_val what, uint32_t *next_slot)
{
	struct ir *ir = p->n->ir;
	uint32_t slot = (*next_slot)++;
	ir_val set = flt__ir_expr(ir, (struct ir_value){ .op = IR_SET, .k = slot, .a = what });

	/* the body gets one value more than it has: an IR_GET stood here */
	p->block->body[p->kept++] = set;
	return flt__ir_expr(ir, (struct ir_value){ .op = IR_GET, .k = slot });
}

/* A slot that holds a constant makes the offset one: what is no byte of any packet must not become
 * an offset from some other header, which the machine knows above 0xffe00000. */
static void settle_base(const struct ir *ir, struct ir_value *load)
{
	const struct ir_value *base = &ir->values[load->a];

	if (base->op != IR_CONST)
		return;
	load->k += base->k;
	load->a = IR_NONE;
}

static void number_value(struct place *p, ir_val id, uint32_t *next_slot)
{
	struct number *n = p->n;
	struct ir_value v = n->ir->values[id];

	v.a = n->expr[v.a];
	v.b = n->expr[v.b];
	if (v.op == IR_GET) {
		n->expr[id] = read_slot(n, p->state, v.k);
		if (n->saved[id] && n->ir->values[n->expr[id]].op == IR_GET)
			n->expr[id] = save(p, n->expr[id], next_slot);
		return;
	}
	if (v.op == IR_LOAD)
		settle_base(n->ir, &v);
	n->expr[id] = flt__ir_expr(n->ir, v);
	if (v.op == IR_SET)
		assign(p, v.k, v.a);
	if (flt__ir_has_effect(n->ir, n->expr[id]))
		p->block->body[p->kept++] = n->expr[id];
}

static void number_block(struct number *n, struct ir_block *block, uint32_t *next_slot)
{
	struct place p = { .n = n, .block = block, .state = n->state[block->place] };
	struct ir_exit *exit = &block->exit;

	for (uint32_t j = 0; j < block->count && !n->room.failed; j++)
		number_value(&p, block->body[j], next_slot);
	block->count = p.kept;
	exit->a = n->expr[exit->a];
	exit->b = n->expr[exit->b];
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		propagate(n, exit->yes, p.state);
	if (exit->kind == EXIT_BRANCH)
		propagate(n, exit->no, p.state);
}

static void number_all(struct number *n)
{
	uint32_t next_slot = n->ir->slot_count;

	n->pool = n->live.pool;
	new_contents(n, IR_NONE); /* UNKNOWN */
	for (uint32_t i = 0; i < n->ir->order_count && !n->room.failed; i++)
		number_block(n, n->ir->order[i], &next_slot);
	n->ir->slot_count = next_slot;
	n->ir->is_numbered = !n->room.failed;
}

bool flt__ir_number(struct ir *ir)
{
	struct number n = { .ir = ir, .slots = ir->slot_count };

	if (!flt__ir_order(ir))
		return false;
	flt__ir_room(ir, &n.room);
	n.expr = flt__arena_array(&n.room, ir->value_count, sizeof(*n.expr));
	n.last = flt__arena_array(&n.room, ir->value_count, sizeof(*n.last));
	n.saved = flt__arena_array(&n.room, ir->value_count, sizeof(*n.saved));
	n.state = flt__arena_array(&n.room, ir->order_count, sizeof(*n.state));
	if (!n.room.failed && flt__ir_live(ir, &n.room, &n.live))
		find_saved(&n);
	if (!n.room.failed)
		number_all(&n);
	flt__ir_room_end(ir, &n.room);
	return ir->is_numbered;
}
