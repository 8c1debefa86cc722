/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_open_live(): socket with protocol 0, ring, filter, and only then the device. */
#include "ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "diag.h"
#include "netlink.h"
#include "opts.h"

#define RING_BYTES     (UINT64_C(8) << 20)
#define RING_BYTES_MAX (UINT64_C(1) << 40)
#define BLOCK_MIN      (64u * 1024)
#define BLOCKS_MIN     2u
#define FRAME_BYTES    2048u  /* V3 packs frames; the number only has to be plausible */
#define GIANT          65536u /* segmentation offload makes packets of this size on any device */
#define HEADERS        512u   /* room in a block for everything around the largest packet */

/*
 * A block that has a packet in it is handed over at the next tick, and a lone packet has to be
 * there within 20 ms, also where timers are rounded up to 4 ms. Shorter ticks would eat blocks:
 * each takes a whole one.
 */
#define TICK_MS           12u
#define TICK_IMMEDIATE_MS 1u

/* ---- options -------------------------------------------------------------------------------- */

#define KNOWN_FLAGS (FLT_OPEN_NO_PROMISC | FLT_OPEN_IMMEDIATE | FLT_OPEN_LOCK)

/* The kernel takes a ring's memory at once, and from everybody: half of what the machine has. */
static uint64_t largest_ring(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || page_bytes <= 0)
		return RING_BYTES_MAX;
	uint64_t half = (uint64_t)pages * (uint64_t)page_bytes / 2;

	return half < RING_BYTES_MAX ? half : RING_BYTES_MAX;
}

static int check_opts(const struct flt_open_opts *opts, struct flt_error *err)
{
	if (opts->flags & ~KNOWN_FLAGS)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_open_live: unknown flags 0x%x",
				 opts->flags & ~KNOWN_FLAGS);
	if (opts->direction > FLT_DIRECTION_OUT)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_open_live: unknown direction %u",
				 opts->direction);
	if (opts->snaplen > RING_SNAPLEN)
		return flt__fail(err, FLT_E_ARGUMENT,
				 "the snapshot length %u is over the limit of %u", opts->snaplen,
				 RING_SNAPLEN);
	if (opts->buffer_bytes > largest_ring())
		return flt__fail(err, FLT_E_ARGUMENT,
				 "the buffer size %llu is over the limit of %llu, half of the "
				 "memory",
				 (unsigned long long)opts->buffer_bytes,
				 (unsigned long long)largest_ring());
	return FLT_OK;
}

/* ---- steps ---------------------------------------------------------------------------------- */

struct opening {
	struct ring *ring;
	const struct flt_open_opts *opts;
	const struct link *link;
};

static bool is_any(const struct link *link)
{
	return link->pub.flags & FLT_IF_ANY;
}

static int find_device(struct link *link, const char *name, struct flt_error *err)
{
	int code = flt__link_find(link, name, err);

	if (code == FLT_OK && !(link->pub.flags & FLT_IF_UP))
		return flt__fail(err, FLT_E_DEVICE, "the interface %s is down (ip link set %s up)",
				 link->pub.name, link->pub.name);
	return code;
}

/* A header of our making may be of either kind. */
static int choose_linktype(struct link *link, uint32_t wanted, struct flt_error *err)
{
	struct flt_interface *pub = &link->pub;

	if (!wanted || wanted == pub->linktype)
		return FLT_OK;
	if (wanted == FLT_LINKTYPE_LINUX_SLL && pub->flags & FLT_IF_COOKED) {
		pub->linktype = wanted;
		return FLT_OK;
	}
	const char *asked = flt_linktype_name(wanted), *given = flt_linktype_name(pub->linktype);

	return flt__fail(err, FLT_E_ARGUMENT, "%s delivers link type %s, not %s", pub->name,
			 given ? given : "?", asked ? asked : "?");
}

static int no_socket(const char *device, int sys_errno, struct flt_error *err)
{
	bool is_refused = sys_errno == EPERM || sys_errno == EACCES;

	if (is_refused && geteuid() == 0)
		return flt__fail_sys(err, FLT_E_PERMISSION, sys_errno,
				     "capturing on %s needs CAP_NET_RAW in this network namespace, "
				     "but this root lacks it; start the container with "
				     "--cap-add=NET_RAW (Kubernetes: "
				     "securityContext.capabilities.add)",
				     device);
	if (is_refused)
		return flt__fail_sys(err, FLT_E_PERMISSION, sys_errno,
				     "capturing on %s needs CAP_NET_RAW: run as root, or grant it: "
				     "setcap cap_net_raw+ep PROGRAM (in a systemd unit: "
				     "AmbientCapabilities=CAP_NET_RAW)",
				     device);
	if (sys_errno == EAFNOSUPPORT)
		return flt__fail_sys(err, FLT_E_SYSTEM, sys_errno,
				     "this kernel has no packet sockets");
	return flt__fail_sys(err, FLT_E_SYSTEM, sys_errno, "cannot make a packet socket");
}

