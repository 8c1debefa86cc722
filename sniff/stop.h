/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: a clean end. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

struct flt_source;

/* From now on SIGINT, SIGTERM and (unless it was ignored on entry, as under nohup) SIGHUP end the
 * source; what it has accepted is still delivered. NULL: they end nothing any more. */
void stop_on_signals(struct flt_source *src);
/* Has SIGINT, as from control-C, come since? */
bool stop_interrupted(void);
/* Writing to a pipe that nobody reads is an error of write(), not the end. */
void ignore_broken_pipes(void);

#endif
