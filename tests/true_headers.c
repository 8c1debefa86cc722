/* SPDX-License-Identifier: BSD-2-Clause */
#include "true_headers.h"

#include <stddef.h>
#include <string.h>

#include "bytes.h"

#define DEPTH_MAX 16u

/* ---- fields -------------------------------------------------------------------------------------
 */

static const struct true_field fields[] = {
#include "true_headers.def"
};

/* ---- links --------------------------------------------------------------------------------------
 */

enum payload {
	BY_ETHERTYPE, /* or a length before LLC */
	BY_COOKED,    /* the same; 4 is LLC */
	BY_PPP,       /* behind ff 03 or not */
	BY_FAMILY,
	BY_VERSION,
	BY_LLC,
	ALWAYS_IP,
	ALWAYS_IP6,
	BY_WLAN,
	BY_RADIOTAP,
	BY_PFLOG
};

struct true_link {
	const char *name, *word;
	uint32_t begin; /* of the bytes before the link header */
	uint16_t type_off, type_size, payload_off;
	enum payload payload;
	bool has_macs;
	uint16_t dst_off, src_off;
};

/* clang-format off */
static const struct true_link links[] = {
	{"EN10MB", "ether", 0, 12, 2, 14, BY_ETHERTYPE, true, 0, 6},
	{"NETANALYZER", "link", 4, 12, 2, 14, BY_ETHERTYPE, true, 0, 6},
	{"NETANALYZER_TRANSPARENT", "link", 12, 12, 2, 14, BY_ETHERTYPE, true, 0, 6},
	{"LINUX_SLL", "sll", 0, 14, 2, 16, BY_COOKED, false, 0, 0},
	{"LINUX_SLL2", "sll2", 0, 0, 2, 20, BY_COOKED, false, 0, 0},
	{"PPP", "ppp", 0, 0, 0, 0, BY_PPP, false, 0, 0},
	{"PPP_SERIAL", "ppp", 0, 0, 0, 0, BY_PPP, false, 0, 0},
	{"NULL", "link", 0, 0, 4, 4, BY_FAMILY, false, 0, 0},
	{"LOOP", "link", 0, 0, 4, 4, BY_FAMILY, false, 0, 0},
	{"ENC", "link", 0, 0, 4, 12, BY_FAMILY, false, 0, 0},
	{"RAW", "link", 0, 0, 0, 0, BY_VERSION, false, 0, 0},
	{"IPV4", "link", 0, 0, 0, 0, ALWAYS_IP, false, 0, 0},
	{"IPV6", "link", 0, 0, 0, 0, ALWAYS_IP6, false, 0, 0},
	{"FDDI", "link", 0, 0, 0, 13, BY_LLC, true, 1, 7},
	{"IEEE802", "link", 0, 0, 0, 14, BY_LLC, true, 2, 8},
	{"IP_OVER_FC", "link", 0, 0, 0, 16, BY_LLC, true, 2, 10},
	{"ATM_RFC1483", "link", 0, 0, 0, 0, BY_LLC, false, 0, 0},
	{"ATM_CLIP", "link", 0, 0, 0, 0, BY_LLC, false, 0, 0},
	{"C_HDLC", "link", 0, 2, 2, 4, BY_ETHERTYPE, false, 0, 0},
	{"APPLE_IP_OVER_IEEE1394", "link", 0, 16, 2, 18, BY_ETHERTYPE, false, 0, 0},
	{"SYMANTEC_FIREWALL", "link", 0, 6, 2, 44, BY_ETHERTYPE, false, 0, 0},
	{"IEEE802_11", "wlan", 0, 0, 0, 0, BY_WLAN, false, 0, 0},
	{"IEEE802_11_RADIO", "radiotap", 0, 0, 0, 0, BY_RADIOTAP, false, 0, 0},
	{"PFLOG", "pflog", 0, 1, 1, 0, BY_PFLOG, false, 0, 0},
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- the walk -----------------------------------------------------------------------------------
 */

/* 0 behind the end, where no header is looked for. */
static uint32_t bytes_at(const struct true_packet *p, uint32_t off, uint32_t size)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < size; i++)
		value = value << 8 | (inside(off, size, p->len) ? p->bytes[off + i] : 0);
	return value;
}

static bool put(struct true_packet *p, const char *word, uint32_t off)
{
	if (p->count == TRUE_HEADERS_MAX || off >= p->len)
		return false;
	p->headers[p->count++] = (struct true_header){ word, off, 0 };
	return true;
}

static void put_type(struct true_packet *p, uint32_t type, uint32_t off);

static void put_tunnel(struct true_packet *p, uint32_t port, uint32_t off)
{
	if (port == 6081)
		put(p, "geneve", off);
	if (port == 4789)
		put(p, "vxlan", off);
}

