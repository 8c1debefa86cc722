/* SPDX-License-Identifier: BSD-2-Clause */
/* The files, and for hosts that they do not know, the system's resolver. In an object of its own:
 * who does not name it does not link it. */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include "resolver.h"

static int take(const struct addrinfo *info, struct flt_address *address)
{
	memset(address, 0, sizeof(*address));
	if (info->ai_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)info->ai_addr;
		address->family = 4;
		memcpy(address->bytes, &in->sin_addr, 4);
	} else if (info->ai_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)info->ai_addr;
		address->family = 6;
		memcpy(address->bytes, &in6->sin6_addr, 16);
	}
	return address->family != 0;
}

/* RFC 6761, 6.3: these names are the loopback addresses, also where no file says so. */
static int is_localhost(const char *name)
{
	const char *last = strrchr(name, '.');

	return strcasecmp(last ? last + 1 : name, "localhost") == 0;
}

static int loopback(struct flt_address *list, uint32_t max)
{
	static const struct flt_address both[] = {
		{ .family = 4, .bytes = { 127, 0, 0, 1 } },
		{ .family = 6, .bytes = { [15] = 1 } },
	};

	for (uint32_t i = 0; i < 2 && i < max; i++)
		list[i] = both[i];
	return 2;
}

static int unknown_host(int failed, const char *name, struct flt_address *list, uint32_t max)
{
	if (failed == EAI_MEMORY || errno == ENOMEM)
		return FLT_E_NOMEM;
	return is_localhost(name) ? loopback(list, max) : 0;
}

static int dns_host(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *found;
	int known = flt__files_host(context, name, list, max);
	uint32_t count = 0;

	if (known != 0)
		return known;
	errno = 0;
	int failed = getaddrinfo(name, NULL, &hints, &found);
	if (failed)
		return unknown_host(failed, name, list, max);
	for (const struct addrinfo *info = found; info; info = info->ai_next) {
		struct flt_address address;
		if (!take(info, &address))
			continue;
		if (count < max)
			list[count] = address;
		count++;
	}
	freeaddrinfo(found);
	return (int)count;
}

const struct flt_resolver *flt_resolver_dns(void)
{
	static const struct flt_resolver dns = {
		.size = sizeof(dns),
		.host = dns_host,
		.ether = flt__files_ether,
		.network = flt__files_network,
		.service = flt__files_service,
		.protocol = flt__files_protocol,
	};

	return &dns;
}
