/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print DHCP. */
#ifndef PRINT_DHCP_OPTIONS_H
#define PRINT_DHCP_OPTIONS_H

#include "print.h"

/* The options behind the magic cookie, a line each. */
void flt__print_dhcp_options(struct printer *p, struct cursor c);

#endif
