/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_pool.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

#define FIRST_ROOM 1024u

static bool make_room(struct packet_pool *pool)
{
	if (pool->count < pool->room)
		return true;
	uint32_t room = pool->room ? 2 * pool->room : FIRST_ROOM;
	struct flt_packet *more = realloc(pool->packets, room * sizeof(*more));
	if (!more)
		return false;
	pool->packets = more;
	pool->room = room;
	return true;
}

bool packet_pool_add(struct packet_pool *pool, uint32_t linktype, const uint8_t *bytes,
		     uint32_t caplen, uint32_t wirelen)
{
	uint8_t *copy = make_room(pool) ? malloc(caplen ? caplen : 1) : NULL;

	if (!copy)
		return false;
	memcpy(copy, bytes, caplen);
	pool->packets[pool->count] = (struct flt_packet){ .caplen = caplen,
							  .wirelen = wirelen,
							  .interface = pool->count,
							  .linktype = linktype,
							  .bytes = copy };
	pool->count++;
	return true;
}

static void read_file(struct packet_pool *pool, const char *path)
{
	struct flt_source *src = NULL;
	struct flt_packet packet;

	if (flt_open_file(&src, path, NULL, NULL) < 0)
		return;
	while (flt_source_next(src, &packet, -1, NULL) > 0)
		packet_pool_add(pool, packet.linktype, packet.bytes, packet.caplen, packet.wirelen);
	flt_source_close(src);
}

uint32_t packet_pool_read(struct packet_pool *pool, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return pool->count;
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_file(pool, found.gl_pathv[i]);
	globfree(&found);
	return pool->count;
}

void packet_pool_free(struct packet_pool *pool)
{
	for (uint32_t i = 0; i < pool->count; i++)
		free((void *)(uintptr_t)pool->packets[i].bytes);
	free(pool->packets);
}

/* How many packets are of link types below this one: the place of its first. */
static uint32_t first_of(const struct packet_pool *pool, uint64_t linktype)
{
	uint32_t low = 0, high = pool->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (pool->packets[middle].linktype < linktype)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct flt_packet *packet_pool_of(const struct packet_pool *pool, uint32_t linktype,
					uint32_t *count)
{
	uint32_t first = first_of(pool, linktype);

	*count = first_of(pool, (uint64_t)linktype + 1) - first;
	return pool->packets + first;
}

uint32_t packet_pool_draw(const struct packet_pool *pool, struct random *r, uint32_t linktype,
			  uint8_t bytes[POOL_BYTES])
{
	uint32_t count;
	const struct flt_packet *packets = packet_pool_of(pool, linktype, &count);

	for (uint32_t i = 0; i < POOL_BYTES; i++)
		bytes[i] = random_one_in(r, 2) ? 0 : (uint8_t)random_below(r, 256);
	if (!count || random_one_in(r, 16))
		return random_below(r, POOL_BYTES + 1);
	const struct flt_packet *from = &packets[random_below(r, count)];
	uint32_t len = from->caplen < POOL_BYTES ? from->caplen : POOL_BYTES;
	memcpy(bytes, from->bytes, len);
	return random_one_in(r, 2) ? len : POOL_BYTES;
}
