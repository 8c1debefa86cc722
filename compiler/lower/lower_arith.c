/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic: 32 bits, wrapping. What is constant is worked out here, so that byte offsets are
 * constants. */
#include "lower.h"

#include "bpf_alu.h"

/* clang-format off */
static const struct {
	enum ir_op ir;
	uint16_t bpf;
} ops[] = {
	[OP_ADD] = { IR_ADD, BPF_ADD }, [OP_SUB] = { IR_SUB, BPF_SUB },
	[OP_MUL] = { IR_MUL, BPF_MUL }, [OP_DIV] = { IR_DIV, BPF_DIV },
	[OP_MOD] = { IR_MOD, BPF_MOD }, [OP_AND] = { IR_AND, BPF_AND },
	[OP_OR] = { IR_OR, BPF_OR },	[OP_XOR] = { IR_XOR, BPF_XOR },
	[OP_LSH] = { IR_LSH, BPF_LSH }, [OP_RSH] = { IR_RSH, BPF_RSH },
};
/* clang-format on */

ir_val flt__lower_arith_value(struct lower *g, struct arith a)
{
	if (a.value == IR_NONE)
		return flt__lower_const(g, a.k);
	return a.k ? flt__lower_alu_k(g, IR_ADD, a.value, a.k) : a.value;
}

static bool is_const(struct arith a)
{
	return a.value == IR_NONE;
}

/* ---- the left spine ---------------------------------------------------------------------- */

static bool is_operator(const struct ast *node)
{
	return node->kind == AST_ARITH || node->kind == AST_NEGATE;
}

bool flt__lower_spine(struct lower *g, const struct ast *node, const struct ast *const **spine,
		      uint32_t *count, const struct ast **leaf)
{
	const struct ast *n = node;
	const struct ast **list;

	*count = 0;
	for (; is_operator(n); n = n->a)
		(*count)++;
	*leaf = n;
	list = flt__arena_array(&g->c->arena, *count ? *count : 1, sizeof(*list));
	if (!list)
		return false;
	n = node;
	for (uint32_t i = 0; i < *count; i++) {
		list[i] = n;
		n = n->a;
	}
	*spine = list;
	return true;
}

/* ---- height ------------------------------------------------------------------------------ */

#define HEIGHT_MAX 64u /* passes and emission go down an expression by recursion */

/* What has become high goes into a slot, whose contents has no height. */
struct arith flt__lower_arith_made(struct lower *g, ir_val value, uint32_t height)
{
	if (height < HEIGHT_MAX)
		return (struct arith){ value, 0, height };
	flt__lower_set(g, SLOT_ARITH, value);
	return (struct arith){ flt__lower_off_value(g, (struct off){ .slot = SLOT_ARITH }), 0, 0 };
}

static struct arith operation(struct lower *g, enum ir_op op, struct arith left, struct arith right)
{
	ir_val a = flt__lower_arith_value(g, left);
	ir_val b = op == IR_NEG ? IR_NONE : flt__lower_arith_value(g, right);
	uint32_t below = left.height > right.height ? left.height : right.height;

	return flt__lower_arith_made(g, flt__lower_alu(g, op, a, b), below + 1);
}

/* ---- operators --------------------------------------------------------------------------- */

static bool check_right(struct lower *g, const struct ast *node, struct arith right)
{
	if (!is_const(right))
		return true;
	if ((node->op == OP_DIV || node->op == OP_MOD) && right.k == 0)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->b->span, "division by zero");
	if ((node->op == OP_LSH || node->op == OP_RSH) && right.k > 31)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->b->span,
				    "a number has 32 bits: it can be shifted by 0 to 31, not by %u",
				    right.k);
	return true;
}

/* A constant that is added stays beside the value: a load takes it as its offset. */
static bool add_const(const struct ast *node, struct arith left, struct arith right,
		      struct arith *out)
{
	if (node->op == OP_ADD && is_const(right)) {
		*out = (struct arith){ left.value, left.k + right.k, left.height };
		return true;
	}
	if (node->op == OP_SUB && is_const(right)) {
		*out = (struct arith){ left.value, left.k - right.k, left.height };
		return true;
	}
	if (node->op == OP_ADD && is_const(left)) {
		*out = (struct arith){ right.value, left.k + right.k, right.height };
		return true;
	}
	return false;
}

static bool apply(struct lower *g, const struct ast *node, struct arith left, struct arith *out)
{
	struct arith right;

	if (!flt__lower_arith(g, node->b, &right) || !check_right(g, node, right))
		return false;
	if (is_const(left) && is_const(right)) {
		*out = (struct arith){ IR_NONE, flt__bpf_alu(ops[node->op].bpf, left.k, right.k),
				       0 };
		return true;
	}
	if (!add_const(node, left, right, out))
		*out = operation(g, ops[node->op].ir, left, right);
	return true;
}

static void negate(struct lower *g, struct arith *a)
{
	if (is_const(*a))
		a->k = 0u - a->k;
	else
		*a = operation(g, IR_NEG, *a, (struct arith){ IR_NONE, 0, 0 });
}

static bool lower_leaf(struct lower *g, const struct ast *node, struct arith *out)
{
	switch (node->kind) {
	case AST_NUMBER: *out = (struct arith){ IR_NONE, node->number, 0 }; return true;
	case AST_LEN: *out = (struct arith){ flt__lower_len(g), 0, 0 }; return true;
	case AST_INDEX: return flt__lower_index(g, node, out);
	default:
		return COMPILE_FAIL(g->c, FLT_E_BUG, node->span,
				    "a test stands where a number should be");
	}
}

bool flt__lower_arith(struct lower *g, const struct ast *node, struct arith *out)
{
	const struct ast *const *spine;
	const struct ast *leaf;
	uint32_t count;

	if (!flt__lower_spine(g, node, &spine, &count, &leaf) || !lower_leaf(g, leaf, out))
		return false;
	while (count-- > 0) {
		if (spine[count]->kind == AST_NEGATE)
			negate(g, out);
		else if (!apply(g, spine[count], *out, out))
			return false;
	}
	return true;
}
