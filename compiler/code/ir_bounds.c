/* SPDX-License-Identifier: BSD-2-Clause */
/* How large results may be. */
#include "bpf.h"
#include "ir.h"

#define LOOK_DEPTH 4 /* 4 * (byte & 15) and a sum */

uint32_t flt__ir_ones_above(uint32_t k)
{
	k |= k >> 1;
	k |= k >> 2;
	k |= k >> 4;
	k |= k >> 8;
	return k | k >> 16;
}

uint32_t flt__ir_max(const struct ir *ir, const struct ir_value *v, uint32_t a, uint32_t b)
{
	const struct ir_value *by = &ir->values[v->b];
	bool by_const = v->b != IR_NONE && by->op == IR_CONST;
	uint32_t shift = by_const ? by->k % 32 : 0;

	switch ((enum ir_op)v->op) {
	case IR_CONST: return v->k;
	case IR_LOAD: return v->size == 4 ? UINT32_MAX : (1u << (8 * v->size)) - 1;
	case IR_AND: return a < b ? a : b;
	case IR_OR:
	case IR_XOR: return flt__ir_ones_above(a | b);
	case IR_ADD: return a <= UINT32_MAX - b ? a + b : UINT32_MAX;
	case IR_RSH: return a >> shift;
	case IR_LSH: return by_const && a <= UINT32_MAX >> shift ? a << shift : UINT32_MAX;
	case IR_DIV: return by_const && by->k ? a / by->k : a;
	case IR_MOD: return b && b - 1 < a ? b - 1 : a;
	default: return UINT32_MAX;
	}
}

/* The same without what a pass has worked out, for short arithmetic such as a header's length. */
static uint32_t max_by_looking(const struct ir *ir, ir_val id, unsigned depth)
{
	const struct ir_value *v = &ir->values[id];

	if (id == IR_NONE)
		return 0;
	if (!depth)
		return UINT32_MAX;
	uint32_t a = max_by_looking(ir, v->a, depth - 1);
	uint32_t b = max_by_looking(ir, v->b, depth - 1);
	return flt__ir_max(ir, v, a, b);
}

uint32_t flt__ir_max_of(const struct ir *ir, ir_val id)
{
	return max_by_looking(ir, id, LOOK_DEPTH);
}

bool flt__ir_is_beyond_packet(uint32_t base_max, const struct ir_value *load)
{
	uint32_t room = BPF_MAX_BYTES - load->size;

	return load->k > room || base_max > room - load->k;
}

bool flt__ir_has_effect(const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];
	const struct ir_value *by = &ir->values[v->b];

	switch ((enum ir_op)v->op) {
	case IR_SET: return true;
	case IR_DIV:
	case IR_MOD: return by->op != IR_CONST || by->k == 0;
	case IR_LOAD: return flt__ir_is_beyond_packet(flt__ir_max_of(ir, v->a), v);
	default: return false;
	}
}

/* ---- shapes that one instruction knows ----------------------------------------------------- */

static bool is_const_value(const struct ir *ir, ir_val v, uint32_t k)
{
	return ir->values[v].op == IR_CONST && ir->values[v].k == k;
}

bool flt__ir_is_header_length(const struct ir *ir, ir_val v, uint32_t *byte_off)
{
	const struct ir_value *scaled = &ir->values[v];
	bool by_four = (scaled->op == IR_LSH && is_const_value(ir, scaled->b, 2)) ||
		       (scaled->op == IR_MUL && is_const_value(ir, scaled->b, 4));

	if (!by_four)
		return false;
	const struct ir_value *masked = &ir->values[scaled->a];
	if (masked->op != IR_AND || !is_const_value(ir, masked->b, 15))
		return false;
	const struct ir_value *load = &ir->values[masked->a];
	if (load->op != IR_LOAD || load->size != 1 || load->a != IR_NONE || load->k > INT32_MAX)
		return false;
	*byte_off = load->k;
	return true;
}

bool flt__ir_is_commutative(uint8_t op)
{
	return op == IR_ADD || op == IR_MUL || op == IR_AND || op == IR_OR || op == IR_XOR;
}
