/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every printer of a protocol stands on.
 *
 * A printer gets a cursor over the bytes that are there and the length that the layer below says
 * there should be. It reads with want_*(): a read past the end notes the place, gives 0, and
 * everything printed after that place in this packet is thrown away: the line ends there with "
 * [|name]", name being p->protocol at that moment. So printers need no path for short packets;
 * only loops must end, and they do when they go on while cur_left() says so.
 *
 * One protocol, one file print_NAME.c, one row or more in dissect.def.
 */
#ifndef PRINT_H
#define PRINT_H

#include <string.h>

#include "bytes.h"
#include "ip_numbers.h"
#include "libfilter.h"
#include "out.h"
#include "print_opts.h"
#include "stamps.h"
#include "valname.h"

#define NESTING_LIMIT 32u /* headers inside headers, each a stack frame or two */
#define WANT_LIMIT    64u /* the most that want() is asked for */

/* The network layer around a transport header. */
struct net {
	uint8_t version;    /* 4, 6; 0: none yet */
	uint8_t protocol;   /* of the payload */
	bool fragment;      /* part of a datagram: checksums cannot be verified */
	bool shown;         /* the addresses are printed already */
	const uint8_t *src; /* 4 or 16 bytes */
	const uint8_t *dst;
	/* What the pseudo header of checksums has instead of src and dst: the home address of a
	 * mobile node (RFC 6275), and where a route sends the packet in the end. Or the same. */
	const uint8_t *origin;
	const uint8_t *final;
};

struct tcp_flows; /* print_tcp_flows.c */

struct printer;

/* len: bytes there should be from the cursor on, by what the layer below says. */
typedef void print_fn(struct printer *p, struct cursor c, uint32_t len);

/* Which printer is registered (dissect.def) for what, or NULL. Printers ask by this and do not name
 * dissect.c, which names all of them: protocols carry each other, files need not. */
struct print_tables {
	print_fn *(*ethertype)(uint16_t ethertype);
	print_fn *(*ip_protocol)(uint8_t protocol);
	print_fn *(*udp_port)(uint16_t sport, uint16_t dport);
	print_fn *(*tcp_port)(uint16_t sport, uint16_t dport);
	print_fn *(*ppp_protocol)(uint16_t protocol);
};

struct printer {
	struct print_opts opts;
	const struct print_tables *tables;
	struct out *out;
	struct stamps stamps;
	const char *protocol; /* whose bytes are read now */
	const char *cut_in;   /* the protocol that ran out of bytes, or NULL */
	bool whole;           /* all of the packet was captured */
	struct net net;
	uint32_t link_len; /* bytes of link header, which -x leaves out */
	uint32_t depth;
	struct tcp_flows *flows; /* NULL with -S */
	uint8_t *tagged;         /* room for a packet whose VLAN tag is put back */
	uint32_t tagged_room;
	bool failed; /* there was no memory for that */
};

/* The packet ends before what p->protocol wants. */
void flt__print_cut(struct printer *p);
/* Was it cut since nothing was? Then take that back: the caller says what is missing. */
bool flt__print_forgive_cut(struct printer *p);
/* The packet begins with len bytes of link header, if it was all there. */
void flt__print_link_len(struct printer *p, uint32_t len);
/* " (invalid)" */
void flt__print_invalid(struct printer *p);

/* Call a printer one level deeper, unless that is too deep. */
void flt__print_nested(struct printer *p, print_fn *print, struct cursor c, uint32_t len);

#define LINK(linktype, print)       print_fn print;
#define ETHERTYPE(number, print)    print_fn print;
#define IP_PROTOCOL(number, print)  print_fn print;
#define PPP_PROTOCOL(number, print) print_fn print;
#define UDP_PORT(port, print)       print_fn print;
#define TCP_PORT(port, print)       print_fn print;
#include "dissect.def"

/* ---- reading ------------------------------------------------------------------------------- */

extern const uint8_t flt__no_bytes[WANT_LIMIT];

/* The next n bytes, n <= WANT_LIMIT; zeros when they are not all there. */
static inline const uint8_t *want(struct printer *p, struct cursor *c, size_t n)
{
	const uint8_t *b = cur_take(c, n);

	if (b)
		return b;
	flt__print_cut(p);
	return flt__no_bytes;
}

