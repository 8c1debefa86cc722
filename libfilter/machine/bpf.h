/* SPDX-License-Identifier: BSD-2-Clause */
/* Layer 1: the machine. Classic BPF as the Linux kernel means it. */
#ifndef LIBFILTER_BPF_H
#define LIBFILTER_BPF_H

#include <stdbool.h>

#include "diag.h"
#include "libfilter.h"

#define BPF_KERNEL_LIMIT 4096u    /* what SO_ATTACH_FILTER takes */
#define BPF_USER_LIMIT   1000000u /* what we take in user space */
#define BPF_MEM_CELLS    16u

#define BPF_MAX_BYTES 262144u /* the longest packet that the proofs and limits speak of */

/* Offsets from here up are metadata, not bytes (<linux/filter.h>: SKF_AD_OFF, SKF_NET_OFF,
 * SKF_LL_OFF). */
#define BPF_OFF_META 0xfffff000u
#define BPF_OFF_NET  0xfff00000u
#define BPF_OFF_LINK 0xffe00000u

struct bpf_code { /* borrowed; count instructions */
	const struct flt_insn *insns;
	const struct span *clauses; /* of each, as flt_program_clause() says; NULL: not known */
	uint32_t count;
};

/* By the kernel's rules, with a limit of BPF_KERNEL_LIMIT or BPF_USER_LIMIT instructions:
 * FLT_OK, or FLT_E_PROGRAM with the instruction and the rule, or FLT_E_LIMIT. */
int flt__bpf_check(const struct flt_insn *insns, uint32_t count, uint32_t limit,
		   struct flt_error *err);

/* Run a checked program; meta may be NULL. Result as the kernel's: 0 or the bytes to keep. */
uint32_t flt__bpf_run(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
		      uint32_t wirelen, const struct flt_meta *meta);

/* The same; *executed becomes larger by each instruction. */
uint32_t flt__bpf_run_counted(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
			      uint32_t wirelen, const struct flt_meta *meta, uint32_t *executed);

/* The same; count is how many steps there were, the first max are stored. */
struct bpf_trace {
	struct flt_step *steps;
	uint32_t max, count;
};

uint32_t flt__bpf_run_traced(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
			     uint32_t wirelen, const struct flt_meta *meta,
			     struct bpf_trace *trace);

/* What a checked program looks at; see FLT_PROGRAM_USES_META. */
bool flt__bpf_uses_meta(const struct flt_insn *insns, uint32_t count);
/* Instructions on the longest way through a checked program; 0: no memory to work it out. */
uint32_t flt__bpf_longest_path(const struct flt_insn *insns, uint32_t count);

/* Text; both as flt_program_format() and flt_program_parse(). Parse returns malloc'ed
 * instructions. */
int flt__bpf_format(const struct flt_insn *insns, uint32_t count, enum flt_format format, char *buf,
		    size_t len);
/* FLT_FORMAT_DOT, with the clauses of expr and with notes, one an instruction (NULL: without). */
int flt__bpf_graph(const struct bpf_code *code, const char *expr, const struct flt_note *notes,
		   char *buf, size_t len);
int flt__bpf_parse(struct flt_insn **insns, uint32_t *count, const char *text, size_t len,
		   enum flt_format format, struct flt_error *err);

#endif
