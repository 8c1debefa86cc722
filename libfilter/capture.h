/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a source: one handle over a small table of what kinds of source can do. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "libfilter.h"

#define SOURCE_LOOK 2 /* of read(): nothing; the statistics are worth a look at once */

/* What a kind of source provides. read() hands out a run of packets that no user-space filter has
 * seen yet: 1, 0, FLT_END or an error, as flt_source_read(), or SOURCE_LOOK. When *stop is set it
 * waits for nothing, hands out what was accepted already, then says FLT_END. Before a wait it polls
 * the wake_fd that it was made with, too. The caller may change the array of packets (it filters in
 * place). Entries that may be NULL: set_program, stats. */
struct source_ops {
	int (*read)(void *impl, const atomic_int *stop, struct flt_packet **packets,
		    uint32_t *count, int timeout_ms, struct flt_error *err);
	/* Take over a program. FLT_OK: this source filters. FLT_E_KERNEL: it does not take it (err
	 * says why), everything passes, and capture.c filters. NULL prog: everything passes. */
	int (*set_program)(void *impl, const struct flt_program *prog, struct flt_error *err);
	void (*info)(const void *impl, struct flt_source_info *info);
	void (*stats)(void *impl, const atomic_int *stop, struct flt_source_stats *stats);
	void (*close)(void *impl);
};

struct flt_source {
	const struct source_ops *ops;
	void *impl;
	int fd;      /* where packets come from, closed by ops. -1: none */
	int wake_fd; /* eventfd of flt_source_stop(), closed here. -1: none */
	int poll_fd; /* epoll over both, closed by the handle; or equal to fd */
	atomic_int stop;
	struct flt_program *program; /* filter that runs in user space, or NULL */
	bool filters_below;          /* the source itself runs the program */
	int ended;                   /* what later reads repeat (END, an error), or 0 */
	struct flt_error last_error; /* with ended < FLT_END */
	struct flt_packet *batch;    /* what passed and was not yet handed out */
	uint32_t batch_count;
	uint32_t *verdicts; /* room for verdict_room of them */
	uint32_t verdict_room;
	uint64_t delivered, filtered;
	char note[256]; /* why the source, which could filter, does not */
};

/* Make the handle over impl. The handle then owns impl and wake_fd, also when this fails. */
int flt__source_make(struct flt_source **src, const struct source_ops *ops, void *impl, int fd,
		     int wake_fd, const struct flt_program *prog, struct flt_error *err);

/* One more descriptor, of impl's, that makes the handle's readable. */
void flt__source_watch(struct flt_source *src, int fd);

/* flt_run() over a packet whose first bytes are a header of our making, by a program for cooked
 * sockets, which sees what is behind it. The header's length is added to what it keeps. */
uint32_t flt__run_cooked(const struct flt_program *prog, const struct flt_packet *packet,
			 uint32_t header);

#endif
