/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler needs to know of a link type: one row of layouts.def each, no code by link
 * type. */
#ifndef LINK_LAYOUT_H
#define LINK_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* How the type field says what the payload is. One small function each: lower_link.c. */
enum type_rule {
	TYPE_UNSAID,     /* nothing says it */
	TYPE_ANY,        /* nothing says it, and it is not asked for: the guard decides */
	TYPE_ETHERNET,   /* 2 bytes: an EtherType above 1,500, else a length before LLC */
	TYPE_COOKED,     /* 2 bytes: an EtherType, 4 for LLC, 1 for Novell's raw 802.3 */
	TYPE_LLC,        /* the payload begins with 802.2 LLC, mostly SNAP */
	TYPE_CODES,      /* a number of the row's list of codes */
	TYPE_PPP,        /* the same: after ff03 or not; of one byte where that is odd */
	TYPE_AF_HOST,    /* an address family in the capturer's byte order */
	TYPE_AF_NET,     /* an address family, big-endian */
	TYPE_IP_VERSION, /* the first nibble there is 4 or 6 */
	TYPE_ALWAYS,     /* no field: always the same EtherType, `code` */
	TYPE_RULES
};

/* What stands before the link header, when its length is in the packet. */
enum prefix_rule {
	PREFIX_FIXED, /* prefix_len bytes */
	PREFIX_LE16,  /* length in bytes 2 and 3, little-endian: radiotap, PPI */
	PREFIX_BE32,  /* length in bytes 4 to 7: AVS */
	PREFIX_PRISM  /* Prism's 144 bytes, or AVS */
};

/* How long the link header is. */
enum header_rule {
	HEADER_FIXED,         /* payload_off */
	HEADER_WLAN,          /* 802.11: 24 bytes, and 2 in QoS data frames */
	HEADER_WLAN_RADIOTAP, /* the same, padded to 4 bytes where the radiotap header says so */
	HEADER_COUNTED,       /* its first byte, rounded up to 4 */
	HEADER_PPP            /* up to the protocol field: where TYPE_PPP has found it */
};

enum layout_allows {
	ALLOW_VLAN = 0x001,
	ALLOW_VLAN_META = 0x002, /* live, the outer tag is metadata */
	ALLOW_MPLS = 0x004,
	ALLOW_LLC = 0x008,   /* 802.2 headers can be asked for */
	ALLOW_MAC = 0x010,   /* 48-bit addresses, at dst_off and src_off but in 802.11 */
	ALLOW_MAC8 = 0x020,  /* 8-bit addresses at dst_off and src_off */
	ALLOW_WLAN = 0x040,  /* 802.11 frames */
	ALLOW_RADIO = 0x080, /* the prefix can be read: radio[...] */
	ALLOW_PFLOG = 0x100,
	ALLOW_ATM = 0x200,
	ALLOW_MTP = 0x400,
};

/* A number that protocols go by (EtherType, SAP), and what the type field has for it. A number may
 * have several codes. The list ends with 0. */
struct type_code {
	uint16_t number, code;
};

/* The size bytes at off, & mask, are value. size 0: nothing is asked. */
struct link_check {
	int8_t off;
	uint8_t size;
	bool is_not; /* ... are anything but value */
	uint32_t mask, value;
};

/* The field that says which way a packet went. */
struct link_direction {
	uint8_t off, size;      /* size 0: there is none */
	uint16_t out_mask, out; /* outbound: these bits are `out` */
	uint16_t in_mask, in;   /* inbound likewise; in_mask 0: whatever is not outbound */
};

#define NO_PAYLOAD 0xff /* payload_off: nobody says where it begins */

/* Offsets are in bytes from the start of the link header, but where another start is named. */
struct link_layout {
	const char *name;
	uint32_t linktype;
	bool is_cooked;      /* FLT_COMPILE_COOKED: the link header is metadata, no bytes */
	uint8_t prefix_rule; /* enum prefix_rule */
	uint8_t prefix_len;  /* PREFIX_FIXED */
	uint8_t header_rule; /* enum header_rule */
	uint8_t type_rule;   /* enum type_rule */
	uint8_t type_off, type_size;
	uint16_t code; /* TYPE_ALWAYS */
	const struct type_code *codes;
	bool is_closed; /* numbers outside `codes` cannot be said */
	uint8_t payload_off;
	uint8_t osi_len;   /* between the payload's start and an OSI protocol */
	uint16_t osi_type; /* not 0: OSI protocols are in the type field, after this byte */
	uint8_t dst_off, src_off;
	uint8_t everyone;    /* ALLOW_MAC8: the broadcast address */
	bool no_groups;      /* ALLOW_MAC8: which is no multicast address */
	bool no_types;       /* TYPE_ANY: and `link proto` cannot ask for it */
	uint8_t mtp_off;     /* ALLOW_MTP: where MTP2 begins */
	uint8_t ifindex_off; /* from the packet's first byte; 0: metadata only */
	uint16_t mpls_type;  /* what the type field says before MPLS labels */
	uint16_t allows;     /* ALLOW_* */
	uint8_t missing_len; /* header bytes that `len` counts and a cooked packet lacks */
	struct link_direction direction; /* from the packet's first byte; else metadata only */
	struct link_check guard;         /* holds before the header says anything of the payload */
	/* Holds in every packet that is looked at; from its first byte. The empty expression looks
	 * at none. */
	struct link_check entry;
	uint8_t arp_hlen, rarp_hlen; /* bytes of an ARP packet's link addresses; 0: 6 */
	uint8_t arp_src; /* where `arp src` alone is recorded to look; 0: at the source */
};

/* The row of a link type, or NULL: we know its name at most. cooked: of a SOCK_DGRAM socket. */
const struct link_layout *flt__layout_find(uint32_t linktype, bool cooked);
/* The PPP after a PPPoE session header: no address and control bytes. */
const struct link_layout *flt__layout_pppoe(void);
/* The Ethernet frame in a SUNATM packet of LAN emulation. */
const struct link_layout *flt__layout_lane(void);

#endif
