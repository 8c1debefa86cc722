/* SPDX-License-Identifier: BSD-2-Clause */
/* Lead edges past tests whose outcome is known where the edge begins: `ip6 and tcp` asks for the
 * EtherType once. Needs order and pred_count; invalidates both. It ends: an edge only ever moves to
 * a block later in the order. */
#include "ir.h"

#define WAY_MAX 64               /* tests looked back at along one edge: keeps the pass linear */
#define DEPTH_MAX 16             /* of the arithmetic that two tests have in common */

struct known {
	struct ir *ir;
	struct ir_block **pred;  /* by place: a predecessor; the only one where pred_count is 1 */
	struct ir_block **home;  /* by value: the block that defines it */
	bool *lends;             /* by place: other blocks read its values, so no way may miss it */
};

/* What the tests on the way say of one value. */
struct facts {
	uint32_t min, max;
	uint32_t zeros, ones;    /* bits */
	bool excluded;           /* it is not `asked` */
	uint32_t asked;
};

/* ---- the same value ------------------------------------------------------------------------ */

/* Slots change and random numbers differ; all else depends on the packet alone. */
static bool is_same(const struct ir *ir, ir_val a, ir_val b, int depth)
{
	const struct ir_value *x = &ir->values[a], *y = &ir->values[b];

	if (x->op == IR_GET || x->op == IR_META || depth > DEPTH_MAX)
		return a == b && x->op == IR_META;
	if (a == b)
		return true;
	if (x->op != y->op || x->size != y->size || x->k != y->k || !x->a != !y->a ||
	    !x->b != !y->b)
		return false;
	return (!x->a || is_same(ir, x->a, y->a, depth + 1)) &&
	       (!x->b || is_same(ir, x->b, y->b, depth + 1));
}

/* ---- facts --------------------------------------------------------------------------------- */

static void at_least(struct facts *f, uint32_t k)
{
	f->min = f->min > k ? f->min : k;
}

static void at_most(struct facts *f, uint32_t k)
{
	f->max = f->max < k ? f->max : k;
}

static void learn(struct facts *f, enum ir_test test, uint32_t k, bool yes)
{
	switch (test) {
	case TEST_EQ:
		if (yes) {
			at_least(f, k);
			at_most(f, k);
		} else {
			f->excluded |= k == f->asked;
		}
		break;
	case TEST_GT:
		if (!yes)
			at_most(f, k);
		else if (k < UINT32_MAX)
			at_least(f, k + 1);
		break;
	case TEST_GE:
		if (yes)
			at_least(f, k);
		else if (k > 0)
			at_most(f, k - 1);
		break;
	case TEST_SET:
		if (!yes)
			f->zeros |= k;
		else if ((k & (k - 1)) == 0)
			f->ones |= k;
		break;
	}
}

enum verdict { VERDICT_OPEN, VERDICT_YES, VERDICT_NO };

static enum verdict verdict_of(const struct facts *f, enum ir_test test, uint32_t k)
{
	bool exact = f->min == f->max;

	switch (test) {
	case TEST_EQ:
		if (f->excluded || k < f->min || k > f->max || (k & f->zeros) || (~k & f->ones))
			return VERDICT_NO;
		return exact ? VERDICT_YES : VERDICT_OPEN;
	case TEST_GT:
		return f->min > k ? VERDICT_YES : f->max <= k ? VERDICT_NO : VERDICT_OPEN;
	case TEST_GE:
		return f->min >= k ? VERDICT_YES : f->max < k ? VERDICT_NO : VERDICT_OPEN;
	case TEST_SET:
		if ((f->ones & k) || (exact && (f->min & k)))
			return VERDICT_YES;
		return !(k & ~f->zeros) || (exact && !(f->min & k)) ? VERDICT_NO : VERDICT_OPEN;
	}
	return VERDICT_OPEN;
}

/* What is known of the test of `block` on the way that ends with the edge from `from`, taken when
 * its own test says yes or no (yes == no: it has none). */
