/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface that goes down is a line with the time, not the end. */
#ifndef DOWNS_H
#define DOWNS_H

#include "dissect.h"
#include "input.h"
#include "stamps.h"

struct downs {
	struct stamps stamps; /* where no packets are printed */
	uint64_t told;
};

/* While the zone's file can still be read. */
void downs_init(struct downs *downs, const struct options *opts);
/* Say it if the interface has gone down since the last call; printer may be NULL. */
void downs_tell(struct downs *downs, const struct input *in, const struct printer *printer);

#endif
