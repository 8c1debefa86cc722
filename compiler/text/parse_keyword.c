/* SPDX-License-Identifier: BSD-2-Clause */
/* Keyword primitives: a word, and what its row in keywords.def says may follow. */
#include "parser.h"

enum args {
	ARGS_NONE,
	ARGS_NUMBER,
	ARGS_OPTNUMBER,
	ARGS_NAME,
	ARGS_WORD,
	ARGS_OPTNAME,
	ARGS_BYTE,
	ARGS_RELNUMBER
};

static const uint8_t keyword_args[] = {
#define KEYWORD(tag, words, args) args,
#include "keywords.def"
#undef KEYWORD
};

/* ---- arguments ------------------------------------------------------------------------ */

struct args_list {
	struct value *list;
	uint32_t count;
	size_t capacity;
};

static bool add_arg(struct parser *p, struct args_list *args, const struct token *token)
{
	struct value *list = flt__arena_grow(&p->c->arena, args->list, args->count, &args->capacity,
					     sizeof(*list));

	if (!list)
		return false;
	args->list = list;
	struct value *value = &list[args->count++];
	*value = (struct value){ .kind = token->kind == T_NUMBER ? VAL_NUMBER : VAL_NAME,
				 .span = token->span,
				 .number = token->number };
	value->text = flt__parse_text(p, token->span, token->escaped);
	return value->text != NULL;
}

static bool number_arg(struct parser *p, struct args_list *args, const char *what)
{
	struct token token;

	return flt__parse_plain(p, what, &token) && add_arg(p, args, &token);
}

static bool take_arg(struct parser *p, struct args_list *args)
{
	struct token token = p->token;

	flt__parse_next(p);
	return add_arg(p, args, &token);
}

static bool is_name(const struct token *token)
{
	return token->kind == T_NAME || token->kind == T_NUMBER;
}

/* `rnr` is an LLC frame as well as a keyword. */
static bool is_llc_name(const struct token *token)
{
	return is_name(token) || (token->kind == T_KEYWORD && token->which == KW_PF_RNR);
}

static bool name_arg(struct parser *p, struct args_list *args, const char *what)
{
	return is_name(&p->token) ? take_arg(p, args) : flt__parse_expected(p, what);
}

static bool word_arg(struct parser *p, struct args_list *args)
{
	return p->token.kind == T_NAME ? take_arg(p, args) : flt__parse_expected(p, "a name");
}

/* `vlan`, `vlan 5`. A name is neither the number nor what may follow. */
static bool optional_number(struct parser *p, struct args_list *args)
{
	if (p->token.kind == T_NAME)
		return flt__parse_expected(p, "a number, 'and', 'or' or the end");
	return (p->token.kind != T_NUMBER && p->token.kind != T_LPAREN) ||
	       number_arg(p, args, "a number");
}

/* ---- shapes --------------------------------------------------------------------------- */

/* `byte 8 & 5`, `byte 8 = 5`. */
static bool byte_args(struct parser *p, struct ast *node, struct args_list *args)
{
	if (!number_arg(p, args, "the byte's offset"))
		return false;
	node->is_bits = p->token.kind == T_BIT_AND || p->token.kind == T_BIT_OR;
	node->op = p->token.kind == T_BIT_OR ? OP_OR : OP_AND;
	bool fits = node->is_bits ||
		    (flt__token_relop(&p->token, &node->relop) &&
		     (node->relop == REL_EQ || node->relop == REL_LT || node->relop == REL_GT));
	if (!fits)
		return flt__parse_expected(p, "one of = < > & |");
	flt__parse_next(p);
	return number_arg(p, args, "the byte's value");
}

/* `vci (5 or 6)`; the token is the parenthesis. */
static bool list_args(struct parser *p, struct args_list *args)
{
	if (!flt__parse_enter(p, p->token.span))
		return false;
	flt__parse_next(p);
	do {
		if (!number_arg(p, args, "a number"))
			return false;
	} while (flt__parse_accept(p, T_OR));
	p->depth--;
	return flt__parse_accept(p, T_RPAREN) || flt__parse_expected(p, "')' or 'or'");
}

