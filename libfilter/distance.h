/* SPDX-License-Identifier: BSD-2-Clause */
/* How many edits part two short words. The library and the programs say by it which known word an
 * unknown one resembles. */
#ifndef DISTANCE_H
#define DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

#define DISTANCE_MOST 40 /* letters of a word; longer ones resemble nothing */

/* ASCII only, whatever the locale says. */
static inline char distance_lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + ('a' - 'A')) : ch;
}

static inline bool distance_same(char a, char b)
{
	return distance_lower(a) == distance_lower(b);
}

static inline unsigned distance_least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edits (insert, drop, change, swap of neighbours), case ignored; both words have at most
 * DISTANCE_MOST letters. */
static inline unsigned edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned row[3][DISTANCE_MOST + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];

	for (size_t j = 0; j <= b_len; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned change = last[j - 1] + !distance_same(a[i - 1], b[j - 1]);
			bool swapped = i > 1 && j > 1 && distance_same(a[i - 1], b[j - 2]) &&
				       distance_same(a[i - 2], b[j - 1]);
			now[j] = distance_least(change, distance_least(last[j], now[j - 1]) + 1);
			if (swapped)
				now[j] = distance_least(now[j], before[j - 2] + 1);
		}
		unsigned *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[b_len];
}

#endif