static inline uint8_t want_u8(struct printer *p, struct cursor *c)
{
	return want(p, c, 1)[0];
}

static inline uint16_t want_be16(struct printer *p, struct cursor *c)
{
	return get_be16(want(p, c, 2));
}

static inline uint32_t want_be24(struct printer *p, struct cursor *c)
{
	const uint8_t *b = want(p, c, 3);

	return (uint32_t)get_be16(b) << 8 | b[2];
}

static inline uint32_t want_be32(struct printer *p, struct cursor *c)
{
	return get_be32(want(p, c, 4));
}

static inline uint64_t want_be64(struct printer *p, struct cursor *c)
{
	return get_be64(want(p, c, 8));
}

static inline void want_skip(struct printer *p, struct cursor *c, size_t n)
{
	if (!cur_skip(c, n))
		flt__print_cut(p);
}

/* A cursor over the next n bytes, or over those of them that are there: reading on past them is
 * what ends the line, not making this. */
static inline struct cursor part(struct cursor *c, size_t n)
{
	struct cursor sub = cur_make(c->at, n < cur_left(c) ? n : cur_left(c));

	c->at = sub.end;
	return sub;
}

/* The same without taking them. */
static inline struct cursor limited(struct cursor c, size_t n)
{
	return part(&c, n);
}

/* Bytes of a field of n that are there. */
static inline size_t there(const struct cursor *c, size_t n)
{
	return n < cur_left(c) ? n : cur_left(c);
}

/* ---- printing what is read ----------------------------------------------------------------- */

void flt__print_ipv4_address(struct printer *p, struct cursor *c);
void flt__print_ipv6_address(struct printer *p, struct cursor *c);
void flt__print_bytes(struct printer *p, struct cursor *c, size_t n); /* as escaped text */
void flt__print_hexes(struct printer *p, struct cursor *c, size_t n); /* two digits each */
void flt__print_addresses(struct printer *p);                         /* "src > dst", of p->net */
void flt__print_address(struct printer *p, const uint8_t *address);   /* of p->net.version */
void flt__print_ports(struct printer *p, uint16_t sport, uint16_t dport);

/* hexdump.c: lines of 16 bytes, each begun by a newline and indent. */
void flt__hexdump(struct out *out, const uint8_t *bytes, size_t len, const char *indent);
void flt__hexdump_text(struct out *out, const uint8_t *bytes, size_t len, const char *indent);
/* Lines of the bytes' own, each begun by indent. */
void flt__text_dump(struct out *out, const uint8_t *bytes, size_t len, const char *indent);
/* A payload that nobody prints: -X style lines, unless the user asked for a dump in hex. */
void flt__print_payload(struct printer *p, struct cursor c);

/* cksum.c: sums of RFC 1071. */
uint32_t flt__cksum_add(uint32_t sum, const uint8_t *bytes, size_t len);
/* Folded and complemented: 0 when a summed field was right. */
uint16_t flt__cksum_end(uint32_t sum);
uint16_t flt__cksum_pseudo(const struct net *net, uint8_t protocol, const uint8_t *bytes,
			   uint32_t len);
/* What the checksum field should have been, when the field held `was` and the sum came out as
 * `sum`. */
uint16_t flt__cksum_should_be(uint16_t sum, uint16_t was);

/* ---- called from several protocols ---------------------------------------------------------- */

/* An EtherType's payload; false when no printer knows it (nothing printed then). */
bool flt__print_ethertype(struct printer *p, uint16_t ethertype, struct cursor c, uint32_t len);
/* The payload of an IP packet, by p->net.protocol. */
void flt__print_ip_payload(struct printer *p, struct cursor c, uint32_t len);
/* An Ethernet frame. */
void flt__print_ether_frame(struct printer *p, struct cursor c, uint32_t len);
/* Addresses of the frame around it. */
struct ether_ends {
	const uint8_t *dst, *src;
};
/* 802.2; who may be NULL. */
void flt__print_llc_frame(struct printer *p, struct cursor c, uint32_t len,
			  const struct ether_ends *who);

extern const struct valname flt__ethertype_names[];
extern const struct valname flt__ip_protocol_names[];

#endif
