/* SPDX-License-Identifier: BSD-2-Clause */
#include "pmap.h"

#include <string.h>

#define FANOUT      8u
#define FANOUT_BITS 3u

static const union pmap nothing;

struct pmap_pool flt__pmap_pool(struct arena *arena, uint32_t slots)
{
	struct pmap_pool pool = { arena, 0 };
	uint32_t leaves = slots / PMAP_SLOTS;

	for (; leaves; leaves >>= FANOUT_BITS)
		pool.depth++;
	return pool;
}

/* Which part leads to the slot's leaf from this far above the leaves. */
static uint32_t child_index(uint32_t slot, uint32_t depth)
{
	return slot / PMAP_SLOTS >> FANOUT_BITS * (depth - 1) & (FANOUT - 1);
}

static union pmap part(union pmap all, uint32_t i)
{
	return all.parts ? all.parts[i] : nothing;
}

union pmap flt__pmap_leaf(const struct pmap_pool *pool, union pmap all, uint32_t slot)
{
	for (uint32_t depth = pool->depth; depth; depth--)
		all = part(all, child_index(slot, depth));
	return all;
}

/* A node with these parts. */
static union pmap node(const struct pmap_pool *pool, const union pmap *parts, union pmap otherwise)
{
	union pmap *copy = flt__arena_array(pool->arena, FANOUT, sizeof(*copy));

	if (!copy)
		return otherwise;
	memcpy(copy, parts, FANOUT * sizeof(*copy));
	return (union pmap){ .parts = copy };
}

static union pmap put(const struct pmap_pool *pool, uint32_t depth, union pmap all, uint32_t slot,
		      union pmap leaf)
{
	union pmap parts[FANOUT] = { { NULL } };
	uint32_t i = depth ? child_index(slot, depth) : 0;

	if (!depth)
		return leaf;
	if (all.parts)
		memcpy(parts, all.parts, sizeof(parts));
	parts[i] = put(pool, depth - 1, parts[i], slot, leaf);
	return node(pool, parts, all);
}

union pmap flt__pmap_put(const struct pmap_pool *pool, union pmap all, uint32_t slot,
			 union pmap leaf)
{
	if (flt__pmap_leaf(pool, all, slot).bits == leaf.bits)
		return all;
	return put(pool, pool->depth, all, slot, leaf);
}

/* ---- two versions -------------------------------------------------------------------------- */

struct join {
	const struct pmap_pool *pool;
	flt__pmap_meet_fn *meet;
	void *context;
};

static union pmap join(const struct join *j, uint32_t depth, const union pmap *mask, union pmap a,
		       union pmap b)
{
	union pmap parts[FANOUT];
	uint32_t from_a = 0, from_b = 0;

	if (a.bits == b.bits || (mask && !mask->bits))
		return a;
	if (!depth)
		return j->meet(j->context, mask ? mask->bits : UINTPTR_MAX, a, b);
	for (uint32_t i = 0; i < FANOUT; i++) {
		union pmap x = part(a, i), y = part(b, i);
		parts[i] = join(j, depth - 1, mask ? &mask->parts[i] : NULL, x, y);
		from_a += parts[i].bits == x.bits;
		from_b += parts[i].bits == y.bits;
	}
	if (from_a == FANOUT || from_b == FANOUT)
		return from_a == FANOUT ? a : b;
	return node(j->pool, parts, a);
}

union pmap flt__pmap_join(const struct pmap_pool *pool, const union pmap *mask, union pmap a,
			  union pmap b, flt__pmap_meet_fn *meet, void *context)
{
	struct join j = { pool, meet, context };

	return join(&j, pool->depth, mask, a, b);
}

/* ---- what is there ------------------------------------------------------------------------- */

static bool next(union pmap all, uint32_t depth, uint32_t *slot)
{
	if (!all.bits)
		return false;
	if (!depth)
		return true;
	uint32_t span = PMAP_SLOTS << FANOUT_BITS * (depth - 1);
	uint32_t first = *slot / span / FANOUT * FANOUT;
	for (uint32_t i = child_index(*slot, depth); i < FANOUT; i++) {
		if (next(all.parts[i], depth - 1, slot))
			return true;
		*slot = (first + i + 1) * span;
	}
	return false;
}

bool flt__pmap_next(const struct pmap_pool *pool, union pmap all, uint32_t *slot)
{
	uint64_t leaves = 1ull << FANOUT_BITS * pool->depth;

	return *slot < leaves * PMAP_SLOTS && next(all, pool->depth, slot);
}
