/* SPDX-License-Identifier: BSD-2-Clause */
/* Whenever no packet waits, everything is handed over: `sniff | grep` is prompt, and full buffers
 * are used at speed. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "running.h"
#include "say.h"
#include "stop.h"

#define WAITING_TOLD_MS 1000u

/* ---- what comes up -------------------------------------------------------------------------- */

/* Is what -c wants accepted, though not yet fetched? */
static bool enough_waits(const struct session *s, const struct flt_source_stats *stats)
{
	uint64_t wanted = s->opts->max_packets;

	return wanted && counts_exactly(s, stats) && s->matched + stats->waiting >= wanted;
}

/* Who is kept by a slow output does not read, and would not learn that the interface is gone, or
 * that there is enough. After a stop the question is what makes "accepted until now" a number. */
static void look_for_end(struct session *s)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	flt_source_stats(s->input.source, &stats);
	s->end_seen = stats.ending;
	if (stats.ending || enough_waits(s, &stats))
		stop_begin();
}

void attend(void *context)
{
	struct session *s = context;
	bool ticked = stop_ticked();
	bool look = ticked || stop_begun();

	if (stop_counts_wanted())
		tell_counts(s);
	if (look && !s->end_seen && s->input.live)
		look_for_end(s);
	if (!s->waiting_told && stop_age_ms() >= WAITING_TOLD_MS)
		tell_waiting(s);
	progress_tell(&s->progress, s->matched, ticked);
}

/* ---- output --------------------------------------------------------------------------------- */

static bool prints(const struct session *s)
{
	return s->printer && !s->screen_ended;
}

/* A file goes on without the screen. */
static int end_screen(struct session *s, int why)
{
	s->screen_ended = true;
	s->screen_lost = output_lost_reader(why);
	s->over |= !s->store.sink;
	if (s->screen_lost || s->screen.given_up) /* that is told with the counts */
		return DONE;
	s->failed = screen_status(why);
	return s->over ? s->failed : DONE;
}

static int check_screen(struct session *s)
{
	int why = flt__out_failed(s->out);

	return why && !s->screen_ended ? end_screen(s, why) : DONE;
}

static int flush_screen(struct session *s)
{
	if (!prints(s))
		return DONE;
	flt__out_flush(s->out);
	return check_screen(s);
}

static int flush_store(struct session *s)
{
	int status = store_flush(&s->store);

	s->over |= store_ended(&s->store);
	return status;
}

static int flush_all(struct session *s)
{
	int status = flush_screen(s);

	return status == DONE ? flush_store(s) : status;
}

/* The file is not in the midst of something. */
void attend_screen(void *context)
{
	struct session *s = context;

	attend(s);
	if (stop_flush_wanted() && flush_store(s) != DONE)
		s->failed = FAILED;
}

/* Said once, and the status at the end: packets go on. */
static void check_memory(struct session *s)
{
	bool failed = flt__printer_failed(s->printer) || s->ifnames.failed || s->netnames.failed;

	if (!failed || s->incomplete)
		return;
	s->incomplete = true;
	say(FAILED, "no memory: from here on packets may lack names and VLAN tags");
}

/* A packet as it was kept: cut to what its verdict says. */
static int print_packet(struct session *s, const struct flt_packet *packet, uint32_t verdict,
			uint64_t number)
{
	struct flt_packet cut = *packet;

	if (verdict < cut.caplen)
		cut.caplen = verdict;
	flt__printer_packet(s->printer, &cut, number);
	flt__out_packet(s->out);
	check_memory(s);
	if (s->opts->line_buffered || s->opts->packet_buffered)
		return flush_screen(s);
	return check_screen(s);
}

static int print_packets(struct session *s, const struct flt_packet *packets, uint32_t count,
			 const uint32_t *verdicts, uint64_t number)
{
	int status = DONE;

	for (uint32_t i = 0; prints(s) && status == DONE && i < count; i++) {
		uint32_t verdict = verdicts ? verdicts[i] : packets[i].caplen;

		if (!verdicts || verdict)
			status = print_packet(s, &packets[i], verdict, ++number);
	}
	return status;
}

