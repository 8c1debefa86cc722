/* SPDX-License-Identifier: BSD-2-Clause */
/* The main() of a unit test program: one suite, its tests in a table that ends with an empty
 * row. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>

struct unit_row {
	const char *name;
	const TTest *test;
};

static inline int unit_run(const char *name, const struct unit_row *rows)
{
	Suite *suite = suite_create(name);
	int count = 0;

	for (; rows[count].name; count++) {
		TCase *one = tcase_create(rows[count].name);
		tcase_add_test(one, rows[count].test);
		suite_add_tcase(suite, one);
	}
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner), ran = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("%d of %d tests ran, %d failed\n", ran, count, failed);
	return failed || !ran || ran != count;
}

#endif
