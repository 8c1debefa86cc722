/* SPDX-License-Identifier: BSD-2-Clause */
/* The way into the parser. */
#include "parse.h"

#include "parser.h"

static bool parse_end(struct parser *p)
{
	if (p->token.kind == T_END)
		return true;
	if (p->token.kind == T_RPAREN)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "this ')' has no matching '('");
	if (p->token.kind == T_RBRACE)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "this '}' has no matching '{'");
	return flt__parse_expected(p, TEST_END);
}

static struct ast *parse_all(struct parser *p)
{
	flt__parse_next(p);
	if (p->token.kind == T_END)
		return flt__parse_node(p, AST_TRUE, p->token.span);
	struct operand all = flt__parse_chain(p, flt__parse_test(p), flt__parse_test);
	if (all.kind == OPERAND_FAILED)
		return NULL;
	return parse_end(p) ? all.node : NULL;
}

struct ast *flt__parse(struct compile *c)
{
	struct parser p = { .c = c,
			    .group = flt__parse_group,
			    .primary = flt__parse_primary,
			    .lexer = { .c = c, .words = flt__words_new(c) } };

	return p.lexer.words ? parse_all(&p) : NULL;
}
