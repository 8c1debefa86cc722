/* SPDX-License-Identifier: BSD-2-Clause */
#include "program.h"

#include "bpf.h"
#include "bpf_opcode.h"
#include "diag.h"
#include "opts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

/* An instruction goes to the kernel as it is. */
_Static_assert(sizeof(struct flt_insn) == sizeof(struct sock_filter), "struct sock_filter");
_Static_assert(offsetof(struct flt_insn, code) == offsetof(struct sock_filter, code),
	       "struct sock_filter");
_Static_assert(offsetof(struct flt_insn, jt) == offsetof(struct sock_filter, jt),
	       "struct sock_filter");
_Static_assert(offsetof(struct flt_insn, jf) == offsetof(struct sock_filter, jf),
	       "struct sock_filter");
_Static_assert(offsetof(struct flt_insn, k) == offsetof(struct sock_filter, k),
	       "struct sock_filter");
_Static_assert(sizeof(struct flt_packet) == 64, "struct flt_packet is frozen");

const char *flt_version(void)
{
	return PACKAGE_VERSION;
}

/* ---- what is known of a program ------------------------------------------------------------- */

/* May this instruction end the program, other than by a ret? */
static bool may_end(const struct flt_insn *insn)
{
	uint32_t mode = BPF_MODE(insn->code);

	switch (BPF_CLASS(insn->code)) {
	case BPF_LD: return mode == BPF_ABS || mode == BPF_IND;
	case BPF_LDX: return mode == BPF_MSH;
	case BPF_ALU: return insn->code == OP_div_x || insn->code == OP_mod_x;
	default: return false;
	}
}

static void mark_successors(const struct flt_insn *insns, uint32_t at, bool *reached)
{
	const struct flt_insn *insn = &insns[at];

	if (BPF_CLASS(insn->code) == BPF_RET)
		return;
	if (insn->code == OP_ja) {
		reached[at + 1 + insn->k] = true;
	} else if (BPF_CLASS(insn->code) == BPF_JMP) {
		reached[at + 1 + insn->jt] = true;
		reached[at + 1 + insn->jf] = true;
	} else {
		reached[at + 1] = true;
	}
}

/* The plain cases of FLT_PROGRAM_EMPTY and _ALL: no ret that can be reached says otherwise. */
static uint32_t verdict_flags(const struct flt_insn *insns, uint32_t count, bool *reached)
{
	bool accepts = false, rejects = false;

	reached[0] = true;
	for (uint32_t at = 0; at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		if (!reached[at])
			continue;
		mark_successors(insns, at, reached);
		/* An ifindex without a device ends with A, which need not be 0. */
		accepts |= insn->code == OP_ret_a || (insn->code == OP_ret_k && insn->k) ||
			   (BPF_CLASS(insn->code) == BPF_LD && may_end(insn) &&
			    insn->k >= BPF_OFF_META);
		rejects |= insn->code == OP_ret_a || (insn->code == OP_ret_k && !insn->k) ||
			   may_end(insn);
	}
	return (accepts ? 0 : FLT_PROGRAM_EMPTY) | (rejects ? 0 : FLT_PROGRAM_ALL);
}

#define FLAGS_OF_CALLER                                                                            \
	(FLT_PROGRAM_EMPTY | FLT_PROGRAM_LIVE | FLT_PROGRAM_COOKED | FLT_PROGRAM_SUPERSET)

static int fill_info(struct flt_program *prog, struct flt_error *err)
{
	const struct flt_insn *insns = prog->insns;
	uint32_t count = prog->info.count;
	bool *reached = calloc(count, sizeof(*reached));

	prog->info.longest_path = flt__bpf_longest_path(insns, count);
	if (!reached || !prog->info.longest_path) {
		free(reached);
		return flt__fail(err, FLT_E_NOMEM, "no memory for a program of %u instructions",
				 count);
	}
	prog->info.flags &= FLAGS_OF_CALLER;
	prog->info.flags |= verdict_flags(insns, count, reached);
	if (flt__bpf_uses_meta(insns, count))
		prog->info.flags |= FLT_PROGRAM_USES_META;
	if (count > BPF_KERNEL_LIMIT)
		prog->info.flags |= FLT_PROGRAM_TOO_BIG;
	prog->info.engine = FLT_ENGINE_INTERP;
	free(reached);
	return FLT_OK;
}

/* ---- life ----------------------------------------------------------------------------------- */

static struct flt_program *copy(const struct bpf_code *code)
{
	size_t insns_len = code->count * sizeof(*code->insns);
	size_t clauses_len = code->clauses ? code->count * sizeof(*code->clauses) : 0;
	struct flt_program *made = malloc(sizeof(*made) + insns_len + clauses_len);

	if (!made)
		return NULL;
	memcpy(made->insns, code->insns, insns_len);
	made->clauses = NULL;
	if (code->clauses)
		made->clauses = memcpy(made->insns + code->count, code->clauses, clauses_len);
	return made;
}

int flt__program_make(struct flt_program **prog, const struct bpf_code *code,
		      const struct flt_program_info *info, struct flt_error *err)
{
	int result = flt__bpf_check(code->insns, code->count, BPF_USER_LIMIT, err);

	if (result != FLT_OK)
		return result;
	struct flt_program *made = copy(code);
	if (!made)
		return flt__fail(err, FLT_E_NOMEM, "no memory for a program of %u instructions",
				 code->count);
	atomic_init(&made->refs, 1);
	made->any_link = false;
	made->info = *info;
	made->info.size = sizeof(made->info);
	made->info.count = code->count;
	result = fill_info(made, err);
	if (result != FLT_OK) {
		free(made);
		return result;
	}
	*prog = made;
	return FLT_OK;
}

