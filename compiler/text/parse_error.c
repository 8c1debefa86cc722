/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found, what was expected, and a hint: never a bare "syntax error". */
#include <stdio.h>
#include <string.h>

#include "hint.h"
#include "parser.h"

/* ---- what may have been meant ----------------------------------------------------------- */

static bool is_word_token(enum token_kind kind)
{
	return kind == T_PROTO || kind == T_KEYWORD || kind == T_DIR || kind == T_TYPE ||
	       kind == T_MASK || kind == T_LEN;
}

static bool is_value_token(enum token_kind kind)
{
	return kind == T_NUMBER || kind == T_NAME || kind == T_IPV4 || kind == T_IPV6 ||
	       kind == T_MAC || kind == T_ARCNET;
}

/* Looks one token further; errors there are nobody's. */
static enum token_kind kind_after(const struct parser *p)
{
	struct flt_error ignored = { .code = FLT_OK };
	struct compile quiet = *p->c;
	struct lexer lexer = p->lexer;

	quiet.err = &ignored;
	lexer.c = &quiet;
	return flt__lex(&lexer).kind;
}

static enum hint_place place_of(const char *what)
{
	/* clang-format off */
	static const struct {
		const char *start;       /* of what was expected; the first that fits */
		enum hint_place place;
	} places[] = {
		{ "a relation", HINT_BETWEEN },   { "one of =", HINT_BETWEEN },
		{ "a number, '", HINT_TEST },     { "a number", HINT_NUMBER },
		{ "the byte's", HINT_NUMBER },    { "a size", HINT_NUMBER },
		{ "a prefix", HINT_NUMBER },      { "a mask", HINT_NUMBER },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strncmp(what, places[i].start, strlen(places[i].start)) == 0)
			return places[i].place;
	return HINT_TEST;
}

/* A protocol stands before direction and type: `src ip 1.2.3.4`. */
static bool is_late_proto(const struct parser *p)
{
	return p->token.kind == T_PROTO && p->inherits && p->last.proto == PROTO_NONE &&
	       is_value_token(kind_after(p));
}

/* A keyword where a name could stand. Whether a host has that name is not asked. */
static struct hint hint_name(const struct parser *p, const char *what)
{
	bool has_quals = strncmp(what, "a port", 6) == 0 || strncmp(what, "a protocol", 10) == 0;
	const char *text = p->c->text + p->token.span.at;
	int len = (int)p->token.span.len;
	struct hint hint;

	if (strncmp(what, "an address", 10) != 0)
		return flt__hint_keyword(p->c, has_quals ? p->last.span : p->last_word,
					 p->token.span);
	snprintf(hint.text, sizeof(hint.text),
		 "; '%.*s' is a keyword; a host of that name is \\%.*s", len, text, len, text);
	return hint;
}

/* A keyword: the right order, or what hint_name() says. */
static struct hint hint_keyword(const struct parser *p, const char *what)
{
	const char *text = p->c->text + p->token.span.at;
	int len = (int)p->token.span.len;
	struct hint hint = { "" };

	if (is_late_proto(p))
		snprintf(hint.text, sizeof(hint.text), "; put the protocol first: %.*s %s%s%s", len,
			 text, flt__dir_word(p->last.dir),
			 p->last.dir != DIR_NONE && p->last.type != TYPE_NONE ? " " : "",
			 flt__type_word(p->last.type));
	else if (p->token.kind == T_DIR && p->inherits && p->last.dir != DIR_NONE)
		snprintf(hint.text, sizeof(hint.text), "; 'src or dst' means either direction");
	else if (strstr(what, "name"))
		return hint_name(p, what);
	return hint;
}

/* `port 80 443`, `port 80:90`, `host 10.0.0.1:80`: what could have been meant after a value. */
static struct hint hint_more(const struct parser *p)
{
	enum token_kind kind = p->token.kind;
	bool is_port = p->last.type == TYPE_PORT || p->last.type == TYPE_PORTRANGE;
	bool is_host = p->last.proto != PROTO_LINK &&
		       (p->last.type == TYPE_HOST || p->last.type == TYPE_NONE);

	if (kind == T_NUMBER || kind == T_IPV6 || (kind == T_IPV4 && p->last.type != TYPE_NET))
		return (struct hint){
			"; join values with 'or', or put them into a set: {80, 443}"
		};
	if (kind == T_COLON && is_port)
		return (struct hint){ "; for a range write 'portrange 8000-8010'" };
	if (kind == T_COLON && is_host)
		return (struct hint){
			"; a port is a test by itself: write 'host 10.0.0.1 and port 80'"
		};
	return (struct hint){ "" };
}

/* `port == 80`, `ip and tcp & udp`, `net 10.0.0.0 255.0.0.0`, `net 10.0.0.0 mask 8`. */
static struct hint hint_other(const struct parser *p, bool wants_value, bool wants_mask)
{
	enum token_kind kind = p->token.kind;
	enum relop relop;

