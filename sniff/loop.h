/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets from a source to the screen and to a file. */
#ifndef LOOP_H
#define LOOP_H

#include "dissect.h"
#include "downs.h"
#include "filter.h"
#include "ifnames.h"
#include "input.h"
#include "netnames.h"
#include "options.h"
#include "store.h"

struct session {
	const struct options *opts;
	struct filter *filter;
	struct input input;
	struct store store;
	struct out *out;         /* standard output, NULL when nothing is printed */
	struct printer *printer;
	struct downs downs;
	struct ifnames ifnames;
	struct netnames netnames;
	uint64_t matched;        /* packets that passed and were handed on */
	int64_t deadline_ns;     /* CLOCK_MONOTONIC; 0: none */
	bool screen_failed;      /* and that has been said */
	bool incomplete;         /* likewise: packets lack what there was no memory for */
	bool over;               /* enough, or nobody wants more */
};

/* Everything after the command line and the expression: an exit status. */
int capture(const struct options *opts, struct filter *f);
/* Until the source ends, -c or --for is reached, or output fails. */
int loop(struct session *s);

#endif