static int read_opts(struct flt_program_info *info, const struct flt_program_opts *opts,
		     const char *function, struct flt_error *err)
{
	struct flt_program_opts known;
	int code = flt__opts_take(&known, sizeof(known), opts, function, err);

	if (code == FLT_OK && known.flags)
		code = flt__fail(err, FLT_E_ARGUMENT, "%s: unknown flags 0x%x", function,
				 known.flags);
	*info = (struct flt_program_info){ .linktype = known.linktype, .snaplen = known.snaplen };
	return code;
}

int flt_program_new(struct flt_program **prog, const struct flt_insn *insns, uint32_t count,
		    const struct flt_program_opts *opts, struct flt_error *err)
{
	struct flt_program_info info;

	flt__error_clear(err);
	if (!prog || (!insns && count))
		return flt__fail(err, FLT_E_ARGUMENT, "prog or insns is NULL");
	*prog = NULL;
	int code = read_opts(&info, opts, "flt_program_new", err);
	if (code != FLT_OK)
		return code;
	return flt__program_make(prog, &(struct bpf_code){ insns, NULL, count }, &info, err);
}

int flt_program_parse(struct flt_program **prog, const char *text, size_t len,
		      enum flt_format format, const struct flt_program_opts *opts,
		      struct flt_error *err)
{
	struct flt_program_info info;
	struct flt_insn *insns = NULL;
	uint32_t count = 0;

	flt__error_clear(err);
	if (!prog || (!text && len))
		return flt__fail(err, FLT_E_ARGUMENT, "prog or text is NULL");
	*prog = NULL;
	int code = read_opts(&info, opts, "flt_program_parse", err);
	if (code == FLT_OK)
		code = flt__bpf_parse(&insns, &count, text, len, format, err);
	if (code != FLT_OK)
		return code;
	code = flt__program_make(prog, &(struct bpf_code){ insns, NULL, count }, &info, err);
	free(insns);
	return code;
}

struct flt_program *flt_program_ref(struct flt_program *prog)
{
	if (prog)
		atomic_fetch_add_explicit(&prog->refs, 1, memory_order_relaxed);
	return prog;
}

void flt_program_unref(struct flt_program *prog)
{
	if (prog && atomic_fetch_sub_explicit(&prog->refs, 1, memory_order_acq_rel) == 1)
		free(prog);
}

/* ---- looking and running -------------------------------------------------------------------- */

int flt_program_format(const struct flt_program *prog, enum flt_format format, char *buf,
		       size_t len)
{
	if (!prog || (!buf && len))
		return FLT_E_ARGUMENT;
	int result = flt__bpf_format(prog->insns, prog->info.count, format, buf, len);
	/* Who looks at the length of a first call alone prints nothing, not what the heap held. */
	if (result < 0 && len)
		buf[0] = '\0';
	return result;
}

const struct flt_insn *flt_program_insns(const struct flt_program *prog, uint32_t *count)
{
	if (count)
		*count = prog ? prog->info.count : 0;
	return prog ? prog->insns : NULL;
}

int flt_program_clause(const struct flt_program *prog, uint32_t insn, uint64_t *offset,
		       uint64_t *length)
{
	if (!prog || insn >= prog->info.count)
		return FLT_E_ARGUMENT;
	struct span clause = prog->clauses ? prog->clauses[insn] : (struct span){ 0, 0 };
	if (offset)
		*offset = clause.at;
	if (length)
		*length = clause.len;
	return clause.len > 0;
}

int flt_program_info(const struct flt_program *prog, struct flt_program_info *info)
{
	return prog ? flt__opts_give(info, &prog->info, sizeof(prog->info)) : FLT_E_ARGUMENT;
}

uint32_t flt_run(const struct flt_program *prog, const uint8_t *bytes, uint32_t caplen,
		 uint32_t wirelen, const struct flt_meta *meta)
{
	return prog ? flt__bpf_run(prog->insns, bytes, bytes ? caplen : 0, wirelen, meta) : 0;
}

uint32_t flt_run_counted(const struct flt_program *prog, const uint8_t *bytes, uint32_t caplen,
			 uint32_t wirelen, const struct flt_meta *meta, uint32_t *executed)
{
	uint32_t count = 0, verdict = 0;

	if (prog)
		verdict = flt__bpf_run_counted(prog->insns, bytes, bytes ? caplen : 0, wirelen,
					       meta, &count);
	if (executed)
		*executed = count;
	return verdict;
}

uint32_t flt_run_traced(const struct flt_program *prog, const uint8_t *bytes, uint32_t caplen,
			uint32_t wirelen, const struct flt_meta *meta, struct flt_step *steps,
			uint32_t max, uint32_t *count)
{
	struct bpf_trace trace = { steps, steps ? max : 0, 0 };
	uint32_t verdict = 0;

	if (prog)
		verdict = flt__bpf_run_traced(prog->insns, bytes, bytes ? caplen : 0, wirelen, meta,
					      &trace);
	if (count)
		*count = trace.count;
	return verdict;
}

uint32_t flt_run_batch(const struct flt_program *prog, const struct flt_packet *packets,
		       uint32_t count, uint32_t *verdicts)
{
	uint32_t matches = 0;

	if (!prog || !packets || !verdicts)
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct flt_packet *p = &packets[i];
		verdicts[i] = flt__bpf_run(prog->insns, p->bytes, p->bytes ? p->caplen : 0,
					   p->wirelen, p->meta);
		matches += verdicts[i] != 0;
	}
	return matches;
}
