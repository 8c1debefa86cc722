/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions that mean the same with less arithmetic. What may end the program is left alone. */
#include "bpf.h"
#include "bpf_alu.h"
#include "ir.h"

static const uint8_t alu_codes[] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_DIV] = BPF_DIV,
	[IR_MOD] = BPF_MOD, [IR_AND] = BPF_AND, [IR_OR] = BPF_OR,   [IR_XOR] = BPF_XOR,
	[IR_LSH] = BPF_LSH, [IR_RSH] = BPF_RSH,
};

static bool is_const(const struct ir *ir, ir_val id)
{
	return id != IR_NONE && ir->values[id].op == IR_CONST;
}

/* Of a commutative operation the constant is on the right; else the older operand on the left. */
static void put_in_order(const struct ir *ir, struct ir_value *v)
{
	bool swap = is_const(ir, v->a) ? !is_const(ir, v->b) : !is_const(ir, v->b) && v->a > v->b;

	if (!flt__ir_is_commutative(v->op) || !swap)
		return;
	ir_val a = v->a;
	v->a = v->b;
	v->b = a;
}

/* x op k gives x itself. */
static bool leaves_alone(const struct ir *ir, const struct ir_value *v, uint32_t k)
{
	switch ((enum ir_op)v->op) {
	case IR_ADD:
	case IR_SUB:
	case IR_OR:
	case IR_XOR: return k == 0;
	case IR_LSH:
	case IR_RSH: return k % 32 == 0;
	case IR_MUL:
	case IR_DIV: return k == 1;
	case IR_AND: return (flt__ir_ones_above(flt__ir_max_of(ir, v->a)) & ~k) == 0;
	case IR_MOD: return k > flt__ir_max_of(ir, v->a);
	default: return false;
	}
}

/* x op k gives 0, whatever x is. */
static bool gives_zero(const struct ir *ir, const struct ir_value *v, uint32_t k)
{
	uint32_t most = flt__ir_max_of(ir, v->a);

	switch ((enum ir_op)v->op) {
	case IR_AND: return (flt__ir_ones_above(most) & k) == 0;
	case IR_MUL: return k == 0;
	case IR_MOD: return k == 1;
	case IR_RSH: return most >> (k % 32) == 0;
	case IR_DIV: return k > most;
	default: return false;
	}
}

/* (x op j) op k as x op one constant. */
static bool joins(const struct ir *ir, struct ir_value *v, uint32_t *k)
{
	const struct ir_value *inner = &ir->values[v->a];

	if (inner->op != v->op || !is_const(ir, inner->b))
		return false;
	uint32_t j = ir->values[inner->b].k;
	switch ((enum ir_op)v->op) {
	case IR_ADD:
	case IR_SUB: *k += j; break;
	case IR_AND: *k &= j; break;
	case IR_OR: *k |= j; break;
	case IR_XOR: *k ^= j; break;
	case IR_MUL: *k *= j; break;
	default: return false;
	}
	v->a = inner->a;
	return true;
}

static ir_val simplify_by_const(struct ir *ir, struct ir_value v, uint32_t k)
{
	if ((v.op == IR_DIV || v.op == IR_MOD) && k == 0)
		return flt__ir_expr(ir, v);
	if (is_const(ir, v.a))
		return flt__ir_const(ir, flt__bpf_alu(alu_codes[v.op], ir->values[v.a].k, k));
	if (gives_zero(ir, &v, k))
		return flt__ir_const(ir, 0);
	if (leaves_alone(ir, &v, k))
		return v.a;
	if (joins(ir, &v, &k))
		return flt__ir_simplify(
			ir, (struct ir_value){ .op = v.op, .a = v.a, .b = flt__ir_const(ir, k) });
	if (v.op == IR_SUB)
		return flt__ir_simplify(
			ir,
			(struct ir_value){ .op = IR_ADD, .a = v.a, .b = flt__ir_const(ir, 0 - k) });
	return flt__ir_expr(ir, v);
}

/* Both operands are equal. */
static ir_val simplify_equal(struct ir *ir, struct ir_value v)
{
	switch ((enum ir_op)v.op) {
	case IR_AND:
	case IR_OR: return v.a;
	case IR_XOR:
	case IR_SUB: return flt__ir_const(ir, 0);
	default: return flt__ir_expr(ir, v);
	}
}

/* A constant part of the offset goes into k; not where the offset counts from some other header,
 * which the machine knows when it works the offset out itself. */
static ir_val simplify_load(struct ir *ir, struct ir_value v)
{
	const struct ir_value *base = &ir->values[v.a];

	if (base->op == IR_CONST && v.a != IR_NONE && v.k + base->k >= BPF_OFF_LINK)
		return flt__ir_expr(ir, v);
	if (base->op == IR_CONST) {
		v.k += base->k;
		v.a = IR_NONE;
	} else if (base->op == IR_ADD && is_const(ir, base->b)) {
		v.k += ir->values[base->b].k;
		v.a = base->a;
		return simplify_load(ir, v);
	}
	return flt__ir_expr(ir, v);
}

ir_val flt__ir_simplify(struct ir *ir, struct ir_value v)
{
	if (v.op == IR_LOAD)
		return simplify_load(ir, v);
	if (v.op == IR_NEG && is_const(ir, v.a))
		return flt__ir_const(ir, 0 - ir->values[v.a].k);
	if (v.op < IR_ADD)
		return flt__ir_expr(ir, v);
	put_in_order(ir, &v);
	if (is_const(ir, v.b))
		return simplify_by_const(ir, v, ir->values[v.b].k);
	return v.a == v.b ? simplify_equal(ir, v) : flt__ir_expr(ir, v);
}
