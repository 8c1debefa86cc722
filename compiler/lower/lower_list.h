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

bool flt__lower_entries(struct lower *g, const struct value_list *set, const struct entries *e);
/* For sets that are rare: AST_ID with a set, as a chain of `or`; `src and dst` means that each of
 * the two is in the set. */
bool flt__lower_each(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_host.c: what a value stands for ------------------------------------------------ */

struct addresses { /* parted by family */
	struct set ip4, ip6;
};

/* No protocol, or one whose addresses are IPv4's. */
bool flt__lower_is_ip4_proto(enum proto proto);
/* Octets as written are the leading ones: 10.1 is 10.1.0.0, and names a /16. False: a prefix
 * follows. */
bool flt__lower_read_ip4(const struct value *value, uint32_t *addr, uint32_t *mask);
bool flt__lower_read_prefix4(struct lower *g, const struct value *value, uint32_t addr,
			     uint32_t *mask);
/* `net 10`: its leading zero octets are dropped. */
void flt__lower_read_number4(uint32_t *addr, uint32_t *mask);
void flt__lower_read_words(const uint8_t bytes[16], uint32_t words[4]);
bool flt__lower_read_prefix6(struct lower *g, const struct value *value, const uint32_t addr[4],
			     uint32_t mask[4]);
void flt__lower_addresses_init(struct lower *g, struct addresses *a);
/* Those that a host has for this protocol; refused if there are none. */
bool flt__lower_add_host(struct lower *g, const struct value *value, enum proto proto,
			 struct addresses *a);

/* ---- lower_host_set.c ---------------------------------------------------------------------- */

/* AST_ID with type host, net, gateway or none and a set. */
bool flt__lower_host_set(struct lower *g, const struct ast *node, struct target to);
/* A packet has one of the addresses. Closes the sets. */
bool flt__lower_addresses(struct lower *g, const struct quals *quals, struct addresses *a,
			  struct target to);

#endif
