/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of an expression: what was written, where it was written, nothing resolved yet. */
#ifndef AST_H
#define AST_H

#include "context.h"

/* ---- qualifiers ----------------------------------------------------------------------------- */

/* One row a protocol keyword: protos.def. PROTO_NONE: none was written. */
enum proto {
	PROTO_NONE,
#define PROTO(tag, ...) PROTO_##tag,
#include "protos.def"
#undef PROTO
	PROTO_COUNT
};

enum dir {
	DIR_NONE,
	DIR_SRC,
	DIR_DST,
	DIR_SRC_OR_DST,
	DIR_SRC_AND_DST,
	DIR_RA,
	DIR_TA,
	DIR_ADDR1,
	DIR_ADDR2,
	DIR_ADDR3,
	DIR_ADDR4
};

enum type {
	TYPE_NONE,
	TYPE_HOST,
	TYPE_NET,
	TYPE_PORT,
	TYPE_PORTRANGE,
	TYPE_GATEWAY,
	TYPE_PROTO,
	TYPE_PROTOCHAIN
};

struct quals {
	enum proto proto;
	enum dir dir;
	enum type type;
	struct span span;     /* of the words, when they were written or inherited */
	struct span dir_span; /* of the direction's, likewise */
};

/* ---- values --------------------------------------------------------------------------------- */

enum value_kind {
	VAL_NUMBER, /* number */
	VAL_NAME,   /* text, escape removed */
	/* portrange a-b: text has "a", high_text has "b" (numbers or names) */
	VAL_RANGE,
	/* bytes[0 .. parts-1] as written, 2 to 4 parts; text for DECnet's area.node */
	VAL_IPV4,
	VAL_IPV6,   /* bytes[0 .. 15] */
	VAL_MAC,    /* bytes[0 .. 5] */
	VAL_ARCNET, /* bytes[0] */
	/* what a set may hold besides: number..high_number, bytes..high; text is all of it */
	VAL_NUMBERS,
	VAL_IPV4S,
	VAL_IPV6S,
	VAL_FILE, /* text is the path of a list; set: its lines, once it has been read */
	VAL_SET   /* set: of all of these but VAL_SET */
};

enum prefix_kind { PREFIX_NONE, PREFIX_LEN, PREFIX_MASK };

struct ast;
struct value;

struct value_list { /* `{a, b}`, `@PATH` */
	struct value *entries;
	uint32_t count;
	size_t capacity;
	/* of a file: why no more of it was read, in the words of the refusal; or NULL */
	const struct flt_error *refused;
};

struct value {
	enum value_kind kind;
	struct span span; /* with its prefix */
	uint32_t number;
	uint32_t parts;
	uint8_t bytes[16];
	uint32_t high_number;
	uint8_t high[16];
	const struct value_list *set;
	const struct ast *single; /* of a set that was gathered: the term that it was */
	enum proto only;          /* of such a set: its protocol, PROTO_NONE: that of the set */
	const char *text;         /* the token, NUL-terminated; set for every kind but VAL_SET */
	const char *high_text;
	enum prefix_kind prefix; /* "/24" or "mask 255.255.255.0" */
	uint32_t prefix_len;     /* as written, not checked */
	uint32_t mask;           /* left-aligned: "mask 255.255" is 0xffff0000 */
	uint32_t mask_parts;
	struct span prefix_span;
};

/* ---- nodes ---------------------------------------------------------------------------------- */

enum keyword { /* keyword primitives: keywords.def */
#define KEYWORD(tag, ...) KW_##tag,
#include "keywords.def"
#undef KEYWORD
	       KW_COUNT
};

enum ast_kind {
	/* yes or no */
	AST_TRUE,  /* the empty expression */
	AST_CHAIN, /* a op b op c ...: `and` and `or` bind alike, from the left */
	AST_NOT,   /* a */
	AST_ID,    /* quals, value: `tcp dst port 80` */
	AST_PROTO, /* quals.proto alone: `tcp` */
	/* keyword, args: `vlan 5`, `less 100`, `byte 8 & 5`, `ip broadcast` (quals) */
	AST_KEYWORD,
	AST_RELATION, /* a relop b: `tcp[13] & 2 != 0` */
	/* numbers */
	AST_NUMBER, /* number (also a named one: tcp-syn) */
	AST_LEN,    /* len, length */
	AST_INDEX,  /* quals.proto [ a : number ], number 1, 2 or 4: `ip[6:2]` */
	AST_ARITH,  /* a op b */
	AST_NEGATE  /* - a */
};

enum arith_op { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_LSH, OP_RSH };
enum relop { REL_EQ, REL_NE, REL_LT, REL_LE, REL_GT, REL_GE };

struct ast_term { /* one operand of a chain */
	struct ast *node;
	/* what joins it to all that stands before it; false for the first */
	bool is_and;
};

struct ast {
	enum ast_kind kind;
	struct span span;    /* the whole clause */
	struct span op_span; /* the operator, keyword or protocol word */
	struct quals quals;
	struct value *value; /* AST_ID; AST_KEYWORD: a set in the place of its number */
	enum keyword keyword;
	uint32_t argc;      /* AST_KEYWORD: how many of args were written */
	struct value *args; /* numbers and names, by the keyword's row; `type T subtype S` has both;
			     * a list (`vci (5 or 6)`) has one each, for any of them */
	uint32_t number;
	enum arith_op op;
	/* AST_RELATION; AST_KEYWORD: what stood before the number, REL_EQ if nothing */
	enum relop relop;
	/* KW_BYTE: op (OP_AND: byte & number is not 0; OP_OR) instead of relop */
	bool is_bits;
	/* numbers: operators inside each other; never above the nesting limit */
	uint32_t height;
	struct ast *a, *b;
	struct ast_term *terms; /* AST_CHAIN: at least 2 */
	uint32_t term_count;
};

/* The tree as text, one line, parentheses for each node; as snprintf(). For traces and tests. */
int flt__ast_text(const struct ast *tree, char *buf, size_t len);

/* The word for a protocol ("tcp"), direction ("src or dst") or type ("port"), for messages. */
const char *flt__proto_word(enum proto proto);
const char *flt__dir_word(enum dir dir);
const char *flt__type_word(enum type type);

#endif
