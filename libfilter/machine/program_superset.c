/* SPDX-License-Identifier: BSD-2-Clause */
/* A program for the kernel in front of one that is too big for it. */
#include <stdlib.h>
#include <string.h>

#include "bpf_opcode.h"
#include "bpf_superset.h"
#include "diag.h"
#include "opts.h"
#include "program.h"

/* A number that is drawn again behind the kernel is another one. */
bool flt__program_draws(const struct flt_program *prog)
{
	for (uint32_t i = 0; i < prog->info.count; i++) {
		const struct flt_insn *insn = &prog->insns[i];
		if (BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS &&
		    insn->k == BPF_OFF_META + SKF_AD_RANDOM)
			return true;
	}
	return false;
}

static int make(struct flt_program **wider, const struct flt_program *prog,
		const struct bpf_limits *limits, struct flt_error *err)
{
	struct flt_program_info info = {
		.linktype = prog->info.linktype,
		.flags = FLT_PROGRAM_SUPERSET |
			 (prog->info.flags & (FLT_PROGRAM_LIVE | FLT_PROGRAM_COOKED)),
	};
	struct flt_insn *insns;
	uint32_t count;

	if (!flt__bpf_superset(prog->insns, prog->info.count, limits, &insns, &count))
		return flt__fail(err, FLT_E_NOMEM, "no memory for a superset of %u instructions",
				 prog->info.count);
	const struct bpf_code made = { .insns = insns, .count = count };
	int code = flt__program_make(wider, &made, &info, err);
	free(insns);
	if (code == FLT_OK)
		(*wider)->any_link = prog->any_link;
	if (code == FLT_E_PROGRAM && err)
		err->code = FLT_E_BUG;
	return code == FLT_E_PROGRAM ? FLT_E_BUG : code;
}

int flt_program_superset(struct flt_program **wider, const struct flt_program *prog,
			 const struct flt_superset_opts *opts, struct flt_error *err)
{
	struct flt_superset_opts ours;

	flt__error_clear(err);
	if (!wider || !prog)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_program_superset: %s is NULL",
				 wider ? "the program" : "the place for the superset");
	*wider = NULL;
	int code = flt__opts_take(&ours, sizeof(ours), opts, "flt_program_superset", err);
	if (code != FLT_OK)
		return code;
	if (flt__program_draws(prog))
		return flt__fail(err, FLT_E_UNSUPPORTED,
				 "the program draws random numbers, which would differ when the "
				 "exact program runs");
	const struct bpf_limits limits = {
		.insns = ours.max_insns ? ours.max_insns : BPF_KERNEL_LIMIT,
		.bytes = ours.max_kernel_bytes ? ours.max_kernel_bytes : UINT64_MAX,
	};
	return make(wider, prog, &limits, err);
}
