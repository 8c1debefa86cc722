/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc explain: each clause of an expression, and the instructions that it became. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_kernel.h"
#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"
#include "say_error.h"

#define NOTE_COLUMN 50

static const struct column notes = { NOTE_COLUMN, OUTPUT_WIDTH };
static const struct column clauses = { 4, OUTPUT_WIDTH };
static const struct column whole = { 0, OUTPUT_WIDTH };

/* Bytes of the expression; empty: of no clause. */
struct extent {
	uint64_t offset, length;
};

struct explained {
	const struct flt_program *prog;
	const char *expr;        /* NULL: a program without one */
	struct flt_clause *list; /* the clauses of the expression */
	uint32_t list_count;
	uint32_t count;
	struct flt_note *notes;
	struct extent *clauses; /* by instruction */
	char *listing;          /* a line each */
	char **lines;
};

/* ---- gathering ------------------------------------------------------------------------------- */

static bool find_lines(struct explained *e)
{
	int len = flt_program_format(e->prog, FLT_FORMAT_TEXT, NULL, 0);

	e->listing = len >= 0 ? malloc((size_t)len + 1) : NULL;
	e->lines = calloc(e->count, sizeof(*e->lines));
	if (!e->listing || !e->lines)
		return false;
	if (flt_program_format(e->prog, FLT_FORMAT_TEXT, e->listing, (size_t)len + 1) != len)
		return false;
	char *at = e->listing;
	for (uint32_t i = 0; i < e->count; i++) {
		char *end = strchr(at, '\n');
		*end = '\0';
		e->lines[i] = at;
		at = end + 1;
	}
	return true;
}

static bool gather(struct explained *e, const struct flt_compile_opts *opts)
{
	if (e->expr && !list_clauses(e->expr, opts, &e->list, &e->list_count))
		return false;
	flt_program_insns(e->prog, &e->count);
	e->notes = calloc(e->count, sizeof(*e->notes));
	e->clauses = calloc(e->count, sizeof(*e->clauses));
	if (!e->notes || !e->clauses || !find_lines(e))
		return false;
	return flt_program_notes(e->prog, e->notes, e->count) >= 0;
}

static void let_go(struct explained *e)
{
	free(e->list);
	free(e->notes);
	free(e->clauses);
	free(e->listing);
	free(e->lines);
}

/* ---- printing -------------------------------------------------------------------------------- */

/* "(001) jeq      #0x800           jt 2\tjf 10" without the blanks at its end, and with places for
 * the numbers. */
static int print_line(const char *line)
{
	const char *jump = strstr(line, " jt ");
	unsigned yes, no;

	if (jump && sscanf(jump, " jt %u jf %u", &yes, &no) == 2)
		return printf("  %.*s jt %-4u jf %-4u", (int)(jump - line), line, yes, no);
	size_t len = strlen(line);
	while (len > 0 && line[len - 1] == ' ')
		len--;
	return printf("  %.*s", (int)len, line);
}

static void print_insn(const struct explained *e, uint32_t i)
{
	const char *note = e->notes[i].text;
	int column = print_line(e->lines[i]);

	if (*note) {
		column += printf("%*s", column < NOTE_COLUMN ? NOTE_COLUMN - column : 1, "");
		put_note(note, &notes, column);
	}
	putchar('\n');
}

/* Where an instruction came from: a clause, or what several became together. */
static struct extent find_extent(const struct explained *e, uint32_t insn)
{
	struct extent came = { 0, 0 };

	flt_program_clause(e->prog, insn, &came.offset, &came.length);
	uint32_t clause = find_clause(e->list, e->list_count, came.offset, came.length);
	return clause == NO_CLAUSE ?
		       came :
		       (struct extent){ e->list[clause].offset, e->list[clause].length };
}

/* A line to print: an instruction, or, before those of its clause, nothing but the clause. */
struct entry {
	struct extent clause;
	uint32_t insn; /* counted from 1 */
};

/* In the order of the text; of clauses that begin alike, what is asked of several of them at once
 * comes first. */
static int by_place(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->clause.offset != b->clause.offset)
		return a->clause.offset < b->clause.offset ? -1 : 1;
	if (a->clause.length != b->clause.length)
		return a->clause.length > b->clause.length ? -1 : 1;
	return a->insn < b->insn ? -1 : a->insn > b->insn;
}

