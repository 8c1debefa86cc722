/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filterc why: one packet of a savefile, each clause that was asked about it, the answer, and the
 * bytes that it was read from. The program is compiled without the optimizer, so that its
 * instructions stand in the order of the clauses, and each belongs to one.
 */
#include <inttypes.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"
#include "say_error.h"
#include "why.h"

#define CLAUSE_COLUMN 42   /* where answers begin */
#define NOTE_ROOM     1024 /* a note, with numbers in the place of cells */

static const struct column clauses = { 4, 61 };              /* the answer stands behind it */
static const struct column notes = { 6, CLAUSE_COLUMN + 2 }; /* the answer moves that far */

/* ---- questions ------------------------------------------------------------------------------- */

static void print_bytes(const struct why *w, const struct flt_step *load)
{
	printf("  [%" PRIu32, load->load_off);
	printf(load->load_len > 1 ? ":%" PRIu32 "] " : "] ", load->load_len);
	for (uint32_t i = 0; i < load->load_len; i++)
		printf("%02x", w->packet->bytes[load->load_off + i]);
}

static void print_number(uint32_t value, uint32_t style)
{
	if (style == FLT_STYLE_IPV4)
		printf("%u.%u.%u.%u", value >> 24, value >> 16 & 0xff, value >> 8 & 0xff,
		       value & 0xff);
	else
		printf(style == FLT_STYLE_HEX ? "0x%" PRIx32 : "%" PRIu32, value);
}

/* What the program had put into a cell of M[] before a step. */
static uint32_t cell_before(const struct why *w, uint32_t step, uint32_t cell)
{
	while (step-- > 0) {
		const struct flt_insn *insn = &w->insns[w->steps[step].insn];

		if (insn->k == cell && BPF_CLASS(insn->code) == BPF_ST)
			return w->steps[step].a;
		if (insn->k == cell && BPF_CLASS(insn->code) == BPF_STX)
			return w->steps[step].x;
	}
	return 0;
}

/* Up to the next column. What does not fit on a line with the answer goes on below. */
static void pad_note(const char *note)
{
	int column = printf("    ");

	column = put_note(note, &notes, column);
	printf("%*s", column < CLAUSE_COLUMN ? CLAUSE_COLUMN - column : 1, "");
}

/* The note of a step up to the next column; a cell, `[M[0]:2]`, is the number that it held. */
static void print_note(const struct why *w, uint32_t step)
{
	const char *text = w->notes[w->steps[step].insn].text, *cell;
	char shown[NOTE_ROOM];
	size_t used = 0;

	while (used < sizeof(shown) && (cell = strstr(text, "M[")) != NULL) {
		char *end;
		unsigned long number = strtoul(cell + 2, &end, 10);
		used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%.*s%" PRIu32,
					 (int)(cell - text), text,
					 cell_before(w, step, (uint32_t)number));
		text = end + (*end == ']');
	}
	if (used < sizeof(shown))
		snprintf(shown + used, sizeof(shown) - used, "%s", text);
	pad_note(shown);
}

static void print_question(const struct why *w, uint32_t step, const struct flt_step *load)
{
	const struct flt_step *at = &w->steps[step];
	const struct flt_note *note = &w->notes[at->insn];

	print_note(w, step);
	if (why_was_taken(w, step)) {
		printf("yes");
	} else {
		printf("no: ");
		print_number((at->a & note->mask) >> note->shift, note->style);
	}
	if (load && load->load_len)
		print_bytes(w, load);
	putchar('\n');
}

/* ---- the story ------------------------------------------------------------------------------- */

static void print_missing(const struct why *w)
{
	print_note(w, w->step_count - 1);
	printf("is not in the %" PRIu32 " bytes of the packet\n", w->packet->caplen);
}

/* The load that A comes from, the last one before a step. */
static const struct flt_step *load_before(const struct why *w, uint32_t step)
{
	while (step-- > 0)
		if (BPF_CLASS(w->insns[w->steps[step].insn].code) == BPF_LD)
			return &w->steps[step];
	return NULL;
}

static void put_clause(const struct why *w, uint32_t clause)
{
	int room = CLAUSE_COLUMN - 2;
	int column = put_wrapped(w->expr + w->clauses[clause].offset, w->clauses[clause].length,
				 &clauses, 0);

	if (column < room)
		printf("%*s", room - column, "");
}

/* The program's own question, whether it has found a header: `M[1] >= 1`, or `0 >= 1` where there
 * is none. The answer of the clause, or the line below it, says that. */
static bool asks_own_cell(const char *note, bool behind_nothing)
{
	const char *digits = strncmp(note, "M[", 2) == 0 ? note + 2 : note;
	const char *end = digits + strspn(digits, "0123456789");

	if (digits == note)
		return behind_nothing && end != note && *end == ' ';
	return strncmp(end, "] >= ", 5) == 0;
}

