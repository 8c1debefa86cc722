/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers, also that there is none, are kept in tables of fixed size: who has the same place is
 * pushed out. So a million addresses cost what some thousand cost.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netnames.h"

#define HOSTS     4096u
#define PORTS     1024u
#define NAME_ROOM 256u /* a name of the DNS has at most 253 characters */
#define PORT_ROOM 32u

struct host_entry {
	uint8_t len; /* of the address; 0: free */
	uint8_t address[16];
	char name[NAME_ROOM]; /* empty: there is none */
};

struct port_entry {
	uint8_t protocol; /* 0: free */
	uint16_t port;
	char name[PORT_ROOM];
};

struct netname_cache {
	struct host_entry hosts[HOSTS];
	struct port_entry ports[PORTS];
};

static struct netname_cache *cache_of(struct netnames *names)
{
	if (!names->cache)
		names->cache = calloc(1, sizeof(*names->cache));
	names->failed |= !names->cache;
	return names->cache;
}

/* What getnameinfo() returned may be no answer: there was not enough memory. A service that it did
 * not find is a number, and no error. */
static bool is_shortage(int code)
{
	return code == EAI_MEMORY || errno == ENOMEM;
}

static const char *name_or_null(const char *name)
{
	return *name ? name : NULL;
}

/* ---- hosts ---------------------------------------------------------------------------------- */

static struct host_entry *host_place(struct netname_cache *cache, const uint8_t *address,
				     uint32_t len)
{
	uint32_t h = len;

	for (uint32_t i = 0; i < len; i++)
		h = (h ^ address[i]) * 0x01000193u; /* FNV */
	return &cache->hosts[(h ^ h >> 16) % HOSTS];
}

static int ask_host(const uint8_t *address, uint32_t len, char *name)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	if (len == sizeof(in.sin_addr)) {
		memcpy(&in.sin_addr, address, len);
		return getnameinfo((const struct sockaddr *)&in, sizeof(in), name, NAME_ROOM, NULL,
				   0, NI_NAMEREQD);
	}
	memcpy(&in6.sin6_addr, address, sizeof(in6.sin6_addr));
	return getnameinfo((const struct sockaddr *)&in6, sizeof(in6), name, NAME_ROOM, NULL, 0,
			   NI_NAMEREQD);
}

static void learn_host(struct netnames *names, struct host_entry *entry, const uint8_t *address,
		       uint32_t len)
{
	*entry = (struct host_entry){ .len = (uint8_t)len };
	memcpy(entry->address, address, len);
	errno = 0;
	int code = ask_host(address, len, entry->name);

	names->failed |= is_shortage(code);
	if (code != 0)
		entry->name[0] = '\0';
	if (names->no_domains)
		entry->name[strcspn(entry->name, ".")] = '\0';
}

const char *netnames_host(void *context, const uint8_t *address, uint32_t len)
{
	struct netnames *names = context;
	struct netname_cache *cache = cache_of(names);

	if (!cache)
		return NULL;
	struct host_entry *entry = host_place(cache, address, len);

	if (entry->len != len || memcmp(entry->address, address, len) != 0)
		learn_host(names, entry, address, len);
	return name_or_null(entry->name);
}

/* ---- services ------------------------------------------------------------------------------- */

static void learn_port(struct netnames *names, struct port_entry *entry, uint8_t protocol,
		       uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	int flags = protocol == IPPROTO_UDP ? NI_DGRAM : 0;

	*entry = (struct port_entry){ .protocol = protocol, .port = port };
	errno = 0;
	int code = getnameinfo((const struct sockaddr *)&in, sizeof(in), NULL, 0, entry->name,
			       PORT_ROOM, flags);

	names->failed |= is_shortage(code);
	if (code != 0)
		entry->name[0] = '\0';
}

const char *netnames_port(void *context, uint8_t protocol, uint16_t port)
{
	struct netname_cache *cache = cache_of(context);

	if (!cache)
		return NULL;
	struct port_entry *entry = &cache->ports[(port + protocol * 7u) % PORTS];

	if (entry->protocol != protocol || entry->port != port)
		learn_port(context, entry, protocol, port);
	return name_or_null(entry->name);
}

void netnames_free(struct netnames *names)
{
	free(names->cache);
	names->cache = NULL;
}