/* Link types without a header of their own come through SOCK_DGRAM too: no guess at where the
 * header would be. */
static int open_socket(struct opening *o, struct flt_error *err)
{
	struct ring *ring = o->ring;
	int type = ring->datagram ? SOCK_DGRAM : SOCK_RAW;

	ring->fd = socket(AF_PACKET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return ring->fd < 0 ? no_socket(ring->device, errno, err) : FLT_OK;
}

static int set_option(struct opening *o, int option, int value, const char *what,
		      struct flt_error *err)
{
	if (setsockopt(o->ring->fd, SOL_PACKET, option, &value, sizeof(value)) == 0)
		return FLT_OK;
	return flt__fail_sys(err, FLT_E_SYSTEM, errno, "the kernel refuses %s on %s", what,
			     o->ring->device);
}

static int set_options(struct opening *o, struct flt_error *err)
{
	bool incoming =
		o->opts->direction == FLT_DIRECTION_IN ||
		(o->opts->direction == FLT_DIRECTION_INOUT && o->link->pub.flags & FLT_IF_LOOPBACK);
	int code = set_option(o, PACKET_VERSION, TPACKET_V3, "TPACKET_V3", err);

	if (code == FLT_OK)
		code = set_option(o, PACKET_RESERVE, RING_RESERVE, "PACKET_RESERVE", err);
	/* Only saves work: what comes nevertheless (Linux before 4.20) is let go later. */
	if (code == FLT_OK && incoming)
		(void)set_option(o, PACKET_IGNORE_OUTGOING, 1, "", NULL);
	return code;
}

/* Blocks are powers of two, so that the kernel wastes nothing on them. */
static uint32_t block_bytes(const struct link *link)
{
	uint32_t largest = link->largest > GIANT ? link->largest : GIANT;
	uint32_t bytes = BLOCK_MIN;

	if (largest > RING_SNAPLEN)
		largest = RING_SNAPLEN;
	while (bytes < largest + HEADERS)
		bytes *= 2;
	return bytes;
}

static int request_ring(struct opening *o, uint32_t blocks)
{
	struct ring *ring = o->ring;
	bool immediate = o->opts->flags & FLT_OPEN_IMMEDIATE;
	struct tpacket_req3 request = {
		.tp_block_size = ring->block_len,
		.tp_block_nr = blocks,
		.tp_frame_size = FRAME_BYTES,
		.tp_frame_nr = ring->block_len / FRAME_BYTES * blocks,
		.tp_retire_blk_tov = immediate ? TICK_IMMEDIATE_MS : TICK_MS,
		.tp_feature_req_word = TP_FT_REQ_FILL_RXHASH,
	};

	return setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) == 0 ?
		       0 :
		       errno;
}

/* A machine that is short of memory gets a smaller ring. */
static int make_ring(struct opening *o, struct flt_error *err)
{
	struct ring *ring = o->ring;
	uint64_t bytes = o->opts->buffer_bytes ? o->opts->buffer_bytes : RING_BYTES;
	int failed = 0;

	ring->block_len = block_bytes(o->link);
	uint64_t blocks = bytes / ring->block_len;
	blocks = blocks > BLOCKS_MIN ? blocks : BLOCKS_MIN;
	do {
		failed = request_ring(o, (uint32_t)blocks);
		ring->block_count = (uint32_t)blocks;
		blocks /= 2;
	} while (failed == ENOMEM && blocks >= BLOCKS_MIN);
	if (failed)
		return flt__fail_sys(err, failed == ENOMEM ? FLT_E_NOMEM : FLT_E_SYSTEM, failed,
				     "cannot make a ring of %u blocks of %u bytes",
				     ring->block_count, ring->block_len);
	return FLT_OK;
}

static int map_ring(struct opening *o, struct flt_error *err)
{
	struct ring *ring = o->ring;
	uint64_t len = (uint64_t)ring->block_len * ring->block_count;
	void *map = len <= SIZE_MAX ? mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_SHARED,
					   ring->fd, 0) :
				      MAP_FAILED;

	if (map == MAP_FAILED)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot map the ring of %s",
				     ring->device);
	ring->map = map;
	ring->map_len = (size_t)len;
	ring->packets = calloc(RING_BATCH, sizeof(*ring->packets));
	ring->metas = calloc(RING_BATCH, sizeof(*ring->metas));
	return ring->packets && ring->metas ? FLT_OK :
					      flt__fail(err, FLT_E_NOMEM, "no memory for packets");
}

