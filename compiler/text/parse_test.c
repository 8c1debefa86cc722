/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands of and/or: `not`, parentheses that may hold anything, primitives. */
#include "parse.h"

/* ---- not ------------------------------------------------------------------------------ */

/* All `not` that stand here, the last one outermost in the list (`a` is the one before). */
bool flt__parse_nots(struct parser *p, struct ast **nots)
{
	for (*nots = NULL; p->token.kind == T_NOT;) {
		struct ast *node = flt__parse_node(p, AST_NOT, p->token.span);
		if (!node || !flt__parse_enter(p, node->span))
			return false;
		node->a = *nots;
		*nots = node;
		flt__parse_next(p);
	}
	return true;
}

/* Put them around their operand. */
struct operand flt__parse_negated(struct parser *p, struct ast *nots, struct operand operand)
{
	if (operand.kind == OPERAND_FAILED)
		return operand;
	while (nots) {
		struct ast *node = nots;
		nots = node->a;
		node->a = operand.node;
		node->span = span_join(node->span, operand.node->span);
		operand.node = node;
		p->depth--;
	}
	return operand;
}

/* ---- operands ------------------------------------------------------------------------- */

/* What cannot be a number any more: a plain one is an id, other arithmetic lacks its relation. */
static struct operand settle(struct parser *p, struct operand operand)
{
	if (operand.kind == OPERAND_PLAIN)
		return flt__parse_bare(p, operand);
	if (operand.kind == OPERAND_NUMBER) {
		flt__parse_expected(p, "a relation (=, !=, <, <=, >, >=)");
		return FAILED;
	}
	return operand;
}

/* A test, or a number that no relation follows. */
static struct operand parse_operand(struct parser *p)
{
	struct ast *nots;

	if (!flt__parse_nots(p, &nots))
		return FAILED;
	struct operand operand = flt__parse_relation(p, flt__parse_arith(p, PARSE_ALL));
	return nots ? flt__parse_negated(p, nots, settle(p, operand)) : operand;
}

struct operand flt__parse_test(struct parser *p)
{
	return settle(p, parse_operand(p));
}

/* In a parenthesis: a number that fills it stays one, what begins with a bare id is a list. */
static struct operand group_inside(struct parser *p)
{
	struct operand first = parse_operand(p);

	if ((first.kind == OPERAND_PLAIN || first.kind == OPERAND_NUMBER) &&
	    p->token.kind == T_RPAREN)
		return first;
	first = settle(p, first);
	return flt__parse_chain(p, first,
				first.kind == OPERAND_IDS ? flt__parse_ids : flt__parse_test);
}

/* The `)`, and the node's span over both parentheses. */
struct operand flt__parse_close(struct parser *p, struct span open, struct operand inside)
{
	if (inside.kind == OPERAND_FAILED)
		return inside;
	p->depth--;
	inside.node->span = span_join(open, p->token.span);
	if (!flt__parse_accept(p, T_RPAREN)) {
		flt__parse_expected(p, inside.kind == OPERAND_IDS ?
					       "')', or 'and' or 'or' and another value" :
					       "')', 'and' or 'or'");
		return FAILED;
	}
	return inside;
}

struct operand flt__parse_group(struct parser *p)
{
	struct quals last = p->last;
	bool inherits = p->inherits;
	struct span open = p->token.span;

	if (!flt__parse_enter(p, open))
		return FAILED;
	flt__parse_next(p);
	struct operand inside = flt__parse_close(p, open, group_inside(p));
	p->last = last;
	p->inherits = inherits;
	return inside;
}

struct operand flt__parse_primary(struct parser *p)
{
	switch (p->token.kind) {
	case T_PROTO:
	case T_DIR:
	case T_TYPE: return flt__parse_head(p);
	case T_KEYWORD: return flt__parse_keyword(p, NULL);
	case T_NAME:
	case T_IPV4:
	case T_IPV6:
	case T_MAC:
	case T_ARCNET:
	case T_LBRACE:
	case T_FILE: return flt__parse_ids(p);
	default:
		flt__parse_expected(p, "a test, such as 'tcp port 80' or 'host 10.0.0.1',");
		return FAILED;
	}
}
