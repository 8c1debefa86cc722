/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of -w. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "confine.h"
#include "libfilter.h"
#include "sniff_options.h"
#include "output.h"

struct store {
	struct flt_sink *sink; /* NULL: nothing is written */
	const char *path;
	uint32_t linktype;
	bool mixed;           /* the source may have packets of other link types */
	bool standard;        /* standard output: that nobody reads it is no error */
	bool lost;            /* and that is how it was */
	struct output output; /* how the sink writes; the caller's to set before store_open() */
	uint64_t kept;        /* packets that it had, when there is no sink any more */
};

/* Exit statuses; what is not DONE has been reported. store_ended() tells an end without an error.
 * The store stays where it is: its sink points to it. The file is opened for whom create.h says; it
 * is while we are still what we were. */
int store_open(struct store *s, const struct options *opts, const struct identity *who,
	       const struct flt_source_info *info);
int store_write(struct store *s, const struct flt_packet *packets, uint32_t count,
		const uint32_t *verdicts);
int store_flush(struct store *s);
int store_close(struct store *s);
/* Nobody reads standard output any more: that is the end of it. */
void store_lose(struct store *s);
/* Nothing more is written, though -w was given: nobody reads it, or it takes nothing. */
bool store_ended(const struct store *s);
/* Packets that are whole in the file. */
uint64_t store_kept(const struct store *s);

#endif
