/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc why, between its files. */
#ifndef WHY_H
#define WHY_H

#include <stdbool.h>

#include "libfilter.h"

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
	bool *has_insns; /* by clause */
	bool *leads;     /* likewise: for leads_to() */
	struct flt_step *steps;
	uint32_t step_count;
	uint32_t verdict;
	/* The first tag or label that a clause asked for in vain, so that others looked behind
	 * nothing: what it is (NULL: none), the clause, and the step from which on. */
	const char *absent;
	uint32_t absent_clause;
	uint32_t absent_from;
};

/* ---- why_run.c ------------------------------------------------------------------------------- */

/* The packet of that number; valid until the source is read again. */
int why_find_packet(struct flt_source *src, uint32_t number, const struct flt_packet **packet,
		    struct flt_error *err);
int why_compile(struct why *w, struct flt_error *err);
/* False: no memory. */
bool why_run(struct why *w);
void why_let_go(struct why *w);
/* The clause that an instruction is of; NO_CLAUSE: of none. */
uint32_t why_clause_of(const struct why *w, uint32_t insn);
/* The steps of one clause: from `first` to before this. */
uint32_t why_clause_end(const struct why *w, uint32_t first);
bool why_is_question(const struct flt_insn *insn);
/* Was the question of a step answered with yes? */
bool why_was_taken(const struct why *w, uint32_t step);

/* The program ended in a load of bytes that are not there. */
bool why_ends_in_load(const struct why *w);
/* "yes", "no", ...: what a clause whose steps end there came to. */
const char *why_answer_of(const struct why *w, uint32_t clause, uint32_t end);

/* ---- why_absent.c ---------------------------------------------------------------------------- */

void why_find_absent(struct why *w);
/* Does the clause that begins with this step look behind what is not there? */
bool why_looks_behind_nothing(const struct why *w, uint32_t step);
void why_print_absent(const struct why *w, const char *before, const char *behind);

#endif
