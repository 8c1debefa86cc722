/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets: `{22, 80, 8000-8100}`, `{10.0.0.5-10.0.0.9, 2001:db8::/48, @FILE}`, and the lines of the
 * files that they name. */
#include "parse_list.h"

#include <string.h>

#include "parser.h"

/* ---- ranges --------------------------------------------------------------------------- */

struct range { /* `low-high`, cut at one of its '-' */
	const char *low, *high;
	size_t low_len, high_len;
};

static bool fail(struct parser *p, struct span span, const char *why)
{
	struct quote quote = flt__quote(p->c, span);

	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span, "%s %s", quote.text, why);
}

/* A whole address: what it is, or T_NAME for none. */
static enum token_kind read_address(const char *text, size_t len, uint8_t bytes[16])
{
	struct token token;

	if (flt__lex_ipv6(text, len, bytes))
		return T_IPV6;
	if (!flt__lex_ipv4(text, len, &token) || token.parts != 4 || token.wide)
		return T_NAME;
	memcpy(bytes, token.bytes, 4);
	return T_IPV4;
}

/* Nothing but what addresses are made of: then it is not a name. */
static bool looks_like_address(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && (memchr("0123456789.:", text[i], 12) || memchr(text, ':', len)))
		i++;
	return i == len && len > 0;
}

/* What a word is as a range. */
enum found { FOUND_NONE, FOUND_RANGE, FOUND_BROKEN /* err is set */ };

static enum found broken(struct parser *p, const struct value *value, const char *why)
{
	fail(p, value->span, why);
	return FOUND_BROKEN;
}

static enum found in_order(struct parser *p, const struct value *value, bool yes)
{
	return yes ? FOUND_RANGE :
		     broken(p, value, "is a backwards range; put the lower end first");
}

static enum found address_range(struct parser *p, const struct range *r, struct value *value)
{
	enum token_kind low = read_address(r->low, r->low_len, value->bytes);
	enum token_kind high = read_address(r->high, r->high_len, value->high);

	if (low == T_NAME && high == T_NAME)
		return FOUND_NONE;
	if (low == T_NAME || high == T_NAME) {
		bool is_range = low == T_NAME ? looks_like_address(r->low, r->low_len) :
						looks_like_address(r->high, r->high_len);
		return !is_range ? FOUND_NONE :
				   broken(p, value,
					  "is not a range; write a whole address at both ends, as "
					  "in 10.0.0.5-10.0.0.9");
	}
	if (low != high)
		return broken(p, value, "mixes IPv4 and IPv6; a range stays in one address family");
	value->kind = low == T_IPV4 ? VAL_IPV4S : VAL_IPV6S;
	size_t len = low == T_IPV4 ? 4 : 16;
	return in_order(p, value, memcmp(value->bytes, value->high, len) <= 0);
}

static bool range_end(struct parser *p, const char *text, size_t len, uint32_t *number)
{
	struct token token = { .span = { (uint32_t)(text - p->c->text), (uint32_t)len } };

	if (!len || *text < '0' || *text > '9' || !flt__lex_number(p->c, text, &token))
		return false;
	*number = token.number;
	return true;
}

static enum found number_range(struct parser *p, const struct range *r, struct value *value)
{
	if (!range_end(p, r->low, r->low_len, &value->number) ||
	    !range_end(p, r->high, r->high_len, &value->high_number))
		return p->c->err->code == FLT_OK ? FOUND_NONE : FOUND_BROKEN;
	value->kind = VAL_NUMBERS;
	return in_order(p, value, value->number <= value->high_number);
}

/* A word that is no single value: a range, if it can be cut into one. Names may hold '-'. */
static enum found cut_range(struct parser *p, const struct quals *quals, struct value *value)
{
	const char *text = p->c->text + value->span.at;
	const char *end = text + value->span.len;
	enum found found = FOUND_NONE;

	for (const char *minus = text; found == FOUND_NONE; minus++) {
		minus = memchr(minus, '-', (size_t)(end - minus));
		if (!minus)
			break;
		struct range range = { .low = text,
				       .low_len = (size_t)(minus - text),
				       .high = minus + 1,
				       .high_len = (size_t)(end - minus - 1) };
		found = quals ? address_range(p, &range, value) : number_range(p, &range, value);
	}
	return found;
}

/* ---- entries -------------------------------------------------------------------------- */

static bool is_port(const struct quals *quals)
{
	return quals && (quals->type == TYPE_PORT || quals->type == TYPE_PORTRANGE);
}

static bool file_entry(struct parser *p, struct value *value)
{
	struct span span = p->token.span;
	uint32_t begin = p->token.which, quotes = begin > 1;

	value->kind = VAL_FILE;
	value->span = span;
	value->text = flt__arena_text(&p->c->arena, p->c->text + span.at + begin,
				      span.len - begin - quotes);
	p->c->list_count++;
	flt__parse_next(p);
	return value->text != NULL;
}

