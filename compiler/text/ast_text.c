/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree as one line of text, for traces and tests: `(ip or id(tcp dst port number 80))`. */
#include <stdarg.h>
#include <stdio.h>

#include "ast.h"

struct out {
	char *buf;
	size_t len;
	size_t used; /* may be more than len */
};

__attribute__((format(printf, 2, 3))) static void put(struct out *out, const char *fmt, ...)
{
	va_list args;
	size_t room = out->used < out->len ? out->len - out->used : 0;

	va_start(args, fmt);
	int count = vsnprintf(room ? out->buf + out->used : NULL, room, fmt, args);
	va_end(args);
	out->used += count > 0 ? (size_t)count : 0;
}

/* ---- words ---------------------------------------------------------------------------- */

const char *flt__proto_word(enum proto proto)
{
	static const char *const words[] = {
		"",
#define PROTO(tag, word, ...) word,
#include "protos.def"
#undef PROTO
	};

	return proto < PROTO_COUNT ? words[proto] : "";
}

const char *flt__dir_word(enum dir dir)
{
	static const char *const words[] = {
		"",   "src",   "dst",   "src or dst", "src and dst", "ra",
		"ta", "addr1", "addr2", "addr3",      "addr4",
	};

	return words[dir];
}

const char *flt__type_word(enum type type)
{
	static const char *const words[] = {
		"", "host", "net", "port", "portrange", "gateway", "proto", "protochain",
	};

	return words[type];
}

static const char *const keyword_words[] = {
#define KEYWORD(tag, words, args) words,
#include "keywords.def"
#undef KEYWORD
};

