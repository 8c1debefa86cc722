/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of values as lowering reads them. */
#ifndef LOWER_LIST_H
#define LOWER_LIST_H

#include "lowering.h"

/* Who takes the entries of a set, one after another. */
struct entries {
	/* False: the error is set, or there is no memory. The value is gone when it returns. */
	bool (*take)(struct lower *g, const struct value *value, void *context);
	void *context;
};

bool flt__lower_entries(struct lower *g, const struct value_list *set, const struct entries *e);
/* For sets that are rare: AST_ID with a set, as a chain of `or`; `src and dst` means that each of
 * the two is in the set. */
bool flt__lower_each(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_addresses.c: what values stand for ------------------------------------------------ */

struct addresses { /* parted by family */
	struct set ip4, ip6;
};

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
