/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to numbers, for lowering: what is a fact of the language (EtherTypes, LLC SAPs, OSI
 * protocols, ...) from tables, the rest from the resolver of the compile. Nothing else asks it.
 *
 * All take the name as the token's text (escape removed) and the span to blame. A name that is
 * unknown is FLT_E_NAME; one that is known, but not for the wanted protocol, is FLT_E_MEANING.
 */
#ifndef NAMES_H
#define NAMES_H

#include "context.h"

/* All addresses of a host, IPv4 ones first, in the resolver's order, each once; in the arena. */
bool flt__name_hosts(struct compile *c, const char *name, struct span span,
		     const struct flt_address **list, uint32_t *count);
bool flt__name_ether(struct compile *c, const char *name, struct span span, uint8_t mac[6]);
/* An IPv4 network, host order, left-aligned: 10.1.0.0 is 0x0a010000. It is compared with all 32
 * bits, as the established tools do. */
bool flt__name_network(struct compile *c, const char *name, struct span span, uint32_t *net);

/* Ports low to high of one protocol (6, 17, 132), or of any (0). */
struct name_ports {
	uint16_t low;
	uint16_t high;
	uint8_t protocol;
};

/*
 * A port, as a number or a name. wanted is the protocol before it (6, 17, 132; 0: none).
 * A name known for one protocol only binds that; known for several with the same port, none. Of
 * several with different ports the wanted one is taken, else TCP's.
 */
bool flt__name_port(struct compile *c, const char *text, struct span span, uint8_t wanted,
		    struct name_ports *out);
/* A range "a", "b"; b NULL: a alone. One that runs backwards is turned round. Its protocol is that
 * of both ends when they agree, else none; a number has none. */
bool flt__name_portrange(struct compile *c, const char *low, const char *high, struct span span,
			 uint8_t wanted, struct name_ports *out);
/* In a set: a port, or else a range of them in one word; one that runs backwards is refused. */
bool flt__name_port_or_range(struct compile *c, const char *text, struct span span, uint8_t wanted,
			     struct name_ports *out);

/* `ip proto \tcp`: an IP protocol, 0..255 unless the resolver says otherwise. */
bool flt__name_protocol(struct compile *c, const char *name, struct span span, uint32_t *number);
/* `ether proto \ip`: an EtherType; or an LLC SAP (iso, stp, ipx, netbeui), all below 256. */
bool flt__name_ethertype(struct compile *c, const char *name, struct span span, uint32_t *number);
/* `iso proto \clnp`. */
bool flt__name_osi(struct compile *c, const char *name, struct span span, uint32_t *number);

/* What follows `llc`: the LLC frame kinds. */
enum llc_kind { LLC_I, LLC_S, LLC_U };

struct name_llc {
	enum llc_kind kind;
	bool is_kind;    /* i, s, u: the kind is all that is asked for */
	uint8_t control; /* else: its bits that say which one, 0x6f for SABME */
};

bool flt__name_llc(struct compile *c, const char *name, struct span span, struct name_llc *out);

/* `reason short`, `action pass`, in the log of the packet filter pf (names_pf.c). */
bool flt__name_pf_reason(struct compile *c, const char *name, struct span span, uint32_t *number);
bool flt__name_pf_action(struct compile *c, const char *name, struct span span, uint32_t *number);

#define WLAN_TYPE_BITS    0x0cu /* of the first byte of an 802.11 frame */
#define WLAN_SUBTYPE_BITS 0xf0u

/* 802.11: what follows `type`, `subtype`, `dir`; a subtype with its type, both as they are in the
 * frame. */
bool flt__name_wlan_type(struct compile *c, const char *name, struct span span, uint32_t *type);
bool flt__name_wlan_subtype(struct compile *c, const char *name, struct span span,
			    uint32_t *subtype);
bool flt__name_wlan_dir(struct compile *c, const char *name, struct span span, uint32_t *dir);
/* A subtype that must be one of that type. */
bool flt__name_wlan_subtype_of(struct compile *c, const char *name, struct span span, uint32_t type,
			       uint32_t *subtype);

/* Names for the numbers of one field, and how messages speak of it: "unknown 802.11 type 'x'", then
 * the names that are near, else the hint. */
struct named {
	const char *words;
	uint32_t number;
};

struct named_list {
	const struct named *list;
	size_t count;
	const char *what;
	const char *hint;
};

#define NAMED_LIST(table, what, hint)                                                              \
	{                                                                                          \
		table, sizeof(table) / sizeof((table)[0]), what, hint                              \
	}

bool flt__name_listed(struct compile *c, const struct named_list *names, const char *name,
		      struct span span, uint32_t *number);

/* name is one of these words, which have commas between them and are in lower case; NULL: none. */
bool flt__name_among(const char *words, const char *name);

#endif
