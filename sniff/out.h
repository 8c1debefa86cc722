/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where printed text goes: one large buffer before one descriptor, and the one place that bytes of
 * packets pass on their way to a terminal: what could control a terminal never leaves as it is.
 * A failed write sticks: later text is dropped, out_failed() says why.
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/* Write to fd, which stays the caller's; -1 throws everything away. NULL: no memory. */
struct out *out_fd(int fd);
/* Hand everything over. 0, or the errno that made it fail. */
int out_flush(struct out *out);
/* 0, or the errno (EPIPE, ENOSPC, ...) of the first write that failed. */
int out_failed(const struct out *out);
/* Bytes that wait for out_flush(). */
size_t out_pending(const struct out *out);
/* What is in the buffer is not flushed, only freed. */
void out_free(struct out *out);

#endif
