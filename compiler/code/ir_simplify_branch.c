/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that ask the same of less: `4 * (x & 15) = 20` asks `x & 15 = 5`, and `x & 8 = 8` is one
 * instruction. A rule per operation moves the test to the operand of what it tests; the loop goes
 * on as long as one applies. Each takes an operation away, or makes EQ of GT, GT of GE, SET of EQ
 * by a mask: it ends.
 */
#include "ir.h"

enum verdict { OPEN, MORE, YES, NO }; /* nothing to do; simplified, look again; decided */

struct test { /* `a test k` */
	struct ir *ir;
	enum ir_test test;
	ir_val a;
	uint32_t k;
	bool inverted; /* yes means no */
};

bool flt__ir_holds(enum ir_test test, uint32_t a, uint32_t k)
{
	switch (test) {
	case TEST_EQ: return a == k;
	case TEST_GT: return a > k;
	case TEST_GE: return a >= k;
	case TEST_SET: return (a & k) != 0;
	}
	return false;
}

static enum verdict become(struct test *t, enum ir_test test, ir_val a, uint32_t k)
{
	t->test = test;
	t->a = a;
	t->k = k;
	return MORE;
}

static enum verdict become_not(struct test *t, enum ir_test test, ir_val a, uint32_t k)
{
	t->inverted = !t->inverted;
	return become(t, test, a, k);
}

/* `x & mask` as an expression. */
static ir_val masked(struct test *t, ir_val x, uint32_t mask)
{
	return flt__ir_simplify(
		t->ir, (struct ir_value){ .op = IR_AND, .a = x, .b = flt__ir_const(t->ir, mask) });
}

/* ---- by the bounds of what is tested -------------------------------------------------------- */

static enum verdict by_bounds(struct test *t)
{
	uint32_t most = flt__ir_max_of(t->ir, t->a), ones = flt__ir_ones_above(most);

	switch (t->test) {
	case TEST_GE: return t->k == 0 ? YES : become(t, TEST_GT, t->a, t->k - 1);
	case TEST_GT:
		if (most <= t->k)
			return NO;
		if (t->k == 0)
			return become_not(t, TEST_EQ, t->a, 0);
		return t->k == most - 1 ? become(t, TEST_EQ, t->a, most) : OPEN;
	case TEST_EQ: return most < t->k ? NO : OPEN;
	case TEST_SET:
		if (!(t->k & ones))
			return NO;
		if ((t->k & ones) == ones)
			return become_not(t, TEST_EQ, t->a, 0);
		return t->k & ~ones ? become(t, TEST_SET, t->a, t->k & ones) : OPEN;
	}
	return OPEN;
}

/* ---- by the operation that made it ----------------------------------------------------------- */

/* x + c, and, with its inverse, x ^ c: only equality goes through. */
static enum verdict of_add(struct test *t, ir_val x, uint32_t c)
{
	return t->test == TEST_EQ ? become(t, TEST_EQ, x, t->k - c) : OPEN;
}

static enum verdict of_xor(struct test *t, ir_val x, uint32_t c)
{
	return t->test == TEST_EQ ? become(t, TEST_EQ, x, t->k ^ c) : OPEN;
}

/* (x >> s) & m asks of the bits of x where they are. */
static enum verdict of_shifted_mask(struct test *t, ir_val x, uint32_t mask)
{
	const struct ir_value *v = &t->ir->values[x];

	if (t->test != TEST_EQ || v->op != IR_RSH || t->ir->values[v->b].op != IR_CONST)
		return OPEN;
	uint32_t s = t->ir->values[v->b].k % 32;
	mask &= UINT32_MAX >> s;
	if (t->k & ~mask)
		return NO;
	return become(t, TEST_EQ, masked(t, v->a, mask << s), t->k << s);
}

static enum verdict of_and(struct test *t, ir_val x, uint32_t mask)
{
	uint32_t low = ~mask;

	switch (t->test) {
	case TEST_EQ:
		if (t->k & ~mask)
			return NO;
		if (t->k == 0)
			return become_not(t, TEST_SET, x, mask);
		if (t->k == mask && !(mask & (mask - 1)))
			return become(t, TEST_SET, x, mask);
		return of_shifted_mask(t, x, mask);
	case TEST_SET: return t->k & mask ? become(t, TEST_SET, x, t->k & mask) : NO;
	case TEST_GT:
		/* the mask only clears the lowest bits */
		low &= flt__ir_ones_above(flt__ir_max_of(t->ir, x));
		return low & (low + 1) ? OPEN : become(t, TEST_GT, x, t->k | low);
	default: return OPEN;
	}
}

static enum verdict of_or(struct test *t, ir_val x, uint32_t c)
{
	if (t->test == TEST_SET)
		return c & t->k ? YES : become(t, TEST_SET, x, t->k);
	if (t->test != TEST_EQ)
		return OPEN;
	return c & ~t->k ? NO : become(t, TEST_EQ, masked(t, x, ~c), t->k & ~c);
}

