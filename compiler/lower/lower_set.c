/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a field of the packet in a set? A balanced tree of comparisons of one loaded value; for keys
 * of several words a tree a word. A word is loaded only where the words before it leave the answer
 * open, and the destination only where the source does: no more than a chain of `or` loads, and in
 * the same order.
 */
#include "lowering.h"

#define LEAF_TESTS 4u /* a leaf asks for its parts one after another */

struct tree {
	struct lower *g;
	ir_val value;
	const struct set_part *parts;
	struct ir_block **begin; /* by part: where its rest is decided; NULL: it belongs */
	struct target to;
};

/* Values that the tests on the way have left. */
struct bounds {
	uint32_t least, most;
};

/* ---- one word ---------------------------------------------------------------------------- */

static struct ir_block *part_target(const struct tree *t, uint32_t i)
{
	return t->begin && t->begin[i] ? t->begin[i] : t->to.yes;
}

/* The ends that the bounds leave open. Parts rise: what is below this one is in none of those that
 * follow. */
static void test_range(const struct tree *t, uint32_t i, struct bounds in, struct ir_block *next)
{
	const struct set_part *part = &t->parts[i];
	struct target high = { next, part_target(t, i) };

	if (part->low > in.least) {
		struct ir_block *above = part->high < in.most ? flt__lower_block(t->g) : high.no;
		flt__lower_cmp(t->g, TEST_GE, t->value, part->low,
			       (struct target){ above, t->to.no });
		flt__lower_start(t->g, above);
	}
	if (part->high < in.most)
		flt__lower_cmp(t->g, TEST_GT, t->value, part->high, high);
	else if (part->low <= in.least)
		flt__lower_goto(t->g, high.no);
}

static void test_part(const struct tree *t, uint32_t i, struct bounds in, struct ir_block *next)
{
	const struct set_part *part = &t->parts[i];

	if (part->low == part->high && in.least < in.most)
		flt__lower_cmp(t->g, TEST_EQ, t->value, part->low,
			       (struct target){ part_target(t, i), next });
	else
		test_range(t, i, in, next);
}

static void lower_leaf(const struct tree *t, uint32_t first, uint32_t end, struct bounds in)
{
	for (uint32_t i = first; i < end; i++) {
		struct ir_block *next = i + 1 < end ? flt__lower_block(t->g) : t->to.no;
		test_part(t, i, in, next);
		flt__lower_start(t->g, i + 1 < end ? next : NULL);
		if (t->parts[i].low < t->parts[i].high && t->parts[i].high < in.most)
			in.least = t->parts[i].high + 1;
	}
}

/* A range costs two tests, but alone in a leaf one: the tree around it knows its other end. */
static bool is_leaf(const struct tree *t, uint32_t first, uint32_t end)
{
	uint32_t tests = 0;

	for (uint32_t i = first; i < end && tests <= LEAF_TESTS; i++)
		tests += t->parts[i].low == t->parts[i].high ? 1 : LEAF_TESTS - 1;
	return end - first == 1 || tests <= LEAF_TESTS;
}

/* The left half: full leaves, as many as the right half has, or one less. */
static uint32_t half(uint32_t count)
{
	uint32_t leaves = (count + LEAF_TESTS - 1) / LEAF_TESTS;

	return count > LEAF_TESTS ? leaves / 2 * LEAF_TESTS : count / 2;
}

/* A few single values are asked for in the order of the text: people write first what they see
 * most. */
static bool is_few(const struct tree *t, uint32_t count)
{
	for (uint32_t i = 0; i < count && count <= LEAF_TESTS; i++)
		if (t->parts[i].low != t->parts[i].high)
			return false;
	return count <= LEAF_TESTS;
}

/* Of those that are not done, a bit each, the first one in the text. */
static uint32_t first_left(const struct tree *t, uint32_t count, uint32_t done)
{
	uint32_t first = count;

	for (uint32_t i = 0; i < count; i++) {
		bool is_done = done & 1u << i;
		if (!is_done && (first == count || t->parts[i].rank < t->parts[first].rank))
			first = i;
	}
	return first;
}

static void lower_few(const struct tree *t, uint32_t count)
{
	uint32_t done = 0;

	for (uint32_t left = count; left; left--) {
		struct ir_block *next = left > 1 ? flt__lower_block(t->g) : t->to.no;
		uint32_t i = first_left(t, count, done);
		done |= 1u << i;
		flt__lower_cmp(t->g, TEST_EQ, t->value, t->parts[i].low,
			       (struct target){ part_target(t, i), next });
		flt__lower_start(t->g, left > 1 ? next : NULL);
	}
}

