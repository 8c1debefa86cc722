/* SPDX-License-Identifier: BSD-2-Clause */
/* Ordered sets of ranges of keys; a key is one word, or several with the first one weighing most:
 * four for an IPv6 address. Data only, no code is made here. */
#ifndef SET_H
#define SET_H

#include "arena.h"

#define SET_WORDS 4

struct set_range { /* low <= high; both belong to it */
	uint32_t low[SET_WORDS], high[SET_WORDS];
	uint32_t rank; /* its place in the text; of several that became one, the first */
};

/* When it is closed the ranges rise, and between two of them lies at least one key. */
struct set {
	struct arena *arena;
	uint32_t words; /* that count in a key: 1 to SET_WORDS; the others are 0 */
	struct set_range *ranges;
	uint32_t count;
	size_t capacity;
};

void flt__set_init(struct set *set, struct arena *arena, uint32_t words);
/* False: no memory. */
bool flt__set_add(struct set *set, const struct set_range *range);
/* Sort, and merge what overlaps or touches. No more is added then. */
void flt__set_close(struct set *set);
bool flt__set_same(const struct set *a, const struct set *b);

/*
 * A closed set cut by one word of its keys. The words before that one are settled; a part is a
 * range of values of the word: all their keys belong to the set (rest NULL), or it is one value,
 * and the ranges of rest decide by the next words. Parts rise, and none is empty.
 */
struct set_part {
	uint32_t low, high;
	uint32_t rank; /* of the first of its ranges in the text */
	struct set_range *rest;
	uint32_t rest_count;
};

struct set_parts {
	struct set_part *list;
	uint32_t count;
};

/* False: no memory. */
bool flt__set_cut(const struct set *set, const struct set_range *ranges, uint32_t count,
		  uint32_t word, struct set_parts *parts);

#endif
