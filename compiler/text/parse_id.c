/* SPDX-License-Identifier: BSD-2-Clause */
/* Qualifiers, and the ids that they apply to: `tcp dst port (80 or not 81)`. */
#include "parser.h"

/* ---- ids ------------------------------------------------------------------------------ */

static struct operand id_node(struct parser *p, struct value *value)
{
	struct ast *node = flt__parse_node(p, AST_ID, value->span);

	if (!node)
		return FAILED;
	node->quals = p->last;
	node->value = value;
	return (struct operand){ OPERAND_IDS, node };
}

/* `tcp dst prt`, `port 80 or prt`: a name, or a misspelt word that has its value after it. */
static void note_suspect(struct parser *p)
{
	struct span quals = p->last.span;
	bool follows_type = p->last.type != TYPE_NONE &&
			    p->last_word.at + p->last_word.len == quals.at + quals.len;

	if (p->token.kind == T_NAME && !p->token.escaped && !follows_type)
		p->suspect = p->token.span;
}

static struct operand single_id(struct parser *p)
{
	struct value *value = flt__arena_alloc(&p->c->arena, sizeof(*value));

	note_suspect(p);
	if (!value || !flt__parse_value(p, &p->last, value))
		return FAILED;
	return id_node(p, value);
}

struct operand flt__parse_ids(struct parser *p)
{
	struct operand operand;
	struct ast *nots;

	if (!flt__parse_nots(p, &nots))
		return FAILED;
	if (!p->inherits) {
		flt__parse_unqualified(p, p->token.span, false);
		return FAILED;
	}
	struct span open = p->token.span;
	if (p->token.kind != T_LPAREN)
		return flt__parse_negated(p, nots, single_id(p));
	if (!flt__parse_enter(p, open))
		return FAILED;
	flt__parse_next(p);
	operand = flt__parse_chain(p, flt__parse_ids(p), flt__parse_ids);
	return flt__parse_negated(p, nots, flt__parse_close(p, open, operand));
}

struct operand flt__parse_bare(struct parser *p, struct operand plain)
{
	struct value *value = flt__arena_alloc(&p->c->arena, sizeof(*value));
	struct span span = plain.node->op_span;

	if (!p->inherits) {
		flt__parse_unqualified(p, span, true);
		return FAILED;
	}
	if (!value)
		return FAILED;
	value->kind = p->last.type == TYPE_PORTRANGE ? VAL_RANGE : VAL_NUMBER;
	value->span = span;
	value->number = plain.node->number;
	value->text = flt__parse_number_text(p, span, value->number);
	return value->text ? id_node(p, value) : FAILED;
}

/* ---- heads: protocol, direction, type ------------------------------------------------- */

/* `src or dst`, `dst and src`: the second word. */
static bool second_direction(struct parser *p, enum dir first, enum dir *dir)
{
	bool is_and = p->token.kind == T_AND;
	enum dir other = first == DIR_SRC ? DIR_DST : DIR_SRC;

	flt__parse_next(p);
	if (p->token.kind != T_DIR || p->token.which != (uint32_t)other)
		return flt__parse_expected(p, other == DIR_DST ? "'dst'" : "'src'");
	*dir = is_and ? DIR_SRC_AND_DST : DIR_SRC_OR_DST;
	flt__parse_next(p);
	return true;
}

static bool direction(struct parser *p, struct quals *quals)
{
	if (p->token.kind != T_DIR)
		return true;
	quals->dir = (enum dir)p->token.which;
	quals->dir_span = p->token.span;
	flt__parse_next(p);
	bool has_pair = quals->dir == DIR_SRC || quals->dir == DIR_DST;
	if (has_pair && (p->token.kind == T_AND || p->token.kind == T_OR))
		return second_direction(p, quals->dir, &quals->dir);
	return true;
}

