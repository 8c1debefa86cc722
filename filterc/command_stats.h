/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc compile --stats. */
#ifndef COMMAND_STATS_H
#define COMMAND_STATS_H

#include <stdbool.h>
#include <stdio.h>

#include "libfilter.h"

struct stats {
	struct flt_compile_stats compile;
	uint64_t microseconds; /* that flt_compile() took */
	bool has_capture;
	uint64_t packets, matches;
	uint64_t skipped;  /* packets of another link type than the program's */
	uint64_t executed; /* instructions, by all packets */
	uint32_t most;     /* by one */
};

/* Count over all packets. False: the savefile is damaged; what was good is counted. */
bool stats_run(struct stats *stats, const struct flt_program *prog, struct flt_source *src,
	       struct flt_error *err);
void stats_print(FILE *to, const struct stats *stats, const struct flt_program *prog);
/* On standard output: {"insns":..., "stats":{...}}. */
void stats_print_json(const struct stats *stats, const struct flt_program *prog);

#endif