static const char *const relop_words[] = { "=", "!=", "<", "<=", ">", ">=" };
static const char *const arith_words[] = { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>" };

/* ---- values --------------------------------------------------------------------------- */

static void put_bytes(struct out *out, const char *kind, const uint8_t *bytes, uint32_t count)
{
	put(out, "%s", kind);
	for (uint32_t i = 0; i < count; i++)
		put(out, "%02x", bytes[i]);
}

static void put_value(struct out *out, const struct value *value);

static void put_set(struct out *out, const struct value_list *set)
{
	put(out, "{");
	for (uint32_t i = 0; i < set->count; i++) {
		put(out, "%s", i ? ", " : "");
		put_value(out, &set->entries[i]);
	}
	put(out, "}");
}

static void put_value(struct out *out, const struct value *value)
{
	if (value->only)
		put(out, "%s ", flt__proto_word(value->only));
	switch (value->kind) {
	case VAL_NUMBER: put(out, "number %u", value->number); break;
	case VAL_NAME: put(out, "name %s", value->text); break;
	case VAL_RANGE:
		put(out, "range %s..%s", value->text, value->high_text ? value->high_text : "");
		break;
	case VAL_IPV4: put(out, "ipv4 %s", value->text); break;
	case VAL_IPV6: put_bytes(out, "ipv6 ", value->bytes, 16); break;
	case VAL_MAC: put_bytes(out, "mac ", value->bytes, 6); break;
	case VAL_ARCNET: put_bytes(out, "arcnet ", value->bytes, 1); break;
	case VAL_NUMBERS: put(out, "numbers %u..%u", value->number, value->high_number); break;
	case VAL_IPV4S:
		put_bytes(out, "ipv4 ", value->bytes, 4);
		put_bytes(out, "..", value->high, 4);
		break;
	case VAL_IPV6S:
		put_bytes(out, "ipv6 ", value->bytes, 16);
		put_bytes(out, "..", value->high, 16);
		break;
	case VAL_FILE: put(out, "file %s", value->text); break;
	case VAL_SET: put_set(out, value->set); break;
	}
	if (value->prefix == PREFIX_LEN)
		put(out, " / %u", value->prefix_len);
	if (value->prefix == PREFIX_MASK)
		put(out, " mask %08x", value->mask);
}

static const char *or_dash(const char *word)
{
	return *word ? word : "-";
}

/* ---- nodes ---------------------------------------------------------------------------- */

static void put_node(struct out *out, const struct ast *node);

static void put_chain(struct out *out, const struct ast *node)
{
	put(out, "(");
	for (uint32_t i = 0; i < node->term_count; i++) {
		if (i)
			put(out, node->terms[i].is_and ? " and " : " or ");
		put_node(out, node->terms[i].node);
	}
	put(out, ")");
}

static void put_keyword(struct out *out, const struct ast *node)
{
	const char *words = keyword_words[node->keyword];
	int len = 0;

	while (words[len] && words[len] != ',')
		len++;
	put(out, "%.*s(", len, words);
	if (node->quals.proto)
		put(out, "%s%s", flt__proto_word(node->quals.proto), node->argc ? " " : "");
	const char *op = node->is_bits ? arith_words[node->op] : relop_words[node->relop];
	bool is_byte = node->keyword == KW_BYTE;
	if (node->relop && !is_byte)
		put(out, "%s", op);
	if (node->value)
		put_value(out, node->value);
	for (uint32_t i = 0; i < node->argc; i++) {
		if (i)
			put(out, " %s ", is_byte ? op : "/");
		put_value(out, &node->args[i]);
	}
	put(out, ")");
}

static void put_pair(struct out *out, const struct ast *node, const char *op)
{
	put(out, "(");
	put_node(out, node->a);
	put(out, " %s ", op);
	put_node(out, node->b);
	put(out, ")");
}

#define LEFT_ROOM 256u

/* Operators down the left side, `((a + b) + c)`: there may be a million of them, so they are not
 * gone down one in the other, but looked for again for each LEFT_ROOM of them. */
static void put_left(struct out *out, const struct ast *node)
{
	const struct ast *last[LEFT_ROOM], *leaf = node;
	uint32_t count = 0;

	for (; leaf->kind == AST_ARITH; leaf = leaf->a, count++)
		put(out, "(");
	put_node(out, leaf);
	while (count) {
		uint32_t first = count > LEFT_ROOM ? count - LEFT_ROOM : 0;
		const struct ast *at = node;
		for (uint32_t i = 0; i < count; i++, at = at->a)
			if (i >= first)
				last[i - first] = at;
		for (; count > first; count--) {
			const struct ast *pair = last[count - 1 - first];
			put(out, " %s ", arith_words[pair->op]);
			put_node(out, pair->b);
			put(out, ")");
		}
	}
}

static void put_around(struct out *out, const char *before, const struct ast *inside,
		       const char *after)
{
	put(out, "%s", before);
	put_node(out, inside);
	put(out, "%s", after);
}

static void put_id(struct out *out, const struct ast *node)
{
	put(out, "id(%s %s %s ", or_dash(flt__proto_word(node->quals.proto)),
	    or_dash(flt__dir_word(node->quals.dir)), or_dash(flt__type_word(node->quals.type)));
	put_value(out, node->value);
	put(out, ")");
}

static void put_number(struct out *out, const struct ast *node)
{
	switch (node->kind) {
	case AST_NUMBER: put(out, "%u", node->number); break;
	case AST_LEN: put(out, "len"); break;
	case AST_INDEX:
		put(out, "%s", flt__proto_word(node->quals.proto));
		put_around(out, "[", node->a, "");
		put(out, ":%u]", node->number);
		break;
	case AST_ARITH: put_left(out, node); break;
	default: put_around(out, "(- ", node->a, ")");
	}
}

static void put_node(struct out *out, const struct ast *node)
{
	switch (node->kind) {
	case AST_TRUE: put(out, "true"); break;
	case AST_CHAIN: put_chain(out, node); break;
	case AST_NOT: put_around(out, "(not ", node->a, ")"); break;
	case AST_ID: put_id(out, node); break;
	case AST_PROTO: put(out, "%s", flt__proto_word(node->quals.proto)); break;
	case AST_KEYWORD: put_keyword(out, node); break;
	case AST_RELATION: put_pair(out, node, relop_words[node->relop]); break;
	default: put_number(out, node);
	}
}

int flt__ast_text(const struct ast *tree, char *buf, size_t len)
{
	struct out out = { buf, len, 0 };

	if (len)
		buf[0] = '\0';
	put_node(&out, tree);
	return out.used > INT32_MAX ? INT32_MAX : (int)out.used;
}
