/* SPDX-License-Identifier: BSD-2-Clause */
/* Several lists in one expression: which refusal comes first, of which list its words are, and what
 * the lines mean beside other terms. One list alone: unit_sets.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libfilter.h"
#include "unit.h"

static struct flt_program *program;
static struct flt_error err;
static char lists[2][4096];

static int compile(const char *expr, uint32_t flags)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .flags = flags | FLT_COMPILE_FILES,
					 .resolver = flt_resolver_files() };

	return flt_compile(&program, expr, strlen(expr), &opts, &err);
}

static void write_list(int which, const char *text)
{
	const char *tmp = getenv("TMPDIR");
	char *list = lists[which];

	snprintf(list, sizeof(lists[0]), "%s/unit_lists.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(list);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* ---- refusals ---------------------------------------------------------------------------- */

/* Lists are read before the rest is looked at, and yet refusals come in the order of the text. */
START_TEST(order)
{
	static const struct {
		const char *before, *after, *message;
	} rows[] = {
		{ "host nosuch or host", "", "unknown host 'nosuch'" },
		{ "host", "or host nosuch", " line 2: ',' is too much" },
		{ "host", "or host @/nosuch", " line 2: ',' is too much" },
		{ "host @/nosuch or host", "", "/nosuch cannot be opened" },
		{ "vlan {5000} and host", "", "a VLAN identifier" },
		{ "host {10.0.0.1, nosuch} or host", "", "unknown host 'nosuch'" },
		{ "not (tcp or not host", ")", " line 2: ',' is too much" },
		{ "src and dst host", "", " line 2: ',' is too much" },
	};
	char expr[5000];

	write_list(0, "10.0.0.1\n10.0.0.2, 10.0.0.3\nnosuch\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(expr, sizeof(expr), "%s @%s %s", rows[i].before, lists[0], rows[i].after);
		ck_assert_int_ne(compile(expr, 0), FLT_OK);
		ck_assert_msg(strstr(err.message, rows[i].message), "%s: %s", expr, err.message);
	}
	unlink(lists[0]);
}
END_TEST

/* Names are quoted as they stand in their own list. */
START_TEST(places)
{
	static const char *const texts[2][2] = {
		{ "# none\n10.0.0.2\n\\nosuch\n", "10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4\n" },
		{ "10.0.0.1\n", "# none\n10.0.0.2\n\\nosuch\n" },
	};
	char expr[9000];

	for (int row = 0; row < 2; row++) {
		write_list(0, texts[row][0]);
		write_list(1, texts[row][1]);
		snprintf(expr, sizeof(expr), "host {@%s, @%s}", lists[0], lists[1]);
		ck_assert_int_eq(compile(expr, 0), FLT_E_NAME);
		ck_assert_str_eq(err.message + strlen(lists[row]),
				 " line 3: unknown host '\\nosuch'");
		ck_assert_uint_eq(err.offset, row ? strlen(lists[0]) + 9 : 6);
		unlink(lists[0]);
		unlink(lists[1]);
	}
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "order", order },
		{ "places", places },
		{ NULL, NULL },
	};

	return unit_run("lists", rows);
}
