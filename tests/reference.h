/* SPDX-License-Identifier: BSD-2-Clause */
/* A second, slow interpreter for the tests, which also says whether the packet was too short, of
 * which the truncation rule speaks, and how many instructions it took. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>

#include "random_program.h"

struct reference {
	uint32_t value;
	uint32_t executed; /* instructions, the last one too */
	bool is_truncated; /* a load was outside that a longer packet would satisfy; value is 0 then
			    */
	bool has_special;  /* offsets of 2^31 and more were loaded from */
};

/* Run a checked program; meta as flt_run() takes it. */
struct reference reference_run(const struct flt_insn *insns, uint32_t count, const uint8_t *bytes,
			       uint32_t caplen, uint32_t wirelen, const struct flt_meta *meta);
/* Change bytes so that the program goes further: what it compares with is written where it was
 * loaded from, at random. */
void reference_steer(struct random *r, const struct flt_insn *insns, uint32_t count, uint8_t *bytes,
		     uint32_t len);

#endif
