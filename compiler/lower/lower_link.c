/* SPDX-License-Identifier: BSD-2-Clause */
/* What the link header says of the packet: its protocol. */
#include "lowering.h"

#include <linux/filter.h>

#define ETHERTYPE_IP    0x0800u
#define ETHERTYPE_IP6   0x86ddu
#define ETHERTYPE_ATALK 0x809bu
#define ETHERTYPE_AARP  0x80f3u
#define ETHERTYPE_IPX   0x8137u

#define LENGTH_MAX 1500u /* IEEE 802.3: a type field up to here is a length */

#define OUI_APPLE   0x080007u
#define SAP_IPX     0xe0u
#define SAP_SNAP_IP 0x06u
#define SAP_NETBEUI 0xf0u
#define SAP_ISO     0xfeu
#define SNAP_HEAD   0xaaaa0300u /* DSAP, SSAP, UI, first byte of the organization */

#define COOKED_NOVELL 0x0001u /* Linux, ETH_P_802_3: raw 802.3, IPX without LLC */
#define COOKED_LLC    0x0004u /* Linux, ETH_P_802_2 */

/* ---- the type field ---------------------------------------------------------------------- */

static ir_val load_type(struct lower *g, uint32_t size)
{
	if (g->frame.link->is_cooked)
		return flt__lower_meta(g, SKF_AD_PROTOCOL);
	return flt__lower_load(g, g->frame.type_off, size);
}

static void is_llc_ethernet(struct lower *g, struct target to)
{
	flt__lower_cmp(g, TEST_GT, load_type(g, 2), LENGTH_MAX, flt__lower_invert(to));
}

static void is_llc_cooked(struct lower *g, struct target to)
{
	flt__lower_cmp(g, TEST_EQ, load_type(g, 2), COOKED_LLC, to);
}

static void is_llc_always(struct lower *g, struct target to)
{
	flt__lower_goto(g, to.yes);
}

/* By type rule: an 802.2 LLC header follows, and numbers up to 1,500 are its SAPs, of 8 bits. */
static void (*const is_llc[TYPE_RULES])(struct lower *g, struct target to) = {
	[TYPE_ETHERNET] = is_llc_ethernet,
	[TYPE_COOKED] = is_llc_cooked,
	[TYPE_LLC] = is_llc_always,
};

void flt__lower_is_llc(struct lower *g, struct target to)
{
	is_llc[g->frame.link->type_rule](g, to);
}

void flt__lower_snap(struct lower *g, uint32_t oui, uint32_t number, struct target to)
{
	struct ir_block *head;

	flt__lower_field(g, flt__off_add(g->frame.payload, 4), 4, (oui & 0xffff) << 16 | number,
			 flt__lower_then(g, to, &head));
	flt__lower_start(g, head);
	flt__lower_field(g, g->frame.payload, 4, SNAP_HEAD | oui >> 16, to);
}

void flt__lower_llc_sap(struct lower *g, uint32_t sap, struct target to)
{
	if (sap == SAP_SNAP_IP || sap == SAP_ISO || sap == SAP_NETBEUI)
		flt__lower_field(g, g->frame.payload, 2, sap << 8 | sap, to);
	else if (g->frame.link->type_rule == TYPE_ETHERNET)
		flt__lower_field(g, flt__off_add(g->frame.type_off, 2), 1, sap, to);
	else
		flt__lower_field(g, g->frame.payload, 1, sap, to);
}

/* ---- IPX, which came in four ways -------------------------------------------------------- */

static void lower_ipx_ethernet(struct lower *g, struct target to)
{
	struct ir_block *llc, *inside, *sap, *raw;

	flt__lower_cmp(g, TEST_EQ, load_type(g, 2), ETHERTYPE_IPX, flt__lower_else(g, to, &llc));
	flt__lower_start(g, llc);
	flt__lower_is_llc(g, flt__lower_then(g, to, &inside));
	flt__lower_start(g, inside);
	flt__lower_snap(g, 0, ETHERTYPE_IPX, flt__lower_else(g, to, &sap));
	flt__lower_start(g, sap);
	flt__lower_field(g, g->frame.payload, 1, SAP_IPX, flt__lower_else(g, to, &raw));
	flt__lower_start(g, raw);
	/* No LLC: this is IPX's own checksum, which is always ffff. */
	flt__lower_field(g, g->frame.payload, 2, 0xffff, to);
}

