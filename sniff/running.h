/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets from a source to the screen and to a file. */
#ifndef RUNNING_H
#define RUNNING_H

#include "confine.h"
#include "dissect.h"
#include "downs.h"
#include "filter.h"
#include "ifnames.h"
#include "input.h"
#include "netnames.h"
#include "sniff_options.h"
#include "output.h"
#include "progress.h"
#include "store.h"

struct session {
	const struct options *opts;
	struct filter *filter;
	struct input input;
	struct store store;
	struct out *out;         /* standard output, NULL when nothing is printed */
	struct output screen;    /* how it is written */
	struct output sentences; /* and how standard error is */
	struct printer *printer;
	struct downs downs;
	struct progress progress;
	struct ifnames ifnames;
	struct netnames netnames;
	uint64_t matched;      /* packets that passed and were handed on, out or not */
	bool source_ended;     /* it has said so */
	bool limited;          /* -c was reached */
	bool screen_ended;     /* nothing more is printed: ... */
	bool screen_lost;      /* ... nobody reads it, which is no error */
	bool screen_unwatched; /* there is nothing to watch */
	bool end_seen;         /* after a stop: what was accepted until then is a number */
	bool waiting_told;
	bool line_ended; /* after ^C */
	bool incomplete; /* packets lack what there was no memory for; that has been said */
	bool over;       /* enough, or nobody wants more */
	int failed;      /* exit status of what failed while the rest went on */
};

/* Everything after the command line and the expression: an exit status. */
int capture(const struct options *opts, struct filter *f, struct inherited *inherited);

/* Until the source ends, -c or --for is reached, or output fails. */
int loop(struct session *s);
/* What comes up while a file, or the screen, takes long; context is the session. */
void attend(void *context);
void attend_screen(void *context);

/* ---- finish.c: the end, in numbers ---------------------------------------------------------- */

/* Packets that are out, as a whole, through every output that somebody reads. */
uint64_t delivered(const struct session *s);
/* Does each packet that waits pass in the end? */
bool counts_exactly(const struct session *s, const struct flt_source_stats *stats);
/* After a while: how many packets wait. */
void tell_waiting(struct session *s);
/* SIGUSR1 */
void tell_counts(struct session *s);
/* The last bytes, the counts, and what is missing in them: an exit status. */
int finish(struct session *s, int status);
/* An errno of standard output, or 0: an exit status, said. That nobody reads is none. */
int screen_status(int why);

#endif
