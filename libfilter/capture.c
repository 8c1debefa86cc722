/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "opts.h"
#include "program.h"

#define NS_PER_MS 1000000

_Static_assert(sizeof(struct flt_packet) == 64, "callers and bindings count on it");

/* Header that we build in front of a cooked packet; the kernel's filter never sees it. */
#define SLL_BYTES  16u
#define SLL2_BYTES 20u

/* ---- life ------------------------------------------------------------------------------------ */

static bool watch(int epoll_fd, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data = { .fd = fd } };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* One descriptor that is readable for packets and for a stop. A regular file cannot be watched and
 * need not be: it is always readable. */
static int make_poll_fd(int fd, int wake_fd)
{
	if (fd < 0 || wake_fd < 0)
		return fd;
	int both = epoll_create1(EPOLL_CLOEXEC);
	if (both < 0)
		return fd;
	if (watch(both, fd) && watch(both, wake_fd))
		return both;
	close(both);
	return fd;
}

void flt__source_watch(struct flt_source *src, int fd)
{
	if (src->poll_fd != src->fd)
		(void)!watch(src->poll_fd, fd);
}

int flt__source_make(struct flt_source **src, const struct source_ops *ops, void *impl, int fd,
		     int wake_fd, const struct flt_program *prog, struct flt_error *err)
{
	struct flt_source *made = calloc(1, sizeof(*made));

	*src = NULL;
	if (!made) {
		ops->close(impl);
		if (wake_fd >= 0)
			close(wake_fd);
		return flt__fail(err, FLT_E_NOMEM, "no memory for a source");
	}
	made->ops = ops;
	made->impl = impl;
	made->fd = fd;
	made->wake_fd = wake_fd;
	made->poll_fd = make_poll_fd(fd, wake_fd);
	int code = prog ? flt_source_set_program(made, prog, err) : FLT_OK;
	if (code != FLT_OK) {
		flt_source_close(made);
		return code;
	}
	*src = made;
	return FLT_OK;
}

void flt_source_close(struct flt_source *src)
{
	if (!src)
		return;
	src->ops->close(src->impl);
	if (src->poll_fd >= 0 && src->poll_fd != src->fd)
		close(src->poll_fd);
	if (src->wake_fd >= 0)
		close(src->wake_fd);
	flt_program_unref(src->program);
	free(src->verdicts);
	free(src);
}

int flt_source_fd(const struct flt_source *src)
{
	return src ? src->poll_fd : FLT_E_ARGUMENT;
}

/* May run in a signal handler: nothing here but an atomic store and a write. */
void flt_source_stop(struct flt_source *src)
{
	int saved_errno = errno;
	uint64_t one = 1;

	if (!src)
		return;
	atomic_store(&src->stop, 1);
	if (src->wake_fd >= 0 && write(src->wake_fd, &one, sizeof(one)) < 0)
		one = 0; /* it is readable already, which is all that we want */
	errno = saved_errno;
}

/* ---- the filter in user space ---------------------------------------------------------------- */

static int room_for_verdicts(struct flt_source *src, uint32_t count, struct flt_error *err)
{
	if (count <= src->verdict_room)
		return FLT_OK;
	uint32_t *verdicts = realloc(src->verdicts, count * sizeof(*verdicts));
	if (!verdicts)
		return flt__fail(err, FLT_E_NOMEM, "no memory for the results of a filter");
	src->verdicts = verdicts;
	src->verdict_room = count;
	return FLT_OK;
}

/* How many packets from the first on have the link type that the program was compiled for. */
static uint32_t fitting(const struct flt_program *prog, const struct flt_packet *packets,
			uint32_t count)
{
	uint32_t linktype = prog->info.linktype;
	uint32_t n = 0;

	while (n < count && (!linktype || packets[n].linktype == linktype))
		n++;
	return n;
}

static int fail_linktype(uint32_t compiled, uint32_t found, struct flt_error *err)
{
	const char *want = flt_linktype_name(compiled);
	const char *have = flt_linktype_name(found);

	return flt__fail(
		err, FLT_E_MEANING,
		"the next packet has link type %s (%u), but the filter was compiled for %s (%u)",
		have ? have : "unknown", found, want ? want : "unknown", compiled);
}

