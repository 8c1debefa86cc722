/* SPDX-License-Identifier: BSD-2-Clause */
/* Words and numbers of a text of intermediate code. After the first thing that is wrong, nothing
 * more is found. */
#ifndef IR_SCAN_H
#define IR_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "diag.h"

struct scan {
	const char *text, *at;
	struct flt_error *err; /* has the line and what is wrong */
	bool failed;
};

void scan_fail(struct scan *s, const char *problem);
/* What stands there is not what was expected. */
void scan_fail_for(struct scan *s, const char *wanted);
void scan_skip(struct scan *s);
/* Each goes past spaces and what it finds; take: false if it is not there; want: that is wrong. */
bool scan_take(struct scan *s, const char *what);
void scan_want(struct scan *s, const char *what);
bool scan_take_number(struct scan *s, uint32_t *number);
uint32_t scan_want_number(struct scan *s);
/* Letters with a number directly behind them. */
bool scan_take_name(struct scan *s, const char *letters, uint32_t *number);
uint32_t scan_want_name(struct scan *s, const char *letters, const char *wanted);

struct scan_most { /* one more than the largest number of each */
	uint32_t blocks, slots, values;
};

/* A walk over the whole text, which then begins again. */
struct scan_most scan_survey(struct scan *s);

#endif