static bool type(struct parser *p, struct quals *quals)
{
	if (p->token.kind != T_TYPE)
		return true;
	quals->type = (enum type)p->token.which;
	bool fits = quals->dir == DIR_NONE ||
		    (quals->type != TYPE_GATEWAY && quals->type != TYPE_PROTO &&
		     quals->type != TYPE_PROTOCHAIN);
	if (!fits)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "'%s' takes no direction: remove '%s'",
				    flt__type_word(quals->type), flt__dir_word(quals->dir));
	flt__parse_next(p);
	if (p->token.kind == T_DIR)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "put the direction before the type: %s %s",
				    flt__dir_word((enum dir)p->token.which),
				    flt__type_word(quals->type));
	return true;
}

static bool is_value(enum token_kind kind)
{
	return kind == T_NUMBER || kind == T_NAME || kind == T_IPV4 || kind == T_IPV6 ||
	       kind == T_MAC || kind == T_ARCNET || kind == T_LBRACE || kind == T_FILE;
}

/* A protocol and nothing that it qualifies: a test of its own. */
static struct operand lone_proto(struct parser *p, const struct quals *quals)
{
	bool has_ports = quals->proto == PROTO_TCP || quals->proto == PROTO_UDP ||
			 quals->proto == PROTO_SCTP;

	if (is_value(p->token.kind)) {
		flt__parse_expected(p,
				    has_ports && p->token.kind == T_NUMBER ?
					    "'and', 'or', the end, or 'port' before the number" :
					    "'and', 'or', the end, or a word such as host or port");
		return FAILED;
	}
	struct ast *node = flt__parse_node(p, AST_PROTO, quals->span);
	p->inherits = false;
	if (!node)
		return FAILED;
	node->quals = *quals;
	return (struct operand){ OPERAND_TEST, node };
}

/* `ip[6:2]`; the token is the bracket. */
static struct operand index_size(struct parser *p, struct ast *node)
{
	node->number = 1;
	if (flt__parse_accept(p, T_COLON)) {
		uint32_t size = p->token.number;
		if (p->token.kind != T_NUMBER) {
			flt__parse_expected(p, "a size of 1, 2 or 4 bytes");
			return FAILED;
		}
		if (size != 1 && size != 2 && size != 4) {
			flt__fail_at(p->c->err, FLT_E_MEANING, p->token.span.at, p->token.span.len,
				     "1, 2 or 4 bytes can be read at once, not %u", size);
			return FAILED;
		}
		node->number = size;
		flt__parse_next(p);
	}
	node->span = span_join(node->span, p->token.span);
	if (flt__parse_accept(p, T_RBRACKET))
		return (struct operand){ OPERAND_NUMBER, node };
	flt__parse_expected(p, "']'");
	return FAILED;
}

static struct operand index_node(struct parser *p, const struct quals *quals)
{
	struct ast *node = flt__parse_node(p, AST_INDEX, quals->span);

	if (!node || !flt__parse_enter(p, p->token.span))
		return FAILED;
	flt__parse_next(p);
	struct operand offset = flt__parse_number(p);
	p->depth--;
	if (offset.kind == OPERAND_FAILED)
		return FAILED;
	node->quals = *quals;
	node->a = offset.node;
	node->height = offset.node->height + 1;
	return index_size(p, node);
}

/* The words have been read: what they qualify. */
static struct operand qualified(struct parser *p, const struct quals *quals)
{
	p->last = *quals;
	p->inherits = true;
	struct operand operand = flt__parse_ids(p);
	if (operand.kind == OPERAND_FAILED)
		return operand;
	operand.node->span = span_join(quals->span, operand.node->span);
	return (struct operand){ OPERAND_TEST, operand.node };
}

struct operand flt__parse_head(struct parser *p)
{
	struct quals quals = { .span = p->token.span };

	if (p->token.kind == T_PROTO) {
		quals.proto = (enum proto)p->token.which;
		flt__parse_next(p);
		if (p->token.kind == T_LBRACKET)
			return index_node(p, &quals);
		if (p->token.kind == T_KEYWORD)
			return flt__parse_keyword(p, &quals);
		if (p->token.kind != T_DIR && p->token.kind != T_TYPE)
			return lone_proto(p, &quals);
	}
	if (!direction(p, &quals) || !type(p, &quals))
		return FAILED;
	quals.span = span_join(quals.span, p->last_word);
	return qualified(p, &quals);
}
