/* SPDX-License-Identifier: BSD-2-Clause */
/* Redirect edges to one of several blocks that do the same and go on at the same places: ARP and
 * RARP share their tests. Needs order; invalidates it. Backwards, what blocks go on to is merged
 * before them, so one walk finds all. It ends: a change takes a block off. */
#include "ir.h"

struct merge {
	struct ir *ir;
	struct ir_block **table; /* blocks that stay, by what they do: open addressing */
	uint32_t mask;
	uint32_t *stays; /* by place: the place of the block that stands for it */
	bool changed;
};

static uint32_t mix(uint32_t h, uint32_t k)
{
	h = (h ^ k) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static uint32_t hash_of(const struct ir *ir, const struct ir_block *block)
{
	const struct ir_exit *exit = &block->exit;
	uint32_t h = mix(mix(exit->kind, exit->test), exit->k);

	h = mix(mix(h, exit->a), exit->b);
	h = mix(h, exit->yes ? exit->yes->id : 0);
	h = mix(h, exit->no ? exit->no->id : 0);
	for (uint32_t j = 0; j < block->count; j++) {
		const struct ir_value *v = &ir->values[block->body[j]];
		h = v->op == IR_SET ? mix(mix(h, v->k), v->a) : mix(h, block->body[j]);
	}
	return h;
}

static bool is_same_action(const struct ir *ir, ir_val a, ir_val b)
{
	const struct ir_value *x = &ir->values[a], *y = &ir->values[b];

	return a == b || (x->op == IR_SET && y->op == IR_SET && x->k == y->k && x->a == y->a);
}

static bool is_same(const struct ir *ir, const struct ir_block *x, const struct ir_block *y)
{
	const struct ir_exit *p = &x->exit, *q = &y->exit;

	if (p->kind != q->kind || p->test != q->test || p->k != q->k || p->a != q->a ||
	    p->b != q->b || p->yes != q->yes || p->no != q->no || x->count != y->count)
		return false;
	for (uint32_t j = 0; j < x->count; j++)
		if (!is_same_action(ir, x->body[j], y->body[j]))
			return false;
	return true;
}

static void redirect(struct merge *m, struct ir_block **edge)
{
	struct ir_block *to = m->ir->order[m->stays[(*edge)->place]];

	m->changed |= to != *edge;
	*edge = to;
}

static void merge_block(struct merge *m, struct ir_block *block)
{
	struct ir_exit *exit = &block->exit;

	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		redirect(m, &exit->yes);
	if (exit->kind == EXIT_BRANCH)
		redirect(m, &exit->no);
	uint32_t at = hash_of(m->ir, block) & m->mask;
	while (m->table[at] && !is_same(m->ir, m->table[at], block))
		at = (at + 1) & m->mask;
	if (!m->table[at])
		m->table[at] = block;
	m->stays[block->place] = m->table[at]->place;
	m->ir->work += 1 + block->count;
}

bool flt__opt_merge(struct ir *ir)
{
	struct arena room;
	struct merge m = { .ir = ir, .mask = 2 * flt__ir_ones_above(ir->order_count) + 1 };

	flt__ir_room(ir, &room);
	m.table = flt__arena_array(&room, (size_t)m.mask + 1, sizeof(struct ir_block *));
	m.stays = flt__arena_array(&room, ir->order_count, sizeof(*m.stays));
	if (!room.failed)
		for (uint32_t i = ir->order_count; i-- > 0;)
			merge_block(&m, ir->order[i]);
	flt__ir_room_end(ir, &room);
	return m.changed;
}