static void lower_ipx_cooked(struct lower *g, struct target to)
{
	struct ir_block *novell, *llc, *inside, *snap;

	flt__lower_cmp(g, TEST_EQ, load_type(g, 2), ETHERTYPE_IPX, flt__lower_else(g, to, &novell));
	flt__lower_start(g, novell);
	flt__lower_cmp(g, TEST_EQ, load_type(g, 2), COOKED_NOVELL, flt__lower_else(g, to, &llc));
	flt__lower_start(g, llc);
	flt__lower_is_llc(g, flt__lower_then(g, to, &inside));
	flt__lower_start(g, inside);
	flt__lower_field(g, g->frame.payload, 1, SAP_IPX, flt__lower_else(g, to, &snap));
	flt__lower_start(g, snap);
	flt__lower_snap(g, 0, ETHERTYPE_IPX, to);
}

/* ---- one function for each enum type_rule ------------------------------------------------ */

/* An EtherType that is also carried over SNAP. */
static void lower_type_or_snap(struct lower *g, uint32_t oui, uint32_t number, struct target to)
{
	struct ir_block *llc, *inside;

	flt__lower_cmp(g, TEST_EQ, load_type(g, 2), number, flt__lower_else(g, to, &llc));
	flt__lower_start(g, llc);
	flt__lower_is_llc(g, flt__lower_then(g, to, &inside));
	flt__lower_start(g, inside);
	flt__lower_snap(g, oui, number, to);
}

static void rule_ethertype(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *inside;

	if (number == ETHERTYPE_ATALK) {
		lower_type_or_snap(g, OUI_APPLE, number, to);
	} else if (number == ETHERTYPE_AARP) {
		lower_type_or_snap(g, 0, number, to);
	} else if (number > LENGTH_MAX) {
		flt__lower_cmp(g, TEST_EQ, load_type(g, 2), number, to);
	} else {
		flt__lower_is_llc(g, flt__lower_then(g, to, &inside));
		flt__lower_start(g, inside);
		flt__lower_llc_sap(g, number, to);
	}
}

static void rule_ethernet(struct lower *g, uint32_t number, struct target to)
{
	if (number == SAP_IPX)
		lower_ipx_ethernet(g, to);
	else
		rule_ethertype(g, number, to);
}

/* LLC is all there is: the EtherType of a SNAP header, whatever its organization, or a SAP. */
static void rule_llc(struct lower *g, uint32_t number, struct target to)
{
	if (number == ETHERTYPE_ATALK)
		flt__lower_snap(g, OUI_APPLE, number, to);
	else if (number > LENGTH_MAX)
		flt__lower_cmp(g, TEST_EQ, load_type(g, 2), number, to);
	else
		flt__lower_llc_sap(g, number, to);
}

static void rule_cooked(struct lower *g, uint32_t number, struct target to)
{
	if (number == SAP_IPX)
		lower_ipx_cooked(g, to);
	else
		rule_ethertype(g, number, to);
}

/* ---- PPP --------------------------------------------------------------------------------- */

#define PPP_FRAMED    0xff03u /* address, control (RFC 1662) */
#define PPP_FRAME_LEN 2u
#define PPP_ONE_BYTE  0x01u

/* The protocol, and then the payload begins so many bytes later. */
static void lower_ppp_code(struct lower *g, struct off off, uint32_t size, uint32_t code,
			   struct target to)
{
	struct ir_block *found;
	uint32_t payload = off.const_part + size;

	flt__lower_field(g, off, size, code, flt__lower_then(g, to, &found));
	flt__lower_start(g, found);
	flt__lower_set(g, g->frame.payload.slot, flt__lower_const(g, payload));
	flt__lower_goto(g, to.yes);
}