static void lower_parts(const struct tree *t, uint32_t first, uint32_t end, struct bounds in)
{
	struct ir_block *left, *right;

	if (is_leaf(t, first, end)) {
		lower_leaf(t, first, end, in);
		return;
	}
	uint32_t middle = first + half(end - first);
	const struct set_part *below = &t->parts[middle - 1], *above = &t->parts[middle];
	/* where it saves a test: at the end of a range */
	uint32_t pivot = below->low < below->high ? below->high : above->low - 1;
	left = flt__lower_block(t->g);
	right = flt__lower_block(t->g);
	flt__lower_cmp(t->g, TEST_GT, t->value, pivot, (struct target){ right, left });
	flt__lower_start(t->g, left);
	lower_parts(t, first, middle, (struct bounds){ in.least, pivot });
	flt__lower_start(t->g, right);
	lower_parts(t, middle, end, (struct bounds){ pivot + 1, in.most });
}

/* ---- all words --------------------------------------------------------------------------- */

static ir_val load_word(struct lower *g, const struct set_field *field, uint32_t word)
{
	switch (field->kind) {
	case FIELD_VALUE: return field->value;
	case FIELD_PORT: return flt__lower_load(g, field->off, 2);
	case FIELD_PORT4:
		return flt__lower_load_at(g, flt__lower_ip4_hlen(g), field->off.const_part, 2);
	case FIELD_MAC:
		/* the last four bytes first: they tell addresses apart sooner than the vendor's */
		return word ? flt__lower_load(g, field->off, 2) :
			      flt__lower_load(g, flt__off_add(field->off, 2), 4);
	default: return flt__lower_load(g, flt__off_add(field->off, 4 * word), 4);
	}
}

static uint32_t most_of(const struct set_field *field, uint32_t word)
{
	bool is_port = field->kind == FIELD_PORT || field->kind == FIELD_PORT4;
	bool is_short = is_port || (field->kind == FIELD_MAC && word == 1);

	return is_short ? UINT16_MAX : UINT32_MAX;
}

static bool make_begins(struct tree *t, uint32_t count)
{
	t->begin = flt__arena_array(&t->g->c->arena, count, sizeof(*t->begin));
	for (uint32_t i = 0; t->begin && i < count; i++)
		t->begin[i] = t->parts[i].rest ? flt__lower_block(t->g) : NULL;
	return t->begin != NULL;
}

struct keys {
	const struct set *set;
	const struct set_field *field;
	const struct set_range *ranges;
	uint32_t count;
	uint32_t word;
};

static bool lower_word(struct lower *g, const struct keys *keys, struct target to)
{
	struct tree t = { .g = g, .to = to };
	struct set_parts parts;

	if (!flt__set_cut(keys->set, keys->ranges, keys->count, keys->word, &parts))
		return false;
	t.parts = parts.list;
	t.value = load_word(g, keys->field, keys->word);
	bool is_last = keys->word + 1 == keys->set->words;
	if (!is_last && !make_begins(&t, parts.count))
		return false;
	if (is_few(&t, parts.count))
		lower_few(&t, parts.count);
	else
		lower_parts(&t, 0, parts.count,
			    (struct bounds){ 0, most_of(keys->field, keys->word) });
	for (uint32_t i = 0; !is_last && i < parts.count; i++) {
		const struct set_part *part = &parts.list[i];
		struct keys rest = { keys->set, keys->field, part->rest, part->rest_count,
				     keys->word + 1 };
		if (!part->rest)
			continue;
		flt__lower_start(g, t.begin[i]);
		if (!lower_word(g, &rest, to))
			return false;
	}
	return true;
}

/* What has any address needs none to be there, as with a network of all of them. */
static bool has_all_addresses(const struct set *set, const struct set_field *field)
{
	bool all = set->count == 1 && field->kind != FIELD_PORT && field->kind != FIELD_PORT4;

	for (uint32_t i = 0; i < set->words && all; i++)
		all = set->ranges[0].low[i] == 0 && set->ranges[0].high[i] == UINT32_MAX;
	return all;
}

bool flt__lower_member(struct lower *g, const struct set *set, const struct set_field *field,
		       struct target to)
{
	struct keys keys = { set, field, set->ranges, set->count, 0 };

	if (has_all_addresses(set, field)) {
		flt__lower_goto(g, to.yes);
		return true;
	}
	if (!flt__lower_has_room(g, g->span, 2 * (uint64_t)set->count))
		return false;
	if (set->count)
		return lower_word(g, &keys, to);
	flt__lower_goto(g, to.no);
	return true;
}

bool flt__lower_members(struct lower *g, const struct set *set, enum dir dir,
			const struct set_field fields[2], struct target to)
{
	struct ir_block *dst;

	if (dir == DIR_SRC || dir == DIR_DST || has_all_addresses(set, &fields[0]))
		return flt__lower_member(g, set, &fields[dir == DIR_DST], to);
	struct target first = dir == DIR_SRC_AND_DST ? flt__lower_then(g, to, &dst) :
						       flt__lower_else(g, to, &dst);
	if (!flt__lower_member(g, set, &fields[0], first))
		return false;
	flt__lower_start(g, dst);
	return flt__lower_member(g, set, &fields[1], to);
}