/* x * c that does not overflow; a shift is one. */
static enum verdict of_product(struct test *t, ir_val x, uint32_t c)
{
	if (c == 0 || flt__ir_max_of(t->ir, x) > UINT32_MAX / c)
		return OPEN;
	if (t->test == TEST_GT)
		return become(t, TEST_GT, x, t->k / c);
	if (t->test != TEST_EQ)
		return OPEN;
	return t->k % c ? NO : become(t, TEST_EQ, x, t->k / c);
}

static enum verdict of_lsh(struct test *t, ir_val x, uint32_t s)
{
	enum verdict verdict = of_product(t, x, 1u << s);

	if (verdict != OPEN)
		return verdict;
	if (t->test == TEST_SET)
		return t->k >> s ? become(t, TEST_SET, x, t->k >> s) : NO;
	if (t->test != TEST_EQ)
		return OPEN;
	if (t->k & ((1u << s) - 1))
		return NO;
	return become(t, TEST_EQ, masked(t, x, UINT32_MAX >> s), t->k >> s);
}

static enum verdict of_rsh(struct test *t, ir_val x, uint32_t s)
{
	uint32_t low = (1u << s) - 1, up = t->k << s;
	bool lost = up >> s != t->k;

	switch (t->test) {
	case TEST_EQ: return lost ? NO : become(t, TEST_EQ, masked(t, x, ~low), up);
	case TEST_SET: return up ? become(t, TEST_SET, x, up) : NO;
	case TEST_GT: return lost ? NO : become(t, TEST_GT, x, up | low);
	default: return OPEN;
	}
}

static enum verdict of_div(struct test *t, ir_val x, uint32_t c)
{
	if (t->test != TEST_GT || c == 0)
		return OPEN;
	uint64_t least_above = ((uint64_t)t->k + 1) * c;
	return least_above > UINT32_MAX ? NO : become(t, TEST_GT, x, (uint32_t)least_above - 1);
}

static enum verdict by_operation(struct test *t)
{
	const struct ir_value *v = &t->ir->values[t->a];

	if (v->op < IR_ADD || t->ir->values[v->b].op != IR_CONST)
		return OPEN;
	uint32_t c = t->ir->values[v->b].k;
	switch ((enum ir_op)v->op) {
	case IR_ADD: return of_add(t, v->a, c);
	case IR_XOR: return of_xor(t, v->a, c);
	case IR_AND: return of_and(t, v->a, c);
	case IR_OR: return of_or(t, v->a, c);
	case IR_MUL: return of_product(t, v->a, c);
	case IR_LSH: return of_lsh(t, v->a, c % 32);
	case IR_RSH: return of_rsh(t, v->a, c % 32);
	case IR_DIV: return of_div(t, v->a, c);
	default: return OPEN;
	}
}

static enum verdict simplify(struct test *t)
{
	for (;;) {
		const struct ir_value *v = &t->ir->values[t->a];
		if (v->op == IR_CONST)
			return flt__ir_holds(t->test, v->k, t->k) ? YES : NO;
		enum verdict verdict = by_bounds(t);
		if (verdict == OPEN)
			verdict = by_operation(t);
		if (verdict != MORE)
			return verdict;
	}
}

/* ---- the exit -------------------------------------------------------------------------------- */

static void swap_sides(struct ir_exit *exit)
{
	struct ir_block *yes = exit->yes;

	exit->yes = exit->no;
	exit->no = yes;
}

/* `k test b` as a test of b: equal and set are symmetric, k > b is not (b >= k). */
static void mirror(struct ir_exit *exit, uint32_t k)
{
	exit->a = exit->b;
	exit->b = IR_NONE;
	exit->k = k;
	if (exit->test == TEST_EQ || exit->test == TEST_SET)
		return;
	swap_sides(exit);
	exit->test = exit->test == TEST_GT ? TEST_GE : TEST_GT;
}

static void become_jump(struct ir_exit *exit, bool yes)
{
	*exit = (struct ir_exit){ .kind = EXIT_JUMP, .yes = yes ? exit->yes : exit->no };
}

void flt__ir_simplify_test(struct ir *ir, struct ir_exit *exit)
{
	if (exit->b != IR_NONE && ir->values[exit->b].op == IR_CONST) {
		exit->k = ir->values[exit->b].k;
		exit->b = IR_NONE;
	} else if (exit->b != IR_NONE && ir->values[exit->a].op == IR_CONST) {
		mirror(exit, ir->values[exit->a].k);
	} else if (exit->b == exit->a && exit->test != TEST_SET) {
		become_jump(exit, exit->test != TEST_GT);
		return;
	}
	if (exit->b != IR_NONE)
		return;
	struct test t = { ir, exit->test, exit->a, exit->k, false };
	enum verdict verdict = simplify(&t);
	exit->test = t.test;
	exit->a = t.a;
	exit->k = t.k;
	if (t.inverted)
		swap_sides(exit);
	if (verdict != OPEN)
		become_jump(exit, verdict == YES);
}
