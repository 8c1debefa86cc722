/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets out of the ring: batches, waiting, the end. */
#include "ring.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"

#define SECOND_NS   INT64_C(1000000000)
#define MS_NS       INT64_C(1000000)
#define END_WAIT_NS SECOND_NS /* a last block takes some 20 ms; the kernel's timer may be late */
#define END_POLL_MS 5

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* ---- the end -------------------------------------------------------------------------------- */

static bool ending(const struct ring *ring)
{
	return ring->end_at != RING_NEVER;
}

/* From here on nothing is taken but what was accepted until now; later calls change nothing. */
static void begin_end(struct ring *ring, int code, int sys_errno)
{
	if (ending(ring))
		return;
	flt__ring_count(ring);
	ring->end_at = ring->counts.accepted;
	ring->end_by_ns = now_ns() + END_WAIT_NS;
	ring->end_code = code;
	ring->end_errno = sys_errno;
}

static bool all_taken(const struct ring *ring)
{
	return ring->counts.taken >= ring->end_at;
}

/* What lies ready is always handed out; only time in which there was nothing counts, and none that
 * the caller took. */
static void extend_end(struct ring *ring)
{
	if (ending(ring))
		ring->end_by_ns = now_ns() + END_WAIT_NS;
}

static bool end_is_late(const struct ring *ring)
{
	return ending(ring) && now_ns() >= ring->end_by_ns;
}

/* A packet of another kind of device: neither the filter nor the link type is for it. */
static void end_before(struct ring *ring, const struct ring_frame *frame)
{
	ring->hatype_now = frame->hatype;
	begin_end(ring, FLT_E_DEVICE, 0);
	ring->end_at = ring->counts.taken;
	ring->end_code = FLT_E_DEVICE;
}

static int say_end(const struct ring *ring, struct flt_error *err)
{
	if (ring->end_code == FLT_END)
		return FLT_END;
	if (ring->end_code == FLT_E_DEVICE)
		return flt__ring_device_failed(ring, err);
	return flt__fail_sys(err, ring->end_code, ring->end_errno, "capturing on %s failed",
			     ring->device);
}

/* ---- blocks --------------------------------------------------------------------------------- */

static uint8_t *block_at(const struct ring *ring, uint32_t number)
{
	return ring->map + (uint64_t)number * ring->block_len;
}

/* Who owns the block; the word is shared with the kernel. */
static uint32_t *block_status(const struct ring *ring)
{
	struct tpacket_block_desc *desc = (void *)block_at(ring, ring->block_now);

	return &desc->hdr.bh1.block_status;
}

