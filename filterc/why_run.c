/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc why: the packet, the program that is run over it, and its steps. */
#include "why.h"

#include <inttypes.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>

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
			 "it has %" PRIu64 " packet%s, no number %" PRIu32, before,
			 before == 1 ? "" : "s", number);
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