	if (flt__token_relop(&p->token, &relop) && wants_value)
		return (struct hint){
			"; put the value right after the word, with nothing between"
		};
	if (kind == T_BIT_AND || kind == T_BIT_OR)
		return (struct hint){ "; join tests with '&&' or '||'" };
	if ((kind == T_LBRACE || kind == T_FILE) && !p->lexer.in_set)
		return (struct hint){
			"; a set needs a word such as host, net, port or vlan before it"
		};
	if (kind == T_COMMA && !wants_value && !p->lexer.in_set)
		return (struct hint){
			"; join values with 'or', or put them into a set: {80, 443}"
		};
	if (kind == T_NUMBER && wants_mask)
		return (struct hint){ "; write a prefix length as /24, without the word 'mask'" };
	if (kind == T_IPV4 && !wants_value && p->inherits && p->last.type == TYPE_NET)
		return (struct hint){ "; put the word 'mask' before a mask" };
	return (struct hint){ "" };
}

/* `vlan 5-10`, `vlan 5..10`: a name, as far as tokens go. */
static bool is_range_of_numbers(const struct parser *p)
{
	const char *text = p->c->text + p->token.span.at;
	uint32_t i = 0;

	while (i < p->token.span.len && strchr("0123456789-.", text[i]) != NULL)
		i++;
	return i == p->token.span.len;
}

/* `port range 80-90`, where `range` was taken for the name of a port. */
static struct hint hint_portrange(const struct parser *p)
{
	char range[24];

	snprintf(range, sizeof(range), "%.*s", (int)p->token.span.len,
		 p->c->text + p->token.span.at);
	return flt__hint_portrange(p->c, range);
}

/* `vlan 5-10`, `vlan id 5`, `port range 80-90`. */
static struct hint hint_numbers(const struct parser *p, const char *what)
{
	bool is_range = is_range_of_numbers(p);

	if (strncmp(what, "a number, '", 11) == 0)
		return is_range ? flt__hint_range(p->c, p->last_word, p->token.span) :
				  flt__hint_between(p->c, p->last_word, p->token.span);
	if (is_range && p->inherits && p->last.type == TYPE_PORT)
		return hint_portrange(p);
	return (struct hint){ "" };
}

static struct hint find_hint(const struct parser *p, const char *what)
{
	bool wants_name = strstr(what, "name") != NULL;
	struct hint hint = { "" };

	if (p->token.kind == T_NAME)
		hint = hint_numbers(p, what);
	if (*hint.text)
		return hint;
	if (p->token.kind == T_NAME && !p->token.escaped)
		return flt__hint_word(p->c, p->token.span, place_of(what));
	if (is_word_token(p->token.kind))
		return hint_keyword(p, what);
	if (p->inherits && strcmp(what, TEST_END) == 0 && *(hint = hint_more(p)).text)
		return hint;
	return hint_other(p, wants_name || strcmp(what, "a network") == 0,
			  strncmp(what, "a mask", strlen("a mask")) == 0);
}

/* ---- refusals --------------------------------------------------------------------------- */

static bool not_a_word(struct parser *p, struct span span, const struct hint *hint)
{
	struct quote quote = flt__quote(p->c, span);

	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span, "%s is not a word of the filter language%s",
			    quote.text, hint->text);
}

/* `tcp dst prt 80`: `prt` was taken for a host, and now there is a value too many. */
static bool is_misspelt_before(const struct parser *p, struct hint *hint)
{
	if (!p->suspect.len || p->suspect.at != p->last_word.at || !is_value_token(p->token.kind))
		return false;
	*hint = flt__hint_word(p->c, p->suspect, HINT_TEST);
	return *hint->text != '\0';
}

bool flt__parse_expected(struct parser *p, const char *what)
{
	struct quote found = flt__quote(p->c, p->token.span);
	struct hint hint;

	if (p->token.kind == T_BAD)
		return false;
	if (is_misspelt_before(p, &hint))
		return not_a_word(p, p->suspect, &hint);
	hint = find_hint(p, what);
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span, "found %s where %s was expected%s",
			    found.text, what, hint.text);
}

/* Which words could say what the value is. */
static const char *missing_words(const struct parser *p, struct span span, bool is_number)
{
	bool has_prefix = span.at + span.len < p->c->len && p->c->text[span.at + span.len] == '/';

	if (is_number)
		return "a qualifier such as host, net, port or proto before it, or a relation "
		       "after it";
	switch (p->token.kind) {
	case T_IPV4:
	case T_IPV6:
		return has_prefix ? "'net' before it" :
				    "'host' before it, or 'net' if it is a network";
	case T_MAC: return "'ether host' before it";
	default: return "a qualifier such as host, net, port or proto before it";
	}
}

/* `http.host contains x`, `dns.qry.name == y`. */
static bool is_display_field(const struct parser *p)
{
	const char *text = p->c->text + p->token.span.at;
	enum token_kind after;

	if (p->token.kind != T_NAME || !memchr(text, '.', p->token.span.len))
		return false;
	after = kind_after(p);
	return after == T_NAME || (after >= T_LE && after <= T_GT);
}

bool flt__parse_unqualified(struct parser *p, struct span span, bool is_number)
{
	struct quote quote = flt__quote(p->c, span);
	struct hint hint = { "" };

	if (p->token.kind == T_BAD)
		return false;
	if (p->token.kind == T_NAME && !is_number && !p->token.escaped)
		hint = flt__hint_word(p->c, span, HINT_TEST);
	if (!*hint.text && !is_number && is_display_field(p))
		hint = (struct hint){
			"; fields have no names here: read their bytes, as in ip[8] < 5"
		};
	if (*hint.text)
		return not_a_word(p, span, &hint);
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span, "%s needs %s", quote.text,
			    missing_words(p, span, is_number));
}