static void release_block(struct ring *ring)
{
	__atomic_store_n(block_status(ring), TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->block_now = (ring->block_now + 1) % ring->block_count;
	ring->holding = false;
}

/* The kernel marks blocks that were filled after a loss, until somebody reads the counters. */
static void note_drops(struct ring *ring, bool losing)
{
	struct ring_counts *counts = &ring->counts;

	if (losing && !ending(ring))
		flt__ring_count(ring);
	counts->drops_due += counts->dropped - counts->drops_told;
	counts->drops_told = counts->dropped;
}

/* 1: a block is ours, 0: the kernel still fills it. */
static int acquire_block(struct ring *ring, struct flt_error *err)
{
	uint32_t status = __atomic_load_n(block_status(ring), __ATOMIC_ACQUIRE);

	if (!(status & TP_STATUS_USER))
		return 0;
	note_drops(ring, status & TP_STATUS_LOSING);
	extend_end(ring);
	ring->holding = true;
	int code =
		flt__ring_walk(&ring->walk, block_at(ring, ring->block_now), ring->block_len, err);
	return code == FLT_OK ? 1 : code;
}

/* Packets of the block in our hands, until it is done or the batch is full. */
static int fill_batch(struct ring *ring, uint32_t *count, struct flt_error *err)
{
	struct ring_frame frame;

	while (*count < RING_BATCH && ring->counts.taken < ring->end_at) {
		int got = flt__ring_next(&ring->walk, &frame, err);
		if (got <= 0)
			return got;
		if (frame.front < ring_header_len(ring))
			return flt__fail(err, FLT_E_BUG,
					 "the kernel left only %u bytes for the cooked header",
					 frame.front);
		if (ring->ifindex && frame.hatype != ring->hatype) {
			end_before(ring, &frame);
			return 0;
		}
		ring->counts.taken++;
		bool kept =
			flt__ring_take(ring, &frame, &ring->packets[*count], &ring->metas[*count]);
		*count += kept;
		ring->counts.let_go += !kept;
		if (kept)
			ring->counts.drops_due = 0;
	}
	return 0;
}

/* 1: there was a block (it may have had nothing for us), 0: none is ready. */
static int next_batch(struct ring *ring, uint32_t *count, struct flt_error *err)
{
	if (ring->holding && ring->walk.left == 0)
		release_block(ring);
	if (!ring->holding) {
		int code = acquire_block(ring, err);
		if (code <= 0)
			return code;
	}
	int code = fill_batch(ring, count, err);
	if (ring->watching && ring->counts.taken > ring->watch_until)
		flt__ring_watch_end(ring);
	return code < 0 ? code : 1;
}

/* ---- waiting -------------------------------------------------------------------------------- */

static void look_at_device(struct ring *ring)
{
	if (!ending(ring) && flt__ring_device(ring) != RING_DEVICE_SAME)
		begin_end(ring, FLT_E_DEVICE, 0);
}

/* Down is no end: packets come again when it is up. */
static void take_down(struct ring *ring)
{
	flt__ring_await_removal(ring);
	look_at_device(ring);
	if (ending(ring))
		return;
	ring->downs++;
	flt__ring_watch(ring);
}

static void take_socket_error(struct ring *ring)
{
	int sys_errno = 0;
	socklen_t len = sizeof(sys_errno);

	getsockopt(ring->fd, SOL_SOCKET, SO_ERROR, &sys_errno, &len);
	if (sys_errno == ENETDOWN)
		take_down(ring);
	else if (sys_errno)
		begin_end(ring, FLT_E_SYSTEM, sys_errno);
}

static int wait_ms(const struct ring *ring, int64_t deadline_ns)
{
	if (ending(ring))
		return END_POLL_MS;
	if (deadline_ns == INT64_MAX)
		return -1;
	int64_t left = deadline_ns - now_ns();
	return left > 0 ? (int)((left + MS_NS - 1) / MS_NS) : 0;
}

/* Until a block is ready, the source is stopped, the device ends it, or time is up (false). */
static bool wait_block(struct ring *ring, int64_t deadline_ns, struct flt_error *err)
{
	/* At the end there is one thing left to wait for. */
	struct pollfd fds[3] = { { ring->fd, POLLIN, 0 },
				 { ending(ring) ? -1 : ring->wake_fd, POLLIN, 0 },
				 { ending(ring) ? -1 : ring->watch_fd, POLLIN, 0 } };
	int ready = poll(fds, 3, wait_ms(ring, deadline_ns));

	if (ready < 0 && errno != EINTR)
		flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot wait for packets");
	if (ready > 0 && fds[0].revents & POLLERR)
		take_socket_error(ring);
	if (ready > 0 && fds[2].revents) {
		flt__ring_watch_seen(ring);
		look_at_device(ring);
	}
	return ready != 0 || ending(ring);
}

/* The filter is final once the first packets are asked for: privileges are gone by then. */
static int lock_filter(struct ring *ring, struct flt_error *err)
{
	int one = 1;

	if (!ring->lock || ring->locked)
		return FLT_OK;
	if (setsockopt(ring->fd, SOL_SOCKET, SO_LOCK_FILTER, &one, sizeof(one)) != 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot lock the filter");
	ring->locked = true;
	return FLT_OK;
}

static int ring_read(void *impl, const atomic_int *stop, struct flt_packet **packets,
		     uint32_t *count, int timeout_ms, struct flt_error *err)
{
	struct ring *ring = impl;
	int64_t deadline_ns = timeout_ms < 0 ? INT64_MAX : now_ns() + timeout_ms * MS_NS;
	uint64_t downs = ring->downs;
	int code = lock_filter(ring, err);

	*packets = ring->packets;
	*count = 0;
	extend_end(ring);
	while (code >= 0) {
		if (atomic_load(stop))
			begin_end(ring, FLT_END, 0);
		if (all_taken(ring))
			return say_end(ring, err);
		code = next_batch(ring, count, err);
		if (*count)
			return 1;
		if (code == 0 && end_is_late(ring))
			return say_end(ring, err);
		if (code == 0 && !wait_block(ring, deadline_ns, err))
			return 0;
		if (ring->downs != downs)
			return SOURCE_LOOK;
		if (code > 0 && !ending(ring) && now_ns() >= deadline_ns)
			return 0;
	}
	return code;
}

/* ---- the rest of the handle ----------------------------------------------------------------- */

static void ring_info(const void *impl, struct flt_source_info *info)
{
	const struct ring *ring = impl;

	info->linktype = ring->linktype;
	info->snaplen = ring->snaplen;
	info->flags = FLT_SOURCE_LIVE | (ring->cooked ? FLT_SOURCE_COOKED : 0) |
		      (ring->fallback ? FLT_SOURCE_FALLBACK : 0) |
		      (ring->wider ? FLT_SOURCE_SUPERSET : 0);
	info->ring_blocks = ring->block_count;
	info->ring_block_bytes = ring->block_len;
	info->interfaces = 1;
	if (ring->fallback)
		snprintf(info->note, sizeof(info->note), "%s", ring->note);
}

/* Who is kept by a slow output asks here, and does not come to read: has the source ended? That the
 * device is only down is left for the next read. */
static void look_for_end(struct ring *ring, const atomic_int *stop)
{
	if (atomic_load(stop))
		begin_end(ring, FLT_END, 0);
	else
		look_at_device(ring);
}

static uint64_t waiting(const struct ring *ring)
{
	uint64_t until = ending(ring) ? ring->end_at : ring->counts.accepted;

	return until > ring->counts.taken ? until - ring->counts.taken : 0;
}

static void ring_stats(void *impl, const atomic_int *stop, struct flt_source_stats *stats)
{
	struct ring *ring = impl;

	look_for_end(ring, stop);
	if (!ending(ring))
		flt__ring_count(ring);
	stats->waiting += waiting(ring);
	stats->ending |= ending(ring);
	/* What only user space lets go has not passed the filter either, and where that decides,
	 * nothing has passed it that waits. */
	uint64_t accepted = ring->fallback ? ring->counts.taken : ring->counts.accepted;

	stats->filtered += ring->counts.let_go;
	accepted -= stats->filtered < accepted ? stats->filtered : accepted;
	stats->received = accepted + ring->counts.dropped;
	stats->dropped = ring->counts.dropped;
	stats->downs = ring->downs;
}

static void ring_close(void *impl)
{
	struct ring *ring = impl;

	if (ring->map)
		munmap(ring->map, ring->map_len);
	if (ring->fd >= 0)
		close(ring->fd);
	if (ring->watch_fd >= 0)
		close(ring->watch_fd);
	flt_program_unref(ring->program);
	flt_program_unref(ring->wider);
	free(ring->packets);
	free(ring->metas);
	free(ring);
}

const struct source_ops flt__ring_ops = { ring_read, flt__ring_set_program, ring_info, ring_stats,
					  ring_close };
