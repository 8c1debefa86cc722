/* SPDX-License-Identifier: BSD-2-Clause */
/* One value: what the token says, with a prefix or a mask after it. */
#include <stdio.h>
#include <string.h>

#include "parser.h"

/* ---- names and ranges ----------------------------------------------------------------- */

/* `25-smtp` is one word: cut it at its first '-'. */
static bool split_range(struct parser *p, struct value *value)
{
	size_t len = strlen(value->text);
	const char *minus = memchr(value->text, '-', len);

	value->kind = VAL_RANGE;
	if (!minus)
		return true;
	value->high_text = minus + 1;
	value->text = flt__arena_text(&p->c->arena, value->text, (size_t)(minus - value->text));
	return value->text != NULL;
}

const char *flt__parse_text(struct parser *p, struct span span, bool escaped)
{
	return flt__arena_text(&p->c->arena, p->c->text + span.at + escaped, span.len - escaped);
}

const char *flt__parse_number_text(struct parser *p, struct span span, uint32_t number)
{
	char digits[11];

	if (p->c->text[span.at] >= '0' && p->c->text[span.at] <= '9')
		return flt__parse_text(p, span, false);
	int len = snprintf(digits, sizeof(digits), "%u", number);
	return flt__arena_text(&p->c->arena, digits, (size_t)len);
}

static bool copy_text(struct parser *p, struct value *value, const struct token *token)
{
	value->text = token->kind == T_NUMBER ?
			      flt__parse_number_text(p, token->span, token->number) :
			      flt__parse_text(p, token->span, token->escaped);
	return value->text != NULL;
}

/* ---- prefixes ------------------------------------------------------------------------- */

static bool slash_prefix(struct parser *p, struct value *value)
{
	struct span slash = p->token.span;

	flt__parse_next(p);
	if (p->token.kind != T_NUMBER)
		return flt__parse_expected(p, "a prefix length, such as 24,");
	value->prefix = PREFIX_LEN;
	value->prefix_len = p->token.number;
	value->prefix_span = span_join(slash, p->token.span);
	flt__parse_next(p);
	return true;
}

static bool mask_prefix(struct parser *p, struct value *value)
{
	struct span word = p->token.span;

	if (value->kind == VAL_IPV6)
		return COMPILE_FAIL(
			p->c, FLT_E_SYNTAX, word,
			"an IPv6 network takes a prefix length such as /64, not a mask");
	flt__parse_next(p);
	if (p->token.kind != T_IPV4)
		return flt__parse_expected(p, "a mask of at least two parts, such as 255.255.0.0,");
	if (p->token.wide)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "each part of a mask is 0 to 255");
	value->prefix = PREFIX_MASK;
	value->mask_parts = p->token.parts;
	for (uint32_t i = 0; i < 4; i++)
		value->mask = value->mask << 8 | (i < value->mask_parts ? p->token.bytes[i] : 0);
	value->prefix_span = span_join(word, p->token.span);
	flt__parse_next(p);
	return true;
}

static bool no_prefix(struct parser *p, const struct value *value)
{
	const char *what = p->token.kind == T_SLASH ? "a prefix length" : "a mask";

	if (value->kind == VAL_NUMBER)
		return COMPILE_FAIL(
			p->c, FLT_E_SYNTAX, p->token.span,
			"%s needs a network of at least two parts; write %.10s.0 instead of %.10s",
			what, value->text, value->text);
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
			    "%s needs a numeric network, not a name", what);
}

static bool prefix(struct parser *p, const struct quals *quals, struct value *value)
{
	bool is_address = value->kind == VAL_IPV4 || value->kind == VAL_IPV6;
	bool ok = true;

	if (p->token.kind != T_SLASH && p->token.kind != T_MASK)
		return true;
	if (is_address)
		ok = p->token.kind == T_SLASH ? slash_prefix(p, value) : mask_prefix(p, value);
	else if (quals->type == TYPE_NET || p->lexer.in_set)
		ok = no_prefix(p, value);
	value->span = span_join(value->span, p->last_word);
	return ok;
}

/* ---- values --------------------------------------------------------------------------- */

static const char *wanted(const struct quals *quals)
{
	switch (quals->type) {
	case TYPE_NET: return "a network";
	case TYPE_PORT: return "a port number or name";
	case TYPE_PORTRANGE: return "a port range, such as 6000-6008,";
	case TYPE_PROTO:
	case TYPE_PROTOCHAIN: return "a protocol number or name";
	default: return "an address or a host name";
	}
}

static bool set_kind(struct value *value, const struct token *token)
{
	static const struct {
		enum token_kind token;
		enum value_kind value;
	} kinds[] = {
		{ T_NUMBER, VAL_NUMBER }, { T_NAME, VAL_NAME }, { T_IPV4, VAL_IPV4 },
		{ T_IPV6, VAL_IPV6 },     { T_MAC, VAL_MAC },   { T_ARCNET, VAL_ARCNET },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].token != token->kind)
			continue;
		value->kind = kinds[i].value;
		value->span = token->span;
		value->number = token->number;
		value->parts = token->parts;
		memcpy(value->bytes, token->bytes, sizeof(value->bytes));
		return true;
	}
	return false;
}

static bool check_address(struct parser *p, const struct quals *quals)
{
	struct quote quote = flt__quote(p->c, p->token.span);

	if (p->token.kind != T_IPV4 || !p->token.wide || quals->proto == PROTO_DECNET)
		return true;
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
			    "%s is not an IPv4 address; each part is 0 to 255", quote.text);
}

bool flt__parse_single(struct parser *p, const struct quals *quals, struct value *value)
{
	struct token token = p->token;

	if (!set_kind(value, &token))
		return flt__parse_expected(p, wanted(quals));
	if (!check_address(p, quals) || !copy_text(p, value, &token))
		return false;
	flt__parse_next(p);
	if (quals->type != TYPE_PORTRANGE || (token.kind != T_NUMBER && token.kind != T_NAME))
		return prefix(p, quals, value);
	if (p->token.kind == T_MINUS)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "a port range needs both ends, without spaces: 6000-6008");
	return split_range(p, value);
}
