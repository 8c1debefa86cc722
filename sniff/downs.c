/* SPDX-License-Identifier: BSD-2-Clause */
#include <time.h>

#include "downs.h"
#include "say.h"

#define NS_PER_S  INT64_C(1000000000)
#define LINE_ROOM (2 * OUT_PIECE)

void downs_init(struct downs *downs, const struct options *opts)
{
	downs->told = 0;
	flt__stamps_init(&downs->stamps, (enum time_style)opts->time_style, opts->nano);
}

/* The time as packets have it, -ttt counted from the last one; what they count from stays. */
static void tell_now(struct stamps stamps, const char *interface)
{
	char text[LINE_ROOM];
	struct out line = { .at = text, .end = text + sizeof(text), .buffer = text, .fd = -1 };
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	const struct flt_packet packet = { .time_ns = now.tv_sec * NS_PER_S + now.tv_nsec };
	flt__stamps_print(&stamps, &line, &packet);
	tell("%.*s%s went down; capture goes on", (int)flt__out_pending(&line), text, interface);
}

void downs_tell(struct downs *downs, const struct input *in, const struct printer *printer)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	if (!in->live || flt_source_stats(in->source, &stats) != FLT_OK ||
	    stats.downs == downs->told)
		return;
	downs->told = stats.downs;
	tell_now(printer ? *flt__printer_stamps(printer) : downs->stamps, in->name);
}
