/* SPDX-License-Identifier: BSD-2-Clause */
/* One lifetime, one arena: everything in it is released at once. */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	uint8_t *next; /* free room in the newest block */
	size_t room;
	uint64_t used; /* bytes taken from the system */
	uint64_t lent; /* those of arenas within it; with used, never above ceiling */
	uint64_t most; /* that both have been at a time */
	uint64_t ceiling;
	struct arena *whole; /* that this one is within, or NULL */
	bool failed;         /* one request was refused; all later ones are too */
};

void flt__arena_init(struct arena *arena, uint64_t ceiling);
/* One that is released before the other one: what it takes, it takes of the other one's ceiling. */
void flt__arena_within(struct arena *arena, struct arena *whole);
/* Zeroed and aligned for anything; NULL once the system or the ceiling says no, then for good. */
void *flt__arena_alloc(struct arena *arena, size_t size);
/* The same for count elements; an overflowing product is refused. */
void *flt__arena_array(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy. */
char *flt__arena_text(struct arena *arena, const char *bytes, size_t len);
/*
 * Room for one more element in an array of the arena's that grows by doubling: returns the array,
 * perhaps moved, or NULL. *capacity is updated. Usage: v = grow(arena, v, count, &capacity,
 * sizeof(*v)).
 */
void *flt__arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity,
		      size_t size);
void flt__arena_release(struct arena *arena);

#endif
