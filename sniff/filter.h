/* SPDX-License-Identifier: BSD-2-Clause */
/* The expression, and its programs: one for each link type that occurs. */
#ifndef FILTER_H
#define FILTER_H

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

/* What came of a batch. */
struct judgement {
	const uint32_t *verdicts; /* NULL: all packets are kept whole */
	uint32_t judged;          /* packets; all, unless enough match or there is an error */
	uint32_t matched;
};

/* Take the expression from the options or from the file of -F. These return an exit status; what is
 * not DONE has been reported. filter_free() in any case. */
int filter_init(struct filter *f, const struct options *opts);
void filter_free(struct filter *f);
/* The program for a link type, compiled when it is asked for first; it belongs to the filter. The
 * first one is what the filter was written for. For a later one, *program may be NULL. */
int filter_program(struct filter *f, uint32_t linktype, struct flt_program **program);
/* Of a file that says nothing beside its packets: can -Q be answered for its link type? */
int filter_check_direction(const struct filter *f, uint32_t linktype);
/* For an interface whose packets come cooked: a program for the kernel if there is one, else (the
 * library then runs it here) one over the header that is made for each packet. */
int filter_live_program(struct filter *f, const struct flt_interface *in,
			struct flt_program **program);
/* Until `enough` match: of a link type behind that nothing has to be said. */
int filter_judge(struct filter *f, const struct flt_packet *packets, uint32_t count,
		 uint64_t enough, struct judgement *j);

#endif
