/* SPDX-License-Identifier: BSD-2-Clause */
/* The expression, and a row for each link type that occurs. */
#ifndef FILTER_ROW_H
#define FILTER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libfilter.h"
#include "sniff_options.h"

struct filter_row {
	uint32_t linktype;
	bool keeps_all;                /* whole: no packet is left out, none is cut */
	struct flt_program *program;   /* NULL: there is none, no packet matches */
	struct flt_program *direction; /* of -Q on a file; NULL: packets do not say it */
};

struct filter {
	const struct options *opts;
	char *text; /* the expression, NUL behind it; may be empty */
	size_t len;
	uint32_t compile_flags;  /* FLT_COMPILE_* besides O0 and NETMASK */
	uint32_t file_snaplen;   /* what programs return without -s; 0: the default */
	uint32_t netmask;        /* of the interface; 0: none */
	uint32_t file_direction; /* -Q on a file: FLT_DIRECTION_*; live, the source does it */
	bool unsaid;             /* that a packet does not say its direction has been said */
	struct flt_resolver resolver;
	struct flt_lookups *lookups; /* names and lists: the same for each link type */
	struct filter_row *rows;
	uint32_t count;
	bool incomplete;    /* a later link type of the file has no program: said, status 1 */
	uint32_t *verdicts; /* of the batch at hand */
	uint32_t room;
};

#endif
