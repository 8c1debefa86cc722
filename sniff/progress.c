/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "stop.h"

#define EACH_MS 1000u
#define NEVER   UINT64_MAX

/* Packets on the same screen, or a reader's lines, would be mixed with it. */
void progress_init(struct progress *p, const struct options *opts, bool prints)
{
	bool file = opts->write_path && strcmp(opts->write_path, "-") != 0;
	bool shared = prints && isatty(STDOUT_FILENO);

	*p = (struct progress){
		.wanted = file && !shared && opts->verbose && !opts->read_path &&
			  isatty(STDERR_FILENO),
		.told = NEVER,
	};
}

void progress_tell(struct progress *p, uint64_t count, bool ticked)
{
	bool due = ticked || p->told == NEVER || stop_clock_ms() - p->told_ms >= EACH_MS;

	if (!p->wanted || count == p->told || !due || stop_begun())
		return;
	p->told = count;
	p->told_ms = stop_clock_ms();
	say_in_place("Got %" PRIu64, count);
}