/* ---- batches -------------------------------------------------------------------------------- */

/* How many packets of a batch are wanted under -c: up to the one that completes the number. */
static uint32_t within_limit(const struct session *s, struct judgement *j)
{
	uint64_t left = s->opts->max_packets - s->matched;
	uint32_t i = 0;

	if (s->opts->max_packets == 0 || j->matched < left)
		return j->judged;
	j->matched = (uint32_t)left;
	if (!j->verdicts)
		return j->matched;
	for (; left > 0; i++)
		left -= j->verdicts[i] != 0;
	return i;
}

/* Before a write that may take long. -c ends a capture as a signal does. */
static void note_limit(struct session *s)
{
	s->limited = s->opts->max_packets && s->matched == s->opts->max_packets;
	s->over |= s->limited;
	if (!s->input.live)
		return;
	if (s->limited)
		stop_begin();
	stop_watch();
}

static int deliver(struct session *s, const struct flt_packet *packets, uint32_t count)
{
	struct judgement j = { .judged = count, .matched = count };
	uint64_t enough = s->opts->max_packets ? s->opts->max_packets - s->matched : UINT64_MAX;
	int judged = s->input.live ? DONE : filter_judge(s->filter, packets, count, enough, &j);
	uint32_t wanted = within_limit(s, &j);
	uint64_t before = s->matched;

	s->matched += j.matched;
	note_limit(s);
	int status = wanted ? store_write(&s->store, packets, wanted, j.verdicts) : DONE;

	s->over |= store_ended(&s->store);
	if (status == DONE)
		status = print_packets(s, packets, wanted, j.verdicts, before);
	return judged != DONE ? judged : status;
}

/* ---- waiting -------------------------------------------------------------------------------- */

/* Something is written to standard output, so that it matters whether somebody reads it. */
static bool watches_reader(const struct session *s)
{
	return (prints(s) || s->store.standard) && !s->screen_unwatched;
}

static int lose_reader(struct session *s)
{
	if (!s->store.standard)
		return end_screen(s, EPIPE);
	store_lose(&s->store);
	s->over = true;
	return DONE;
}

/* Until there is a packet, an end, a signal, or nobody who reads. */
static int await(struct session *s)
{
	struct pollfd fds[2] = {
		{ .fd = flt_source_fd(s->input.source), .events = POLLIN },
		{ .fd = watches_reader(s) ? STDOUT_FILENO : -1 },
	};

	stop_wait(fds, 2);
	if (fds[1].revents & (POLLERR | POLLHUP))
		return lose_reader(s);
	s->screen_unwatched |= fds[1].revents & POLLNVAL;
	return DONE;
}

/* Nothing waits: hand over what there is, then wait. */
static int rest(struct session *s)
{
	int status = flush_all(s);

	if (status != DONE || s->over)
		return status;
	downs_tell(&s->downs, &s->input, s->printer);
	return await(s);
}

/* What came meanwhile; USR2 flushes. */
static int serve(struct session *s)
{
	attend(s);
	s->over |= stop_abandoned();
	return stop_flush_wanted() ? flush_all(s) : DONE;
}

static int end_source(struct session *s, int code, const struct flt_error *err)
{
	s->source_ended = true;
	if (s->input.live)
		stop_begin(); /* from here on the outputs' patience is limited */
	return code == FLT_END ? DONE : input_failed(&s->input, err);
}

static int step(struct session *s)
{
	const struct flt_packet *packets = NULL;
	struct flt_error err = { 0 };
	uint32_t count = 0;
	int code = flt_source_read(s->input.source, &packets, &count, 0, &err);

	if (code < 0)
		return end_source(s, code, &err);
	return code == 0 ? rest(s) : deliver(s, packets, count);
}

int loop(struct session *s)
{
	int status = serve(s);

	while (status == DONE && !s->over && !s->source_ended) {
		status = step(s);
		if (status == DONE)
			status = serve(s);
	}
	int flushed = flush_all(s);

	if (status == DONE)
		status = s->incomplete ? FAILED : flushed;
	return status;
}
