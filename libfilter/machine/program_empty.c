/* SPDX-License-Identifier: BSD-2-Clause */
/* What people are told of a program that no packet can match. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "libfilter.h"
#include "show.h"

#define QUOTED_BYTES 60u /* of a clause, in the sentence */
#define MANY_COLONS  6u  /* an IPv6 address has as many, or two of them together */

/* In quotes, on one line. */
static void quote_most(struct text *t, const char *expr, const struct mark *clause, size_t most)
{
	size_t len = clause->len < most ? (size_t)clause->len : most;

	flt__text_words(t, "'");
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)expr[clause->at + i];
		flt__text_bytes(t, byte < ' ' || byte > 126 ? " " : &expr[clause->at + i], 1);
	}
	flt__text_words(t, len < clause->len ? "...'" : "'");
}

static void quote(struct text *t, const char *expr, const struct mark *clause)
{
	quote_most(t, expr, clause, QUOTED_BYTES);
}

/* Those clauses whose bits are set. */
static void quote_all(struct text *t, const char *expr, const struct mark *clauses, uint32_t bits)
{
	const char *join = "";

	for (uint32_t i = 0; bits; bits &= ~(1u << i), i++) {
		if (!(bits >> i & 1))
			continue;
		flt__text_words(t, join);
		quote(t, expr, &clauses[i]);
		bits &= ~(1u << i);
		join = bits & (bits - 1) ? ", " : " and ";
	}
}

static bool is_at(const char *text, uint64_t left, const char *word)
{
	return left >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

/* A chain of its own needs parentheses among others. */
static bool is_chain(const char *text, uint64_t len)
{
	static const char *const joins[] = { "||", "&&", " or ", " and " };
	uint32_t depth = 0;

	for (uint64_t i = 0; i < len; i++) {
		depth += text[i] == '(';
		depth -= text[i] == ')';
		for (size_t join = 0; !depth && join < sizeof(joins) / sizeof(joins[0]); join++)
			if (is_at(text + i, len - i, joins[join]))
				return true;
	}
	return false;
}

static void add_clause(struct text *t, const char *expr, const struct mark *clause)
{
	bool has_parentheses = is_chain(expr + clause->at, clause->len);

	flt__text_words(t, t->used ? " and " : "");
	flt__text_words(t, has_parentheses ? "(" : "");
	flt__text_bytes(t, expr + clause->at, (size_t)clause->len);
	flt__text_words(t, has_parentheses ? ")" : "");
}

void flt__show_reordered(struct text *t, const char *expr, const struct mark *clauses,
			 uint32_t count, uint32_t movers)
{
	for (uint32_t i = 0; i < count; i++)
		if (!(movers >> i & 1))
			add_clause(t, expr, &clauses[i]);
	for (uint32_t i = 0; i < count; i++)
		if (movers >> i & 1)
			add_clause(t, expr, &clauses[i]);
}

static const char *linktype_name(const struct flt_program_info *info, char number[12])
{
	const char *name = flt_linktype_name(info->linktype);

	snprintf(number, 12, "%u", info->linktype);
	return name ? name : number;
}

/* Where the word stands in these bytes, as a whole one; NULL: nowhere. */
static const char *find_word(const char *from, const char *end, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = from; (size_t)(end - at) >= len; at++) {
		bool begins = at == from || !isalnum((unsigned char)at[-1]);
		bool ends = at + len == end || !isalnum((unsigned char)at[len]);
		if (begins && ends && memcmp(at, word, len) == 0)
			return at;
	}
	return NULL;
}

/* `tcp[13]`, also with blanks before the bracket. */
static bool has_bytes_of(const char *expr, const struct mark *clause, const char *word)
{
	const char *at = expr + clause->at, *end = at + clause->len;

	while ((at = find_word(at, end, word)) != NULL) {
		at += strlen(word);
		if (at[strspn(at, " \t")] == '[')
			return true;
	}
	return false;
}

/* `2001:db8::1`; neither a MAC address nor `[0:2]` has so many colons. */
static bool has_ip6_address(const char *expr, const struct mark *clause)
{
	const char *from = expr + clause->at;
	uint32_t colons = 0;

	for (size_t i = 0; i < clause->len; i++) {
		bool part = isxdigit((unsigned char)from[i]) || from[i] == '.';
		if (from[i] == ':')
			colons += i && from[i - 1] == ':' ? MANY_COLONS : 1;
		else if (!part)
			colons = 0;
		if (colons >= MANY_COLONS)
			return true;
	}
	return false;
}

static bool asks_ip6(const char *expr, const struct mark *clause)
{
	static const char *const words[] = { "ip6", "icmp6", "0x86dd" };
	const char *from = expr + clause->at;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (find_word(from, from + clause->len, words[i]))
			return true;
	return has_ip6_address(expr, clause);
}

