/* SPDX-License-Identifier: BSD-2-Clause */
/* The two compilers, asked alike. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

pcap_t *bench_open_theirs(void)
{
	return pcap_open_dead(DLT_EN10MB, BENCH_SNAPLEN);
}

static bool compile_ours(struct bench_program *program, const char *text, char *error)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .linktype = FLT_LINKTYPE_EN10MB,
					 .snaplen = BENCH_SNAPLEN };
	struct flt_error err;

	if (flt_compile(&program->ours, text, strlen(text), &opts, &err) < 0) {
		if (error)
			snprintf(error, BENCH_ERROR_BYTES, "%s", err.message);
		return false;
	}
	program->insns = flt_program_insns(program->ours, &program->count);
	return true;
}

static bool compile_theirs(struct bench_program *program, pcap_t *theirs, const char *text,
			   bool is_optimized, char *error)
{
	if (pcap_compile(theirs, &program->theirs, text, is_optimized, PCAP_NETMASK_UNKNOWN) < 0) {
		if (error)
			snprintf(error, BENCH_ERROR_BYTES, "%s", pcap_geterr(theirs));
		return false;
	}
	/* both are laid out as the kernel's struct sock_filter */
	program->insns = (const struct flt_insn *)(const void *)program->theirs.bf_insns;
	program->count = program->theirs.bf_len;
	return true;
}

bool bench_compile(struct bench_program *program, enum bench_compiler by, pcap_t *theirs,
		   const char *text, char *error)
{
	*program = (struct bench_program){ 0 };
	if (by == OURS)
		return compile_ours(program, text, error);
	return compile_theirs(program, theirs, text, by == THEIRS, error);
}

void bench_program_free(struct bench_program *program)
{
	flt_program_unref(program->ours);
	pcap_freecode(&program->theirs);
	*program = (struct bench_program){ 0 };
}
