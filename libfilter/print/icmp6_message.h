/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print ICMPv6. */
#ifndef ICMP6_MESSAGE_H
#define ICMP6_MESSAGE_H

#include "print.h"

struct icmp6 {
	struct cursor start; /* at the type */
	struct cursor body;  /* behind type, code and checksum */
	uint32_t len;
	uint8_t type, code;
};

/* Neighbor discovery (RFC 4861), from behind the fixed part on: a line an option. */
void flt__print_nd_options(struct printer *p, struct cursor c);
void flt__print_router_advertisement(struct printer *p, struct icmp6 *icmp);
void flt__print_router_solicitation(struct printer *p, struct icmp6 *icmp);
void flt__print_neighbor_solicitation(struct printer *p, struct icmp6 *icmp);
void flt__print_neighbor_advertisement(struct printer *p, struct icmp6 *icmp);
void flt__print_nd_redirect(struct printer *p, struct icmp6 *icmp);
/* Multicast listeners (RFC 2710, RFC 3810). */
void flt__print_mld_query(struct printer *p, struct icmp6 *icmp);
void flt__print_mld(struct printer *p, struct icmp6 *icmp);
void flt__print_mld2_report(struct printer *p, struct icmp6 *icmp);
/* Node information (RFC 4620). */
void flt__print_node_information(struct printer *p, struct icmp6 *icmp);

/* -v shows the length in the middle of some messages, without -v it is at the end of all. */
static inline void icmp6_length(struct printer *p, const struct icmp6 *icmp)
{
	if (p->opts.verbose > 0)
		flt__out_fmt(p->out, ", length %u", icmp->len);
}

#endif
