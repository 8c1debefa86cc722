/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Something for each slot, of which there are as many versions as blocks: a version is never
 * changed, a change makes another one, which shares with it all that stayed. So what versions take
 * grows with the changes and not with slots times blocks.
 *
 * A version is a tree whose leaves speak of KEPT_SLOTS slots each. What is not there is 0.
 */
#ifndef KEPT_H
#define KEPT_H

#include "arena.h"

#define KEPT_SLOTS 32u

union kept { /* a version, a part of one, or a leaf; all zero: nothing */
	const union kept *parts;
	const uint32_t *words; /* leaf: a word a slot */
	uintptr_t bits;        /* leaf: a bit a slot; and by this all of them are compared */
};

struct keeper { /* of versions for the same slots */
	struct arena *arena;
	uint32_t depth;
};

struct keeper flt__keeper(struct arena *arena, uint32_t slots);
/* The leaf that speaks of the slot. */
union kept flt__kept_leaf(const struct keeper *keeper, union kept all, uint32_t slot);
/* The version with another leaf there; without memory, the same one. */
union kept flt__kept_put(const struct keeper *keeper, union kept all, uint32_t slot,
			 union kept leaf);

/* What becomes of two leaves that are not the same, as far as the slots of mask go. */
typedef union kept flt__kept_meet_fn(void *context, uintptr_t mask, union kept a, union kept b);
/* Both versions in one. mask is of bits, and says where that matters; elsewhere anything may come
 * out. NULL: everywhere. */
union kept flt__kept_join(const struct keeper *keeper, const union kept *mask, union kept a,
			  union kept b, flt__kept_meet_fn *meet, void *context);
/* Goes on from *slot to the next one whose leaf is not 0; false: there is none. */
bool flt__kept_next(const struct keeper *keeper, union kept all, uint32_t *slot);

#endif
