/* SPDX-License-Identifier: BSD-2-Clause */
/* Text to tokens, one at a time, in linear time. What is none is a failure with its place. */
#ifndef TOKEN_H
#define TOKEN_H

#include "ast.h"
#include "quote.h"

enum token_kind {
	T_END,
	T_BAD,     /* no token: the compile's error is set */
	T_NUMBER,  /* number; also a named one */
	T_NAME,    /* a word that is no keyword, or one after a backslash */
	T_IPV4,    /* bytes[0 .. parts-1], 2 to 4 parts; wide: one is above 255 */
	T_IPV6,    /* bytes[0 .. 15] */
	T_MAC,     /* bytes[0 .. 5] */
	T_ARCNET,  /* bytes[0] */
	T_PROTO,   /* which: enum proto */
	T_KEYWORD, /* which: enum keyword */
	T_AND,
	T_OR,
	T_NOT,
	T_MASK,
	T_LEN,
	T_DIR,  /* which: enum dir */
	T_TYPE, /* which: enum type */
	T_LSH,
	T_RSH,
	T_LE,
	T_GE,
	T_EQ,
	T_NE,
	T_LT,
	T_GT,
	T_BIT_AND,
	T_BIT_OR,
	T_BIT_XOR,
	T_PLUS,
	T_MINUS,
	T_STAR,
	T_SLASH,
	T_PERCENT,
	T_LPAREN,
	T_RPAREN,
	T_LBRACKET,
	T_RBRACKET,
	T_COLON,
	T_LBRACE,
	T_RBRACE,
	T_COMMA,
	T_FILE /* @PATH, @"PATH"; which: where in the span the path begins */
};

struct token {
	enum token_kind kind;
	struct span span;
	uint32_t number;
	uint32_t which;
	uint8_t parts;
	bool wide;
	bool escaped; /* T_NAME after a backslash, which the span includes */
	uint8_t bytes[16];
};

/* ---- the words of the language (words.c) ---------------------------------------------- */

struct word {
	const char *text; /* not NUL-terminated: a part of a .def string */
	uint32_t len;
	enum token_kind kind;
	uint32_t which; /* or the number of a constant */
};

struct words;

/* What words are looked up in; in the arena. NULL: no memory. */
struct words *flt__words_new(struct compile *c);
/* False: no such word. */
bool flt__words_find(struct words *words, const char *text, size_t len, struct word *found);
/* All words of the language, or those that a number can begin with, as candidates for what was
 * meant. */
struct nearest;
void flt__words_try(struct nearest *near, bool numbers_only);

/* ---- lexer ---------------------------------------------------------------------------- */

struct lexer {
	struct compile *c;
	struct words *words;
	uint32_t at; /* first byte not looked at */
	/* between { and }: a word takes in ':' and '%', so that the range a-b is one of any
	 * addresses; what it is made of is the parser's to find out */
	bool in_set;
};

struct token flt__lex(struct lexer *lexer);

/* Is it a relation? */
bool flt__token_relop(const struct token *token, enum relop *relop);

/* An address or number that fills the len bytes at text: is it one? (lex_value.c) */
bool flt__lex_mac(const char *text, size_t len, uint8_t bytes[6]);
bool flt__lex_ipv6(const char *text, size_t len, uint8_t bytes[16]);
bool flt__lex_ipv4(const char *text, size_t len, struct token *token);
/* For a word that begins with a digit. False: it is no number, or (kind T_BAD) a broken one. */
bool flt__lex_number(struct compile *c, const char *text, struct token *token);

#endif
