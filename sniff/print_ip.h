/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print IPv4 and IPv6. */
#ifndef PRINT_IP_H
#define PRINT_IP_H

#include "print.h"

/* len bytes of options, as a list. */
void print_ipv4_options(struct printer *p, struct cursor c, uint32_t len);

#endif
