/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sections of `make bench-compile` share: packets, expressions, and two compilers. */
#ifndef BENCH_H
#define BENCH_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet_pool.h"

#define BENCH_SNAPLEN     262144
#define BENCH_ERROR_BYTES 512u
#define BENCH_LIST_TERMS  10u /* what has more is a list */

/* ---- programs: bench_programs.c ------------------------------------------------------------ */

enum bench_compiler {
	OURS,
	THEIRS,       /* libpcap, optimized */
	THEIRS_PLAIN, /* libpcap, not optimized */
	COMPILERS
};

/* An expression, compiled. Zeroed: none. */
struct bench_program {
	const struct flt_insn *insns; /* borrowed from one of the two below */
	uint32_t count;
	struct flt_program *ours;
	struct bpf_program theirs;
};

/* Ethernet, no netmask, a savefile. theirs: what libpcap compiles for. On failure error says why;
 * it has BENCH_ERROR_BYTES, or is NULL. */
bool bench_compile(struct bench_program *program, enum bench_compiler by, pcap_t *theirs,
		   const char *text, char *error);
void bench_program_free(struct bench_program *program);
pcap_t *bench_open_theirs(void);

/* ---- input: bench_input.c ------------------------------------------------------------------ */

/* Borrowed packets of one kind. */
struct bench_packets {
	const struct flt_packet *list;
	uint32_t count;
};

/* Expressions, one a line in the file; '#' begins a comment. */
struct bench_expressions {
	char **list;
	uint32_t count;
};

/* The packets of the shared trace; false: said why there are none. Free the pool in any case. */
bool bench_read_trace(struct packet_pool *pool);
/* A file's text without the newline at its end, NUL-terminated and malloc'ed; NULL: said why. */
char *bench_read_text(const char *path);
/* The shared folder's file of this name, into path. */
void bench_shared_path(char *path, size_t size, const char *name);
/* Tests, joined by `and` or `or`, that the expression has. */
uint32_t bench_terms(const char *text);
#define BENCH_TUNED  "expressions-60.txt"  /* the compiler was improved with it */
#define BENCH_UNSEEN "expressions-60b.txt" /* written before its programs were seen */
/* The expressions of a file beside this one; false: said what is wrong with it. */
bool bench_read_expressions(struct bench_expressions *expressions, const char *name);
void bench_expressions_free(struct bench_expressions *expressions);

/* ---- counting: bench_count.c --------------------------------------------------------------- */

/* Executed instructions a packet. */
double bench_mean_executed(const struct bench_program *program, struct bench_packets packets);
/* Packets on which the programs answer differently, where `b` does not read beyond the packet. */
uint32_t bench_differences(const struct bench_program *a, const struct bench_program *b,
			   struct bench_packets packets);

/* Ratios, of which a geometric mean and the worst one are wanted. */
struct bench_ratios {
	double logs, worst;
	const char *worst_of;
	uint32_t count;
};
void bench_ratio_add(struct bench_ratios *ratios, double ratio, const char *of);
double bench_geometric_mean(const struct bench_ratios *ratios);
double bench_median(double *values, uint32_t count); /* sorts them */
double bench_now_us(void);

/* ---- the sections: false when something could not be measured ------------------------------ */

bool bench_executed(void);
bool bench_lists(void);
bool bench_times(void);

#endif
