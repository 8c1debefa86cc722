/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filterc why: one packet of a savefile, each clause that was asked about it, the answer, and the
 * bytes that it was read from. The program is compiled without the optimizer, so that its
 * instructions stand in the order of the clauses, and each belongs to one.
 */
#include "filterc.h"

#include <inttypes.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSE_COLUMN 42

struct why {
	const char *expr;
	struct flt_compile_opts opts;
	const struct flt_packet *packet;
	struct flt_program *prog;
	const struct flt_insn *insns;
	uint32_t count;
	struct flt_note *notes;
	struct flt_clause *clauses;
	uint32_t clause_count;
	bool *has_insns;         /* by clause */
	bool *leads;             /* likewise: for leads_to() */
	struct flt_step *steps;
	uint32_t step_count;
	uint32_t verdict;
};

/* ---- the packet and its run ------------------------------------------------------------------ */

/* The packet of that number; valid until the source is read again. */
static int find_packet(struct flt_source *src, uint32_t number, const struct flt_packet **packet,
		       struct flt_error *err)
{
	const struct flt_packet *run;
	uint64_t before = 0;
	uint32_t count;
	int result;

	while ((result = flt_source_read(src, &run, &count, -1, err)) > 0) {
		if (number <= before + count) {
			*packet = &run[number - before - 1];
			return FLT_OK;
		}
		before += count;
	}
	if (result == FLT_END)
		snprintf(err->message, sizeof(err->message),
			 "it has %" PRIu64 " packet%s, no number %" PRIu32, before,
			 before == 1 ? "" : "s", number);
	return result;
}

/* Jumps from jump to jump belong to whoever needs them. */
static bool is_only_on_the_way(const struct why *w, uint32_t insn)
{
	return w->insns[insn].code == (BPF_JMP | BPF_JA);
}

/* The clause that an instruction is of; NO_CLAUSE: of none. */
static uint32_t clause_of(const struct why *w, uint32_t insn)
{
	uint64_t offset = 0, length = 0;

	if (!is_only_on_the_way(w, insn))
		flt_program_clause(w->prog, insn, &offset, &length);
	return find_clause(w->clauses, w->clause_count, offset, length);
}

static int compile(struct why *w, struct flt_error *err)
{
	w->opts.flags |= FLT_COMPILE_O0;
	int code = flt_compile(&w->prog, w->expr, strlen(w->expr), &w->opts, err);

	if (code < 0)
		return code;
	w->insns = flt_program_insns(w->prog, &w->count);
	return FLT_OK;
}

/* False: no memory. */
static bool run(struct why *w)
{
	const struct flt_packet *p = w->packet;

	if (!list_clauses(w->expr, &w->opts, &w->clauses, &w->clause_count))
		return false;
	w->notes = calloc(w->count, sizeof(*w->notes));
	w->has_insns = calloc(w->clause_count + 1, sizeof(*w->has_insns));
	w->leads = calloc(w->clause_count + 1, sizeof(*w->leads));
	w->steps = calloc(w->count, sizeof(*w->steps));
	if (!w->notes || !w->has_insns || !w->leads || !w->steps)
		return false;
	for (uint32_t i = 0; i < w->count; i++)
		if (clause_of(w, i) != NO_CLAUSE)
			w->has_insns[clause_of(w, i)] = true;
	w->verdict = flt_run_traced(w->prog, p->bytes, p->caplen, p->wirelen, p->meta, w->steps,
				    w->count, &w->step_count);
	return flt_program_notes(w->prog, w->notes, w->count) >= 0;
}

