/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers, operators, relations: one table says how each operator binds, one climb uses it. */
#include "parser.h"

/*
 * An operator takes what stands left of it when `left` is at least what the operator further left
 * left over as `right`. `^` and `%` have always bound more tightly than all others on their left,
 * and taken everything on their right (`a * b % c` is a * (b % c), `a % b * c` is a % (b * c));
 * filters are written to that. `a ^ b ^ c` alone is the same from the left, where it does not nest:
 * it is read that way.
 */
#define XOR_RIGHT 0u /* PARSE_ALL, unless a `^` follows the first operand */

/* clang-format off */
static const struct arith_row {
	enum token_kind token;
	enum arith_op op;
	uint8_t left, right;
} arith_rows[] = {
	{ T_BIT_OR,  OP_OR,  1, 2 },
	{ T_BIT_AND, OP_AND, 3, 4 },
	{ T_LSH,     OP_LSH, 5, 6 },
	{ T_RSH,     OP_RSH, 5, 6 },
	{ T_PLUS,    OP_ADD, 7, 8 },
	{ T_MINUS,   OP_SUB, 7, 8 },
	{ T_STAR,    OP_MUL, 9, 10 },
	{ T_SLASH,   OP_DIV, 9, 10 },
	{ T_PERCENT, OP_MOD, 99, PARSE_ALL },
	{ T_BIT_XOR, OP_XOR, 99, XOR_RIGHT },
};
/* clang-format on */

#define NEGATE_BINDS 11

static bool is_number(struct operand operand)
{
	return operand.kind == OPERAND_PLAIN || operand.kind == OPERAND_NUMBER;
}

static const struct arith_row *find_row(enum token_kind token)
{
	for (size_t i = 0; i < sizeof(arith_rows) / sizeof(arith_rows[0]); i++)
		if (arith_rows[i].token == token)
			return &arith_rows[i];
	return NULL;
}

/* A number was needed, and this is what came. */
static struct operand not_a_number(struct parser *p, struct operand operand)
{
	if (operand.kind != OPERAND_FAILED) {
		struct span span = operand.node->span;
		struct quote quote = flt__quote(p->c, span);
		flt__fail_at(p->c->err, FLT_E_SYNTAX, span.at, span.len,
			     "found the test %s where a number was expected", quote.text);
	}
	return FAILED;
}

/* ---- operands ------------------------------------------------------------------------- */

static bool begins_number(enum token_kind kind)
{
	return kind == T_NUMBER || kind == T_LEN || kind == T_MINUS || kind == T_LPAREN ||
	       kind == T_PROTO;
}

/* A number where nothing else can stand. */
static struct operand parse_right(struct parser *p, unsigned least)
{
	if (!begins_number(p->token.kind)) {
		flt__parse_expected(p, "a number");
		return FAILED;
	}
	struct operand operand = flt__parse_arith(p, least);
	return is_number(operand) ? operand : not_a_number(p, operand);
}

static struct operand number(struct parser *p)
{
	struct ast *node = flt__parse_node(p, AST_NUMBER, p->token.span);

	if (!node)
		return FAILED;
	node->number = p->token.number;
	flt__parse_next(p);
	return (struct operand){ OPERAND_PLAIN, node };
}

static struct operand length(struct parser *p)
{
	struct ast *node = flt__parse_node(p, AST_LEN, p->token.span);

	flt__parse_next(p);
	return node ? (struct operand){ OPERAND_NUMBER, node } : FAILED;
}

/* The height of a number made of others: the later stages go down that far on the right, and walk
 * along the left, so that a chain has no height. */
static bool grow(struct parser *p, struct ast *node)
{
	uint32_t a = node->a->height, b = node->b ? node->b->height + 1 : 0;
	uint32_t most = p->c->opts.max_nesting;

	node->height = a > b ? a : b;
	if (node->height > most)
		return COMPILE_FAIL(p->c, FLT_E_LIMIT, node->op_span,
				    "operators are nested more than %u levels deep", most);
	return true;
}

static struct operand negate(struct parser *p)
{
	struct ast *node = flt__parse_node(p, AST_NEGATE, p->token.span);

	if (!node || !flt__parse_enter(p, node->span))
		return FAILED;
	flt__parse_next(p);
	struct operand operand = parse_right(p, NEGATE_BINDS);
	p->depth--;
	if (operand.kind == OPERAND_FAILED)
		return FAILED;
	node->a = operand.node;
	node->span = span_join(node->span, operand.node->span);
	return grow(p, node) ? (struct operand){ OPERAND_NUMBER, node } : FAILED;
}

static struct operand arith_operand(struct parser *p)
{
	switch (p->token.kind) {
	case T_NUMBER: return number(p);
	case T_LEN: return length(p);
	case T_MINUS: return negate(p);
	case T_LPAREN: return p->group(p);
	default: return p->primary(p);
	}
}

/* ---- operators ------------------------------------------------------------------------ */

/* An operator that waits for its right side is a level, like a parenthesis. */
static struct operand arith_right(struct parser *p, const struct arith_row *row)
{
	if (!flt__parse_enter(p, p->last_word))
		return FAILED;
	struct operand right = parse_right(p, row->right);
	p->depth--;
	return right;
}

static struct operand arith_node(struct parser *p, enum arith_op op, struct span op_span,
				 struct operand left, struct operand right)
{
	struct ast *node =
		flt__parse_node(p, AST_ARITH, span_join(left.node->span, right.node->span));

	if (!node)
		return FAILED;
	node->op = op;
	node->op_span = op_span;
	node->a = left.node;
	node->b = right.node;
	return grow(p, node) ? (struct operand){ OPERAND_NUMBER, node } : FAILED;
}

struct operand flt__parse_arith(struct parser *p, unsigned least)
{
	struct operand left = arith_operand(p);

	if (least == XOR_RIGHT && p->token.kind == T_BIT_XOR)
		return left;
	while (is_number(left)) {
		const struct arith_row *row = find_row(p->token.kind);
		struct span op_span = p->token.span;
		if (!row || row->left < least)
			return left;
		flt__parse_next(p);
		struct operand right = arith_right(p, row);
		if (right.kind == OPERAND_FAILED)
			return right;
		left = arith_node(p, row->op, op_span, left, right);
	}
	return left;
}

struct operand flt__parse_number(struct parser *p)
{
	return parse_right(p, PARSE_ALL);
}

struct operand flt__parse_relation(struct parser *p, struct operand left)
{
	struct span op_span = p->token.span;
	enum relop relop;

	if (!is_number(left) || !flt__token_relop(&p->token, &relop))
		return left;
	flt__parse_next(p);
	struct operand right = flt__parse_number(p);
	if (right.kind == OPERAND_FAILED)
		return FAILED;
	struct ast *node =
		flt__parse_node(p, AST_RELATION, span_join(left.node->span, right.node->span));
	if (!node)
		return FAILED;
	node->relop = relop;
	node->op_span = op_span;
	node->a = left.node;
	node->b = right.node;
	p->inherits = false;
	return (struct operand){ OPERAND_TEST, node };
}

bool flt__parse_plain(struct parser *p, const char *what, struct token *number_token)
{
	uint32_t parens = 0;

	for (; p->token.kind == T_LPAREN; parens++) {
		if (!flt__parse_enter(p, p->token.span))
			return false;
		flt__parse_next(p);
	}
	if (p->token.kind != T_NUMBER)
		return flt__parse_expected(p, what);
	*number_token = p->token;
	flt__parse_next(p);
	for (; parens; parens--, p->depth--)
		if (!flt__parse_accept(p, T_RPAREN))
			return flt__parse_expected(p, "')'");
	return true;
}
