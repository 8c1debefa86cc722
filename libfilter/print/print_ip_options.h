/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print IPv4 and IPv6. */
#ifndef PRINT_IP_OPTIONS_H
#define PRINT_IP_OPTIONS_H

#include "print.h"

/* len bytes of options, as a list. */
void flt__print_ipv4_options(struct printer *p, struct cursor c, uint32_t len);
/* The last address of a source route among these options that the packet has not come to the end
 * of, or NULL. At that end the header's destination is the last (RFC 791, 3.1). */
const uint8_t *flt__ipv4_last_hop(struct cursor options);

#endif
