/* SPDX-License-Identifier: BSD-2-Clause */
/* The expression, and its programs: one for each link type that occurs. */
#ifndef FILTER_H
#define FILTER_H

#include "filter_row.h"

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
