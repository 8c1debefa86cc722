/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MOST 32 /* longer ones have no neighbours */

/* ---- distance ------------------------------------------------------------------------------- */

/* ASCII only, whatever the locale says. */
static char lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + ('a' - 'A')) : ch;
}

static bool same(char a, char b)
{
	return lower(a) == lower(b);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edits (insert, drop, change, swap of neighbours) between two short words, case ignored. */
static unsigned edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned row[3][WORD_MOST + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];

	for (size_t j = 0; j <= b_len; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned change = last[j - 1] + !same(a[i - 1], b[j - 1]);
			bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
				       same(a[i - 2], b[j - 1]);
			now[j] = least(change, least(last[j], now[j - 1]) + 1);
			if (swapped)
				now[j] = least(now[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[b_len];
}

/* ---- the nearest ---------------------------------------------------------------------------- */

/* Twice the edits, and one more for another first letter, which few people get wrong. */
static uint32_t score(const struct nearest *n, const char *name, size_t len)
{
	bool swapped = same(n->word[0], name[1]) && same(n->word[1], name[0]);

	return 2 * edit_distance(n->word, n->word_len, name, len) +
	       (!same(n->word[0], name[0]) && !swapped);
}

/* Near is: a third of the letters wrong at most, one in any case. One letter is near to nothing. */
void flt__nearest_begin(struct nearest *n, const char *word, size_t len)
{
	size_t edits = len < 3 ? 1 : len / 3;

	*n = (struct nearest){ .word = word, .word_len = len };
	if (len > 1 && len <= WORD_MOST)
		n->score = 2 * (uint32_t)edits + 1;
}

static bool is_kept(const struct nearest *n, const char *name, size_t len)
{
	for (uint32_t i = 0; i < n->count; i++)
		if (n->name_len[i] == len && memcmp(n->name[i], name, len) == 0)
			return true;
	return false;
}

/* Of two letters one is half the word: one may be missing, or both the wrong way round. */
static bool is_short_miss(const struct nearest *n, const char *name, size_t len)
{
	bool swapped = same(n->word[0], name[1]) && same(n->word[1], name[0]);

	return n->word_len == 2 && len == 2 && !swapped && score(n, name, len) > 0;
}

void flt__nearest_try_bytes(struct nearest *n, const char *name, size_t len)
{
	if (!n->score || len < 2 || len > WORD_MOST || is_short_miss(n, name, len))
		return;
	uint32_t this = score(n, name, len);
	if (this > n->score || is_kept(n, name, len))
		return;
	if (this < n->score)
		n->count = 0;
	n->score = this;
	if (n->count == SUGGEST_MOST)
		return;
	n->name[n->count] = name;
	n->name_len[n->count++] = len;
}

void flt__nearest_try(struct nearest *n, const char *names)
{
	while (names && *names) {
		size_t len = strcspn(names, ",");
		flt__nearest_try_bytes(n, names, len);
		names += len + (names[len] == ',');
	}
}

struct suggestion flt__nearest_text(const struct nearest *n)
{
	struct suggestion s = { "" };

	if (n->count == 1)
		snprintf(s.text, sizeof(s.text), "; did you mean '%.*s'?", (int)n->name_len[0],
			 n->name[0]);
	if (n->count == 2)
		snprintf(s.text, sizeof(s.text), "; did you mean '%.*s' or '%.*s'?",
			 (int)n->name_len[0], n->name[0], (int)n->name_len[1], n->name[1]);
	return s;
}
