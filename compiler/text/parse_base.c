/* SPDX-License-Identifier: BSD-2-Clause */
/* What all of the parser stands on: tokens, nodes, chains, `not`, parentheses. */
#include "parser.h"

/* ---- tokens and nodes -------------------------------------------------------------- */

void flt__parse_next(struct parser *p)
{
	p->last_word = p->token.span;
	p->token = flt__lex(&p->lexer);
}

bool flt__parse_accept(struct parser *p, enum token_kind kind)
{
	if (p->token.kind != kind)
		return false;
	flt__parse_next(p);
	return true;
}

bool flt__parse_enter(struct parser *p, struct span at)
{
	uint32_t most = p->c->opts.max_nesting;

	if (p->depth >= most)
		return COMPILE_FAIL(p->c, FLT_E_LIMIT, at,
				    "the expression is nested more than %u levels deep", most);
	p->depth++;
	return true;
}

struct ast *flt__parse_node(struct parser *p, enum ast_kind kind, struct span span)
{
	struct ast *node = flt__arena_alloc(&p->c->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = kind;
	node->span = node->op_span = span;
	return node;
}

/* ---- chains ------------------------------------------------------------------------ */

struct terms {
	struct ast_term *list;
	uint32_t count;
	size_t capacity;
};

static bool add_term(struct parser *p, struct terms *terms, struct ast *node, bool is_and)
{
	struct ast_term *list = flt__arena_grow(&p->c->arena, terms->list, terms->count,
						&terms->capacity, sizeof(*list));

	if (!list)
		return false;
	terms->list = list;
	terms->list[terms->count++] = (struct ast_term){ node, is_and };
	return true;
}

static struct operand chain_node(struct parser *p, const struct terms *terms,
				 enum operand_kind kind)
{
	struct span span =
		span_join(terms->list[0].node->span, terms->list[terms->count - 1].node->span);
	struct ast *node = flt__parse_node(p, AST_CHAIN, span);

	if (!node)
		return FAILED;
	node->terms = terms->list;
	node->term_count = terms->count;
	return (struct operand){ kind, node };
}

struct operand flt__parse_chain(struct parser *p, struct operand first,
				struct operand (*parse_operand)(struct parser *p))
{
	struct terms terms = { NULL, 0, 0 };

	if (first.kind == OPERAND_FAILED || (p->token.kind != T_AND && p->token.kind != T_OR))
		return first;
	if (!add_term(p, &terms, first.node, false))
		return FAILED;
	while (p->token.kind == T_AND || p->token.kind == T_OR) {
		bool is_and = p->token.kind == T_AND;
		flt__parse_next(p);
		struct operand next = parse_operand(p);
		if (next.kind == OPERAND_FAILED || !add_term(p, &terms, next.node, is_and))
			return FAILED;
	}
	return chain_node(p, &terms, first.kind == OPERAND_IDS ? OPERAND_IDS : OPERAND_TEST);
}

/* ---- not, and the end of a parenthesis --------------------------------------------- */

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
