/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes, times and numbers as options take them. */
#include "unit.h"

#include "units.h"

struct row {
	const char *text;
	int right;
	uint64_t value;
};

static const struct row sizes[] = {
	/* a bare number counts 1024 bytes here */
	{ "0", 1, 0 },
	{ "1", 1, 1024 },
	{ "4096", 1, 4194304 },
	{ "1B", 1, 1 },
	{ "1k", 1, 1000 },
	{ "1K", 1, 1000 },
	{ "1kB", 1, 1000 },
	{ "1Ki", 1, 1024 },
	{ "1KiB", 1, 1024 },
	{ "64M", 1, 64000000 },
	{ "64Mi", 1, 67108864 },
	{ "1G", 1, 1000000000 },
	{ "1Gi", 1, 1073741824 },
	{ "2T", 1, 2000000000000 },
	{ "1.5Gi", 1, 1610612736 },
	{ "0.5", 1, 512 },
	{ ".5k", 1, 500 },
	{ "1.0000000019k", 1, 1000 },
	{ "18014398509481983", 1, 18446744073709550592u },
	{ "18014398509481984", 0, 0 },
	{ "99999999999999999999", 0, 0 },
	{ "99999999T", 0, 0 },
	{ "", 0, 0 },
	{ "k", 0, 0 },
	{ ".", 0, 0 },
	{ "-1", 0, 0 },
	{ "+1", 0, 0 },
	{ " 1", 0, 0 },
	{ "1 k", 0, 0 },
	{ "1x", 0, 0 },
	{ "1.5.5", 0, 0 },
	{ "0x10", 0, 0 },
	{ "1e3", 0, 0 },
};

static const struct row times[] = {
	{ "1", 1, 1000000000 },
	{ "5s", 1, 5000000000 },
	{ "0.25s", 1, 250000000 },
	{ "500ms", 1, 500000000 },
	{ "7us", 1, 7000 },
	{ "7ns", 1, 7 },
	{ "2m", 1, 120000000000 },
	{ "1.5h", 1, 5400000000000 },
	{ "1d", 1, 86400000000000 },
	{ "0", 1, 0 },
	{ "300000d", 0, 0 },
	{ "5 s", 0, 0 },
	{ "s", 0, 0 },
	{ "5w", 0, 0 },
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

START_TEST(sizes_have_units)
{
	for (size_t i = 0; i < ROWS(sizes); i++) {
		uint64_t bytes = 0;
		const char *wrong = parse_size(sizes[i].text, 1024, &bytes);

		ck_assert_msg((wrong == NULL) == (sizes[i].right != 0), "'%s'", sizes[i].text);
		ck_assert_msg(wrong || bytes == sizes[i].value, "'%s' is %llu", sizes[i].text,
			      (unsigned long long)bytes);
	}
}
END_TEST

START_TEST(times_have_units)
{
	for (size_t i = 0; i < ROWS(times); i++) {
		uint64_t ns = 0;
		const char *wrong = parse_time(times[i].text, &ns);

		ck_assert_msg((wrong == NULL) == (times[i].right != 0), "'%s'", times[i].text);
		ck_assert_msg(wrong || ns == times[i].value, "'%s' is %llu", times[i].text,
			      (unsigned long long)ns);
	}
}
END_TEST

START_TEST(numbers_have_bounds)
{
	uint64_t number = 7;

	ck_assert_ptr_null(parse_number("1", 1, 9, "wrong", &number));
	ck_assert_uint_eq(number, 1);
	ck_assert_ptr_null(parse_number("18446744073709551615", 1, UINT64_MAX, "wrong", &number));
	ck_assert_uint_eq(number, UINT64_MAX);
	ck_assert_str_eq(parse_number("0", 1, 9, "wrong", &number), "wrong");
	ck_assert_str_eq(parse_number("10", 1, 9, "wrong", &number), "wrong");
	ck_assert_str_eq(parse_number("1k", 1, 9, "wrong", &number), "wrong");
	ck_assert_str_eq(parse_number("", 0, 9, "wrong", &number), "wrong");
	ck_assert_uint_eq(number, UINT64_MAX);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "sizes", sizes_have_units },
		{ "times", times_have_units },
		{ "numbers", numbers_have_bounds },
		{ NULL, NULL },
	};

	return unit_run("units", rows);
}