/* The protocol field is at off: one byte where that is odd, which may be the last of the packet. */
static void lower_ppp_field(struct lower *g, struct off off, uint32_t code, struct target to)
{
	struct ir_block *one = flt__lower_block(g);
	struct ir_block *two = flt__lower_block(g);

	flt__lower_cmp(g, TEST_SET, flt__lower_load(g, off, 1), PPP_ONE_BYTE,
		       (struct target){ one, two });
	flt__lower_start(g, one);
	lower_ppp_code(g, off, 1, code, to);
	flt__lower_start(g, two);
	lower_ppp_code(g, off, 2, code, to);
}

static void lower_ppp_type(struct lower *g, uint32_t code, struct target to)
{
	struct off begin = g->frame.type_off;
	struct ir_block *framed = flt__lower_block(g);
	struct ir_block *bare = flt__lower_block(g);

	flt__lower_field(g, begin, 2, PPP_FRAMED, (struct target){ framed, bare });
	flt__lower_start(g, framed);
	lower_ppp_field(g, flt__off_add(begin, PPP_FRAME_LEN), code, to);
	flt__lower_start(g, bare);
	lower_ppp_field(g, begin, code, to);
}

/* ---- codes ------------------------------------------------------------------------------- */

void flt__lower_type_code(struct lower *g, uint32_t code, struct target to)
{
	uint32_t size = g->frame.link->type_rule == TYPE_CODES ? g->frame.link->type_size : 2;

	if (g->frame.link->type_rule == TYPE_PPP)
		lower_ppp_type(g, code, to);
	else
		flt__lower_cmp(g, TEST_EQ, load_type(g, size), code, to);
}

