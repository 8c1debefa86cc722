/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser: one token ahead, no way back. Inside the files parse*.c only.
 *
 * What a bare `81` in `tcp dst port 80 or 81` inherits is part of the parser's state: `last` are
 * the qualifiers that stand before this place, or none. Who parses a primitive leaves there what
 * the next one inherits; a parenthesis leaves what it found.
 *
 * A parenthesis may hold a number, a list of ids or a test, so operands carry what they are.
 */
#ifndef PARSER_H
#define PARSER_H

#include "token.h"

struct parser;

enum operand_kind {
	OPERAND_FAILED, /* the error is set */
	OPERAND_TEST,   /* yes or no */
	OPERAND_IDS,    /* yes or no, made of bare ids only */
	OPERAND_PLAIN,  /* one number, perhaps in parentheses: also good as an id */
	OPERAND_NUMBER  /* any other arithmetic */
};

struct operand {
	enum operand_kind kind;
	struct ast *node;
};

struct parser {
	struct compile *c;
	/* Of parse_primitive.c: numbers in parentheses and brackets are parsed below it, and hold
	 * whatever it parses. */
	struct operand (*group)(struct parser *p);
	struct operand (*primary)(struct parser *p);
	struct lexer lexer;
	struct token token; /* the one that is looked at */
	uint32_t depth;     /* parentheses, brackets and operators that are open */
	bool inherits;
	struct quals last;     /* if inherits */
	struct span last_word; /* the token before this one */
	struct span suspect;   /* a name taken for a value that no type stands before */
};

#define FAILED ((struct operand){ OPERAND_FAILED, NULL })

/* ---- parse_base.c ------------------------------------------------------------------------ */

void flt__parse_next(struct parser *p);
/* If the token is of this kind, go on after it. */
bool flt__parse_accept(struct parser *p, enum token_kind kind);
/* One level deeper, blamed on a span; leave with p->depth--. */
bool flt__parse_enter(struct parser *p, struct span at);
struct ast *flt__parse_node(struct parser *p, enum ast_kind kind, struct span span);
/* Operands joined by and/or, up to something else; first is the one that was parsed already. */
struct operand flt__parse_chain(struct parser *p, struct operand first,
				struct operand (*parse_operand)(struct parser *p));

/* All `not` that stand here, then their operand put inside them. */
bool flt__parse_nots(struct parser *p, struct ast **nots);
struct operand flt__parse_negated(struct parser *p, struct ast *nots, struct operand operand);
/* The `)`; the node's span reaches over both parentheses. */
struct operand flt__parse_close(struct parser *p, struct span open, struct operand inside);

static inline struct span span_join(struct span a, struct span b)
{
	return (struct span){ a.at, b.at + b.len - a.at };
}

/* ---- parse_error.c -------------------------------------------------------------------- */

#define TEST_END "'and', 'or' or the end"

/* "found X where WHAT was expected", with a hint; always false. */
bool flt__parse_expected(struct parser *p, const char *what);
/* A value that inherits nothing: misspelt, or words are missing before it; always false. */
bool flt__parse_unqualified(struct parser *p, struct span span, bool is_number);

/* ---- parse_arith.c: numbers, and the parentheses that may be anything ----------------- */

#define PARSE_ALL 1u /* the least: all operators */

/* An operand with the operators after it that bind at least as tightly as `least`. */
struct operand flt__parse_arith(struct parser *p, unsigned least);
/* `left relop right`, when a relation follows; left itself when none does. */
struct operand flt__parse_relation(struct parser *p, struct operand left);
/* A whole number: arithmetic that nothing follows. */
struct operand flt__parse_number(struct parser *p);
/* A number, perhaps in parentheses. */
bool flt__parse_plain(struct parser *p, const char *what, struct token *number);

/* ---- parse_primitive.c: parentheses, primitives ------------------------------------- */

/* One operand of and/or. */
struct operand flt__parse_test(struct parser *p);
/* What is neither a number nor an operator. */
struct operand flt__parse_primary(struct parser *p);
/* The inside of a parenthesis, whatever it is, and the `)`. */
struct operand flt__parse_group(struct parser *p);

/* ---- parse_id.c: qualifiers and what they apply to ------------------------------------ */

/* One id with the qualifiers in p->last: a value, `not` an id, or a parenthesised list. */
struct operand flt__parse_ids(struct parser *p);
/* The token, and what belongs to it, as a value of this type; not a set. (parse_value.c) */
bool flt__parse_single(struct parser *p, const struct quals *quals, struct value *value);
/* The same, or a set. (parse_set.c) */
bool flt__parse_value(struct parser *p, const struct quals *quals, struct value *value);
/* A token's text in the arena; a named number as digits. NULL: no memory. */
const char *flt__parse_text(struct parser *p, struct span span, bool escaped);
const char *flt__parse_number_text(struct parser *p, struct span span, uint32_t number);
/* A number that turned out to be an id. */
struct operand flt__parse_bare(struct parser *p, struct operand plain);
/* Words that qualify, then an id, or a primitive that begins with a protocol. */
struct operand flt__parse_head(struct parser *p);

/* ---- parse_set.c ---------------------------------------------------------------------- */

/* `{a, b-c, @FILE}` or `@FILE` for these qualifiers; NULL: of numbers. */
bool flt__parse_set(struct parser *p, const struct quals *quals, struct value *value);

/* ---- parse_keyword.c ------------------------------------------------------------------ */

/* A keyword primitive; proto: the qualifier that stood before it. */
struct operand flt__parse_keyword(struct parser *p, const struct quals *before);

#endif
