/* SPDX-License-Identifier: BSD-2-Clause */
/* Work out what is constant. Needs order; keeps order (edges only disappear); keeps definitions
 * before uses. It ends: each change turns a value into a simpler one, or a branch into a jump,
 * never back. */
#include "bpf_alu.h"
#include "ir.h"

struct fold {
	struct ir *ir;
	ir_val *same_as;         /* by value: the value that it was found equal to, or IR_NONE */
	uint32_t *most;          /* by value: no result is larger */
	bool changed;
};

static const uint8_t alu_codes[] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_DIV] = BPF_DIV,
	[IR_MOD] = BPF_MOD, [IR_AND] = BPF_AND, [IR_OR] = BPF_OR,   [IR_XOR] = BPF_XOR,
	[IR_LSH] = BPF_LSH, [IR_RSH] = BPF_RSH,
};

static bool is_const(const struct fold *f, ir_val v)
{
	return v != IR_NONE && f->ir->values[v].op == IR_CONST;
}

static uint32_t const_of(const struct fold *f, ir_val v)
{
	return f->ir->values[v].k;
}

static void become_const(struct fold *f, ir_val id, uint32_t k)
{
	f->ir->values[id] = (struct ir_value){ .op = IR_CONST, .k = k };
	f->changed = true;
}

static void become_same(struct fold *f, ir_val id, ir_val as)
{
	f->same_as[id] = as;
	f->changed = true;
}

/* A block that certainly ends here with 0: what follows in it is never reached. */
static void end_block(struct fold *f, struct ir_block *block, uint32_t count)
{
	block->count = count;
	flt__ir_ret(block, 0);
	f->changed = true;
}

/* ---- values -------------------------------------------------------------------------------- */

/* x op k gives x itself. */
static bool leaves_alone(const struct fold *f, const struct ir_value *v, uint32_t k)
{
	switch ((enum ir_op)v->op) {
	case IR_ADD:
	case IR_SUB:
	case IR_OR:
	case IR_XOR:
		return k == 0;
	case IR_LSH:
	case IR_RSH:
		return k % 32 == 0;
	case IR_MUL:
	case IR_DIV:
		return k == 1;
	case IR_AND:
		return (flt__ir_ones_above(f->most[v->a]) & ~k) == 0;
	case IR_MOD:
		return k > f->most[v->a];
	default:
		return false;
	}
}

/* x op k gives 0, whatever x is. */
static bool gives_zero(const struct fold *f, const struct ir_value *v, uint32_t k)
{
	switch ((enum ir_op)v->op) {
	case IR_AND:
		return (flt__ir_ones_above(f->most[v->a]) & k) == 0;
	case IR_MUL:
		return k == 0;
	case IR_MOD:
		return k == 1;
	case IR_RSH:
		return f->most[v->a] >> (k % 32) == 0;
	case IR_DIV:
		return k > f->most[v->a];
	default:
		return false;
	}
}

static bool is_commutative(uint8_t op)
{
	return op == IR_ADD || op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR;
}

/* The constant goes to the right. */
static void constant_right(struct fold *f, struct ir_value *v)
{
	if (is_commutative(v->op) && is_const(f, v->a) && !is_const(f, v->b)) {
		ir_val a = v->a;
		v->a = v->b;
		v->b = a;
		f->changed = true;
	}
}

/* False: the value ends the program (a division by 0). */
static bool fold_alu(struct fold *f, ir_val id)
{
	struct ir_value *v = &f->ir->values[id];

	constant_right(f, v);
	if (!is_const(f, v->b))
		return true;
	uint32_t k = const_of(f, v->b);
	if ((v->op == IR_DIV || v->op == IR_MOD) && k == 0)
		return false;
	if (is_const(f, v->a)) {
		become_const(f, id, flt__bpf_alu(alu_codes[v->op], const_of(f, v->a), k));
	} else if (gives_zero(f, v, k)) {
		become_const(f, id, 0);
	} else if (leaves_alone(f, v, k)) {
		become_same(f, id, v->a);
	}
	return true;
}

/* A constant part of the offset goes into k. False: no packet has these bytes. */
static bool fold_load(struct fold *f, struct ir_value *v)
{
	while (v->a != IR_NONE) {
		const struct ir_value *base = &f->ir->values[v->a];
		if (base->op == IR_CONST) {
			v->k += base->k;
			v->a = IR_NONE;
		} else if (base->op == IR_ADD && is_const(f, base->b)) {
			v->k += const_of(f, base->b);
			v->a = base->a;
		} else {
			return true;
		}
		f->changed = true;
	}
	return !flt__ir_is_far(0, v);
}

