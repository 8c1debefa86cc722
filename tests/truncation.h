/* SPDX-License-Identifier: BSD-2-Clause */
/* The truncation rule as a judge: may one program stand for another, its reference, on a packet
 * that is cut at every length? Where the reference reads bytes that a longer packet would have, the
 * answer is free; elsewhere it is the reference's, exactly. */
#ifndef TRUNCATION_H
#define TRUNCATION_H

#include "reference.h"

#define TRUNCATION_BYTES   256u /* of a packet that is judged, at most */
#define TRUNCATION_NO_WIRE 0u   /* for wirelen: a cut packet was that short on the wire, too */

struct truncation {
	const uint8_t *bytes; /* borrowed */
	uint32_t len;
	uint32_t wirelen; /* held at every cut, or TRUNCATION_NO_WIRE */
	const struct flt_meta *meta;
	/* What the reference says of the first `cut` bytes, 0 to len. */
	uint32_t value[TRUNCATION_BYTES + 1];
	bool is_free[TRUNCATION_BYTES + 1];
	uint32_t free_count;
};

struct breach {
	uint32_t cut, want, got;
};

/* Ask the reference, a checked program; bytes, len, wirelen and meta are set. */
void truncation_ask(struct truncation *t, const struct flt_insn *insns, uint32_t count);
/* The length on the wire of the first `cut` bytes. */
uint32_t truncation_wirelen(const struct truncation *t, uint32_t cut);
/* Whether an engine gave an answer that the rule forbids, at one cut. */
bool truncation_forbids(const struct truncation *t, uint32_t cut, uint32_t got,
			struct breach *breach);
/* Run the candidate at every cut: true at the first breach. */
bool truncation_breach(const struct truncation *t, const struct flt_insn *candidate,
		       struct breach *breach);

#endif
