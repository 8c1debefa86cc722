/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirect edges past tests whose outcome is known where the edge begins: `ip6 and tcp` asks for
 * the EtherType once. What is known at a block holds on every path that leads there, so it still
 * holds when paths are made shorter; one walk over the dominator tree does it all. Needs order;
 * invalidates it. It ends: an edge only ever moves to a block later in the order, and a decided
 * branch becomes a jump.
 */
#include "facts.h"

#define TESTS_MAX 16 /* that a number is led through */
/* So many blocks edges may be redirected past, then no more: the pass is linear, and redirecting is
 * never a must. */
#define STEPS_FIRST   (1u << 16)
#define STEPS_A_BLOCK 64u

/* The edges that lead to a block after they were redirected. Blocks come in order, so all are known
 * when its own turn comes. */
struct in_edges {
	uint32_t edges;             /* 0: nothing leads there any more */
	const struct ir_exit *exit; /* the last one, ... */
	bool yes;                   /* ... which side of it */
};

struct known {
	struct ir *ir;
	struct facts *facts;
	uint32_t *up;              /* by place: the immediate dominator */
	uint32_t *child, *sibling; /* by place: the tree, downwards; IR_UNREACHED ends */
	uint32_t *preds;           /* by place: edges that lead there, before the pass */
	struct in_edges *in_edges; /* by place */
	uint64_t budget;           /* blocks that edges may still be redirected past */
	struct one_of **joins;     /* by place: what all edges so far agree on, or NULL */
	struct arena *room;
	bool changed;
};

/* ---- the tree ------------------------------------------------------------------------------ */

static void link_children(struct known *kn)
{
	for (uint32_t i = 0; i < kn->ir->order_count; i++) {
		kn->child[i] = IR_UNREACHED;
		kn->preds[i] = kn->ir->order[i]->pred_count;
	}
	for (uint32_t i = kn->ir->order_count; i-- > 1;) {
		kn->sibling[i] = kn->child[kn->up[i]];
		kn->child[kn->up[i]] = i;
	}
	kn->sibling[0] = IR_UNREACHED;
}

/* ---- edges --------------------------------------------------------------------------------- */

/* Where a number leads that goes through tests of it. */
static struct ir_block *follow_number(struct known *kn, struct ir_block *to, ir_val id, uint32_t k)
{
	for (int i = 0; i < TESTS_MAX && kn->budget; i++) {
		const struct ir_exit *exit = &to->exit;
		if (!flt__ir_is_test(to) || exit->a != id || exit->b != IR_NONE)
			break;
		kn->ir->work++;
		kn->budget--;
		to = flt__ir_holds(exit->test, k, exit->k) ? exit->yes : exit->no;
	}
	return to;
}

/* Where all numbers lead that it may be, or NULL. */
static struct ir_block *follow_numbers(struct known *kn, struct ir_block *to)
{
	const struct one_of *one_of = flt__facts_is_one_of(kn->facts, to->exit.a);

	if (!one_of || to->exit.b != IR_NONE)
		return NULL;
	struct ir_block *all = follow_number(kn, to, one_of->id, one_of->k[0]);
	for (uint32_t i = 1; i < one_of->count; i++)
		if (follow_number(kn, to, one_of->id, one_of->k[i]) != all)
			return NULL;
	return all;
}

/* The facts are those of the edge. */
static struct ir_block *final_target(struct known *kn, struct ir_block *to)
{
	while (flt__ir_is_test(to) && kn->budget) {
		kn->budget--;
		kn->ir->work++;
		enum verdict verdict = flt__facts_ask(kn->facts, &to->exit);
		struct ir_block *next = verdict == VERDICT_YES ? to->exit.yes :
					verdict == VERDICT_NO  ? to->exit.no :
								 follow_numbers(kn, to);
		if (!next)
			break;
		to = next;
		kn->changed = true;
	}
	return to;
}

static struct ir_block *final_side(struct known *kn, const struct ir_exit *exit, bool yes)
{
	struct ir_block *to = yes ? exit->yes : exit->no;
	size_t mark = flt__facts_mark(kn->facts);

	if (!flt__ir_is_test(to))
		return to;
	flt__facts_learn(kn->facts, exit, yes);
	to = final_target(kn, to);
	flt__facts_back(kn->facts, mark);
	return to;
}

static void note_edge(struct known *kn, const struct ir_exit *exit, bool yes)
{
	struct in_edges *in = &kn->in_edges[(yes ? exit->yes : exit->no)->place];

	*in = (struct in_edges){ in->edges + 1, exit, yes };
}

static void note_edges(struct known *kn, const struct ir_exit *exit)
{
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		note_edge(kn, exit, true);
	if (exit->kind == EXIT_BRANCH)
		note_edge(kn, exit, false);
}

static void redirect_edges(struct known *kn, struct ir_block *block)
{
	struct ir_exit *exit = &block->exit;

	if (exit->kind == EXIT_BRANCH && exit->yes != exit->no) {
		enum verdict verdict = flt__facts_ask(kn->facts, exit);
		if (verdict != VERDICT_OPEN) {
			flt__ir_jump(block, verdict == VERDICT_YES ? exit->yes : exit->no);
			kn->changed = true;
		}
	}
	if (exit->kind == EXIT_JUMP) {
		exit->yes = final_target(kn, exit->yes);
	} else if (exit->kind == EXIT_BRANCH && exit->yes != exit->no) {
		struct ir_block *yes = final_side(kn, exit, true);
		struct ir_block *no = final_side(kn, exit, false);
		exit->yes = yes;
		exit->no = no;
	}
	note_edges(kn, exit);
}