/* What is left of a word when it is neither address nor range. */
static bool check_name(struct parser *p, struct span span)
{
	const char *text = p->c->text + span.at;

	if (memchr(text, '%', span.len))
		return fail(p, span, "has a zone; addresses in packets have none: drop '%...'");
	if (memchr(text, ':', span.len))
		return fail(p, span, "is neither an IPv6 address nor a MAC address");
	return true;
}

/* A number or a range of them, for keywords. */
static bool number_entry(struct parser *p, struct value *value)
{
	if (p->token.kind != T_NUMBER)
		return flt__parse_expected(p, "a number, or a range such as 10-20,");
	value->kind = VAL_NUMBER;
	value->span = p->token.span;
	value->number = value->high_number = p->token.number;
	flt__parse_next(p);
	return true;
}

static bool single_entry(struct parser *p, const struct quals *quals, struct value *value)
{
	struct quals own;

	if (!quals)
		return number_entry(p, value);
	own = *quals;
	if (is_port(quals)) /* ranges and names are told apart when names are looked up */
		own.type = TYPE_PORT;
	if (p->token.kind == T_NAME && !p->token.escaped && !check_name(p, p->token.span))
		return false;
	return flt__parse_single(p, &own, value);
}

static bool parse_entry(struct parser *p, const struct quals *quals, struct value *value)
{
	enum found found = FOUND_NONE;

	*value = (struct value){ .span = p->token.span };
	if (p->token.kind == T_FILE)
		return file_entry(p, value);
	if (p->token.kind == T_LBRACE)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "a set cannot contain another set");
	if (p->token.kind == T_NAME && !p->token.escaped && !is_port(quals))
		found = cut_range(p, quals, value);
	if (found == FOUND_NONE)
		return single_entry(p, quals, value);
	if (found == FOUND_BROKEN)
		return false;
	value->text = flt__parse_text(p, value->span, false);
	flt__parse_next(p);
	return value->text != NULL;
}

/* ---- sets ----------------------------------------------------------------------------- */

static bool add_entry(struct parser *p, const struct quals *quals, struct value_list *set)
{
	struct value *entries = flt__arena_grow(&p->c->arena, set->entries, set->count,
						&set->capacity, sizeof(*entries));

	if (!entries)
		return false;
	set->entries = entries;
	return parse_entry(p, quals, &set->entries[set->count++]);
}

/* After an entry: is there another one? A ',' may stand at the end, as lists of many lines have
 * it. */
static bool next_entry(struct parser *p, struct span open, bool *more)
{
	bool has_comma = flt__parse_accept(p, T_COMMA);

	*more = has_comma && p->token.kind != T_RBRACE;
	if (p->token.kind == T_END)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, open, "this '{' has no matching '}'");
	if (has_comma || p->token.kind == T_RBRACE)
		return true;
	if (p->token.kind == T_MINUS)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span,
				    "write a range without spaces: 10-20");
	return flt__parse_expected(p, "',' or '}'");
}

static bool add_entries(struct parser *p, const struct quals *quals, struct value_list *set)
{
	struct span open = p->token.span;
	bool more = true;

	p->lexer.in_set = true;
	flt__parse_next(p);
	if (p->token.kind == T_RBRACE)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span_join(open, p->token.span),
				    "a set needs at least one value");
	if (p->token.kind == T_END)
		return next_entry(p, open, &more);
	while (more)
		if (!add_entry(p, quals, set) || !next_entry(p, open, &more))
			return false;
	p->lexer.in_set = false;
	flt__parse_next(p);
	return true;
}

bool flt__parse_set(struct parser *p, const struct quals *quals, struct value *value)
{
	struct value_list *set = flt__arena_alloc(&p->c->arena, sizeof(*set));
	struct span start = p->token.span;

	if (!set)
		return false;
	bool ok = p->token.kind == T_FILE ? add_entry(p, quals, set) : add_entries(p, quals, set);
	*value = (struct value){ .kind = VAL_SET,
				 .span = span_join(start, p->last_word),
				 .set = set };
	return ok;
}

bool flt__parse_value(struct parser *p, const struct quals *quals, struct value *value)
{
	if (p->token.kind == T_LBRACE || p->token.kind == T_FILE)
		return flt__parse_set(p, quals, value);
	return flt__parse_single(p, quals, value);
}

/* ---- lists in files ------------------------------------------------------------------- */

bool flt__parse_line(struct compile *c, struct words *words, const struct quals *quals,
		     struct span line, struct value *value)
{
	struct parser p = { .c = c, .lexer = { .c = c, .words = words, .at = line.at } };
	uint32_t len = c->len;

	p.lexer.in_set = true;
	c->len = line.at + line.len;
	flt__parse_next(&p);
	bool ok = parse_entry(&p, quals, value);
	if (ok && value->kind == VAL_FILE)
		ok = fail(&p, value->span, "is inside a list; a list cannot name another list");
	if (ok && p.token.kind == T_MINUS)
		ok = fail(&p, p.token.span, "is unexpected; write a range without spaces");
	if (ok && p.token.kind != T_END)
		ok = fail(&p, p.token.span, "is unexpected; write one entry per line");
	c->len = len;
	return ok;
}
