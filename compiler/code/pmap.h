/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A persistent map from slots: there are as many versions of it as blocks. A version is never
 * changed, a change makes another one, which shares with it all that stayed. So what versions take
 * grows with the changes and not with slots times blocks.
 *
 * A version is a tree whose leaves speak of PMAP_SLOTS slots each. What is not there is 0.
 */
#ifndef PMAP_H
#define PMAP_H

#include "arena.h"

#define PMAP_SLOTS 32u

union pmap { /* a version, a part of one, or a leaf; all zero: nothing */
	const union pmap *parts;
	const uint32_t *words; /* leaf: a word a slot */
	uintptr_t bits;        /* leaf: a bit a slot; and by this all of them are compared */
};

struct pmap_pool { /* of versions for the same slots */
	struct arena *arena;
	uint32_t depth;
};

struct pmap_pool flt__pmap_pool(struct arena *arena, uint32_t slots);
/* The leaf that speaks of the slot. */
union pmap flt__pmap_leaf(const struct pmap_pool *pool, union pmap all, uint32_t slot);
/* The version with another leaf there; without memory, the same one. */
union pmap flt__pmap_put(const struct pmap_pool *pool, union pmap all, uint32_t slot,
			 union pmap leaf);

/* What becomes of two leaves that are not the same, as far as the slots of mask go. */
typedef union pmap flt__pmap_meet_fn(void *context, uintptr_t mask, union pmap a, union pmap b);
/* Both versions in one. mask is of bits, and says where that matters; elsewhere anything may come
 * out. NULL: everywhere. */
union pmap flt__pmap_join(const struct pmap_pool *pool, const union pmap *mask, union pmap a,
			  union pmap b, flt__pmap_meet_fn *meet, void *context);
/* Goes on from *slot to the next one whose leaf is not 0; false: there is none. */
bool flt__pmap_next(const struct pmap_pool *pool, union pmap all, uint32_t *slot);

#endif
