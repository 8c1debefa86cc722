/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses in the link header: of 48 bits, and of 8 (ARCnet, MS/TP). */
#include "lower_list.h"
#include "read_value.h"
#include "names.h"

/* Inside a tunnel there may be a bare IP packet: then link header and payload begin at the same
 * byte. */
static void lower_has_header(struct lower *g, struct target to)
{
	flt__lower_guard(g, to.no);
	if (!g->frame.is_tunnel) {
		flt__lower_goto(g, to.yes);
		return;
	}
	ir_val link = flt__lower_off_value(g, g->frame.link_off);
	ir_val payload = flt__lower_off_value(g, g->frame.payload);

	flt__lower_cmp_value(g, TEST_EQ, link, payload, flt__lower_invert(to));
}

/* One address field, so many bytes into the link header, is this address. */
typedef void one_field(struct lower *g, uint32_t field_off, const uint8_t *address,
		       struct target to);

static void lower_one_mac(struct lower *g, uint32_t field_off, const uint8_t *mac, struct target to)
{
	flt__lower_mac_at(g, flt__off_add(g->frame.link_off, field_off), mac, to);
}

static void lower_one_mac8(struct lower *g, uint32_t field_off, const uint8_t *address,
			   struct target to)
{
	flt__lower_field(g, flt__off_add(g->frame.link_off, field_off), 1, *address, to);
}

static void lower_sides(struct lower *g, enum dir dir, one_field *lower_one, const uint8_t *address,
			struct target to)
{
	const struct link_layout *link = g->frame.link;
	struct ir_block *second;

	switch (dir) {
	case DIR_SRC: lower_one(g, link->src_off, address, to); return;
	case DIR_DST: lower_one(g, link->dst_off, address, to); return;
	case DIR_SRC_AND_DST:
		lower_one(g, link->src_off, address, flt__lower_then(g, to, &second));
		break;
	default: lower_one(g, link->src_off, address, flt__lower_else(g, to, &second)); break;
	}
	flt__lower_start(g, second);
	lower_one(g, link->dst_off, address, to);
}

bool flt__lower_macs(struct lower *g, enum dir dir, const uint8_t mac[6], struct span span,
		     struct target to)
{
	struct ir_block *begin;

	if (!flt__lower_has(g, ALLOW_MAC))
		return flt__lower_lacks(g, span,
					flt__lower_has(g, ALLOW_MAC8) ?
						"48-bit addresses; its own look like $0e" :
						"48-bit addresses");
	if (flt__lower_has(g, ALLOW_WLAN)) {
		flt__lower_wlan_macs(g, dir, mac, to);
		return true;
	}
	lower_has_header(g, flt__lower_then(g, to, &begin));
	flt__lower_start(g, begin);
	lower_sides(g, dir, lower_one_mac, mac, to);
	return true;
}

bool flt__lower_mac_set(struct lower *g, enum dir dir, const struct set *macs, struct target to)
{
	const struct link_layout *link = g->frame.link;
	const struct set_field fields[] = {
		{ .kind = FIELD_MAC, .off = flt__off_add(g->frame.link_off, link->src_off) },
		{ .kind = FIELD_MAC, .off = flt__off_add(g->frame.link_off, link->dst_off) },
	};
	struct ir_block *begin;

	lower_has_header(g, flt__lower_then(g, to, &begin));
	flt__lower_start(g, begin);
	return flt__lower_members(g, macs, dir, fields, to);
}

bool flt__lower_mac8(struct lower *g, enum dir dir, const uint8_t *address, struct span span,
		     struct target to)
{
	if (!flt__lower_has(g, ALLOW_MAC8))
		return flt__lower_lacks(g, span, "8-bit addresses");
	lower_sides(g, dir, lower_one_mac8, address, to);
	return true;
}

bool flt__lower_mac_name(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;
	uint8_t mac[6] = { 0 };

	if (!flt__lower_has(g, ALLOW_MAC))
		return flt__lower_macs(g, node->quals.dir, mac, value->span, to);
	if (!flt__name_ether(g->c, value->text, value->span, mac))
		return false;
	return flt__lower_macs(g, node->quals.dir, mac, value->span, to);
}

bool flt__lower_no_net(struct lower *g, const struct value *value, const char *layer)
{
	bool is_mac = value->kind == VAL_MAC;

	if (!flt__lower_has(g, is_mac ? ALLOW_MAC : ALLOW_MAC8))
		return flt__lower_lacks(g, value->span,
					is_mac ? "48-bit addresses" : "8-bit addresses");
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "%s names one host; write '%s host %s'", flt__lower_value_name(value),
			    layer, value->text);
}

/* ---- groups ------------------------------------------------------------------------------ */

bool flt__lower_link_bcast(struct lower *g, const struct ast *node, struct target to)
{
	static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (flt__lower_has(g, ALLOW_MAC8))
		return flt__lower_mac8(g, DIR_DST, &g->frame.link->everyone, node->op_span, to);
	return flt__lower_macs(g, DIR_DST, everyone, node->op_span, to);
}

/* With ARCnet's addresses of 8 bits, everyone is the only group. */
bool flt__lower_link_mcast(struct lower *g, const struct ast *node, struct target to)
{
	struct ir_block *begin;

	if (flt__lower_has(g, ALLOW_MAC8) && !g->frame.link->no_groups)
		return flt__lower_link_bcast(g, node, to);
	if (!flt__lower_has(g, ALLOW_MAC))
		return flt__lower_lacks(g, node->op_span, "multicast addresses");
	if (flt__lower_has(g, ALLOW_WLAN)) {
		flt__lower_wlan_mcast(g, to);
		return true;
	}
	lower_has_header(g, flt__lower_then(g, to, &begin));
	flt__lower_start(g, begin);
	ir_val first =
		flt__lower_load(g, flt__off_add(g->frame.link_off, g->frame.link->dst_off), 1);

	flt__lower_cmp(g, TEST_SET, first, 1, to);
	return true;
}
