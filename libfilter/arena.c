/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#ifndef BLOCK_BYTES /* tests/memory_library.c: each piece is a block */
#define BLOCK_BYTES (64u << 10)
#endif

struct arena_block {
	struct arena_block *older;
	alignas(max_align_t) uint8_t bytes[];
};

void flt__arena_init(struct arena *arena, uint64_t ceiling)
{
	memset(arena, 0, sizeof(*arena));
	arena->ceiling = ceiling;
}

void flt__arena_within(struct arena *arena, struct arena *whole)
{
	flt__arena_init(arena, whole->ceiling);
	arena->whole = whole;
}

static bool has_room(const struct arena *arena, uint64_t size)
{
	for (; arena; arena = arena->whole)
		if (size > arena->ceiling - arena->used - arena->lent)
			return false;
	return true;
}

static void note_most(struct arena *arena)
{
	if (arena->used + arena->lent > arena->most)
		arena->most = arena->used + arena->lent;
}

static void take(struct arena *arena, uint64_t size)
{
	arena->used += size;
	note_most(arena);
	for (arena = arena->whole; arena; arena = arena->whole) {
		arena->lent += size;
		note_most(arena);
	}
}

/* A new block with room for size bytes; what is left of the old one is given up. */
static bool add_block(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;

	if (room > SIZE_MAX - sizeof(struct arena_block) || !has_room(arena, room))
		return false;
	struct arena_block *block = malloc(sizeof(*block) + room);
	if (!block)
		return false;
	block->older = arena->blocks;
	arena->blocks = block;
	take(arena, room);
	arena->next = block->bytes;
	arena->room = room;
	return true;
}

void *flt__arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);

	if (arena->failed || size > SIZE_MAX - align) {
		arena->failed = true;
		return NULL;
	}
	/* No bytes are some too: NULL means refused. */
	size = (size ? size + align - 1 : align) / align * align;
	if (size > arena->room && !add_block(arena, size)) {
		arena->failed = true;
		return NULL;
	}
	void *bytes = arena->next;
	arena->next += size;
	arena->room -= size;
	/* here and not by calloc(): most compiles need a small part of a block */
	return memset(bytes, 0, size);
}

void *flt__arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		arena->failed = true;
		return NULL;
	}
	return flt__arena_alloc(arena, count * size);
}

char *flt__arena_text(struct arena *arena, const char *bytes, size_t len)
{
	char *copy = len < SIZE_MAX ? flt__arena_alloc(arena, len + 1) : NULL;

	if (copy)
		memcpy(copy, bytes, len);
	return copy;
}

void *flt__arena_grow(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return array;
	size_t wanted = *capacity ? *capacity * 2 : 8;
	void *larger = wanted > *capacity ? flt__arena_array(arena, wanted, size) : NULL;
	if (!larger)
		return NULL;
	if (count)
		memcpy(larger, array, count * size);
	*capacity = wanted;
	return larger;
}

void flt__arena_release(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks; block;) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
	for (struct arena *whole = arena->whole; whole; whole = whole->whole)
		whole->lent -= arena->used;
	struct arena *whole = arena->whole;
	flt__arena_init(arena, arena->ceiling);
	arena->whole = whole;
}
