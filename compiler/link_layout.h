/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler needs to know of a link type: one row of layouts.def each, no code by link
 * type. */
#ifndef LINK_LAYOUT_H
#define LINK_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* How the type field says what the payload is. One small function each: lower_link.c. */
enum type_rule {
	TYPE_ETHERNET,           /* 2 bytes: an EtherType above 1,500, else a length before LLC */
	TYPE_COOKED,             /* 2 bytes: an EtherType, 4 for LLC, 1 for Novell's raw 802.3 */
	TYPE_PPP,                /* 2 bytes: a PPP protocol number */
	TYPE_AF_HOST,            /* 4 bytes: an address family in the capturer's byte order */
	TYPE_AF_NET,             /* 4 bytes: an address family, big-endian */
	TYPE_IP_VERSION,         /* no field: the payload's first nibble is 4 or 6 */
	TYPE_IPV4_ONLY,          /* no field: always IPv4 */
	TYPE_IPV6_ONLY,          /* no field: always IPv6 */
	TYPE_RULES
};

enum layout_allows {
	ALLOW_VLAN = 1,
	ALLOW_MPLS = 2,
	ALLOW_LLC = 4,           /* 802.2 headers can be asked for */
	ALLOW_MAC = 8            /* 48-bit addresses at dst_off and src_off */
};

#define NO_OFF 0xff              /* this link type has no such field */

struct link_layout {
	const char *name;
	uint32_t linktype;
	bool is_cooked;          /* FLT_COMPILE_COOKED: the link header is metadata, no bytes */
	uint8_t type_rule;       /* enum type_rule */
	uint8_t type_off;        /* from the start of the link header, as are all offsets here */
	uint8_t payload_off;
	uint8_t osi_len;         /* LLC between the payload's start and an OSI protocol */
	uint8_t dst_off, src_off;
	uint8_t pkttype_off, pkttype_size;   /* direction; NO_OFF: metadata only */
	uint8_t ifindex_off;
	uint16_t mpls_type;      /* what the type field says before MPLS labels */
	uint8_t allows;          /* ALLOW_* */
	uint8_t missing_len;     /* header bytes that `len` counts and a cooked packet lacks */
};

/* The row of a link type, or NULL: we know its name at most. cooked: of a SOCK_DGRAM socket. */
const struct link_layout *flt__layout_find(uint32_t linktype, bool cooked);
/* The PPP behind a PPPoE session header: no address and control bytes. */
const struct link_layout *flt__layout_pppoe(void);

#endif