static int join_promiscuous(struct opening *o, struct flt_error *err)
{
	struct packet_mreq request = { .mr_ifindex = (int)o->ring->ifindex,
				       .mr_type = PACKET_MR_PROMISC };

	if (is_any(o->link) || o->opts->flags & FLT_OPEN_NO_PROMISC)
		return FLT_OK;
	if (setsockopt(o->ring->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) ==
	    0)
		return FLT_OK;
	return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot make %s promiscuous",
			     o->ring->device);
}

/* Until the caller's program comes, and where there is none: all packets, cut to the snaplen. */
static int set_plain_filter(struct opening *o, struct flt_error *err)
{
	return flt__ring_set_program(o->ring, NULL, err);
}

static int (*const steps[])(struct opening *o, struct flt_error *err) = {
	open_socket, set_options, make_ring, map_ring, join_promiscuous, set_plain_filter,
};

/* The last step, when the filter is there. */
static int bind_device(struct ring *ring, struct flt_error *err)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ring->ifindex,
	};

	ring->bound = true;
	if (bind(ring->fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return flt__ring_device(ring) == RING_DEVICE_SAME ?
			       FLT_OK :
			       flt__ring_device_failed(ring, err);
	if (errno == ENODEV || errno == ENXIO)
		return flt__fail_sys(err, FLT_E_DEVICE, errno, "the interface %s is gone",
				     ring->device);
	return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot capture on %s", ring->device);
}

/* ---- the handle ----------------------------------------------------------------------------- */

static struct ring *new_ring(const struct link *link, const struct flt_open_opts *opts)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->fd = -1;
	ring->watch_fd = -1;
	ring->end_at = RING_NEVER;
	ring->ifindex = link->pub.index;
	ring->hatype = (uint16_t)link->pub.hatype;
	ring->linktype = link->pub.linktype;
	ring->cooked = link->pub.flags & FLT_IF_COOKED;
	ring->datagram = ring->cooked || link->pub.linktype == FLT_LINKTYPE_RAW;
	ring->asked_snaplen = opts->snaplen;
	ring->direction = opts->direction;
	ring->lock = opts->flags & FLT_OPEN_LOCK;
	snprintf(ring->device, sizeof(ring->device), "%s", link->pub.name);
	return ring;
}

static int prepare(struct ring *ring, const struct link *link, const struct flt_open_opts *opts,
		   struct flt_error *err)
{
	struct opening o = { ring, opts, link };
	int code = FLT_OK;

	for (size_t i = 0; code == FLT_OK && i < sizeof(steps) / sizeof(steps[0]); i++)
		code = steps[i](&o, err);
	if (code != FLT_OK)
		return code;
	ring->watch_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (ring->watch_fd < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot make a timer");
	ring->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (ring->wake_fd < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot make an eventfd");
	return FLT_OK;
}

int flt_open_live(struct flt_source **src, const char *device, const struct flt_open_opts *opts,
		  struct flt_error *err)
{
	struct flt_open_opts ours;
	struct link link;

	flt__error_clear(err);
	if (!src || !device)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_open_live: src and device are needed");
	*src = NULL;
	int code = flt__opts_take(&ours, sizeof(ours), opts, "flt_open_live", err);
	code = code == FLT_OK ? check_opts(&ours, err) : code;
	code = code == FLT_OK ? find_device(&link, device, err) : code;
	code = code == FLT_OK ? choose_linktype(&link, ours.linktype, err) : code;
	if (code != FLT_OK)
		return code;
	struct ring *ring = new_ring(&link, &ours);
	if (!ring)
		return flt__fail(err, FLT_E_NOMEM, "no memory for a source");
	code = prepare(ring, &link, &ours, err);
	if (code != FLT_OK) {
		flt__ring_ops.close(ring);
		return code;
	}
	code = flt__source_make(src, &flt__ring_ops, ring, ring->fd, ring->wake_fd, ours.program,
				err);
	if (code == FLT_OK)
		flt__source_watch(*src, ring->watch_fd);
	code = code == FLT_OK ? bind_device(ring, err) : code;
	if (code != FLT_OK) {
		flt_source_close(*src);
		*src = NULL;
	}
	return code;
}
