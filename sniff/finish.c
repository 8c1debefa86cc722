/* SPDX-License-Identifier: BSD-2-Clause */
/* The end, in numbers: what is captured is out as a whole; what is neither captured nor dropped was
 * lost here, and that is said. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "running.h"
#include "say.h"
#include "stop.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t delivered(const struct session *s)
{
	uint64_t least = s->matched;

	if (s->out && !s->screen_lost)
		least = smaller(least, s->out->delivered);
	if (s->store.path && !s->store.lost)
		least = smaller(least, store_kept(&s->store));
	return least;
}

/* The terminal has shown ^C: what we say begins on a line of its own. */
static void end_line(struct session *s)
{
	if (stop_interrupted() && !s->line_ended && isatty(STDERR_FILENO))
		tell("%s", "");
	s->line_ended = true;
}

static struct flt_source_stats stats_of(const struct session *s)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	flt_source_stats(s->input.source, &stats);
	return stats;
}

bool counts_exactly(const struct session *s, const struct flt_source_stats *stats)
{
	return !(s->input.info.flags & FLT_SOURCE_FALLBACK) && stats->filtered == 0;
}

void tell_waiting(struct session *s)
{
	struct flt_source_stats stats = stats_of(s);
	uint64_t waiting = stats.waiting + s->matched - delivered(s);

	if (!waiting)
		return;
	s->waiting_told = true;
	end_line(s);
	say(DONE, "%s%" PRIu64 " packet%s for the output to take %s; %s",
	    counts_exactly(s, &stats) ? "" : "at most ", waiting,
	    waiting == 1 ? " waits" : "s wait", waiting == 1 ? "it" : "them",
	    stop_signalled() ? "a second signal abandons what waits" :
			       "two signals, a second apart, abandon what waits");
}

static void count_packets(struct session *s, uint64_t captured)
{
	end_line(s);
	if (s->input.live)
		input_counts(&s->input, captured);
}

void tell_counts(struct session *s)
{
	input_counts(&s->input, s->matched);
}

/* ---- what is missing ------------------------------------------------------------------------ */

/* It was accepted before the stop, and nobody will get it: it is looked at to be counted. */
static int count_rest(struct session *s)
{
	const struct flt_packet *packets = NULL;
	struct flt_error err = { 0 };
	uint32_t count = 0;
	int code = 0;

	flt_source_stop(s->input.source);
	while (code >= 0)
		code = flt_source_read(s->input.source, &packets, &count, -1, &err);
	return code == FLT_END ? DONE : input_failed(&s->input, &err);
}

/* Does what the source counted tell how many there should be? Not when we had enough. */
static bool counts_matter(const struct session *s)
{
	bool lost = s->store.path ? s->store.lost : s->screen_lost;

	return s->input.live && !s->limited && !lost;
}

/* How many should be out. */
static uint64_t accepted(const struct session *s)
{
	struct flt_source_stats stats = stats_of(s);
	bool here = s->input.info.flags & FLT_SOURCE_FALLBACK;
	uint64_t all = stats.received - stats.dropped;
	uint64_t most = s->opts->max_packets;

	if (!counts_matter(s))
		return s->matched;
	/* Where the filter runs here, what was not fetched has not been counted as received. */
	all += here ? stats.waiting : 0;
	return most ? smaller(most, all) : all;
}

static int tell_missing(uint64_t missing)
{
	const char *were = missing == 1 ? " was" : "s were";

	if (stop_begun())
		return say(FAILED,
			   "%" PRIu64 " packet%s accepted before the stop and not delivered",
			   missing, were);
	return say(FAILED, "%" PRIu64 " packet%s accepted by the filter and not delivered", missing,
		   were);
}

static int check_counts(struct session *s, uint64_t captured)
{
	uint64_t should = accepted(s);

	if (should > captured)
		return tell_missing(should - captured);
	if (should < captured)
		return say(FAILED, "the kernel counted %" PRIu64 " fewer packets than arrived",
			   captured - should);
	return DONE;
}

/* ---- the end -------------------------------------------------------------------------------- */

int screen_status(int why)
{
	if (why == 0 || output_lost_reader(why))
		return DONE;
	return say(FAILED, "standard output: %s", strerror(why));
}

/* --count */
static int print_count(struct session *s)
{
	struct out *out = s->opts->count_only ? flt__out_fd(STDOUT_FILENO) : NULL;

	if (!s->opts->count_only)
		return DONE;
	if (!out)
		return say(FAILED, "no memory");
	out->write = output_write;
	out->write_context = &s->screen;
	flt__out_u64(out, s->matched);
	flt__out_text(out, s->matched == 1 ? " packet\n" : " packets\n");
	int status = screen_status(flt__out_flush(out));

	flt__out_free(out);
	return status;
}

static int worst(int a, int b)
{
	return a != DONE ? a : b;
}

int finish(struct session *s, int status)
{
	bool unread = !s->source_ended && counts_matter(s);

	status = worst(status, store_close(&s->store));
	status = worst(status, s->failed);
	status = worst(status, s->filter->incomplete ? FAILED : DONE);
	end_line(s);
	status = worst(status, print_count(s));
	status = worst(status, unread ? count_rest(s) : DONE);
	uint64_t captured = delivered(s);

	count_packets(s, captured);
	if (!s->input.live && !stop_begun())
		return status; /* nothing waited, and what failed has been said */
	return worst(status, check_counts(s, captured));
}
