/* SPDX-License-Identifier: BSD-2-Clause */
/* A smaller program that accepts at least what a program accepts. */
#ifndef BPF_SUPERSET_H
#define BPF_SUPERSET_H

#include <stdbool.h>

#include "libfilter.h"

struct bpf_limits {
	uint32_t insns;
	uint64_t bytes; /* of the kernel's form; see flt__bpf_kernel_bytes() */
};

/* An upper bound of what the kernel charges a socket for a program. */
uint64_t flt__bpf_kernel_bytes(const struct flt_insn *insns, uint32_t count);

/* A checked program's superset within the limits, malloc'ed; what it accepts it accepts whole.
 * Where no program is that small: the one that accepts everything. False: no memory. */
bool flt__bpf_superset(const struct flt_insn *insns, uint32_t count,
		       const struct bpf_limits *limits, struct flt_insn **wider,
		       uint32_t *wider_count);

#endif
