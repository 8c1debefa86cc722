/* SPDX-License-Identifier: BSD-2-Clause */
#include "hint.h"

#include <stdio.h>
#include <string.h>

/* ---- kinds of characters, the same in every locale ------------------------------------ */

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_alnum(char ch)
{
	return is_digit(ch) || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool is_hex(char ch)
{
	return is_digit(ch) || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_graph(char ch)
{
	return ch > ' ' && ch < 127;
}

static bool is_word(char ch)
{
	return is_alnum(ch) || ch == '-' || ch == '_' || ch == '.';
}

/* ---- quoting -------------------------------------------------------------------------- */

/* ---- words ---------------------------------------------------------------------------- */

static struct token token_at(uint32_t at, uint32_t len, enum token_kind kind)
{
	return (struct token){ .kind = kind, .span = { at, len } };
}

static struct token bad(const struct lexer *lexer, struct span span, const char *what)
{
	struct quote quote = flt__quote(lexer->c, span);

	flt__fail_at(lexer->c->err, FLT_E_SYNTAX, span.at, span.len, "%s %s", quote.text, what);
	return token_at(span.at, span.len, T_BAD);
}

/* A word: letters, digits, '-', '_', '.', but no '-' or '_' at its end. */
static uint32_t word_len(const struct compile *c, uint32_t at)
{
	uint32_t end = at;

	while (end < c->len && is_word(c->text[end]))
		end++;
	while (end > at && (c->text[end - 1] == '-' || c->text[end - 1] == '_'))
		end--;
	return end - at;
}

/* Hex digits, colons and dots as far as they go: what addresses may be made of. */
static uint32_t colon_run(const struct compile *c, uint32_t at, uint32_t *colons)
{
	uint32_t end = at;

	*colons = 0;
	for (; end < c->len && (is_hex(c->text[end]) || c->text[end] == ':' || c->text[end] == '.');
	     end++)
		*colons += c->text[end] == ':';
	return end - at;
}

/* An address with colons, if one is written here: two colons or more. */
static bool lex_colons(struct lexer *lexer, struct token *token)
{
	const struct compile *c = lexer->c;
	uint32_t colons, len = colon_run(c, lexer->at, &colons);
	const char *text = c->text + lexer->at;

	if (colons < 2)
		return false;
	while (lexer->at + len < c->len &&
	       (is_word(text[len]) || text[len] == ':' || text[len] == '%'))
		len++;
	*token = token_at(lexer->at, len, T_MAC);
	if (!flt__lex_mac(text, len, token->bytes)) {
		token->kind = T_IPV6;
		if (!flt__lex_ipv6(text, len, token->bytes))
			*token = bad(
				lexer, token->span,
				memchr(text, '%', len) ?
					"has a zone; addresses in packets have none: drop '%...'" :
					"is neither an IPv6 address nor a MAC address");
	}
	lexer->at += len;
	return true;
}

static void classify(struct lexer *lexer, struct token *token)
{
	const char *text = lexer->c->text + token->span.at;
	size_t len = token->span.len;
	struct word word;

	if (!is_digit(text[0]) && flt__words_find(lexer->words, text, len, &word)) {
		token->kind = word.kind;
		token->which = token->number = word.which;
	} else if (flt__lex_mac(text, len, token->bytes)) {
		token->kind = T_MAC;
	} else if (is_digit(text[0]) && flt__lex_ipv4(text, len, token)) {
		token->kind = T_IPV4;
	} else if (is_digit(text[0])) {
		flt__lex_number(lexer->c, text, token);
	}
}

static struct token lex_word(struct lexer *lexer)
{
	struct token token = token_at(lexer->at, word_len(lexer->c, lexer->at), T_NAME);
	uint32_t end = lexer->at + token.span.len;

	if (end < lexer->c->len && lexer->c->text[end] == ':' &&
	    is_hex(lexer->c->text[lexer->at]) && lex_colons(lexer, &token))
		return token;
	lexer->at = end;
	classify(lexer, &token);
	return token;
}

/* `\tcp`: the name, not the keyword. */
static struct token lex_escaped(struct lexer *lexer)
{
	const struct compile *c = lexer->c;
	const char *ends = lexer->in_set ? "!(){}," : "!()";
	uint32_t start = lexer->at, end = start + 1;

	while (end < c->len && is_graph(c->text[end]) && !strchr(ends, c->text[end]))
		end++;
	lexer->at = end;
	if (end == start + 1)
		return bad(lexer, (struct span){ start, 1 }, "must stand directly before a name");
	struct token token = token_at(start, end - start, T_NAME);
	token.escaped = true;
	return token;
}

/* ---- sets ----------------------------------------------------------------------------- */

static bool is_entry(char ch)
{
	return is_word(ch) || ch == ':' || ch == '%';
}

/* A word of a set: also whole addresses with colons, and ranges of them. */
static struct token lex_entry(struct lexer *lexer)
{
	const struct compile *c = lexer->c;
	uint32_t start = lexer->at, end = start;

	while (end < c->len && is_entry(c->text[end]))
		end++;
	while (end > start + 1 && (c->text[end - 1] == '-' || c->text[end - 1] == '_'))
		end--;
	struct token token = token_at(start, end - start, T_NAME);
	lexer->at = end;
	if (flt__lex_ipv6(c->text + start, token.span.len, token.bytes))
		token.kind = T_IPV6;
	else
		classify(lexer, &token);
	return token;
}

/* `@PATH` up to a blank or punctuation of the language, `@"PATH"` up to the quote. */
static struct token lex_file(struct lexer *lexer)
{
	const struct compile *c = lexer->c;
	uint32_t start = lexer->at, end = start + 1;
	bool is_quoted = end < c->len && c->text[end] == '"';
	uint32_t path = start + 1 + is_quoted;

	for (end = path; end < c->len; end++) {
		char ch = c->text[end];
		if (is_quoted ? ch == '"' : is_blank(ch) || strchr("(){},", ch))
			break;
	}
	bool is_closed = !is_quoted || end < c->len;
	lexer->at = end + (is_quoted && is_closed);
	struct token token = token_at(start, lexer->at - start, T_FILE);
	token.which = path - start;
	if (!is_closed)
		return bad(lexer, token.span, "has no closing '\"'");
	if (end == path || memchr(c->text + path, '\0', end - path))
		return bad(lexer, token.span, "names no file; write the path directly after '@'");
	return token;
}

static struct token lex_arcnet(struct lexer *lexer)
{
	const struct compile *c = lexer->c;
	uint32_t start = lexer->at, digits = 0;
	struct token token;

	lexer->at++;
	for (; lexer->at < c->len && is_alnum(c->text[lexer->at]); lexer->at++)
		digits += is_hex(c->text[lexer->at]);
	token = token_at(start, lexer->at - start, T_ARCNET);
	if (digits + 1 != token.span.len || digits < 1 || digits > 2)
		return bad(lexer, token.span,
			   "is not an ARCnet address, which is '$' and one or two hex digits; for "
			   "a shell variable, quote the filter with double quotes");
	for (uint32_t i = 1; i <= digits; i++) {
		char ch = c->text[start + i];
		int digit = is_digit(ch) ? ch - '0' : (ch | 0x20) - 'a' + 10;
		token.bytes[0] = (uint8_t)(token.bytes[0] << 4 | digit);
	}
	return token;
}

/* ---- punctuation ---------------------------------------------------------------------- */

static const struct {
	char text[3];
	enum token_kind kind;
} puncts[] = {
#define PUNCT(tag, text) { text, T_##tag },
#include "tokens.def"
};

/* The bytes of one character: in UTF-8 its continuation bytes belong to it. */
static uint32_t char_len(const struct compile *c, uint32_t at)
{
	uint32_t end = at + 1;

	if (((uint8_t)c->text[at] & 0xc0) != 0xc0)
		return 1;
	while (end < c->len && end - at < 4 && ((uint8_t)c->text[end] & 0xc0) == 0x80)
		end++;
	return end - at;
}

static struct token lex_odd(struct lexer *lexer)
{
	struct span span = { lexer->at, char_len(lexer->c, lexer->at) };
	struct hint hint = flt__hint_chars(lexer->c->text + span.at, span.len);
	struct quote quote = flt__quote(lexer->c, span);

	lexer->at += span.len;
	flt__fail_at(lexer->c->err, FLT_E_SYNTAX, span.at, span.len,
		     "%s is not a character of the filter language%s", quote.text, hint.text);
	return token_at(span.at, span.len, T_BAD);
}

static struct token lex_punct(struct lexer *lexer)
{
	const char *text = lexer->c->text + lexer->at;
	size_t left = lexer->c->len - lexer->at;

	for (size_t i = 0; i < sizeof(puncts) / sizeof(puncts[0]); i++) {
		uint32_t len = puncts[i].text[1] ? 2 : 1;
		if (left < len || memcmp(text, puncts[i].text, len) != 0)
			continue;
		lexer->at += len;
		return token_at(lexer->at - len, len, puncts[i].kind);
	}
	return lex_odd(lexer);
}

struct token flt__lex(struct lexer *lexer)
{
	const struct compile *c = lexer->c;
	struct token token;

	while (lexer->at < c->len && is_blank(c->text[lexer->at]))
		lexer->at++;
	if (lexer->at == c->len)
		return token_at(lexer->at, 0, T_END);
	char ch = c->text[lexer->at];
	if (ch == '\\')
		return lex_escaped(lexer);
	if (ch == '$')
		return lex_arcnet(lexer);
	if (ch == '@')
		return lex_file(lexer);
	if (lexer->in_set && (is_alnum(ch) || ch == ':'))
		return lex_entry(lexer);
	if (is_alnum(ch))
		return lex_word(lexer);
	if (ch == ':' && c->len - lexer->at > 1 && c->text[lexer->at + 1] == ':' &&
	    lex_colons(lexer, &token))
		return token;
	return lex_punct(lexer);
}

/* ---- relations ----------------------------------------------------------------------- */

static const struct {
	enum token_kind kind;
	enum relop relop;
} relops[] = {
	{ T_EQ, REL_EQ }, { T_NE, REL_NE }, { T_LT, REL_LT },
	{ T_LE, REL_LE }, { T_GT, REL_GT }, { T_GE, REL_GE },
};

bool flt__token_relop(const struct token *token, enum relop *relop)
{
	for (size_t i = 0; i < sizeof(relops) / sizeof(relops[0]); i++) {
		if (relops[i].kind != token->kind)
			continue;
		*relop = relops[i].relop;
		return true;
	}
	return false;
}