static void put_proto(struct true_packet *p, uint32_t proto, uint32_t off)
{
	/* clang-format off */
	static const struct {
		uint32_t proto;
		const char *word;
	} rows[] = {
		{1, "icmp"},	      {2, "igmp"},   {6, "tcp"},    {17, "udp"},
		{44, "ip6.fragment"}, {50, "esp"},   {51, "ah"},    {58, "icmp6"},
		{103, "pim"},	      {112, "vrrp"}, {132, "sctp"},
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].proto == proto)
			put(p, rows[i].word, off);
	if (proto == 17)
		put_tunnel(p, bytes_at(p, off + 2, 2), off + 8);
	if (proto == 44 && inside(off, 4, p->len) && (bytes_at(p, off + 2, 2) & 0xfff8) == 0)
		put_proto(p, bytes_at(p, off, 1), off + 8);
}

static void put_ip(struct true_packet *p, uint32_t off)
{
	if (put(p, "ip", off) && inside(off, 10, p->len) && (bytes_at(p, off + 6, 2) & 0x1fff) == 0)
		put_proto(p, bytes_at(p, off + 9, 1), off + 4 * (bytes_at(p, off, 1) & 0xf));
}

static void put_ip6(struct true_packet *p, uint32_t off)
{
	if (put(p, "ip6", off) && inside(off, 7, p->len))
		put_proto(p, bytes_at(p, off + 6, 1), off + 40);
}

/* Before the version is known, it is ip.version. */
static void put_version(struct true_packet *p, uint32_t off)
{
	uint32_t version = bytes_at(p, off, 1) >> 4;

	if (version == 4)
		put_ip(p, off);
	else if (version == 6)
		put_ip6(p, off);
	if (version != 4 && put(p, "ip", off))
		p->headers[p->count - 1].len = 1;
}

static void put_ppp_type(struct true_packet *p, uint32_t type, uint32_t off)
{
	if (type == 0x21)
		put_ip(p, off);
	else if (type == 0x57)
		put_ip6(p, off);
	else if (type == 0x281)
		put_type(p, 0x8847, off);
}

static void put_labels(struct true_packet *p, uint32_t off)
{
	while (put(p, "mpls", off)) {
		off += 4;
		if (bytes_at(p, off - 2, 1) & 1) {
			put_version(p, off);
			return;
		}
	}
}

/* Whatever stands in front of a SNAP type is taken for SNAP, as by the filters that are known. */
static void put_llc(struct true_packet *p, uint32_t off)
{
	if (put(p, "llc", off) && inside(off, 8, p->len) && bytes_at(p, off + 6, 2) > 1535)
		put_type(p, bytes_at(p, off + 6, 2), off + 8);
}

static void put_type(struct true_packet *p, uint32_t type, uint32_t off)
{
	/* IEEE 802.3, 3.2.6: a length, up to 1,500; up to 1,535 it is neither */
	if (type <= 1535) {
		put_llc(p, off);
	} else if (type == 0x800) {
		put_ip(p, off);
	} else if (type == 0x86dd) {
		put_ip6(p, off);
	} else if (type == 0x806 || type == 0x8035) {
		put(p, type == 0x806 ? "arp" : "rarp", off);
	} else if (type == 0x8847 || type == 0x8848) {
		put_labels(p, off);
	} else if (type == 0x8864) {
		if (put(p, "pppoe", off))
			put_ppp_type(p, bytes_at(p, off + 6, 2), off + 8);
	} else if (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
		put(p, "vlan", off);
		/* A tag that the kernel leaves in the bytes moves the end of the link header. */
		if (p->is_live)
			put(p, p->link->word, off - p->link->payload_off + 4);
		if (p->count < TRUE_HEADERS_MAX && inside(off, 4, p->len))
			put_type(p, bytes_at(p, off + 2, 2), off + 4);
	}
}

static void put_family(struct true_packet *p, uint32_t family, uint32_t off)
{
	static const uint32_t ip6[] = { 10, 24, 28, 30 };

	if (family > 0xffff)
		family = __builtin_bswap32(family);
	if (family == 2)
		put_ip(p, off);
	for (size_t i = 0; i < COUNT(ip6); i++)
		if (family == ip6[i])
			put_ip6(p, off);
}

/* RFC 1662: address and control; RFC 1661: a protocol of one byte is odd, the first of two is not.
 * EtherTypes are no PPP numbers, but filters ask for them. */
static void put_ppp(struct true_packet *p)
{
	uint32_t off = bytes_at(p, 0, 2) == 0xff03 ? 2 : 0;
	uint32_t size = bytes_at(p, off, 1) & 1 ? 1 : 2;
	uint32_t type = bytes_at(p, off, size);

	if (off)
		put(p, "ppp", off);
	put_ppp_type(p, type, off + size);
	if (type > 1535)
		put_type(p, type, off + size);
}

