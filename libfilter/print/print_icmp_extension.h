/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print ICMP. */

/*
 * The ICMP message that it ends:
 *
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |      type     |      code     |            checksum           |
 * +---------------------------------------------------------------+
 * |of the type: identifier and sequence number, an address, an MTU|
 * +---------------------------------------------------------------+
 * |            errors: the datagram, from its header on           |
 * +---------------------------------------------------------------+
 */
#ifndef PRINT_ICMP_EXTENSION_H
#define PRINT_ICMP_EXTENSION_H

#include "print.h"

/* An extension structure of len bytes (RFC 4884, RFC 8335); title begins its line. */
void flt__print_icmp_extension(struct printer *p, struct cursor c, uint32_t len, const char *title,
			       bool multipart);
/* Would its checksum hold? */
bool flt__icmp_extension_holds(struct cursor c, uint32_t len);

#endif