/* Numbers that have codes are said by those alone; others may stand for themselves. */
static void rule_codes(struct lower *g, uint32_t number, struct target to)
{
	const struct link_layout *link = g->frame.link;
	bool is_known = link->is_closed;

	for (const struct type_code *row = link->codes; row && row->number; row++) {
		struct ir_block *next;
		if (row->number != number)
			continue;
		is_known = true;
		flt__lower_type_code(g, row->code, flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	if (is_known)
		flt__lower_goto(g, to.no);
	else
		flt__lower_type_code(g, number, to);
}

/* The address families of IPv4 and IPv6. A capture of this machine's own has Linux's; a file may
 * come from any of the BSDs, which agree on IPv4 alone. */
static uint32_t families(const struct lower *g, uint32_t number, uint32_t list[3])
{
	bool is_file = (g->c->opts.flags & (FLT_COMPILE_SWAPPED | FLT_COMPILE_UNSWAPPED)) != 0;

	if (number == ETHERTYPE_IP) {
		list[0] = 2;
		return 1;
	}
	if (number != ETHERTYPE_IP6)
		return 0;
	if (!is_file) {
		list[0] = 10;
		return 1;
	}
	list[0] = 30;
	list[1] = 24;
	list[2] = 28;
	return 3;
}

static uint32_t swap32(uint32_t k)
{
	return k >> 24 | (k >> 8 & 0xff00) | (k << 8 & 0xff0000) | k << 24;
}

/* The type field holds one of count values. */
static void lower_type_among(struct lower *g, const uint32_t *list, uint32_t count,
			     struct target to)
{
	for (uint32_t i = 0; i < count; i++) {
		struct ir_block *next;
		flt__lower_cmp(g, TEST_EQ, load_type(g, g->frame.link->type_size), list[i],
			       flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
}

static void rule_af_net(struct lower *g, uint32_t number, struct target to)
{
	uint32_t list[3];
	uint32_t count = families(g, number, list);

	lower_type_among(g, list, count, to);
}

/* A load is big-endian, so on a little-endian machine host order is the swapped one. */
static void rule_af_host(struct lower *g, uint32_t number, struct target to)
{
	bool is_little = (union {
				 uint16_t word;
				 uint8_t byte;
			 }){ .word = 1 }
				 .byte;
	bool is_swapped = (g->c->opts.flags & FLT_COMPILE_SWAPPED) != 0;
	uint32_t list[6];
	uint32_t count = families(g, number, list);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t family = list[i];
		list[i] = is_little ? swap32(family) : family;
		list[count + i] = is_little ? family : swap32(family);
	}
	lower_type_among(g, list, is_swapped ? 2 * count : count, to);
}

static void lower_ip_version(struct lower *g, struct off first, uint32_t number, struct target to)
{
	if (number == ETHERTYPE_IP)
		flt__lower_field_mask(g, first, 1, 0xf0, 0x40, to);
	else if (number == ETHERTYPE_IP6)
		flt__lower_field_mask(g, first, 1, 0xf0, 0x60, to);
	else
		flt__lower_goto(g, to.no);
}

static void rule_ip_version(struct lower *g, uint32_t number, struct target to)
{
	lower_ip_version(g, g->frame.type_off, number, to);
}

static void rule_always(struct lower *g, uint32_t number, struct target to)
{
	flt__lower_goto(g, number == g->frame.link->code ? to.yes : to.no);
}

static void rule_any(struct lower *g, uint32_t number, struct target to)
{
	(void)number;
	flt__lower_goto(g, to.yes);
}

static void (*const rules[TYPE_RULES])(struct lower *g, uint32_t number, struct target to) = {
	[TYPE_ANY] = rule_any,
	[TYPE_ETHERNET] = rule_ethernet,
	[TYPE_COOKED] = rule_cooked,
	[TYPE_LLC] = rule_llc,
	[TYPE_CODES] = rule_codes,
	[TYPE_PPP] = rule_codes,
	[TYPE_AF_HOST] = rule_af_host,
	[TYPE_AF_NET] = rule_af_net,
	[TYPE_IP_VERSION] = rule_ip_version,
	[TYPE_ALWAYS] = rule_always,
};

/* ---- protocols --------------------------------------------------------------------------- */

/* After MPLS labels nothing says what follows; IP is known by its first nibble, after the last
 * label. */
static bool lower_labelled(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *version;

	if (number != ETHERTYPE_IP && number != ETHERTYPE_IP6)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, g->span,
				    "after MPLS labels only IPv4 and IPv6 can be recognized");
	flt__lower_cmp(g, TEST_SET, flt__lower_load(g, flt__off_add(g->frame.net, (uint32_t)-2), 1),
		       1, flt__lower_then(g, to, &version));
	flt__lower_start(g, version);
	lower_ip_version(g, g->frame.net, number, to);
	return true;
}

bool flt__lower_linkproto(struct lower *g, uint32_t number, struct target to)
{
	if (!g->frame.link || g->frame.link->type_rule == TYPE_UNSAID)
		return flt__lower_lacks(g, g->span, "field that says which protocol follows");
	if (g->frame.label_depth)
		return lower_labelled(g, number, to);
	if (g->frame.net.const_part >= OFF_NOWHERE)
		g->nowhere = to.no;
	flt__lower_guard(g, to.no);
	rules[g->frame.link->type_rule](g, number, to);
	return true;
}

bool flt__lower_tells_protos(const struct lower *g)
{
	return g->frame.label_depth || !g->frame.link || g->frame.link->type_rule != TYPE_ANY;
}

bool flt__lower_linkproto_id(struct lower *g, uint32_t number, struct span span, struct target to)
{
	bool has_llc = g->frame.link && is_llc[g->frame.link->type_rule];

	if (g->frame.link && g->frame.link->no_types)
		return flt__lower_lacks(g, span, "field that says which protocol follows");
	if (number > 0xffff)
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, span,
			"%u does not fit into the type field of %s, which has 16 bits (0 to 65535)",
			number, flt__lower_link_name(g));
	if (has_llc && number > 0xff && number <= LENGTH_MAX)
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, span,
			"%u is neither an LLC service access point (0 to 255) nor an EtherType "
			"(1501 to 65535)",
			number);
	return flt__lower_linkproto(g, number, to);
}