/* 24 bytes, with QoS 26; a fourth address is not counted, as by the filters that are known. */
static void put_wlan(struct true_packet *p, uint32_t off, uint32_t pad)
{
	uint32_t control = bytes_at(p, off, 1);

	if (!put(p, "wlan", off) || (control & 0x0c) != 0x08)
		return;
	uint32_t len = control & 0x80 ? 26 : 24;
	put_llc(p, off + (pad ? (len + pad - 1) / pad * pad : len));
}

/* radiotap.org: the 802.11 header is padded to 4 bytes where the flags say so. They are behind all
 * words of `present`, of which filters read 8, and behind the time stamp, which is aligned. */
static void put_radiotap(struct true_packet *p)
{
	uint32_t len = bytes_at(p, 3, 1) << 8 | bytes_at(p, 2, 1), present = bytes_at(p, 4, 4);
	bool has_time = present & 0x01000000, has_flags = present & 0x02000000;
	uint32_t words = 1;

	while (words <= 8 && bytes_at(p, 4 * words, 4) & 0x80)
		words++;
	uint32_t at = 4 + 4 * words;
	if (has_time)
		at = (at + 7) / 8 * 8 + 8;
	put_wlan(p, len, has_flags && words <= 8 && bytes_at(p, at, 1) & 0x20 ? 4 : 0);
}

static void put_payload(struct true_packet *p)
{
	const struct true_link *link = p->link;
	uint32_t off = link->begin + link->payload_off;
	uint32_t type = bytes_at(p, link->begin + link->type_off, link->type_size);

	switch (link->payload) {
	case BY_ETHERTYPE: put_type(p, type, off); break;
	case BY_COOKED: put_type(p, type, off); break;
	case BY_PPP: put_ppp(p); break;
	case BY_FAMILY: put_family(p, type, off); break;
	case BY_VERSION: put_version(p, off); break;
	case BY_LLC: put_llc(p, off); break;
	case ALWAYS_IP: put_ip(p, off); break;
	case ALWAYS_IP6: put_ip6(p, off); break;
	case BY_WLAN: put_wlan(p, 0, 0); break;
	case BY_RADIOTAP: put_radiotap(p); break;
	case BY_PFLOG: put_family(p, type, (bytes_at(p, 0, 1) + 3) & ~3u); break;
	}
}

bool true_headers(struct true_packet *p, uint32_t linktype, uint32_t flags)
{
	p->link = NULL;
	p->count = 0;
	p->is_live = flags & FLT_COMPILE_LIVE;
	for (size_t i = 0; i < COUNT(links); i++)
		if (flt_linktype_find(links[i].name) == (int64_t)linktype)
			p->link = &links[i];
	if (!p->link)
		return false;
	if (flags & FLT_COMPILE_COOKED) {
		put_type(p, p->meta ? p->meta->protocol : 0, 0);
		return true;
	}
	put(p, p->link->word, 0);
	if (p->len)
		put_payload(p);
	return true;
}

/* ---- asking -------------------------------------------------------------------------------------
 */

/* Type and addresses of the link header. */
static bool link_field(const struct true_link *link, const char *name, struct true_field *field)
{
	uint32_t off = link->src_off, size = 6;

	if (strcmp(name, "type") == 0 && link->type_size) {
		off = link->type_off;
		size = link->type_size;
	} else if (!link->has_macs || (strcmp(name, "dst") != 0 && strcmp(name, "src") != 0)) {
		return false;
	} else if (strcmp(name, "dst") == 0) {
		off = link->dst_off;
	}
	field->off = (uint16_t)(link->begin + off);
	field->size = (uint16_t)size;
	field->mask = size > 4 ? 0 : 0xffffffff >> (32 - 8 * size);
	return true;
}

bool true_headers_field(const struct true_packet *p, const char *header, const char *name,
			struct true_field *field)
{
	const char *like = strcmp(header, "rarp") == 0 ? "arp" : header;

	for (size_t i = 0; i < COUNT(fields); i++)
		if (strcmp(fields[i].header, like) == 0 && strcmp(fields[i].name, name) == 0) {
			*field = fields[i];
			return true;
		}
	return strcmp(header, p->link->word) == 0 && link_field(p->link, name, field);
}

bool true_headers_word(const char *word)
{
	static const char *const more[] = { "pim", "vrrp", "rarp", "ether", "link", "ppp" };

	for (size_t i = 0; i < COUNT(more); i++)
		if (strcmp(more[i], word) == 0)
			return true;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (strcmp(fields[i].header, word) == 0)
			return true;
	return false;
}
