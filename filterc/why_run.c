/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc why: the packet, the program that is run over it, and its steps. */
#include <inttypes.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"
#include "why.h"

/* ---- the packet and its run ------------------------------------------------------------------ */

/* The packet of that number; valid until the source is read again. */
int why_find_packet(struct flt_source *src, uint32_t number, const struct flt_packet **packet,
		    struct flt_error *err)
{
	const struct flt_packet *run;
	uint64_t before = 0;
	uint32_t count;
	int code;

	while ((code = flt_source_read(src, &run, &count, -1, err)) > 0) {
		if (number <= before + count) {
			*packet = &run[number - before - 1];
			return FLT_OK;
		}
		before += count;
	}
	if (code == FLT_END)
		snprintf(err->message, sizeof(err->message),
			 "there is no packet %" PRIu32 "; the file has %" PRIu64 " packet%s",
			 number, before, before == 1 ? "" : "s");
	return code;
}

/* Jumps from jump to jump belong to whoever needs them. */
static bool is_only_on_the_way(const struct why *w, uint32_t insn)
{
	return w->insns[insn].code == (BPF_JMP | BPF_JA);
}

/* The clause that an instruction is of; NO_CLAUSE: of none. */
uint32_t why_clause_of(const struct why *w, uint32_t insn)
{
	uint64_t offset = 0, length = 0;

	if (!is_only_on_the_way(w, insn))
		flt_program_clause(w->prog, insn, &offset, &length);
	return find_clause(w->clauses, w->clause_count, offset, length);
}

int why_compile(struct why *w, struct flt_error *err)
{
	w->opts.flags |= FLT_COMPILE_O0;
	int code = flt_compile(&w->prog, w->expr, strlen(w->expr), &w->opts, err);

	if (code < 0)
		return code;
	w->insns = flt_program_insns(w->prog, &w->count);
	return FLT_OK;
}

/* False: no memory. */
bool why_run(struct why *w)
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
		if (why_clause_of(w, i) != NO_CLAUSE)
			w->has_insns[why_clause_of(w, i)] = true;
	w->verdict = flt_run_traced(w->prog, p->bytes, p->caplen, p->wirelen, p->meta, w->steps,
				    w->count, &w->step_count);
	return flt_program_notes(w->prog, w->notes, w->count) >= 0;
}

void why_let_go(struct why *w)
{
	flt_program_unref(w->prog);
	free(w->notes);
	free(w->clauses);
	free(w->has_insns);
	free(w->leads);
	free(w->steps);
}

/* ---- steps ----------------------------------------------------------------------------------- */

bool why_is_question(const struct flt_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != BPF_JA;
}

bool why_was_taken(const struct why *w, uint32_t step)
{
	const struct flt_step *at = &w->steps[step];

	return step + 1 < w->step_count && at[1].insn == at->insn + 1 + w->insns[at->insn].jt;
}

/* The steps of one clause: from `first` to before `end`. */
uint32_t why_clause_end(const struct why *w, uint32_t first)
{
	uint32_t clause = why_clause_of(w, w->steps[first].insn), end = first;

	while (end < w->step_count && (why_clause_of(w, w->steps[end].insn) == clause ||
				       is_only_on_the_way(w, w->steps[end].insn)))
		end++;
	return end;
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

bool why_ends_in_load(const struct why *w)
{
	return w->step_count && is_load(&w->insns[w->steps[w->step_count - 1].insn]);
}

/* What was asked after these steps: a clause, or the answer. */
static uint32_t asked_next(const struct why *w, uint32_t step)
{
	while (step < w->step_count && why_clause_of(w, w->steps[step].insn) == NO_CLAUSE)
		step++;
	if (step < w->step_count)
		return why_clause_of(w, w->steps[step].insn);
	return w->verdict ? FLT_CLAUSE_ACCEPT : FLT_CLAUSE_REJECT;
}

const char *why_answer_of(const struct why *w, uint32_t clause, uint32_t end)
{
	uint32_t next = asked_next(w, end);
	bool yes = leads_to(w, w->clauses[clause].yes, next);
	bool no = leads_to(w, w->clauses[clause].no, next);

	if (end == w->step_count && why_ends_in_load(w))
		return "the packet ends";
	return yes == no ? "?" : yes ? "yes" : "no";
}