static bool related_args(struct parser *p, struct ast *node, struct args_list *args)
{
	if (flt__token_relop(&p->token, &node->relop)) {
		flt__parse_next(p);
		return p->token.kind == T_LPAREN ?
			       flt__parse_expected(p, "a number (a list takes no relation)") :
			       number_arg(p, args, "a number");
	}
	if (p->token.kind == T_LPAREN)
		return list_args(p, args);
	return number_arg(p, args, "a number, or a relation and a number");
}

/* The names of 802.11 frames stand for nothing else there: a word of the language is one that is
 * unknown. */
static bool wlan_arg(struct parser *p, struct args_list *args, const char *what)
{
	struct token token = p->token;

	if (token.kind != T_KEYWORD && token.kind != T_PROTO && token.kind != T_DIR)
		return name_arg(p, args, what);
	flt__parse_next(p);
	return add_arg(p, args, &token);
}

/* 802.11: `type T`, `type T subtype S`, `subtype S`, `dir D`. A number for S needs its type. */
static bool wlan_args(struct parser *p, struct ast *node, struct args_list *args)
{
	switch (node->keyword) {
	case KW_WLAN_DIR:
		return wlan_arg(p, args, "one of nods, tods, fromds and dstods, or a number");
	case KW_WLAN_SUBTYPE:
		if (p->token.kind == T_NUMBER)
			return flt__parse_expected(p, "the name of a subtype (a number needs its "
						      "type: type T subtype S)");
		return wlan_arg(p, args, "the name of a subtype");
	default: break;
	}
	if (!wlan_arg(p, args, "one of mgt, ctl and data, or a number"))
		return false;
	if (p->token.kind != T_KEYWORD || p->token.which != KW_WLAN_SUBTYPE)
		return true;
	flt__parse_next(p);
	return wlan_arg(p, args, "a subtype's name or number");
}

static bool is_wlan(enum keyword keyword)
{
	return keyword == KW_WLAN_TYPE || keyword == KW_WLAN_SUBTYPE || keyword == KW_WLAN_DIR;
}

/* `vlan {1, 10-20}`: of numbers, which have no qualifiers. */
static bool set_arg(struct parser *p, struct ast *node)
{
	struct value *value = flt__arena_alloc(&p->c->arena, sizeof(*value));

	node->value = value;
	return value && flt__parse_set(p, NULL, value);
}

static bool parse_args(struct parser *p, struct ast *node, struct args_list *args)
{
	switch ((enum args)keyword_args[node->keyword]) {
	case ARGS_NUMBER: return number_arg(p, args, "a number");
	case ARGS_OPTNUMBER:
		if (p->token.kind == T_LBRACE || p->token.kind == T_FILE)
			return set_arg(p, node);
		return optional_number(p, args);
	case ARGS_NAME:
		return is_wlan(node->keyword) ? wlan_args(p, node, args) :
						name_arg(p, args, "a name");
	case ARGS_WORD: return word_arg(p, args);
	case ARGS_OPTNAME: return !is_llc_name(&p->token) || take_arg(p, args);
	case ARGS_BYTE: return byte_args(p, node, args);
	case ARGS_RELNUMBER: return related_args(p, node, args);
	default: return true;
	}
}

/* ---- the primitive -------------------------------------------------------------------- */

/* `ip broadcast`, `wlan type mgt`: only these have a protocol before them. */
static bool takes_proto(enum keyword keyword)
{
	return keyword == KW_BROADCAST || keyword == KW_MULTICAST || is_wlan(keyword);
}

struct operand flt__parse_keyword(struct parser *p, const struct quals *before)
{
	struct ast *node = flt__parse_node(p, AST_KEYWORD, p->token.span);
	struct args_list args = { NULL, 0, 0 };

	if (!node)
		return FAILED;
	node->keyword = (enum keyword)p->token.which;
	if (before && !takes_proto(node->keyword)) {
		flt__parse_expected(p, "'and', 'or', the end, or a word such as host or port");
		return FAILED;
	}
	if (before)
		node->quals = *before;
	struct span start = before ? before->span : node->span;
	flt__parse_next(p);
	if (!parse_args(p, node, &args))
		return FAILED;
	node->argc = args.count;
	node->args = args.list;
	node->span = span_join(start, p->last_word);
	p->inherits = false;
	return (struct operand){ OPERAND_TEST, node };
}
