/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals, the deadline of --for, and the end that they bring.
 *
 *   SIGINT, SIGTERM, SIGHUP     the first stops the source; within a second of it: the same wish;
 *                               the next abandons what waits; the one after has its default action
 *   SIGUSR1, SIGUSR2            counts are wanted, a flush is wanted
 *   SIGALRM                     our own timers: nothing may keep us in a system call for ever
 *
 * Handlers set flags and stop the source; all else is done where the flags are read.
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>
#include <stdint.h>

struct flt_source;
struct pollfd;

/* First of all. Writing where nobody reads, or behind a limit of size, is an error of write(), not
 * the end; SIGUSR1 and SIGUSR2 are caught, unless they were ignored on entry. */
void stop_prepare(void);
/* From now on the signals (SIGHUP unless it was ignored on entry, as under nohup) end the source,
 * and so does the time (0: none); what it has accepted is still delivered. An exit status. */
int stop_open(struct flt_source *src, uint64_t run_for_ns);
/* They end nothing any more. */
void stop_close(void);

/* The capture ends by itself: from now on writes are interrupted as they are after a signal. */
void stop_begin(void);
/* Was the end begun, and how long ago? */
bool stop_begun(void);
uint32_t stop_age_ms(void);
/* Did a signal say so, did SIGINT, as from control-C, and did one say so again? */
bool stop_signalled(void);
bool stop_interrupted(void);
bool stop_abandoned(void);

/* Did it come since the last call? */
bool stop_counts_wanted(void);
bool stop_flush_wanted(void);
bool stop_ticked(void);

/* Writes that follow may take long: from now on they are interrupted each second. */
void stop_watch(void);
/* Until one of the descriptors is ready, or a signal has come: not a moment is missed. */
void stop_wait(struct pollfd *fds, unsigned count);
/* Milliseconds of CLOCK_MONOTONIC, modulo 2^32. */
uint32_t stop_clock_ms(void);

#endif