static uint32_t cooked_header(const struct flt_program *prog)
{
	if (!(prog->info.flags & FLT_PROGRAM_COOKED))
		return 0;
	return prog->info.linktype == FLT_LINKTYPE_LINUX_SLL ? SLL_BYTES : SLL2_BYTES;
}

/* A program for a cooked socket sees what the kernel would have shown it: no header of ours. */
uint32_t flt__run_cooked(const struct flt_program *prog, const struct flt_packet *packet,
			 uint32_t header)
{
	struct flt_meta meta = { 0 };

	if (packet->caplen < header || packet->wirelen < header)
		return 0;
	if (packet->meta)
		meta = *packet->meta;
	meta.net_off = 0;
	meta.present &= ~FLT_META_LINK;
	uint32_t verdict = flt_run(prog, packet->bytes + header, packet->caplen - header,
				   packet->wirelen - header, &meta);
	if (!verdict)
		return 0;
	return verdict > UINT32_MAX - header ? UINT32_MAX : verdict + header;
}

static void judge(struct flt_source *src, const struct flt_packet *packets, uint32_t count)
{
	uint32_t header = cooked_header(src->program);

	if (!header) {
		flt_run_batch(src->program, packets, count, src->verdicts);
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		src->verdicts[i] = flt__run_cooked(src->program, &packets[i], header);
}

/* Move the packets that pass to the front, each cut to the filter's value. */
static uint32_t keep(struct flt_packet *packets, uint32_t count, const uint32_t *verdicts)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!verdicts[i])
			continue;
		if (kept != i)
			packets[kept] = packets[i];
		if (packets[kept].caplen > verdicts[i])
			packets[kept].caplen = verdicts[i];
		kept++;
	}
	return kept;
}

/* FLT_OK, or an error that strikes after the packets that are left in *count. */
static int filter(struct flt_source *src, struct flt_packet *packets, uint32_t *count,
		  struct flt_error *err)
{
	if (!src->program)
		return FLT_OK;
	uint32_t fit = fitting(src->program, packets, *count);
	int code = FLT_OK;
	if (fit < *count)
		code = fail_linktype(src->program->info.linktype, packets[fit].linktype, err);
	if (room_for_verdicts(src, fit, err) != FLT_OK) {
		*count = 0;
		return FLT_E_NOMEM;
	}
	judge(src, packets, fit);
	uint32_t kept = keep(packets, fit, src->verdicts);
	src->filtered += fit - kept;
	*count = kept;
	return code;
}

static int end_with(struct flt_source *src, int code, const struct flt_error *error)
{
	src->ended = code;
	src->last_error = *error;
	return code;
}

/* The source filters, or everything passes it and the reason is in the note. */
static int offer_below(struct flt_source *src, const struct flt_program *prog,
		       struct flt_error *err)
{
	struct flt_error refusal;

	src->note[0] = '\0';
	if (!src->ops->set_program)
		return FLT_E_KERNEL;
	flt__error_clear(&refusal);
	int code = src->ops->set_program(src->impl, prog, &refusal);
	if (code == FLT_E_KERNEL)
		memcpy(src->note, refusal.message, sizeof(src->note));
	else if (code != FLT_OK && err)
		*err = refusal;
	return code;
}

/* What the old filter let through and nobody fetched yet. An error is told behind what is left. */
static void filter_what_waits(struct flt_source *src)
{
	struct flt_error error;

	flt__error_clear(&error);
	int code = filter(src, src->batch, &src->batch_count, &error);
	if (code != FLT_OK)
		end_with(src, code, &error);
}

int flt_source_set_program(struct flt_source *src, const struct flt_program *prog,
			   struct flt_error *err)
{
	flt__error_clear(err);
	if (!src)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_source_set_program: src is NULL");
	int code = offer_below(src, prog, err);
	if (code != FLT_OK && code != FLT_E_KERNEL)
		return code;
	src->filters_below = code == FLT_OK;
	flt_program_unref(src->program);
	/* References are counted in the program, which is constant in all else. */
	src->program = prog ? flt_program_ref((struct flt_program *)(uintptr_t)prog) : NULL;
	filter_what_waits(src);
	if (src->filters_below) {
		flt_program_unref(src->program);
		src->program = NULL;
	}
	return FLT_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NS_PER_MS;
}

