/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads tests/passes.rows: what one pass, alone, makes of a small piece of intermediate code. A row
 * is a letter of passes.def and what it shows, then the code, as flt__ir_text() writes it:
 *
 *	d: an assignment goes that nobody reads
 *		b0:	s0 = len
 *			ret 0
 *	becomes
 *		b0:	ret 0
 *
 * or `stays` after code that the pass must leave alone. A line of "# ..." is a comment. The code
 * must be written as it is printed; only "; bytes 0+0" is left out, and what follows it stands
 * there. Fails when a pass has fewer rows of either kind than it should. --fix prints the file as
 * it would pass, for a reader to judge.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir_read.h"

#define TEXT      16384
#define LINE      1024
#define BECOMES   3 /* rows that each pass needs, at least */
#define STAYS     1
#define MEMORY    (UINT64_C(64) << 20)
#define NO_CLAUSE ":\t; bytes 0+0\n\t"

static struct pass {
	char letter;
	bool (*run)(struct ir *ir);
	int becomes, stays;
} passes[] = {
#define PASS(letter, function, what) { letter, function, 0, 0 },
#include "passes.def"
#undef PASS
};

#define PASS_COUNT (sizeof(passes) / sizeof(passes[0]))

struct row {
	char title[LINE]; /* its first line */
	unsigned line;    /* where that is */
	char before[TEXT], after[TEXT];
	bool stays;
};

struct result {
	char before[TEXT], after[TEXT]; /* as they are printed */
	bool changed;
	struct flt_error err;
};

static int rows, failures;

static void fail(const struct row *row, const char *problem)
{
	printf("tests/passes.rows:%u: %s: %s\n", row->line, row->title, problem);
	failures++;
}

/* ---- code as it stands in the file ---------------------------------------------------------- */

static void append(char *text, const char *more, size_t len)
{
	size_t used = strlen(text);

	if (used + len < TEXT) {
		memcpy(text + used, more, len);
		text[used + len] = '\0';
	}
}

/* The indented lines of a row: without clauses, which most rows have none of. */
static void lay_out(char *to, const char *printed)
{
	to[0] = '\0';
	while (*printed) {
		const char *none = strstr(printed, NO_CLAUSE);
		size_t len = strcspn(printed, "\n") + 1;
		append(to, "\t", 1);
		if (none && none < printed + len) {
			append(to, printed, (size_t)(none - printed));
			append(to, ":\t", 2);
			printed = none + strlen(NO_CLAUSE);
			len = strcspn(printed, "\n") + 1;
		}
		append(to, printed, len);
		printed += len;
	}
}

static bool keep_text(char *to, struct arena *arena, struct ir *ir, struct flt_error *err)
{
	char *text = flt__ir_check(ir, err) ? ir_write(arena, ir) : NULL;

	if (text)
		lay_out(to, text);
	return text != NULL;
}

/* False: err says what is wrong with the code. */
static bool work_out(const struct row *row, const struct pass *pass, struct result *result)
{
	struct arena arena;
	bool ok;

	flt__arena_init(&arena, MEMORY);
	result->err = (struct flt_error){ .code = FLT_OK };
	struct ir *ir = ir_read(&arena, row->before, &result->err);
	ok = ir && keep_text(result->before, &arena, ir, &result->err);
	if (ok) {
		result->changed = pass->run(ir);
		ok = keep_text(result->after, &arena, ir, &result->err);
	}
	flt__arena_release(&arena);
	return ok;
}

/* ---- a row ---------------------------------------------------------------------------------- */

static struct pass *pass_of(const struct row *row)
{
	struct pass *pass = passes;

	while (pass < passes + PASS_COUNT && pass->letter != row->title[0])
		pass++;
	return pass < passes + PASS_COUNT && row->title[1] == ':' ? pass : NULL;
}

static void show(const char *what, const char *text)
{
	printf("%s\n%s", what, text);
}

static void judge(const struct row *row, const struct result *result)
{
	const char *wanted = row->stays ? row->before : row->after;

	if (strcmp(result->before, row->before) != 0) {
		fail(row, "the code is not written as it is printed");
		show("printed", result->before);
	} else if (strcmp(result->after, wanted) != 0) {
		fail(row, row->stays ? "it does not stay" : "it becomes something else");
		show("becomes", result->after);
	} else if (result->changed == row->stays) {
		fail(row, "the pass says otherwise");
	} else if (!row->stays && strcmp(row->before, row->after) == 0) {
		fail(row, "it becomes what it was");
	}
}

static void print(const struct row *row, const struct result *result)
{
	bool stays = strcmp(result->before, result->after) == 0;

	printf("%s\n%s", row->title, result->before);
	printf("%s\n%s", stays ? "stays" : "becomes", stays ? "" : result->after);
}

static void run_row(const struct row *row, bool fix)
{
	static struct result result;
	struct pass *pass = pass_of(row);

	if (!pass || !work_out(row, pass, &result)) {
		fail(row, pass ? result.err.message : "no pass has that letter");
		return;
	}
	rows++;
	pass->becomes += !row->stays;
	pass->stays += row->stays;
	if (fix)
		print(row, &result);
	else
		judge(row, &result);
}

/* ---- the file ------------------------------------------------------------------------------- */

struct input {
	FILE *file;
	char line[LINE];
	unsigned number;
};

static bool next_line(struct input *in)
{
	in->number++;
	return fgets(in->line, sizeof(in->line), in->file) != NULL;
}

static bool read_code(struct input *in, char *text)
{
	text[0] = '\0';
	while (next_line(in) && in->line[0] == '\t')
		append(text, in->line, strlen(in->line));
	return text[0] != '\0';
}

/* From its title, which is in hand; then the line after the row is. */
static bool read_row(struct input *in, struct row *row)
{
	row->line = in->number;
	in->line[strcspn(in->line, "\n")] = '\0';
	snprintf(row->title, sizeof(row->title), "%s", in->line);
	if (!read_code(in, row->before))
		return false;
	row->stays = strcmp(in->line, "stays\n") == 0;
	if (row->stays)
		return next_line(in) || feof(in->file);
	return strcmp(in->line, "becomes\n") == 0 && read_code(in, row->after);
}

static void run(struct input *in, bool fix)
{
	static struct row row;

	for (bool more = next_line(in); more && !feof(in->file);) {
		if (in->line[0] == '#' || in->line[0] == '\n') {
			if (fix)
				fputs(in->line, stdout);
			more = next_line(in);
			continue;
		}
		if (!read_row(in, &row)) {
			fail(&row, "a row is a title, code, and `stays`, or `becomes` and code");
			return;
		}
		run_row(&row, fix);
	}
}

static void check_counts(void)
{
	for (const struct pass *pass = passes; pass < passes + PASS_COUNT; pass++) {
		if (pass->becomes >= BECOMES && pass->stays >= STAYS)
			continue;
		printf("pass %c has %d rows where it acts and %d where it must not: "
		       "tests/passes.rows wants %d and %d\n",
		       pass->letter, pass->becomes, pass->stays, BECOMES, STAYS);
		failures++;
	}
}

int main(int argc, char **argv)
{
	bool fix = argc > 1 && strcmp(argv[1], "--fix") == 0;
	const char *top = getenv("TOP_SRCDIR");
	struct input in = { .number = 0 };
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/passes.rows", top ? top : ".");
	in.file = fopen(path, "r");
	if (!in.file) {
		perror(path);
		return 1;
	}
	run(&in, fix);
	fclose(in.file);
	if (fix)
		return failures != 0;
	check_counts();
	printf("%d rows, %d failures\n", rows, failures);
	return failures || !rows;
}
