/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets for the tests, sorted by link type: those of captures, and their contents again behind
 * the headers of other link types. */
#ifndef PACKET_POOL_H
#define PACKET_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "random_program.h"

#define POOL_BYTES 160u /* of a drawn packet */

struct packet_pool {
	struct flt_packet *packets; /* the bytes of each are allocated on their own */
	uint32_t count, room;
};

/* Add the packets of all captures that the shell pattern names; other files are left out. Returns
 * how many there are now. */
uint32_t packet_pool_read(struct packet_pool *pool, const char *pattern);
/* Add one packet; false: no memory. */
bool packet_pool_add(struct packet_pool *pool, uint32_t linktype, const uint8_t *bytes,
		     uint32_t caplen, uint32_t wirelen);
void packet_pool_free(struct packet_pool *pool);

/* Add what some of each kind of Ethernet packet carry, behind the headers of link_headers.def, and
 * sort. False: a row of that table cannot be read. */
bool packet_pool_rehead(struct packet_pool *pool);

/* The packets of one link type; sorted ones only. */
const struct flt_packet *packet_pool_of(const struct packet_pool *pool, uint32_t linktype,
					uint32_t *count);
/* A packet of at most POOL_BYTES bytes: one of the link type's, perhaps with more behind it, or
 * random ones. Returns how many. */
uint32_t packet_pool_draw(const struct packet_pool *pool, struct random *r, uint32_t linktype,
			  uint8_t bytes[POOL_BYTES]);

#endif
