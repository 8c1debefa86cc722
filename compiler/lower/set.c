/* SPDX-License-Identifier: BSD-2-Clause */
#include "set.h"

#include <stdlib.h>
#include <string.h>

void flt__set_init(struct set *set, struct arena *arena, uint32_t words)
{
	*set = (struct set){ .arena = arena, .words = words };
}

bool flt__set_add(struct set *set, const struct set_range *range)
{
	struct set_range *ranges = flt__arena_grow(set->arena, set->ranges, set->count,
						   &set->capacity, sizeof(*ranges));

	if (!ranges)
		return false;
	set->ranges = ranges;
	set->ranges[set->count] = *range;
	set->ranges[set->count].rank = set->count;
	set->count++;
	return true;
}

/* ---- order ---------------------------------------------------------------------------- */

static int compare(const uint32_t a[SET_WORDS], const uint32_t b[SET_WORDS])
{
	for (uint32_t i = 0; i < SET_WORDS; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static int by_low(const void *a, const void *b)
{
	const struct set_range *x = a, *y = b;

	return compare(x->low, y->low);
}

/* Is b the key after a, or one that is not after a at all? */
static bool touches(const struct set *set, const uint32_t a[SET_WORDS], const uint32_t b[SET_WORDS])
{
	uint32_t next[SET_WORDS];
	uint32_t i = set->words;

	if (compare(b, a) <= 0)
		return true;
	memcpy(next, a, sizeof(next));
	while (i > 0 && ++next[i - 1] == 0)
		i--;
	return i > 0 && compare(b, next) == 0;
}

void flt__set_close(struct set *set)
{
	uint32_t kept = 0;

	if (!set->count)
		return;
	qsort(set->ranges, set->count, sizeof(*set->ranges), by_low);
	for (uint32_t i = 1; i < set->count; i++) {
		struct set_range *last = &set->ranges[kept];
		const struct set_range *range = &set->ranges[i];
		if (!touches(set, last->high, range->low)) {
			set->ranges[++kept] = *range;
			continue;
		}
		last->rank = range->rank < last->rank ? range->rank : last->rank;
		if (compare(range->high, last->high) > 0)
			memcpy(last->high, range->high, sizeof(last->high));
	}
	set->count = kept + 1;
}

bool flt__set_same(const struct set *a, const struct set *b)
{
	for (uint32_t i = 0; i < a->count && a->count == b->count; i++)
		if (compare(a->ranges[i].low, b->ranges[i].low) ||
		    compare(a->ranges[i].high, b->ranges[i].high))
			return false;
	return a->count == b->count;
}

/* ---- cuts ----------------------------------------------------------------------------- */

struct cut {
	const struct set *set;
	uint32_t word;
	struct set_parts *parts;
	struct set_range *rests; /* room for those of all parts */
	uint32_t rest_count;
};

/* Words after the one that is cut by: are they all `value`? */
static bool rest_is(const struct cut *c, const uint32_t *words, uint32_t value)
{
	for (uint32_t i = c->word + 1; i < c->set->words; i++)
		if (words[i] != value)
			return false;
	return true;
}

static void add_whole(struct cut *c, uint32_t low, uint32_t high, uint32_t rank)
{
	c->parts->list[c->parts->count++] =
		(struct set_part){ .low = low, .high = high, .rank = rank };
}

/* A range within one value of the word; it joins the part of that value if there is one. */
static void add_rest(struct cut *c, uint32_t value, const struct set_range *range)
{
	struct set_part *last = c->parts->count ? &c->parts->list[c->parts->count - 1] : NULL;
	struct set_range *rest = &c->rests[c->rest_count++];

	*rest = *range;
	if (!last || !last->rest || last->low != value) {
		c->parts->list[c->parts->count++] =
			(struct set_part){ value, value, range->rank, rest, 1 };
		return;
	}
	last->rest_count++;
	last->rank = range->rank < last->rank ? range->rank : last->rank;
}

static void fill_rest(const struct cut *c, uint32_t *words, uint32_t value)
{
	for (uint32_t i = c->word + 1; i < c->set->words; i++)
		words[i] = value;
}

static void cut_range(struct cut *c, const struct set_range *range)
{
	uint32_t low = range->low[c->word], high = range->high[c->word];
	bool low_whole = rest_is(c, range->low, 0);
	bool high_whole = rest_is(c, range->high, UINT32_MAX);
	struct set_range head = *range, tail = *range;

	if (low == high && !(low_whole && high_whole)) {
		add_rest(c, low, range);
		return;
	}
	fill_rest(c, head.high, UINT32_MAX);
	fill_rest(c, tail.low, 0);
	if (!low_whole)
		add_rest(c, low, &head);
	uint64_t first = (uint64_t)low + !low_whole, end = (uint64_t)high + high_whole;
	if (first < end)
		add_whole(c, (uint32_t)first, (uint32_t)(end - 1), range->rank);
	if (!high_whole)
		add_rest(c, high, &tail);
}

bool flt__set_cut(const struct set *set, const struct set_range *ranges, uint32_t count,
		  uint32_t word, struct set_parts *parts)
{
	struct cut c = { .set = set, .word = word, .parts = parts };

	parts->count = 0;
	parts->list = flt__arena_array(set->arena, 3 * (size_t)count, sizeof(*parts->list));
	if (word + 1 < set->words)
		c.rests = flt__arena_array(set->arena, 2 * (size_t)count, sizeof(*c.rests));
	if (set->arena->failed)
		return false;
	for (uint32_t i = 0; i < count; i++)
		cut_range(&c, &ranges[i]);
	return true;
}
