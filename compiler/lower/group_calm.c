/* SPDX-License-Identifier: BSD-2-Clause */
/* Terms that do no more than to say yes or no, and that others may move over. */
#include "group.h"

#define CALM_OFF_MAX 0xffffu /* bytes with a constant offset are loads that a packet may have */

static bool is_calm_number(const struct ast *node)
{
	for (;;) {
		bool divides = node->op == OP_DIV || node->op == OP_MOD;
		switch (node->kind) {
		case AST_NUMBER:
		case AST_LEN: return true;
		case AST_INDEX:
			return node->a->kind == AST_NUMBER && node->a->number <= CALM_OFF_MAX;
		case AST_ARITH:
			if (divides && !(node->b->kind == AST_NUMBER && node->b->number))
				return false;
			if (!is_calm_number(node->b))
				return false;
			break;
		case AST_NEGATE: break;
		default: return false;
		}
		node = node->a;
	}
}

bool flt__group_is_calm_keyword(enum keyword keyword)
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

bool flt__group_is_calm(const struct ast *node)
{
	switch (node->kind) {
	case AST_ID:
	case AST_PROTO:
	case AST_TRUE: return true;
	case AST_KEYWORD: return flt__group_is_calm_keyword(node->keyword);
	case AST_RELATION: return is_calm_number(node->a) && is_calm_number(node->b);
	default: return false;
	}
}
