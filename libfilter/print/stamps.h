/* SPDX-License-Identifier: BSD-2-Clause */
/* Timestamps in all styles. The time zone is asked at most once for a quarter of an hour of
 * packets: offsets change on such boundaries only, and localtime() costs more than printing a
 * whole packet. */
#ifndef STAMPS_H
#define STAMPS_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"
#include "out.h"
#include "print_opts.h"

/* A time as it is printed: a fraction of a second or more of damaged files stays visible. Days and
 * seconds apart, as the seconds of pcapng may have more than 64 bits. */
struct stamp {
	int64_t day;       /* since 1970-01-01 UTC */
	int64_t second;    /* of the day */
	uint64_t fraction; /* microseconds, or nanoseconds with stamps.nano */
};

struct stamps {
	enum time_style style;
	bool nano;
	bool have_base;
	struct stamp base; /* what -ttt and -ttttt count from */
	int64_t zone_from; /* quarter of an hour in which local time is UTC + zone_offset */
	int64_t zone_offset;
	int64_t text_day; /* text is that of this second, local time */
	int64_t text_second;
	char text[40];     /* date, a space, time of day */
	unsigned text_len; /* 0: nothing yet */
};

/* False: no memory for the time zone. */
bool flt__stamps_init(struct stamps *stamps, enum time_style style, bool nano);
void flt__stamps_print(struct stamps *stamps, struct out *out, const struct flt_packet *packet);

#endif
