/* SPDX-License-Identifier: BSD-2-Clause */
/* Versions that share what did not change (pmap.h), beside arrays that are copied. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "pmap.h"

#define SLOTS_MAX 5000u
#define VERSIONS  24u
#define CHANGES   4000u

static bool plain[VERSIONS][SLOTS_MAX];
static union pmap versions[VERSIONS];
static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static uintptr_t bit_of(uint32_t slot)
{
	return (uintptr_t)1 << slot % PMAP_SLOTS;
}

static union pmap either(void *unused, uintptr_t mask, union pmap a, union pmap b)
{
	(void)unused;
	return (union pmap){ .bits = a.bits | (b.bits & mask) };
}

/* Version `to` becomes another one with one slot changed. */
static void change(const struct pmap_pool *pool, uint32_t slots, uint32_t from, uint32_t to)
{
	uint32_t slot = draw(slots);
	uintptr_t bits = flt__pmap_leaf(pool, versions[from], slot).bits ^ bit_of(slot);

	memmove(plain[to], plain[from], sizeof(plain[to]));
	plain[to][slot] = !plain[to][slot];
	versions[to] = flt__pmap_put(pool, versions[from], slot, (union pmap){ .bits = bits });
}

/* ... or both of two, where a third one is set; where it has no leaf, the first one stays. */
static void join(const struct pmap_pool *pool, uint32_t slots, uint32_t a, uint32_t b, uint32_t to)
{
	uint32_t mask = draw(3) ? draw(VERSIONS) : VERSIONS;
	union pmap only = mask < VERSIONS ? versions[mask] : (union pmap){ NULL };
	union pmap made = flt__pmap_join(pool, mask < VERSIONS ? &only : NULL, versions[a],
					 versions[b], either, NULL);

	for (uint32_t slot = 0; slot < slots; slot++) {
		bool counts = mask == VERSIONS || plain[mask][slot];
		bool is_set = flt__pmap_leaf(pool, made, slot).bits & bit_of(slot);
		if (counts)
			ck_assert_int_eq(is_set, plain[a][slot] || plain[b][slot]);
		plain[to][slot] = is_set;
	}
	versions[to] = made;
}

static void check(const struct pmap_pool *pool, uint32_t slots, uint32_t version)
{
	uint32_t found = 0, wanted = 0;

	for (uint32_t slot = 0; slot < slots; slot++) {
		uintptr_t bits = flt__pmap_leaf(pool, versions[version], slot).bits;
		ck_assert_int_eq((bits & bit_of(slot)) != 0, plain[version][slot]);
		wanted += plain[version][slot];
	}
	for (uint32_t slot = 0; flt__pmap_next(pool, versions[version], &slot);
	     slot += PMAP_SLOTS) {
		ck_assert_uint_lt(slot, slots);
		uintptr_t bits = flt__pmap_leaf(pool, versions[version], slot).bits;
		found += (uint32_t)__builtin_popcountll(bits);
	}
	ck_assert_uint_eq(found, wanted);
}

static void try_with(uint32_t slots)
{
	struct arena arena;

	flt__arena_init(&arena, 1u << 30);
	struct pmap_pool pool = flt__pmap_pool(&arena, slots);
	memset(plain, 0, sizeof(plain));
	memset(versions, 0, sizeof(versions));
	for (uint32_t i = 0; i < CHANGES; i++) {
		if (draw(8))
			change(&pool, slots, draw(VERSIONS), draw(VERSIONS));
		else
			join(&pool, slots, draw(VERSIONS), draw(VERSIONS), draw(VERSIONS));
	}
	for (uint32_t version = 0; version < VERSIONS; version++)
		check(&pool, slots, version);
	flt__arena_release(&arena);
}

START_TEST(versions_of_all_sizes)
{
	static const uint32_t sizes[] = { 1, 5, 31, 32, 33, 255, 256, 257, 2047, 2048, 4999 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		try_with(sizes[i]);
}
END_TEST

/* Changing a few slots of many takes little, however many versions there are. */
START_TEST(versions_share)
{
	struct arena arena;

	flt__arena_init(&arena, 1u << 30);
	struct pmap_pool pool = flt__pmap_pool(&arena, 1u << 20);
	union pmap all = { NULL };
	for (uint32_t i = 0; i < 10000; i++)
		all = flt__pmap_put(&pool, all, i * 97, (union pmap){ .bits = i + 1 });
	ck_assert_uint_le(arena.used, 10000u * 500u);
	flt__arena_release(&arena);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "versions of all sizes", versions_of_all_sizes },
		{ "versions share", versions_share },
		{ NULL, NULL },
	};

	return unit_run("pmap", rows);
}
