/* SPDX-License-Identifier: BSD-2-Clause */
/* With -v -w FILE a terminal shows how many packets there are: "Got N", about each second. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sniff_options.h"

struct progress {
	bool wanted;
	uint64_t told;    /* the number that was shown last */
	uint32_t told_ms; /* when; of stop_clock_ms() */
};

void progress_init(struct progress *p, const struct options *opts, bool prints);
/* ticked: a second may have gone by, and the next tick may be far. */
void progress_tell(struct progress *p, uint64_t count, bool ticked);

#endif