static void print_clause(const struct why *w, uint32_t first, uint32_t end)
{
	uint32_t clause = why_clause_of(w, w->steps[first].insn);

	if (clause == NO_CLAUSE)
		return;
	put_clause(w, clause);
	printf("  %s\n", why_answer_of(w, clause, end));
	bool behind_nothing = why_looks_behind_nothing(w, first);

	if (behind_nothing)
		why_print_absent(w, "    ", ", and is not there\n");
	for (uint32_t i = first; i < end; i++)
		if (why_is_question(&w->insns[w->steps[i].insn]) &&
		    !asks_own_cell(w->notes[w->steps[i].insn].text, behind_nothing))
			print_question(w, i, load_before(w, i));
	if (end == w->step_count && why_ends_in_load(w))
		print_missing(w);
}

/* The clause that settled it: the last one that was asked. */
static void print_reason(const struct why *w)
{
	uint32_t first = 0, clause = NO_CLAUSE, end = 0;

	for (uint32_t i = 0; i < w->step_count; i = why_clause_end(w, i))
		if (why_clause_of(w, w->steps[i].insn) != NO_CLAUSE) {
			first = i;
			end = why_clause_end(w, i);
		}
	if (w->step_count)
		clause = why_clause_of(w, w->steps[first].insn);
	if (clause == NO_CLAUSE) {
		printf(w->clause_count ? ": decided by the link type alone" :
					 ": the empty filter matches every packet");
		return;
	}
	const char *answer = why_answer_of(w, clause, end);
	bool holds = strcmp(answer, "yes") == 0, fails = strcmp(answer, "no") == 0;
	printf(": '");
	put_words(w->expr + w->clauses[clause].offset, w->clauses[clause].length);
	printf("' %s", holds ? "holds" : fails ? "does not hold" : "could not be fully evaluated");
	if (fails && why_looks_behind_nothing(w, first))
		why_print_absent(w, ": ", "");
}

static void tell_packet(const struct why *w, uint32_t number)
{
	printf("packet %" PRIu32 ", %" PRIu32 " bytes", number, w->packet->caplen);
	if (w->packet->wirelen != w->packet->caplen)
		printf(" of %" PRIu32, w->packet->wirelen);
}

static void tell_verdict(const struct why *w, uint32_t number)
{
	tell_packet(w, number);
	printf(w->verdict ? ": match" : ": no match");
	print_reason(w);
	putchar('\n');
	for (uint32_t i = 0; i < w->step_count; i = why_clause_end(w, i))
		print_clause(w, i, why_clause_end(w, i));
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Of another link type than the file's first, for which the expression may well be right: it does
 * not match. */
static int tell_refusal(const struct why *w, uint32_t first, uint32_t number,
			const struct flt_error *err)
{
	const char *name = flt_linktype_name(w->packet->linktype);

	int status = error_status(err);

	say_error(err, w->expr);
	if (status == FAILED || w->packet->linktype == first ||
	    w->opts.linktype != w->packet->linktype)
		return status;
	tell_packet(w, number);
	printf(": no match: the filter cannot be compiled for link type %s (%" PRIu32 ")\n",
	       name ? name : "unknown", w->packet->linktype);
	return FAILED;
}

static int explain_packet(struct request *req, struct flt_source *src)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct why w = { .expr = req->expression ? req->expression : "", .opts = req->opts };
	struct flt_error err;
	int status = FAILED;

	if (why_find_packet(src, req->packet, &w.packet, &err) < 0)
		return say(FAILED, "%s: %s", req->savefile, err.message);
	flt_source_info(src, &info);
	w.opts.flags |=
		info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	if (!w.opts.linktype)
		w.opts.linktype = w.packet->linktype;
	if (why_compile(&w, &err) < 0) {
		status = tell_refusal(&w, info.linktype, req->packet, &err);
	} else if (why_run(&w)) {
		why_find_absent(&w);
		tell_verdict(&w, req->packet);
		status = DONE;
	} else {
		say(FAILED, "no memory to follow the packet");
	}
	why_let_go(&w);
	return status;
}

int command_why(struct request *req)
{
	struct flt_source *src;
	struct flt_error err;

	if (!req->savefile || !req->packet)
		return say(
			USAGE,
			"why needs a savefile and the number of a packet in it: -r FILE -n NUMBER");
	if (flt_open_file(&src, req->savefile, NULL, &err) < 0) {
		return say_open(req->savefile, &err, "filterc why");
	}
	int status = explain_packet(req, src);
	flt_source_close(src);
	return status;
}
