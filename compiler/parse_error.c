/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found, what was expected, and a hint: never a bare "syntax error". */
#include <stdio.h>
#include <string.h>

#include "parse.h"

#define HINT_MAX 120

static bool is_word_token(enum token_kind kind)
{
	return kind == T_PROTO || kind == T_KEYWORD || kind == T_DIR || kind == T_TYPE ||
	       kind == T_MASK || kind == T_LEN;
}

/* `5-3` is a name: '-' joins words. */
static bool looks_like_minus(const struct parser *p)
{
	const char *text = p->c->text + p->token.span.at;
	const char *minus = memchr(text, '-', p->token.span.len);

	return minus && minus[1] >= '0' && minus[1] <= '9' && !p->token.escaped;
}

/* For a word that is none of the language's. */
static void hint_name(struct parser *p, char hint[HINT_MAX])
{
	const char *text = p->c->text + p->token.span.at;
	const char *near = p->token.escaped ? NULL :
		flt__words_nearest(p->c, p->lexer.words, text, p->token.span.len);

	if (near)
		snprintf(hint, HINT_MAX, "; did you mean '%.40s'?", near);
	else if (looks_like_minus(p))
		snprintf(hint, HINT_MAX,
			 ": it is one word (to subtract, put blanks around the '-')");
}

/* A keyword where a name could stand: say how to write the name. */
static void hint_keyword(struct parser *p, char hint[HINT_MAX], bool wants_name)
{
	struct quote word = flt__quote(p->c, p->token.span);

	if (wants_name)
		snprintf(hint, HINT_MAX, "; %s is a keyword: write \\%.*s to mean the name",
			 word.text, (int)p->token.span.len, p->c->text + p->token.span.at);
}

bool parse_expected(struct parser *p, const char *what)
{
	struct quote found = flt__quote(p->c, p->token.span);
	char hint[HINT_MAX] = "";

	if (p->token.kind == T_BAD)
		return false;
	if (p->token.kind == T_NAME)
		hint_name(p, hint);
	else if (is_word_token(p->token.kind))
		hint_keyword(p, hint, strstr(what, "name") != NULL);
	else if (p->token.kind == T_BIT_AND || p->token.kind == T_BIT_OR)
		snprintf(hint, HINT_MAX, "; tests are joined by '&&' and '||'");
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, p->token.span, "found %s where %s was expected%s",
			    found.text, what, hint);
}

bool parse_unqualified(struct parser *p, struct span span, bool is_number)
{
	struct quote quote = flt__quote(p->c, span);
	char hint[HINT_MAX] = "";

	if (p->token.kind == T_BAD)
		return false;
	if (p->token.kind == T_NAME)
		hint_name(p, hint);
	if (*hint)
		return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span,
				    "%s is not a word of the filter language%s", quote.text, hint);
	return COMPILE_FAIL(p->c, FLT_E_SYNTAX, span,
			    "nothing says what %s is: put a word such as host, net, port or "
			    "proto before it%s",
			    quote.text, is_number ? ", or a relation behind it" : "");
}