static enum verdict look_back(const struct known *kn, const struct ir_block *block,
			      struct ir_block *from, bool yes)
{
	const struct ir_exit *ask = &block->exit;
	struct facts facts = { .max = UINT32_MAX, .asked = ask->k };

	for (int i = 0; i < WAY_MAX; i++) {
		const struct ir_exit *told = &from->exit;
		if (told->kind == EXIT_BRANCH && told->b == IR_NONE && told->yes != told->no &&
		    is_same(kn->ir, told->a, ask->a, 0))
			learn(&facts, told->test, told->k, yes);
		if (from->pred_count != 1)
			break;
		struct ir_block *before = kn->pred[from->place];
		yes = before->exit.yes == from;
		from = before;
	}
	return verdict_of(&facts, ask->test, ask->k);
}

/* ---- edges --------------------------------------------------------------------------------- */

/* Leaving out what the block does changes nothing else: nothing in it acts, it lends nothing. */
static bool may_be_missed(const struct known *kn, const struct ir_block *block)
{
	if (block->exit.kind != EXIT_BRANCH || block->exit.b != IR_NONE || kn->lends[block->place])
		return false;
	for (uint32_t j = 0; j < block->count; j++) {
		if (flt__ir_acts(kn->ir, block->body[j]))
			return false;
	}
	return true;
}

static bool lead_on(const struct known *kn, struct ir_block *from, struct ir_block **edge, bool yes)
{
	bool changed = false;

	while (may_be_missed(kn, *edge)) {
		enum verdict verdict = look_back(kn, *edge, from, yes);
		if (verdict == VERDICT_OPEN)
			break;
		*edge = verdict == VERDICT_YES ? (*edge)->exit.yes : (*edge)->exit.no;
		changed = true;
	}
	return changed;
}

static void note_read(struct known *kn, const struct ir_block *block, ir_val v)
{
	if (v != IR_NONE && kn->home[v] != block)
		kn->lends[kn->home[v]->place] = true;
}

static void note_block(struct known *kn, struct ir_block *block)
{
	for (uint32_t j = 0; j < block->count; j++) {
		const struct ir_value *v = &kn->ir->values[block->body[j]];
		kn->home[block->body[j]] = block;
		note_read(kn, block, v->a);
		note_read(kn, block, v->b);
	}
	if (block->exit.kind == EXIT_RET)
		return;
	kn->pred[block->exit.yes->place] = block;
	if (block->exit.kind != EXIT_BRANCH)
		return;
	kn->pred[block->exit.no->place] = block;
	note_read(kn, block, block->exit.a);
	note_read(kn, block, block->exit.b);
}

/* From the last block to the first: what is looked back at still stands as it was noted. */
static bool lead_all(struct known *kn)
{
	bool changed = false;

	for (uint32_t i = kn->ir->order_count; i-- > 0;) {
		struct ir_block *block = kn->ir->order[i];
		struct ir_exit *exit = &block->exit;
		bool two = exit->kind == EXIT_BRANCH && exit->yes != exit->no;
		if (exit->kind == EXIT_JUMP)
			changed |= lead_on(kn, block, &exit->yes, true);
		if (!two)
			continue;
		struct ir_block *yes = exit->yes, *no = exit->no;
		changed |= lead_on(kn, block, &yes, true);
		changed |= lead_on(kn, block, &no, false);
		exit->yes = yes;
		exit->no = no;
	}
	return changed;
}

bool flt__opt_known(struct ir *ir)
{
	struct known kn = { .ir = ir };
	struct arena room;
	bool changed = false;

	flt__arena_init(&room, UINT64_MAX);
	kn.pred = flt__arena_array(&room, ir->order_count, sizeof(*kn.pred));
	kn.home = flt__arena_array(&room, ir->value_count, sizeof(*kn.home));
	kn.lends = flt__arena_array(&room, ir->order_count, sizeof(*kn.lends));
	if (!room.failed) {
		for (uint32_t i = 0; i < ir->order_count; i++)
			note_block(&kn, ir->order[i]);
		changed = lead_all(&kn);
	}
	flt__arena_release(&room);
	return changed;
}
