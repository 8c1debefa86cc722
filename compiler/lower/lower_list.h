/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of values as lowering reads them. */
#ifndef LOWER_LIST_H
#define LOWER_LIST_H

#include "lower.h"

/* Who takes the entries of a set, one after another. */
struct entries {
	/* False: the error is set, or there is no memory. The value is gone when it returns. */
	bool (*take)(struct lower *g, const struct value *value, void *context);
	void *context;
	const struct quals *quals; /* they follow these; NULL: numbers of a keyword */
};

#define lower_entries flt__lower_entries
#define lower_each    flt__lower_each
bool lower_entries(struct lower *g, const struct value_list *set, const struct entries *e);
/* For sets that are rare: AST_ID with a set, as a chain of `or`; `src and dst` means that each of
 * the two is in the set. */
bool lower_each(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_host.c: what a value stands for ------------------------------------------------ */

struct addresses { /* parted by family */
	struct set ip4, ip6;
};

#define lower_is_ip4_proto   flt__lower_is_ip4_proto
#define lower_read_ip4       flt__lower_read_ip4
#define lower_read_prefix4   flt__lower_read_prefix4
#define lower_read_number4   flt__lower_read_number4
#define lower_read_words     flt__lower_read_words
#define lower_read_prefix6   flt__lower_read_prefix6
#define lower_addresses_init flt__lower_addresses_init
#define lower_add_host       flt__lower_add_host
/* No protocol, or one whose addresses are IPv4's. */
bool lower_is_ip4_proto(enum proto proto);
/* Octets as written are the leading ones: 10.1 is 10.1.0.0, and names a /16. False: a prefix
 * follows. */
bool lower_read_ip4(const struct value *value, uint32_t *addr, uint32_t *mask);
bool lower_read_prefix4(struct lower *g, const struct value *value, uint32_t addr, uint32_t *mask);
/* `net 10`: its leading zero octets are dropped. */
void lower_read_number4(uint32_t *addr, uint32_t *mask);
void lower_read_words(const uint8_t bytes[16], uint32_t words[4]);
bool lower_read_prefix6(struct lower *g, const struct value *value, const uint32_t addr[4],
			uint32_t mask[4]);
void lower_addresses_init(struct lower *g, struct addresses *a);
/* Those that a host has for this protocol; refused if there are none. */
bool lower_add_host(struct lower *g, const struct value *value, enum proto proto,
		    struct addresses *a);

/* ---- lower_host_set.c ---------------------------------------------------------------------- */

#define lower_host_set  flt__lower_host_set
#define lower_addresses flt__lower_addresses
/* AST_ID with type host, net, gateway or none and a set. */
bool lower_host_set(struct lower *g, const struct ast *node, struct target to);
/* A packet has one of the addresses. Closes the sets. */
bool lower_addresses(struct lower *g, const struct quals *quals, struct addresses *a,
		     struct target to);

#endif
