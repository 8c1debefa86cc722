/* SPDX-License-Identifier: BSD-2-Clause */
/* A program: checked instructions and what is known of them. Immutable, counted. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdatomic.h>
#include <stdbool.h>

#include "bpf.h"
#include "libfilter.h"

struct flt_program {
	atomic_uint refs;
	struct flt_program_info info; /* size field: of this version */
	bool any_link;                /* asks for no header of its link type; by flt_compile() */
	const struct span *clauses;   /* of each instruction, behind them; NULL: not known */
	struct flt_insn insns[];      /* info.count of them */
};

/* Check (BPF_USER_LIMIT) and copy. info gives linktype, snaplen, clauses and the flags EMPTY, LIVE,
 * COOKED and SUPERSET; the rest is worked out here: count, longest path, ALL, USES_META, TOO_BIG
 * (and EMPTY when it is plain). */
int flt__program_make(struct flt_program **prog, const struct bpf_code *code,
		      const struct flt_program_info *info, struct flt_error *err);

/* It loads random numbers: run again, it may answer otherwise. */
bool flt__program_draws(const struct flt_program *prog);

#endif
