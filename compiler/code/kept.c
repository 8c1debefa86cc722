/* SPDX-License-Identifier: BSD-2-Clause */
#include "kept.h"

#include <string.h>

#define FANOUT      8u
#define FANOUT_BITS 3u

static const union kept nothing;

struct keeper flt__keeper(struct arena *arena, uint32_t slots)
{
	struct keeper keeper = { arena, 0 };
	uint32_t leaves = slots / KEPT_SLOTS;

	for (; leaves; leaves >>= FANOUT_BITS)
		keeper.depth++;
	return keeper;
}

/* Which part leads to the slot's leaf from this far above the leaves. */
static uint32_t way(uint32_t slot, uint32_t depth)
{
	return slot / KEPT_SLOTS >> FANOUT_BITS * (depth - 1) & (FANOUT - 1);
}

static union kept part(union kept all, uint32_t i)
{
	return all.parts ? all.parts[i] : nothing;
}

union kept flt__kept_leaf(const struct keeper *keeper, union kept all, uint32_t slot)
{
	for (uint32_t depth = keeper->depth; depth; depth--)
		all = part(all, way(slot, depth));
	return all;
}

/* A node with these parts. */
static union kept keep(const struct keeper *keeper, const union kept *parts, union kept otherwise)
{
	union kept *copy = flt__arena_array(keeper->arena, FANOUT, sizeof(*copy));

	if (!copy)
		return otherwise;
	memcpy(copy, parts, FANOUT * sizeof(*copy));
	return (union kept){ .parts = copy };
}

static union kept put(const struct keeper *keeper, uint32_t depth, union kept all, uint32_t slot,
		      union kept leaf)
{
	union kept parts[FANOUT] = { { NULL } };
	uint32_t i = depth ? way(slot, depth) : 0;

	if (!depth)
		return leaf;
	if (all.parts)
		memcpy(parts, all.parts, sizeof(parts));
	parts[i] = put(keeper, depth - 1, parts[i], slot, leaf);
	return keep(keeper, parts, all);
}

union kept flt__kept_put(const struct keeper *keeper, union kept all, uint32_t slot,
			 union kept leaf)
{
	if (flt__kept_leaf(keeper, all, slot).bits == leaf.bits)
		return all;
	return put(keeper, keeper->depth, all, slot, leaf);
}

/* ---- two versions -------------------------------------------------------------------------- */

struct join {
	const struct keeper *keeper;
	flt__kept_meet_fn *meet;
	void *context;
};

static union kept join(const struct join *j, uint32_t depth, const union kept *mask, union kept a,
		       union kept b)
{
	union kept parts[FANOUT];
	uint32_t from_a = 0, from_b = 0;

	if (a.bits == b.bits || (mask && !mask->bits))
		return a;
	if (!depth)
		return j->meet(j->context, mask ? mask->bits : UINTPTR_MAX, a, b);
	for (uint32_t i = 0; i < FANOUT; i++) {
		union kept x = part(a, i), y = part(b, i);
		parts[i] = join(j, depth - 1, mask ? &mask->parts[i] : NULL, x, y);
		from_a += parts[i].bits == x.bits;
		from_b += parts[i].bits == y.bits;
	}
	if (from_a == FANOUT || from_b == FANOUT)
		return from_a == FANOUT ? a : b;
	return keep(j->keeper, parts, a);
}

union kept flt__kept_join(const struct keeper *keeper, const union kept *mask, union kept a,
			  union kept b, flt__kept_meet_fn *meet, void *context)
{
	struct join j = { keeper, meet, context };

	return join(&j, keeper->depth, mask, a, b);
}

/* ---- what is there ------------------------------------------------------------------------- */

static bool next(union kept all, uint32_t depth, uint32_t *slot)
{
	if (!all.bits)
		return false;
	if (!depth)
		return true;
	uint32_t span = KEPT_SLOTS << FANOUT_BITS * (depth - 1);
	uint32_t first = *slot / span / FANOUT * FANOUT;
	for (uint32_t i = way(*slot, depth); i < FANOUT; i++) {
		if (next(all.parts[i], depth - 1, slot))
			return true;
		*slot = (first + i + 1) * span;
	}
	return false;
}

bool flt__kept_next(const struct keeper *keeper, union kept all, uint32_t *slot)
{
	uint64_t leaves = 1ull << FANOUT_BITS * keeper->depth;

	return *slot < leaves * KEPT_SLOTS && next(all, keeper->depth, slot);
}
