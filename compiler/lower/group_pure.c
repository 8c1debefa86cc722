/* SPDX-License-Identifier: BSD-2-Clause */
/* Side-effect free terms: they say yes or no and do no more, so that others may move over them. */
#include "grouping.h"

#define PURE_OFF_MAX 0xffffu /* bytes with a constant offset are loads that a packet may have */

static bool is_pure_number(const struct ast *node)
{
	for (;;) {
		bool divides = node->op == OP_DIV || node->op == OP_MOD;
		switch (node->kind) {
		case AST_NUMBER:
		case AST_LEN: return true;
		case AST_INDEX:
			return node->a->kind == AST_NUMBER && node->a->number <= PURE_OFF_MAX;
		case AST_ARITH:
			if (divides && !(node->b->kind == AST_NUMBER && node->b->number))
				return false;
			if (!is_pure_number(node->b))
				return false;
			break;
		case AST_NEGATE: break;
		default: return false;
		}
		node = node->a;
	}
}

bool flt__group_is_pure_keyword(enum keyword keyword)
{
	switch (keyword) {
	case KW_LESS:
	case KW_GREATER:
	case KW_BROADCAST:
	case KW_MULTICAST:
	case KW_INBOUND:
	case KW_OUTBOUND: return true;
	default: return false;
	}
}

bool flt__group_is_pure(const struct ast *node)
{
	switch (node->kind) {
	case AST_ID:
	case AST_PROTO:
	case AST_TRUE: return true;
	case AST_KEYWORD: return flt__group_is_pure_keyword(node->keyword);
	case AST_RELATION: return is_pure_number(node->a) && is_pure_number(node->b);
	default: return false;
	}
}
