/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print IPv6. */
#ifndef PRINT_IP6_HEADERS_H
#define PRINT_IP6_HEADERS_H

#include "print.h"

#define IP6_HOP_BY_HOP  0u
#define IP6_ROUTING     43u
#define IP6_FRAGMENT    44u
#define IP6_NONE        59u
#define IP6_DESTINATION 60u

/* Extension headers from p->net.protocol on, and what follows them. jumbo_len: how long the
 * whole packet is by what carries it, when its own length field is 0; else 0. */
void flt__print_ip6_payload(struct printer *p, struct cursor c, uint32_t len, uint32_t jumbo_len);

#endif
