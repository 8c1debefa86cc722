/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_pool.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "libfilter.h"

static void read_file(struct packet_pool *pool, const char *path)
{
	struct flt_source *src = NULL;
	struct flt_packet packet;

	if (flt_open_file(&src, path, NULL, NULL) < 0)
		return;
	while (pool->count < POOL_PACKETS && flt_source_next(src, &packet, -1, NULL) > 0) {
		struct pool_packet *to = &pool->packets[pool->count++];
		to->linktype = packet.linktype;
		to->len = packet.caplen < POOL_BYTES ? packet.caplen : POOL_BYTES;
		memcpy(to->bytes, packet.bytes, to->len);
	}
	flt_source_close(src);
}

uint32_t packet_pool_read(struct packet_pool *pool, const char *folder)
{
	char pattern[4096];
	glob_t found;

	pool->count = 0;
	snprintf(pattern, sizeof(pattern), "%s/*.pcap", folder);
	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_file(pool, found.gl_pathv[i]);
	globfree(&found);
	return pool->count;
}

uint32_t packet_pool_draw(struct packet_pool *pool, struct random *r, uint32_t linktype,
			  uint8_t bytes[POOL_BYTES])
{
	for (uint32_t i = 0; i < POOL_BYTES; i++)
		bytes[i] = random_one_in(r, 2) ? 0 : (uint8_t)random_below(r, 256);
	/* Some tries: the pool is not sorted, and a packet of another type is a packet too. */
	for (uint32_t tries = 0; pool->count && tries < 30; tries++) {
		const struct pool_packet *from = &pool->packets[random_below(r, pool->count)];
		if (from->linktype != linktype)
			continue;
		memcpy(bytes, from->bytes, from->len);
		return random_one_in(r, 2) ? from->len : POOL_BYTES;
	}
	return random_below(r, POOL_BYTES + 1);
}
