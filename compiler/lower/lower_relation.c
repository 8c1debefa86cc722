/* SPDX-License-Identifier: BSD-2-Clause */
/* Relations between numbers; `byte`, lengths. */
#include "lowering.h"

/* clang-format off */
static const struct {
	enum ir_test test;
	bool is_inverted;
	enum relop mirrored;     /* the same with its sides exchanged */
} relations[] = {
	[REL_EQ] = { TEST_EQ, false, REL_EQ }, [REL_NE] = { TEST_EQ, true, REL_NE },
	[REL_GT] = { TEST_GT, false, REL_LT }, [REL_LE] = { TEST_GT, true, REL_GE },
	[REL_GE] = { TEST_GE, false, REL_LE }, [REL_LT] = { TEST_GE, true, REL_GT },
};
/* clang-format on */

static bool holds(enum relop relop, uint32_t a, uint32_t b)
{
	bool yes = relations[relop].test == TEST_EQ ? a == b :
		   relations[relop].test == TEST_GT ? a > b :
						      a >= b;

	return yes != relations[relop].is_inverted;
}

void flt__lower_compare(struct lower *g, enum relop relop, struct arith a, struct arith b,
			struct target to)
{
	if (a.value == IR_NONE && b.value == IR_NONE) {
		flt__lower_goto(g, holds(relop, a.k, b.k) ? to.yes : to.no);
		return;
	}
	if (a.value == IR_NONE) {
		flt__lower_compare(g, relations[relop].mirrored, b, a, to);
		return;
	}
	struct target out = relations[relop].is_inverted ? flt__lower_invert(to) : to;
	ir_val left = flt__lower_arith_value(g, a);

	if (b.value == IR_NONE)
		flt__lower_cmp(g, relations[relop].test, left, b.k, out);
	else
		flt__lower_cmp_value(g, relations[relop].test, left, flt__lower_arith_value(g, b),
				     out);
}

/* A packet in which one of the bytes means nothing is a no, also for `!=`. */
bool flt__lower_relation(struct lower *g, const struct ast *node, struct target to)
{
	struct arith a, b;

	if (!flt__lower_guards(g, node->a, to.no) || !flt__lower_guards(g, node->b, to.no))
		return false;
	if (!flt__lower_arith(g, node->a, &a) || !flt__lower_arith(g, node->b, &b))
		return false;
	flt__lower_compare(g, node->relop, a, b, to);
	return true;
}

bool flt__lower_byte_test(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t off = node->args[0].number;
	struct arith byte = { 0 };
	struct arith number = { IR_NONE, node->args[1].number, 0 };

	if (!flt__lower_has_link(g, node->span))
		return false;
	if (number.k > 255)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->args[1].span,
				    "a byte is at most 255, not %u", number.k);
	byte.value = flt__lower_load(g, flt__off_add(g->frame.link_off, off), 1);
	if (node->is_bits) {
		byte.value = flt__lower_alu_k(g, node->op == OP_AND ? IR_AND : IR_OR, byte.value,
					      number.k);
		flt__lower_cmp(g, TEST_EQ, byte.value, 0, flt__lower_invert(to));
		return true;
	}
	flt__lower_compare(g, node->relop, byte, number, to);
	return true;
}

bool flt__lower_less(struct lower *g, const struct ast *node, struct target to)
{
	flt__lower_cmp(g, TEST_GT, flt__lower_len(g), node->args[0].number, flt__lower_invert(to));
	return true;
}

bool flt__lower_greater(struct lower *g, const struct ast *node, struct target to)
{
	flt__lower_cmp(g, TEST_GE, flt__lower_len(g), node->args[0].number, to);
	return true;
}