static void let_go(struct why *w)
{
	flt_program_unref(w->prog);
	free(w->notes);
	free(w->clauses);
	free(w->has_insns);
	free(w->leads);
	free(w->steps);
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool is_reached(const struct why *w, uint32_t from, uint32_t to)
{
	return from == to || (from < w->clause_count && w->leads[from]);
}

/* Does the way from a clause, or an answer, lead on to another one with nothing asked between? What
 * has no instructions is settled by the link type: it is passed without a question. All ways lead
 * to the front, so that what lies behind is known already. */
static bool leads_to(const struct why *w, uint32_t from, uint32_t to)
{
	uint32_t limit = to < w->clause_count ? to : w->clause_count;

	for (uint32_t i = limit; i-- > from;)
		w->leads[i] = !w->has_insns[i] && (is_reached(w, w->clauses[i].yes, to) ||
						   is_reached(w, w->clauses[i].no, to));
	return from == to || (from < limit && w->leads[from]);
}

static bool is_load(const struct flt_insn *insn)
{
	uint32_t class = BPF_CLASS(insn->code), mode = BPF_MODE(insn->code);

	return (class == BPF_LD || class == BPF_LDX) && mode != BPF_IMM && mode != BPF_MEM &&
	       mode != BPF_LEN;
}

static bool is_question(const struct flt_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA;
}

/* The program ended in a load of bytes that are not there. */
static bool ends_in_load(const struct why *w)
{
	return w->step_count && is_load(&w->insns[w->steps[w->step_count - 1].insn]);
}

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

static bool was_taken(const struct why *w, uint32_t step)
{
	const struct flt_step *at = &w->steps[step];

	return step + 1 < w->step_count && at[1].insn == at->insn + 1 + w->insns[at->insn].jt;
}

static void print_question(const struct why *w, uint32_t step, const struct flt_step *load)
{
	const struct flt_step *at = &w->steps[step];
	const struct flt_note *note = &w->notes[at->insn];

	printf("    %-*s", CLAUSE_COLUMN - 4, note->text);
	if (was_taken(w, step)) {
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

/* The steps of one clause: from `first` to before `end`. */
static uint32_t clause_end(const struct why *w, uint32_t first)
{
	uint32_t clause = clause_of(w, w->steps[first].insn), end = first;

	while (end < w->step_count && (clause_of(w, w->steps[end].insn) == clause ||
				       is_only_on_the_way(w, w->steps[end].insn)))
		end++;
	return end;
}

/* What was asked after these steps: a clause, or the answer. */
static uint32_t asked_next(const struct why *w, uint32_t step)
{
	while (step < w->step_count && clause_of(w, w->steps[step].insn) == NO_CLAUSE)
		step++;
	if (step < w->step_count)
		return clause_of(w, w->steps[step].insn);
	return w->verdict ? FLT_CLAUSE_ACCEPT : FLT_CLAUSE_REJECT;
}

static const char *answer_of(const struct why *w, uint32_t clause, uint32_t end)
{
	uint32_t next = asked_next(w, end);
	bool yes = leads_to(w, w->clauses[clause].yes, next);
	bool no = leads_to(w, w->clauses[clause].no, next);

	if (end == w->step_count && ends_in_load(w))
		return "the packet ends";
	return yes == no ? "?" : yes ? "yes" : "no";
}

static void print_missing(const struct why *w)
{
	const struct flt_step *last = &w->steps[w->step_count - 1];

	printf("    %-*sis not in the %" PRIu32 " bytes of the packet\n", CLAUSE_COLUMN - 4,
	       w->notes[last->insn].text, w->packet->caplen);
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
	int len = (int)put_words(w->expr + w->clauses[clause].offset, w->clauses[clause].length);

	if (len < room)
		printf("%*s", room - len, "");
}

static void print_clause(const struct why *w, uint32_t first, uint32_t end)
{
	uint32_t clause = clause_of(w, w->steps[first].insn);

	if (clause == NO_CLAUSE)
		return;
	put_clause(w, clause);
	printf("  %s\n", answer_of(w, clause, end));
	for (uint32_t i = first; i < end; i++)
		if (is_question(&w->insns[w->steps[i].insn]))
			print_question(w, i, load_before(w, i));
	if (end == w->step_count && ends_in_load(w))
		print_missing(w);
}

/* The clause that settled it: the last one that was asked. */
static void print_reason(const struct why *w)
{
	uint32_t first = 0, clause = NO_CLAUSE, end = 0;

	for (uint32_t i = 0; i < w->step_count; i = clause_end(w, i))
		if (clause_of(w, w->steps[i].insn) != NO_CLAUSE) {
			first = i;
			end = clause_end(w, i);
		}
	if (w->step_count)
		clause = clause_of(w, w->steps[first].insn);
	if (clause == NO_CLAUSE) {
		printf(w->clause_count ? ": the link type settles it, nothing is asked"
				       : ": the empty filter takes every packet");
		return;
	}
	const char *answer = answer_of(w, clause, end);
	bool holds = strcmp(answer, "yes") == 0, fails = strcmp(answer, "no") == 0;
	printf(": '");
	put_words(w->expr + w->clauses[clause].offset, w->clauses[clause].length);
	printf("' %s", holds   ? "holds"
		       : fails ? "does not hold"
			       : "could not be asked to the end");
}

static void tell_packet(const struct why *w, uint32_t number)
{
	printf("packet %" PRIu32 ", %" PRIu32 " bytes", number, w->packet->caplen);
	if (w->packet->wirelen != w->packet->caplen)
		printf(" of %" PRIu32, w->packet->wirelen);
}

static void tell(const struct why *w, uint32_t number)
{
	tell_packet(w, number);
	printf(w->verdict ? ": match" : ": no match");
	print_reason(w);
	putchar('\n');
	for (uint32_t i = 0; i < w->step_count; i = clause_end(w, i))
		print_clause(w, i, clause_end(w, i));
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Of another link type than the file's first, for which the expression may well be right: it does
 * not match. */
static int tell_refusal(const struct why *w, uint32_t first, uint32_t number,
			const struct flt_error *err)
{
	const char *name = flt_linktype_name(w->packet->linktype);

	int status = error_status(err);

	complain_error(err, w->expr);
	if (status == STATUS_FAILED || w->packet->linktype == first ||
	    w->opts.linktype != w->packet->linktype)
		return status;
	tell_packet(w, number);
	printf(": no match: the filter cannot be compiled for link type %s (%" PRIu32 ")\n",
	       name ? name : "unknown", w->packet->linktype);
	return STATUS_FAILED;
}

static int explain_packet(struct request *req, struct flt_source *src)
{
	struct flt_source_info info = {.size = sizeof(info)};
	struct why w = {.expr = req->expression ? req->expression : "", .opts = req->opts};
	struct flt_error err;
	int status = STATUS_FAILED;

	if (find_packet(src, req->packet, &w.packet, &err) < 0) {
		complain("%s: %s", req->savefile, err.message);
		return STATUS_FAILED;
	}
	flt_source_info(src, &info);
	w.opts.flags |=
		info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	if (!w.opts.linktype)
		w.opts.linktype = w.packet->linktype;
	if (compile(&w, &err) < 0) {
		status = tell_refusal(&w, info.linktype, req->packet, &err);
	} else if (run(&w)) {
		tell(&w, req->packet);
		status = STATUS_DONE;
	} else {
		complain("no memory to follow the packet");
	}
	let_go(&w);
	return status;
}

int command_why(struct request *req)
{
	struct flt_source *src;
	struct flt_error err;

	if (!req->savefile || !req->packet) {
		complain(
			"why wants a savefile and the number of a packet in it: -r FILE -n NUMBER");
		return STATUS_USAGE;
	}
	if (flt_open_file(&src, req->savefile, NULL, &err) < 0) {
		complain("%s", err.message);
		return STATUS_FAILED;
	}
	int status = explain_packet(req, src);
	flt_source_close(src);
	return status;
}
