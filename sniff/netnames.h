/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of hosts and services for printed packets (--resolve), as the system knows them. */
#ifndef NETNAMES_H
#define NETNAMES_H

#include <stdbool.h>
#include <stdint.h>

struct netnames {
	struct netname_cache *cache; /* NULL: nothing asked yet */
	bool no_domains;             /* -N: up to the first dot */
	bool failed;                 /* there was no memory for a question */
};

/* For print_opts: context is a struct netnames; len is 4 or 16. NULL: there is no name. A question
 * may wait for a name server; its answer is kept. */
const char *netnames_host(void *context, const uint8_t *address, uint32_t len);
const char *netnames_port(void *context, uint8_t protocol, uint16_t port);
void netnames_free(struct netnames *names);

#endif
