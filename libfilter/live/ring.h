/* SPDX-License-Identifier: BSD-2-Clause */
/* Live capture: an AF_PACKET socket with a TPACKET_V3 ring. */
#ifndef RING_H
#define RING_H

#include <stdatomic.h>
#include <stdbool.h>

#include "capture.h"
#include "libfilter.h"

#define RING_SNAPLEN  262144u /* bytes kept when nobody says, and at most */
#define RING_BATCH    1024u   /* packets handed out at once, at most */
#define RING_SLL_LEN  16u     /* the header that we write in front of cooked packets */
#define RING_SLL2_LEN 20u
#define RING_RESERVE  32u /* room for it, asked of the kernel (PACKET_RESERVE) */

/* ---- a block, as bytes ---------------------------------------------------------------------- */

/* What the kernel says of one packet. bytes[-front .. caplen) lie inside the block. */
struct ring_frame {
	uint8_t *bytes;
	uint32_t front; /* bytes before the packet that are free to write */
	uint32_t caplen;
	uint32_t wirelen;
	uint32_t status; /* TP_STATUS_* */
	uint32_t sec, nsec;
	uint32_t hash;
	uint16_t vlan_tci, vlan_tpid;
	int32_t net_off; /* network header, from bytes */
	uint32_t ifindex;
	uint16_t protocol, hatype;
	uint8_t pkttype;
	uint8_t halen; /* as the kernel says it; 8 bytes of address at most are there */
	uint8_t address[8];
};

struct ring_walk {
	uint8_t *block;
	uint32_t len;
	uint32_t at;   /* header of the next packet */
	uint32_t left; /* packets that the block says are still to come */
};

/* A block that belongs to us. FLT_E_FORMAT when its header points outside. */
int flt__ring_walk(struct ring_walk *walk, uint8_t *block, uint32_t len, struct flt_error *err);
/* 1: *frame is the next packet, 0: no more, FLT_E_FORMAT: it does not lie inside the block. */
int flt__ring_next(struct ring_walk *walk, struct ring_frame *frame, struct flt_error *err);

/* ---- the source ----------------------------------------------------------------------------- */

/*
 * Packets are counted twice: by the kernel as it accepts them into the ring, by us as we take
 * them out, in the same order. So "everything accepted until now" is a number, and the moment at
 * which the filter changed or the capture was stopped is a place in the ring.
 */
struct ring_counts {
	uint64_t accepted;   /* into the ring, by the kernel's account */
	uint64_t dropped;    /* passed the filter when the ring was full */
	uint64_t taken;      /* out of the ring, by ours */
	uint64_t let_go;     /* taken, and not delivered */
	uint64_t drops_told; /* of dropped: attributed to a packet */
	uint64_t drops_due;  /* to be told with the next packet */
};

#define RING_NEVER UINT64_MAX

struct ring {
	int fd;
	int wake_fd; /* borrowed from the handle */
	uint8_t *map;
	size_t map_len;
	uint32_t block_len, block_count, block_now;
	bool holding; /* block_now is ours, walk says how far we are */
	struct ring_walk walk;
	struct ring_counts counts;
	struct flt_packet *packets; /* RING_BATCH of each */
	struct flt_meta *metas;

	char device[32];
	uint32_t ifindex; /* 0: any */
	uint16_t hatype;  /* when it was opened */
	uint32_t linktype;
	uint32_t asked_snaplen; /* 0: what the program says */
	uint32_t snaplen;
	uint32_t direction;
	bool datagram;     /* SOCK_DGRAM: the kernel's bytes begin at the network header */
	bool cooked;       /* and we write an SLL or SLL2 header in front of them */
	bool bound;        /* packets may have come */
	bool lock, locked; /* FLT_OPEN_LOCK: asked for, done */

	/* The program, and when it has to be run here. */
	struct flt_program *program;
	bool fallback;             /* always: the kernel did not take it */
	struct flt_program *wider; /* then: what the kernel runs; NULL: nothing */
	char note[256];            /* then: why */
	uint64_t judge_until;      /* for packets before this place in the ring, and those ... */
	int64_t judge_until_ns;    /* ... that were on their way into it; time of day */
	uint64_t discard_until;    /* packets before this place cannot be judged; they go */
	uint64_t random;           /* state of the numbers behind SKF_AD_RANDOM; 0: nobody asks */

	/* What became of the device (ring_device.c); never of `any`. */
	bool gone;
	uint16_t hatype_now; /* another one: the capture ends */
	uint64_t downs;      /* how often it went down */
	int watch_fd;        /* timer; armed after that, until ... */
	bool watching;
	uint64_t watch_until; /* ... a packet behind this place in the ring shows it up */

	/* The end: deliver up to a place in the ring, then say end_code. */
	uint64_t end_at;   /* RING_NEVER: goes on */
	int64_t end_by_ns; /* monotonic; later, what is not ready does not come any more */
	int end_code;
	int end_errno;
};

/* Of the header that we write. */
static inline uint32_t ring_header_len(const struct ring *ring)
{
	if (!ring->cooked)
		return 0;
	return ring->linktype == FLT_LINKTYPE_LINUX_SLL ? RING_SLL_LEN : RING_SLL2_LEN;
}

/* source_ring.c */
extern const struct source_ops flt__ring_ops;

/* ring_count.c: add what the kernel counted since the last time. */
void flt__ring_count(struct ring *ring);

/* ring_packet.c. False when the packet is not to be delivered. */
bool flt__ring_take(struct ring *ring, const struct ring_frame *frame, struct flt_packet *packet,
		    struct flt_meta *meta);

/* ring_device.c: what the socket says of its device, kept in gone and hatype_now. */
enum ring_device { RING_DEVICE_SAME, RING_DEVICE_GONE, RING_DEVICE_RETYPED };
enum ring_device flt__ring_device(struct ring *ring);
void flt__ring_await_removal(const struct ring *ring);
/* FLT_E_DEVICE, and the sentence for a device that is no longer the same. */
int flt__ring_device_failed(const struct ring *ring, struct flt_error *err);
void flt__ring_watch(struct ring *ring);
void flt__ring_watch_end(struct ring *ring);
void flt__ring_watch_seen(const struct ring *ring);

/* ring_program.c; the first as in struct source_ops. The source always filters itself, so
 * FLT_E_KERNEL never comes; a program that can run neither there nor here is FLT_E_UNSUPPORTED. */
int flt__ring_set_program(void *impl, const struct flt_program *prog, struct flt_error *err);
/* Bytes to keep of a packet that was just taken; RING_NEVER: the kernel has decided. */
uint64_t flt__ring_judge(const struct ring *ring, const struct flt_packet *packet);

#endif
