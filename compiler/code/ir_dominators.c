/* SPDX-License-Identifier: BSD-2-Clause */
/* Which block lies on every path to another one. The graph has no cycle, so one walk in order
 * finds the nearest: of two edges in, where they part, found in O(log n) by links that jump up
 * the tree. */
#include "ir.h"

struct tree {
	uint32_t *up;   /* by place: the immediate dominator */
	uint32_t *jump; /* by place: one farther up */
	uint32_t *depth;
};

static void set_parent(const struct tree *t, uint32_t place, uint32_t under)
{
	uint32_t jump = t->jump[under];
	bool even = t->depth[under] - t->depth[jump] == t->depth[jump] - t->depth[t->jump[jump]];

	t->up[place] = under;
	t->depth[place] = t->depth[under] + 1;
	t->jump[place] = even ? t->jump[jump] : under;
}

static uint32_t rise(const struct tree *t, uint32_t place, uint32_t depth)
{
	while (t->depth[place] > depth)
		place = t->depth[t->jump[place]] >= depth ? t->jump[place] : t->up[place];
	return place;
}

static uint32_t meet(const struct tree *t, uint32_t a, uint32_t b)
{
	if (t->depth[a] > t->depth[b])
		a = rise(t, a, t->depth[b]);
	else
		b = rise(t, b, t->depth[a]);
	while (a != b) {
		bool apart = t->jump[a] != t->jump[b];
		a = apart ? t->jump[a] : t->up[a];
		b = apart ? t->jump[b] : t->up[b];
	}
	return a;
}

/* Until a block's turn comes, `up` gathers where the paths to it part. */
static void note_edge(const struct tree *t, uint32_t from, const struct ir_block *to)
{
	uint32_t *up = &t->up[to->place];

	*up = *up == IR_UNREACHED ? from : meet(t, *up, from);
}

uint32_t *flt__ir_dominators(const struct ir *ir, struct arena *room)
{
	struct tree t = {
		.up = flt__arena_array(room, ir->order_count, sizeof(*t.up)),
		.jump = flt__arena_array(room, ir->order_count, sizeof(*t.jump)),
		.depth = flt__arena_array(room, ir->order_count, sizeof(*t.depth)),
	};

	if (room->failed)
		return NULL;
	for (uint32_t i = 0; i < ir->order_count; i++)
		t.up[i] = IR_UNREACHED;
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_exit *exit = &ir->order[i]->exit;
		if (i)
			set_parent(&t, i, t.up[i]);
		if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
			note_edge(&t, i, exit->yes);
		if (exit->kind == EXIT_BRANCH)
			note_edge(&t, i, exit->no);
	}
	return t.up;
}
