/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "distance.h"
#include "option_near.h"

const struct option_row *option_near_name(const struct option_table *table, const char *name,
					  size_t len)
{
	const struct option_row *best = NULL;
	/* only what is nearer resembles it */
	unsigned best_distance = len < 4 ? 2 : (unsigned)len / 2 + 1;

	for (size_t i = 0; len <= DISTANCE_MOST && i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		size_t row_len = strlen(row->name);

		if (row_len == 0 || row_len > DISTANCE_MOST || !option_is_taken(table, row))
			continue;
		unsigned distance = edit_distance(name, len, row->name, row_len);
		if (distance >= best_distance)
			continue;
		best = row;
		best_distance = distance;
	}
	return best;
}

static char other_case(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : '\0';
}

const struct option_row *option_near_letter(const struct option_table *table, char letter)
{
	const struct option_row *end = table->rows + table->count;
	char other = other_case(letter);

	for (const struct option_row *row = table->rows; other && row < end; row++)
		if (row->letter == other && option_is_taken(table, row))
			return row;
	for (const struct option_row *row = table->rows; letter && row < end; row++)
		if (row->name[0] == letter && option_is_taken(table, row))
			return row;
	return NULL;
}

const struct option_row *option_called(const struct option_table *table, const char *word,
				       size_t len)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];

		if (!*row->name && row->effect < NOTHING && strlen(row->word) == len &&
		    memcmp(row->word, word, len) == 0)
			return row;
	}
	return NULL;
}
