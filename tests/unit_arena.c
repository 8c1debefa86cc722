/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <stdalign.h>
#include <string.h>

#include "arena.h"

START_TEST(memory_is_zeroed_and_aligned)
{
	static const size_t sizes[] = { 1, 7, 16, 4096, 65536, 200000, 3 };
	struct arena arena;

	flt__arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *bytes = flt__arena_alloc(&arena, sizes[i]);
		ck_assert_ptr_nonnull(bytes);
		ck_assert_uint_eq((uintptr_t)bytes % alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			ck_assert_uint_eq(bytes[j], 0);
		memset(bytes, 0xff, sizes[i]);
	}
	flt__arena_release(&arena);
}
END_TEST

START_TEST(nothing_is_something)
{
	struct arena arena;

	flt__arena_init(&arena, 1u << 20);
	ck_assert_ptr_nonnull(flt__arena_alloc(&arena, 0));
	ck_assert_ptr_nonnull(flt__arena_array(&arena, 0, 16));
	ck_assert_str_eq(flt__arena_text(&arena, "abc", 0), "");
	ck_assert(!arena.failed);
	flt__arena_release(&arena);
}
END_TEST

START_TEST(ceiling_holds_and_sticks)
{
	struct arena arena;
	uint64_t taken = 0;

	flt__arena_init(&arena, 300000);
	while (flt__arena_alloc(&arena, 1000))
		taken += 1000;
	ck_assert_uint_gt(taken, 200000);
	ck_assert_uint_le(arena.used, 300000);
	ck_assert(arena.failed);
	ck_assert_ptr_null(flt__arena_alloc(&arena, 1));
	flt__arena_release(&arena);
	ck_assert(!arena.failed);
	ck_assert_ptr_nonnull(flt__arena_alloc(&arena, 1));
	flt__arena_release(&arena);
}
END_TEST

START_TEST(sizes_that_wrap_are_refused)
{
	static const size_t wild[][2] = {
		{ SIZE_MAX, 1 },
		{ SIZE_MAX - 8, 1 },
		{ SIZE_MAX / 2, 3 },
		{ SIZE_MAX / 16 + 2, 16 },
	};

	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		struct arena arena;
		flt__arena_init(&arena, UINT64_MAX);
		ck_assert_ptr_null(flt__arena_array(&arena, wild[i][0], wild[i][1]));
		ck_assert(arena.failed);
		flt__arena_release(&arena);
	}
}
END_TEST

START_TEST(text_is_copied)
{
	struct arena arena;

	flt__arena_init(&arena, 1u << 20);
	char *copy = flt__arena_text(&arena, "tcp port 80", 3);
	ck_assert_str_eq(copy, "tcp");
	flt__arena_release(&arena);
}
END_TEST

START_TEST(arrays_grow_and_keep)
{
	struct arena arena;
	uint32_t *list = NULL;
	size_t capacity = 0;

	flt__arena_init(&arena, 1u << 24);
	for (uint32_t i = 0; i < 100000; i++) {
		list = flt__arena_grow(&arena, list, i, &capacity, sizeof(*list));
		ck_assert_ptr_nonnull(list);
		list[i] = i;
	}
	for (uint32_t i = 0; i < 100000; i++)
		ck_assert_uint_eq(list[i], i);
	flt__arena_release(&arena);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "zeroed, aligned", memory_is_zeroed_and_aligned },
		{ "zero bytes", nothing_is_something },
		{ "ceiling", ceiling_holds_and_sticks },
		{ "wrapping sizes", sizes_that_wrap_are_refused },
		{ "text", text_is_copied },
		{ "grow", arrays_grow_and_keep },
		{ NULL, NULL },
	};

	return unit_run("arena", rows);
}
