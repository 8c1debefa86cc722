/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lead edges past tests whose outcome is known where the edge begins: `ip6 and tcp` asks for the
 * EtherType once. What is known at a block holds on every way that leads there, so it still holds
 * when ways are made shorter; one walk over the tree of dominators does it all. Needs order;
 * invalidates it. It ends: an edge only ever moves to a block later in the order, and a decided
 * branch becomes a jump.
 */
#include "facts.h"

#define TESTS_MOST 16            /* that a number is led through: keeps the pass linear */
#define STEPS_FIRST 4096u        /* past so many tests edges may be led, ... */
#define STEPS_A_BLOCK 32u        /* ... and past so many more for each block, likewise */

struct known {
	struct ir *ir;
	struct facts *facts;
	uint32_t *up;            /* by place: the nearest dominator */
	uint32_t *child, *sibling;       /* by place: the tree, downwards; IR_UNREACHED ends */
	uint32_t *preds;         /* by place: edges that lead there, before the pass */
	struct one_of **joins;   /* by place: what all edges so far agree on, or NULL */
	struct arena *room;
	uint64_t steps;          /* that are left */
	bool changed;
};

/* ---- the tree ------------------------------------------------------------------------------ */

static void hang_children(struct known *kn)
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
static struct ir_block *lead_number(struct known *kn, struct ir_block *to, ir_val id, uint32_t k)
{
	for (int i = 0; i < TESTS_MOST; i++) {
		const struct ir_exit *exit = &to->exit;
		if (!flt__ir_is_test(to) || exit->a != id || exit->b != IR_NONE)
			break;
		kn->ir->work++;
		to = flt__ir_holds(exit->test, k, exit->k) ? exit->yes : exit->no;
	}
	return to;
}

/* Where all numbers lead that it may be, or NULL. */
static struct ir_block *lead_numbers(struct known *kn, struct ir_block *to)
{
	const struct one_of *one_of = flt__facts_is_one_of(kn->facts, to->exit.a);

	if (!one_of || to->exit.b != IR_NONE)
		return NULL;
	struct ir_block *all = lead_number(kn, to, one_of->id, one_of->k[0]);
	for (uint32_t i = 1; i < one_of->count; i++)
		if (lead_number(kn, to, one_of->id, one_of->k[i]) != all)
			return NULL;
	return all;
}

/* The facts are those of the edge. */
static struct ir_block *lead_on(struct known *kn, struct ir_block *to)
{
	while (kn->steps && flt__ir_is_test(to)) {
		enum verdict verdict = flt__facts_ask(kn->facts, &to->exit);
		struct ir_block *next = verdict == VERDICT_YES	? to->exit.yes
					: verdict == VERDICT_NO ? to->exit.no
								: lead_numbers(kn, to);
		kn->ir->work++;
		kn->steps--;
		if (!next)
			break;
		to = next;
		kn->changed = true;
	}
	return to;
}

static struct ir_block *lead_side(struct known *kn, const struct ir_exit *exit, bool yes)
{
	size_t mark = flt__facts_mark(kn->facts);

	flt__facts_learn(kn->facts, exit, yes);
	struct ir_block *to = lead_on(kn, yes ? exit->yes : exit->no);
	flt__facts_back(kn->facts, mark);
	return to;
}

static void lead_edges(struct known *kn, struct ir_block *block)
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
		exit->yes = lead_on(kn, exit->yes);
	} else if (exit->kind == EXIT_BRANCH && exit->yes != exit->no) {
		struct ir_block *yes = lead_side(kn, exit, true);
		struct ir_block *no = lead_side(kn, exit, false);
		exit->yes = yes;
		exit->no = no;
	}
}

/* ---- where ways meet ------------------------------------------------------------------------ */

static const struct one_of nothing = { .count = 0 };

/* One more edge leads to a block: the number that it tells of what was tested. Blocks come in
 * order, so all edges to one have been seen before its own turn. */
static void arrive(struct known *kn, const struct ir_exit *exit, bool yes)
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
	if (!tells || (*join)->id != exit->a || (*join)->count == ONE_OF_MOST)
		**join = nothing;
	else
		(*join)->k[(*join)->count++] = exit->k;
}

static void arrive_all(struct known *kn, const struct ir_exit *exit)
{
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		arrive(kn, exit, true);
	if (exit->kind == EXIT_BRANCH)
		arrive(kn, exit, false);
}

/* ---- the walk ------------------------------------------------------------------------------ */

struct step {                    /* on the way down the tree */
	uint32_t place;
	size_t mark;             /* facts before it */
	struct ir_exit exit;     /* as it was before its edges were led on */
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

static struct step begin(struct known *kn, const struct step *above, uint32_t place)
{
	struct ir_block *block = kn->ir->order[place];
	struct step step = { place, flt__facts_mark(kn->facts), block->exit };

	kn->steps += STEPS_A_BLOCK;
	if (above)
		enter(kn, above, place);
	if (kn->joins[place] && kn->joins[place]->count == kn->preds[place])
		flt__facts_one_of(kn->facts, kn->joins[place]);
	arrive_all(kn, &block->exit);
	if (block->exit.kind == EXIT_BRANCH) {
		flt__facts_loaded(kn->facts, block->exit.a);
		flt__facts_loaded(kn->facts, block->exit.b);
	}
	lead_edges(kn, block);
	kn->ir->work++;
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
	struct known kn = { .ir = ir, .steps = STEPS_FIRST };
	uint32_t count = ir->order_count;

	flt__arena_init(&room, UINT64_MAX);
	kn.child = flt__arena_array(&room, count, sizeof(*kn.child));
	kn.sibling = flt__arena_array(&room, count, sizeof(*kn.sibling));
	kn.preds = flt__arena_array(&room, count, sizeof(*kn.preds));
	kn.joins = flt__arena_array(&room, count, sizeof(*kn.joins));
	kn.room = &room;
	kn.up = flt__ir_dominators(ir, &room);
	kn.facts = flt__facts_new(ir, &room);
	struct step *steps = flt__arena_array(&room, count, sizeof(*steps));
	if (!room.failed) {
		hang_children(&kn);
		walk(&kn, steps);
	}
	flt__arena_release(&room);
	return kn.changed;
}
