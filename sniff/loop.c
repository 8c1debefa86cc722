/* SPDX-License-Identifier: BSD-2-Clause */
/* Whenever no packet waits, everything is handed over: `sniff | grep` is prompt, and full buffers
 * are used at speed. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "loop.h"
#include "say.h"

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* ---- output --------------------------------------------------------------------------------- */

static int check_screen(struct session *s)
{
	int why = out_failed(s->out);
	bool told = s->screen_failed;

	if (why == 0)
		return DONE;
	s->over = true;
	s->screen_failed = true;
	if (why == EPIPE)
		return DONE;
	if (told)
		return FAILED;
	return say(FAILED, "standard output: %s", strerror(why));
}

static int flush_screen(struct session *s)
{
	if (!s->out)
		return DONE;
	out_flush(s->out);
	return check_screen(s);
}

static int flush_all(struct session *s)
{
	int status = flush_screen(s);

	if (status == DONE)
		status = store_flush(&s->store);
	s->over |= store_abandoned(&s->store);
	return status;
}

/* Said once, and the status at the end: packets go on. */
static void check_memory(struct session *s)
{
	bool failed = printer_failed(s->printer) || s->ifnames.failed || s->netnames.failed;

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
	printer_packet(s->printer, &cut, number);
	check_memory(s);
	if (s->opts->line_buffered || s->opts->packet_buffered)
		return flush_screen(s);
	return check_screen(s);
}

static int print_packets(struct session *s, const struct flt_packet *packets, uint32_t count,
			 const uint32_t *verdicts)
{
	uint64_t number = s->matched;
	int status = DONE;

	for (uint32_t i = 0; s->printer && !s->over && status == DONE && i < count; i++) {
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

static int deliver(struct session *s, const struct flt_packet *packets, uint32_t count)
{
	struct judgement j = { .judged = count, .matched = count };
	uint64_t enough = s->opts->max_packets ? s->opts->max_packets - s->matched : UINT64_MAX;
	int judged = s->input.live ? DONE : filter_judge(s->filter, packets, count, enough, &j);
	uint32_t wanted = within_limit(s, &j);
	int status = wanted ? store_write(&s->store, packets, wanted, j.verdicts) : DONE;

	s->over |= store_abandoned(&s->store);
	if (status == DONE)
		status = print_packets(s, packets, wanted, j.verdicts);
	s->matched += j.matched;
	s->over |= s->opts->max_packets && s->matched == s->opts->max_packets;
	return judged != DONE ? judged : status;
}

/* How long to wait for a packet: until the deadline of --for, rounded up. */
static int patience_ms(const struct session *s)
{
	if (!s->deadline_ns)
		return -1;
	int64_t left = s->deadline_ns - now_ns();

	if (left <= 0)
		return 0;
	return left / NS_PER_MS >= INT_MAX ? INT_MAX : (int)(left / NS_PER_MS) + 1;
}

static void stop_in_time(struct session *s)
{
	if (!s->deadline_ns || now_ns() < s->deadline_ns)
		return;
	s->deadline_ns = 0;
	flt_source_stop(s->input.source);
}

/* The next batch, as flt_source_read() returns it. Nothing waits: hand over what there is, then
 * wait. */
static int next_batch(struct session *s, const struct flt_packet **packets, uint32_t *count,
		      int *status)
{
	struct flt_source *source = s->input.source;
	struct flt_error err = { 0 };

	stop_in_time(s);
	int rc = flt_source_read(source, packets, count, 0, &err);

	if (rc == 0) {
		*status = flush_all(s);
		if (*status != DONE || s->over)
			return FLT_END;
		downs_tell(&s->downs, &s->input, s->printer);
		rc = flt_source_read(source, packets, count, patience_ms(s), &err);
	}
	if (rc < 0 && rc != FLT_END)
		*status = input_failed(&s->input, &err);
	return rc;
}

int loop(struct session *s)
{
	const struct flt_packet *packets = NULL;
	uint32_t count = 0;
	int status = DONE;

	if (s->opts->run_for_ns)
		s->deadline_ns = now_ns() + (int64_t)s->opts->run_for_ns;
	while (status == DONE && !s->over) {
		int rc = next_batch(s, &packets, &count, &status);

		if (rc < 0)
			break;
		if (rc > 0)
			status = deliver(s, packets, count);
	}
	int flushed = flush_all(s);

	if (status == DONE)
		status = s->incomplete ? FAILED : flushed;
	return status;
}
