/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of -w. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"
#include "options.h"

struct store {
	struct flt_sink *sink;   /* NULL: nothing is written */
	const char *path;
	uint32_t linktype;
	bool mixed;              /* the source may have packets of other link types */
	bool standard;           /* standard output: that nobody reads it is no error */
};

/* Exit statuses; what is not DONE has been reported. store_abandoned() tells an end without an
 * error. */
int store_open(struct store *s, const struct options *opts, const struct flt_source_info *info);
int store_write(struct store *s, const struct flt_packet *packets, uint32_t count,
		const uint32_t *verdicts);
int store_flush(struct store *s);
int store_close(struct store *s);
/* Standard output has lost its reader: there is nothing more to do. */
bool store_abandoned(const struct store *s);

#endif