/* Protocols whose bytes are read behind an IPv4 header alone, which people who ask for them
 * together with IPv6 mostly do not know. The word, or NULL. */
static const char *only_ip4_bytes(const char *expr, const struct mark *clauses, uint32_t count)
{
	static const char *const words[] = { "tcp", "udp",  "sctp", "icmp", "igmp",
					     "pim", "vrrp", "carp", "igrp" };
	bool has_ip6 = false;

	for (uint32_t i = 0; i < count; i++)
		has_ip6 |= asks_ip6(expr, &clauses[i]);
	for (size_t i = 0; has_ip6 && i < sizeof(words) / sizeof(words[0]); i++)
		for (uint32_t j = 0; j < count; j++)
			if (has_bytes_of(expr, &clauses[j], words[i]))
				return words[i];
	return NULL;
}

/* Callers of older versions have no room for the word that has moved others. */
static bool has_mover(const struct flt_program_info *info, size_t len, uint32_t count)
{
	return info->flags & FLT_PROGRAM_MOVED && info->size >= sizeof(*info) && count > 1 &&
	       info->mover_offset <= len && info->mover_length <= len - info->mover_offset &&
	       info->mover_clauses && !(info->mover_clauses >> count);
}

static void explain_mover(struct text *t, const struct flt_program_info *info, const char *expr,
			  const struct mark *clauses, uint32_t count)
{
	struct mark word = { (size_t)info->mover_offset, info->mover_length };
	uint32_t first = info->mover_clauses & -info->mover_clauses;
	uint32_t moved = ~info->mover_clauses & ~(first - 1) & ((1u << count) - 1);
	char text[REORDERED_BYTES];
	struct text reordered = { text, sizeof(text), 0 };

	flt__show_reordered(&reordered, expr, clauses, count, info->mover_clauses);
	flt__text_end(&reordered);
	quote(t, expr, &word);
	flt__text_words(t, " has moved the place of ");
	quote_all(t, expr, clauses, moved);
	flt__text_words(t, ": write ");
	quote_most(t, text, &(struct mark){ 0, strlen(text) }, sizeof(text));
}

/* The sentence, without its newline. */
static void explain(struct text *t, const struct flt_program_info *info, const char *expr,
		    const struct mark *clauses, uint32_t count)
{
	char number[12];

	flt__text_words(t, "no packet can match");
	if (count == 0)
		return;
	flt__text_words(t, ": ");
	if (has_mover(info, strlen(expr), count)) {
		explain_mover(t, info, expr, clauses, count);
		return;
	}
	quote_all(t, expr, clauses, (1u << count) - 1);
	if (count == 1 && (info->flags & FLT_PROGRAM_OTHER_LINK)) {
		flt__text_words(t, " is never true on link type ");
		flt__text_words(t, linktype_name(info, number));
	} else {
		flt__text_words(t, count == 1 ? " is never true" :
				   count == 2 ? " exclude each other" :
						" cannot all be true");
	}
	const char *word = only_ip4_bytes(expr, clauses, count);
	if (word) {
		flt__text_words(t, ": ");
		flt__text_words(t, word);
		flt__text_words(t, "[...] looks at IPv4 only; after a bare IPv6 header, "
				   "write ip6[40 + ...]");
	}
}

/* The clauses that lie inside the expression. */
static uint32_t read_clauses(const struct flt_program_info *info, size_t len,
			     struct mark clauses[FLT_CLAUSES_MAX])
{
	uint32_t count = info->clause_count;

	if (count > FLT_CLAUSES_MAX)
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = info->clause_offset[i], bytes = info->clause_length[i];
		if (at > len || bytes > len - at)
			return 0;
		clauses[i] = (struct mark){ (size_t)at, bytes };
	}
	return count;
}

/* All carets below one line, if it has room, else each clause with its own. */
static void show_clauses(struct text *t, const char *expr, const struct mark *clauses,
			 uint32_t count)
{
	if (flt__show_fits(expr, clauses, count)) {
		flt__show_marks(t, expr, clauses, count);
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		flt__show_marks(t, expr, &clauses[i], 1);
}

int flt_program_show_empty(const struct flt_program_info *info, const char *expr, char *buf,
			   size_t len)
{
	struct text t = { buf, len, 0 };
	struct mark clauses[FLT_CLAUSES_MAX];

	if (!info || !expr || (!buf && len) || !(info->flags & FLT_PROGRAM_EMPTY))
		return FLT_E_ARGUMENT;
	uint32_t count = read_clauses(info, strlen(expr), clauses);
	explain(&t, info, expr, clauses, count);
	flt__text_words(&t, "\n");
	if (count)
		show_clauses(&t, expr, clauses, count);
	return flt__text_end(&t);
}
