/* SPDX-License-Identifier: BSD-2-Clause */
#include "distance.h"
#include "suggest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MOST 32 /* longer ones have no neighbours */

/* Twice the edits, and one more for another first letter, which few people get wrong. */
static uint32_t score(const struct nearest *n, const char *name, size_t len)
{
	bool swapped = distance_same(n->word[0], name[1]) && distance_same(n->word[1], name[0]);

	return 2 * edit_distance(n->word, n->word_len, name, len) +
	       (!distance_same(n->word[0], name[0]) && !swapped);
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
	bool swapped = distance_same(n->word[0], name[1]) && distance_same(n->word[1], name[0]);

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
