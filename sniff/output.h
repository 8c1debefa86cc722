/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one writer of text, records and sentences. Before a stop it waits for as long as the reader
 * takes; after it, until the reader has taken nothing for a while, or a second signal came.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_PATIENCE_MS 5000u

struct output {
	uint32_t patience_ms;          /* after a stop, since the last byte was taken */
	void (*attend)(void *context); /* what comes up while a write takes long; may be NULL */
	void *context;
	uint32_t moved_ms; /* when it took a byte last, by stop_clock_ms() */
	int queued;        /* bytes that its reader had not fetched, at the last look */
	bool given_up;     /* from here on nothing is waited for */
};

/* As flt_create_opts.write and out.write; context is a struct output. Gave up: errno is EINTR, and
 * what is asked for then is put in where it can be without waiting. */
size_t output_write(void *context, int fd, const void *bytes, size_t len);
/* Is this the errno of a reader that went away? That is no error. */
bool output_lost_reader(int why);

#endif
