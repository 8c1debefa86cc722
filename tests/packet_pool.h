/* SPDX-License-Identifier: BSD-2-Clause */
/* The packets of pcaps/, by link type, to begin random packets with. */
#ifndef PACKET_POOL_H
#define PACKET_POOL_H

#include <stdint.h>

#include "random_program.h"

#define POOL_PACKETS 512u
#define POOL_BYTES   160u

struct packet_pool {
	uint32_t count;
	struct pool_packet {
		uint32_t linktype, len;
		uint8_t bytes[POOL_BYTES];
	} packets[POOL_PACKETS];
};

/* Read all savefiles below folder; returns how many packets there are. */
uint32_t packet_pool_read(struct packet_pool *pool, const char *folder);
/* A packet of at most POOL_BYTES bytes: one of the link type's, perhaps changed, or random ones.
 * Returns how many. */
uint32_t packet_pool_draw(struct packet_pool *pool, struct random *r, uint32_t linktype,
			  uint8_t bytes[POOL_BYTES]);

#endif
