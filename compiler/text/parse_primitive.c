/* SPDX-License-Identifier: BSD-2-Clause */
/* Operands of and/or: parentheses that may hold anything, primitives. */
#include "parser.h"

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