static bool fold_value(struct fold *f, ir_val id)
{
	struct ir_value *v = &f->ir->values[id];

	v->a = f->same_as[v->a] ? f->same_as[v->a] : v->a;
	v->b = f->same_as[v->b] ? f->same_as[v->b] : v->b;
	if (v->op == IR_LOAD)
		return fold_load(f, v);
	if (v->op == IR_NEG && is_const(f, v->a))
		become_const(f, id, 0 - const_of(f, v->a));
	return v->op < IR_ADD || fold_alu(f, id);
}

/* ---- branches ------------------------------------------------------------------------------ */

enum verdict { VERDICT_OPEN, VERDICT_YES, VERDICT_NO };

static enum verdict verdict_if(bool yes)
{
	return yes ? VERDICT_YES : VERDICT_NO;
}

static bool holds(enum ir_test test, uint32_t a, uint32_t k)
{
	switch (test) {
	case TEST_EQ:
		return a == k;
	case TEST_GT:
		return a > k;
	case TEST_GE:
		return a >= k;
	case TEST_SET:
		return (a & k) != 0;
	}
	return false;
}

/* By the bounds of a alone, when it is compared with k. */
static enum verdict decide(const struct fold *f, const struct ir_exit *exit)
{
	uint32_t most = f->most[exit->a];

	if (is_const(f, exit->a))
		return verdict_if(holds(exit->test, const_of(f, exit->a), exit->k));
	if (exit->test == TEST_GE && exit->k == 0)
		return VERDICT_YES;
	bool never = exit->test == TEST_SET ? (flt__ir_ones_above(most) & exit->k) == 0
		     : exit->test == TEST_GT ? most <= exit->k
					     : most < exit->k;
	return never ? VERDICT_NO : VERDICT_OPEN;
}

/* `k test b` as a test of b: equal and set are symmetric, k > b is not (b >= k). */
static void mirror(struct ir_exit *exit, uint32_t k)
{
	exit->a = exit->b;
	exit->b = IR_NONE;
	exit->k = k;
	if (exit->test == TEST_EQ || exit->test == TEST_SET)
		return;
	struct ir_block *yes = exit->yes;
	exit->yes = exit->no;
	exit->no = yes;
	exit->test = exit->test == TEST_GT ? TEST_GE : TEST_GT;
}

static void fold_branch(struct fold *f, struct ir_block *block)
{
	struct ir_exit *exit = &block->exit;

	exit->a = f->same_as[exit->a] ? f->same_as[exit->a] : exit->a;
	exit->b = f->same_as[exit->b] ? f->same_as[exit->b] : exit->b;
	if (exit->b != IR_NONE && is_const(f, exit->b)) {
		exit->k = const_of(f, exit->b);
		exit->b = IR_NONE;
		f->changed = true;
	} else if (exit->b != IR_NONE && is_const(f, exit->a)) {
		mirror(exit, const_of(f, exit->a));
		f->changed = true;
	}
	enum verdict verdict = exit->b == IR_NONE ? decide(f, exit) : VERDICT_OPEN;
	if (verdict == VERDICT_OPEN)
		return;
	flt__ir_jump(block, verdict == VERDICT_YES ? exit->yes : exit->no);
	f->changed = true;
}

static void fold_block(struct fold *f, struct ir_block *block)
{
	uint32_t kept = 0;

	for (uint32_t j = 0; j < block->count; j++) {
		ir_val id = block->body[j];
		if (!fold_value(f, id)) {
			end_block(f, block, kept);
			return;
		}
		const struct ir_value *v = &f->ir->values[id];
		f->most[id] = flt__ir_most(f->ir, v, f->most[v->a], f->most[v->b]);
		if (f->same_as[id] == IR_NONE)
			block->body[kept++] = id;
	}
	block->count = kept;
	if (block->exit.kind == EXIT_BRANCH)
		fold_branch(f, block);
}

bool flt__opt_fold(struct ir *ir)
{
	struct arena room;
	struct fold f = { .ir = ir };

	flt__arena_init(&room, UINT64_MAX);
	f.same_as = flt__arena_array(&room, ir->value_count, sizeof(*f.same_as));
	f.most = flt__arena_array(&room, ir->value_count, sizeof(*f.most));
	if (!room.failed)
		for (uint32_t i = 0; i < ir->order_count; i++)
			fold_block(&f, ir->order[i]);
	flt__arena_release(&room);
	return f.changed;
}