static size_t list_entries(const struct explained *e, struct entry *entries)
{
	size_t count = 0;

	for (uint32_t i = 0; i < e->list_count; i++)
		entries[count++].clause = (struct extent){ e->list[i].offset, e->list[i].length };
	for (uint32_t i = 0; i < e->count; i++)
		if (e->clauses[i].length)
			entries[count++] = (struct entry){ e->clauses[i], i + 1 };
	qsort(entries, count, sizeof(*entries), by_place);
	return count;
}

static bool same_clause(const struct entry *a, const struct entry *b)
{
	return a->clause.offset == b->clause.offset && a->clause.length == b->clause.length;
}

static void print_entries(const struct explained *e, const struct entry *entries, size_t count)
{
	uint64_t covered = 0; /* the text up to here: by what several clauses became together */

	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];
		const struct extent clause = entry->clause;
		bool is_first = i == 0 || !same_clause(entry, &entries[i - 1]);
		bool is_alone = is_first && entry->insn == 0 &&
				(i + 1 == count || !same_clause(entry, &entries[i + 1]));
		if (is_alone && clause.offset + clause.length <= covered)
			continue;
		if (is_first) {
			put_wrapped(e->expr + clause.offset, clause.length, &clauses, 0);
			putchar('\n');
		}
		if (is_alone)
			puts("  (no instructions of its own)");
		else if (entry->insn)
			print_insn(e, entry->insn - 1);
		if (clause.offset + clause.length > covered)
			covered = clause.offset + clause.length;
	}
	if (count)
		puts("the end");
}

static bool print_clauses(const struct explained *e)
{
	struct entry *entries = calloc((size_t)e->list_count + e->count, sizeof(*entries));

	if (!entries)
		return false;
	for (uint32_t i = 0; i < e->count; i++)
		e->clauses[i] = find_extent(e, i);
	print_entries(e, entries, list_entries(e, entries));
	for (uint32_t i = 0; i < e->count; i++)
		if (!e->clauses[i].length)
			print_insn(e, i);
	free(entries);
	return true;
}

static void print_summary(const struct explained *e, const struct flt_error *kernel)
{
	struct flt_program_info info = { .size = sizeof(info) };
	const char *name;

	flt_program_info(e->prog, &info);
	name = info.linktype ? flt_linktype_name(info.linktype) : NULL;
	printf("\n%" PRIu32 " instruction%s, at most %" PRIu32 " for a packet", info.count,
	       info.count == 1 ? "" : "s", info.longest_path);
	printf(name ? "; for link type %s\n" : "\n", name);
	if (kernel->code == FLT_OK) {
		puts("The kernel runs it.");
		return;
	}
	int column = printf("The kernel %s:", kernel->code == FLT_E_KERNEL ? "does not run it" :
									     "could not be asked");
	column += printf(" ");
	put_wrapped(kernel->message, strlen(kernel->message), &whole, column);
	putchar('\n');
}

static int explain(struct explained *e, const struct flt_compile_opts *opts)
{
	struct flt_error err;

	if (kernel_takes(e->prog, &err) == FLT_E_NOMEM || !gather(e, opts) || !print_clauses(e))
		return say(FAILED, "no memory to explain the program");
	print_summary(e, &err);
	return DONE;
}

static struct flt_program *compile(struct request *req, int *status)
{
	const char *expr = req->expression ? req->expression : "";
	struct flt_program *prog = NULL;
	struct flt_error err;

	if (flt_compile(&prog, expr, strlen(expr), &req->opts, &err) < 0) {
		*status = say_error(&err, expr);
	} else {
		say_if_empty(prog, expr);
	}
	return prog;
}

int command_explain(struct request *req)
{
	struct explained e = { .expr = NULL };
	int status = USAGE;

	if (req->program_path && req->expression && *req->expression)
		return say(USAGE, "explain takes either EXPRESSION or -p PROGRAM");
	struct flt_program *prog =
		req->program_path ? read_program(req->program_path, req->opts.linktype, &status) :
				    compile(req, &status);
	if (!prog)
		return status;
	e.prog = prog;
	e.expr = req->program_path ? NULL : req->expression ? req->expression : "";
	status = explain(&e, &req->opts);
	let_go(&e);
	flt_program_unref(prog);
	return status;
}