struct wait {
	int timeout_ms;   /* as the caller said */
	int64_t deadline; /* with timeout_ms > 0 */
};

static struct wait wait_begin(int timeout_ms)
{
	return (struct wait){ timeout_ms, timeout_ms > 0 ? now_ms() + timeout_ms : 0 };
}

/* Milliseconds that are left; 0: time is up. */
static int wait_left(const struct wait *wait)
{
	if (wait->timeout_ms <= 0)
		return wait->timeout_ms;
	int64_t left = wait->deadline - now_ms();
	return left > 0 ? (int)left : 0;
}

static int tell_end(const struct flt_source *src, struct flt_error *err)
{
	if (err && src->ended != FLT_END)
		*err = src->last_error;
	return src->ended;
}

/* Ask the source once. An error that comes with packets is kept for the call after them. */
static int read_batch(struct flt_source *src, int timeout_ms)
{
	struct flt_error error;
	struct flt_packet *packets = NULL;
	uint32_t count = 0;

	flt__error_clear(&error);
	int code = src->ops->read(src->impl, &src->stop, &packets, &count, timeout_ms, &error);
	if (code == 0 || code == SOURCE_LOOK)
		return code;
	if (code < 0)
		return end_with(src, code, &error);
	code = filter(src, packets, &count, &error);
	if (code < 0)
		end_with(src, code, &error);
	src->batch = packets;
	src->batch_count = count;
	return count ? 1 : code;
}

/* 1: there is a batch; 0: not in time; else as it ended. */
static int need_batch(struct flt_source *src, int timeout_ms, struct flt_error *err)
{
	if (src->batch_count)
		return 1;
	struct wait wait = wait_begin(timeout_ms);
	int left = timeout_ms;
	while (!src->ended) {
		int code = read_batch(src, left);
		if (code > 0)
			return code == SOURCE_LOOK ? 0 : 1;
		left = wait_left(&wait);
		if (code == 0 && left == 0)
			return 0;
	}
	return tell_end(src, err);
}

int flt_source_read(struct flt_source *src, const struct flt_packet **packets, uint32_t *count,
		    int timeout_ms, struct flt_error *err)
{
	flt__error_clear(err);
	if (!src || !packets || !count)
		return flt__fail(err, FLT_E_ARGUMENT,
				 "flt_source_read: src, packets or count is NULL");
	*packets = NULL;
	*count = 0;
	int code = need_batch(src, timeout_ms, err);
	if (code != 1)
		return code;
	*packets = src->batch;
	*count = src->batch_count;
	src->delivered += src->batch_count;
	src->batch_count = 0;
	return 1;
}

int flt_source_next(struct flt_source *src, struct flt_packet *packet, int timeout_ms,
		    struct flt_error *err)
{
	flt__error_clear(err);
	if (!src || !packet)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_source_next: src or packet is NULL");
	int code = need_batch(src, timeout_ms, err);
	if (code != 1)
		return code;
	*packet = *src->batch;
	src->batch++;
	src->batch_count--;
	src->delivered++;
	return 1;
}

/* ---- what is known --------------------------------------------------------------------------- */

int flt_source_info(const struct flt_source *src, struct flt_source_info *info)
{
	struct flt_source_info full = { .size = sizeof(full) };

	if (!src || !info)
		return FLT_E_ARGUMENT;
	src->ops->info(src->impl, &full);
	if (src->note[0]) {
		full.flags |= FLT_SOURCE_FALLBACK;
		memcpy(full.note, src->note, sizeof(full.note));
	}
	return flt__opts_give(info, &full, sizeof(full));
}

int flt_source_stats(struct flt_source *src, struct flt_source_stats *stats)
{
	struct flt_source_stats full = { .size = sizeof(full) };

	if (!src || !stats)
		return FLT_E_ARGUMENT;
	full.received = src->delivered + src->batch_count;
	full.delivered = src->delivered;
	full.filtered = src->filtered;
	full.waiting = src->batch_count;
	full.ending = src->ended || atomic_load(&src->stop);
	if (src->ops->stats)
		src->ops->stats(src->impl, &src->stop, &full);
	return flt__opts_give(stats, &full, sizeof(full));
}