/* ---- where paths meet ----------------------------------------------------------------------- */

static const struct one_of nothing = { .count = 0 };

/* One more edge leads to a block: the number that it tells of what was tested. Blocks come in
 * order, so all edges to one have been seen before its own turn. Edges of blocks that are no longer
 * alive count, too: the edges through them were redirected, and may come here. */
static void propagate(struct known *kn, const struct ir_exit *exit, bool yes)
{
	const struct ir_block *to = yes ? exit->yes : exit->no;
	struct one_of **join = &kn->joins[to->place];
	bool tells = exit->kind == EXIT_BRANCH && exit->test == TEST_EQ && yes &&
		     exit->b == IR_NONE && exit->yes != exit->no;

	if (kn->preds[to->place] < 2)
		return;
	if (!*join && (*join = flt__arena_alloc(kn->room, sizeof(**join))))
		**join = (struct one_of){ .id = tells ? exit->a : IR_NONE };
	if (!*join)
		return;
	if (!tells || (*join)->id != exit->a || (*join)->count == ONE_OF_MAX)
		**join = nothing;
	else
		(*join)->k[(*join)->count++] = exit->k;
}

static void propagate_all(struct known *kn, const struct ir_exit *exit)
{
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		propagate(kn, exit, true);
	if (exit->kind == EXIT_BRANCH)
		propagate(kn, exit, false);
}

static bool all_agree(const struct known *kn, uint32_t place)
{
	const struct one_of *join = kn->joins[place];

	return join && join->count && join->count == kn->preds[place];
}

/* ---- the walk ------------------------------------------------------------------------------ */

struct step { /* on the way down the tree */
	uint32_t place;
	size_t mark;         /* facts before it */
	struct ir_exit exit; /* as it was before its edges were redirected */
};

/* The block that has only one edge into it knows how that test went. */
static void enter(struct known *kn, const struct step *above, uint32_t place)
{
	const struct ir_exit *exit = &above->exit;
	const struct ir_block *block = kn->ir->order[place];

	if (kn->preds[place] != 1 || exit->kind != EXIT_BRANCH || exit->yes == exit->no)
		return;
	flt__facts_learn(kn->facts, exit, exit->yes == block);
}

/* When a single edge is left, what its test tells holds for those who still come this way: for the
 * block's own edges, not for what it dominated, where others may come past it. */
static void redirect_own_edges(struct known *kn, struct ir_block *block)
{
	const struct in_edges *in = &kn->in_edges[block->place];
	size_t mark = flt__facts_mark(kn->facts);

	if (in->edges == 1 && in->exit->kind == EXIT_BRANCH)
		flt__facts_learn(kn->facts, in->exit, in->yes);
	redirect_edges(kn, block);
	flt__facts_back(kn->facts, mark);
}

static struct step begin(struct known *kn, const struct step *above, uint32_t place)
{
	struct ir_block *block = kn->ir->order[place];
	struct step step = { place, flt__facts_mark(kn->facts), block->exit };

	if (above)
		enter(kn, above, place);
	kn->ir->work++;
	propagate_all(kn, &block->exit);
	if (place && !kn->in_edges[place].edges)
		return step;
	if (all_agree(kn, place))
		flt__facts_one_of(kn->facts, kn->joins[place]);
	if (block->exit.kind == EXIT_BRANCH) {
		flt__facts_loaded(kn->facts, block->exit.a);
		flt__facts_loaded(kn->facts, block->exit.b);
	}
	redirect_own_edges(kn, block);
	return step;
}

static void walk(struct known *kn, struct step *steps)
{
	uint32_t depth = 0;

	steps[depth++] = begin(kn, NULL, 0);
	while (depth) {
		uint32_t *next = &kn->child[steps[depth - 1].place];
		if (*next != IR_UNREACHED) {
			uint32_t place = *next;
			*next = kn->sibling[place];
			steps[depth] = begin(kn, &steps[depth - 1], place);
			depth++;
		} else {
			flt__facts_back(kn->facts, steps[--depth].mark);
		}
	}
}

bool flt__opt_known(struct ir *ir)
{
	struct arena room;
	struct known kn = { .ir = ir };
	uint32_t count = ir->order_count;

	flt__ir_room(ir, &room);
	kn.child = flt__arena_array(&room, count, sizeof(*kn.child));
	kn.sibling = flt__arena_array(&room, count, sizeof(*kn.sibling));
	kn.preds = flt__arena_array(&room, count, sizeof(*kn.preds));
	kn.joins = flt__arena_array(&room, count, sizeof(*kn.joins));
	kn.in_edges = flt__arena_array(&room, count, sizeof(*kn.in_edges));
	kn.room = &room;
	kn.budget = STEPS_FIRST + (uint64_t)STEPS_A_BLOCK * count;
	kn.up = flt__ir_dominators(ir, &room);
	kn.facts = flt__facts_new(ir, &room);
	struct step *steps = flt__arena_array(&room, count, sizeof(*steps));
	if (!room.failed) {
		link_children(&kn);
		walk(&kn, steps);
	}
	flt__ir_room_end(ir, &room);
	return kn.changed;
}
