/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <string.h>

#include "diag.h"
#include "opts.h"

/* An older and a newer version of one struct. */
struct old_opts {
	uint32_t size;
	uint32_t first;
};

struct new_opts {
	uint32_t size;
	uint32_t first;
	uint32_t second;
	uint32_t third;
};

START_TEST(nothing_means_defaults)
{
	struct new_opts ours = { 1, 2, 3, 4 };

	ck_assert_int_eq(flt__opts_take(&ours, sizeof(ours), NULL, "f", NULL), FLT_OK);
	ck_assert_uint_eq(ours.first, 0);
	ck_assert_uint_eq(ours.third, 0);
}
END_TEST

START_TEST(an_older_caller)
{
	struct old_opts theirs = { sizeof(theirs), 7 };
	struct new_opts ours = { 1, 2, 3, 4 };

	ck_assert_int_eq(flt__opts_take(&ours, sizeof(ours), &theirs, "f", NULL), FLT_OK);
	ck_assert_uint_eq(ours.first, 7);
	ck_assert_uint_eq(ours.second, 0);
	ck_assert_uint_eq(ours.third, 0);
}
END_TEST

START_TEST(a_newer_caller)
{
	struct new_opts theirs = { sizeof(theirs), 7, 0, 0 };
	struct old_opts ours;
	struct flt_error err;

	ck_assert_int_eq(flt__opts_take(&ours, sizeof(ours), &theirs, "f", NULL), FLT_OK);
	ck_assert_uint_eq(ours.first, 7);
	theirs.third = 1;
	flt__error_clear(&err);
	ck_assert_int_eq(flt__opts_take(&ours, sizeof(ours), &theirs, "f", &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(err.code, FLT_E_ARGUMENT);
	ck_assert_ptr_nonnull(strstr(err.message, "f: "));
}
END_TEST

START_TEST(sizes_that_were_never_set)
{
	static const uint32_t sizes[] = { 0, 1, 3, 0xffffffff, 1u << 20 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct old_opts theirs = { sizes[i], 7 }, ours = { sizeof(ours), 1 };
		ck_assert_int_eq(flt__opts_take(&ours, sizeof(ours), &theirs, "f", NULL),
				 FLT_E_ARGUMENT);
		ck_assert_int_eq(flt__opts_give(&theirs, &ours, sizeof(ours)), FLT_E_ARGUMENT);
		ck_assert_uint_eq(theirs.first, 7);
	}
	ck_assert_int_eq(flt__opts_give(NULL, sizes, 4), FLT_E_ARGUMENT);
}
END_TEST

START_TEST(giving_as_much_as_there_is_room)
{
	struct new_opts ours = { sizeof(ours), 7, 8, 9 }, larger = { sizeof(larger), 1, 1, 1 };
	struct old_opts older = { sizeof(older), 1 }, known = { sizeof(known), 5 };

	ck_assert_int_eq(flt__opts_give(&older, &ours, sizeof(ours)), FLT_OK);
	ck_assert_uint_eq(older.size, sizeof(older));
	ck_assert_uint_eq(older.first, 7);
	ck_assert_int_eq(flt__opts_give(&larger, &known, sizeof(known)), FLT_OK);
	ck_assert_uint_eq(larger.size, sizeof(larger));
	ck_assert_uint_eq(larger.first, 5);
	ck_assert_uint_eq(larger.second, 0);
	ck_assert_uint_eq(larger.third, 0);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "NULL", nothing_means_defaults },
		{ "older", an_older_caller },
		{ "newer", a_newer_caller },
		{ "sizes", sizes_that_were_never_set },
		{ "give", giving_as_much_as_there_is_room },
		{ NULL, NULL },
	};

	return unit_run("opts", rows);
}
