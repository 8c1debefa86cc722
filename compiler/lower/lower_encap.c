/* SPDX-License-Identifier: BSD-2-Clause */
/* Keywords that move the frame by headers of fixed length: vlan, mpls, pppoed, pppoes. The frame
 * moves with the text, also when the test that moved it is negated or stands before an `or`. */
#include "lower_presence.h"

#include <linux/filter.h>

#define ETHERTYPE_PPPOED 0x8863u
#define ETHERTYPE_PPPOES 0x8864u

#define VLAN_LEN  4u
#define LABEL_LEN 4u
#define PPPOE_LEN 6u

static ir_val lower_bits(struct lower *g, struct off off, uint32_t size, uint32_t mask)
{
	return flt__lower_alu_k(g, IR_AND, flt__lower_load(g, off, size), mask);
}

/* ---- VLAN -------------------------------------------------------------------------------- */

/* One of the three EtherTypes of VLAN tags: 802.1Q, 802.1ad, and what 802.1ad was before its
 * number. */
static void lower_tag_type(struct lower *g, struct target to)
{
	struct ir_block *qinq, *old;

	flt__lower_guard(g, to.no);
	flt__lower_field(g, g->frame.type_off, 2, 0x8100, flt__lower_else(g, to, &qinq));
	flt__lower_start(g, qinq);
	flt__lower_field(g, g->frame.type_off, 2, 0x88a8, flt__lower_else(g, to, &old));
	flt__lower_start(g, old);
	flt__lower_field(g, g->frame.type_off, 2, 0x9100, to);
}

static void lower_tag_id(struct lower *g, const struct ast *node, struct target to)
{
	if (flt__lower_has_arg(node))
		flt__lower_arg_is(g, lower_bits(g, g->frame.net, 2, 0x0fff), 0, to);
	else
		flt__lower_goto(g, to.yes);
}

static bool find_tag(struct lower *g, const struct encap *header, struct target to)
{
	(void)header;
	lower_tag_type(g, to);
	return true;
}

static bool lower_vlan_inline(struct lower *g, const struct ast *node, struct target to)
{
	struct encap *tag = flt__lower_new_encap(g, find_tag);

	if (!tag || !flt__lower_find(g, tag, to.no))
		return false;
	lower_tag_id(g, node, to);
	g->frame.type_off = flt__off_add(g->frame.type_off, VLAN_LEN);
	g->frame.payload = flt__off_add(g->frame.payload, VLAN_LEN);
	g->frame.net = flt__off_add(g->frame.net, VLAN_LEN);
	flt__lower_enter_encap(g, tag);
	return true;
}

/* Live, the kernel takes the outer tag out of the packet and keeps it beside: then the headers
 * stand where they would without. A driver may also leave it in; so what follows begins 0 or 4
 * bytes later, by a slot. */
static void lower_live_tag(struct lower *g, uint32_t shift, struct ir_block *beside,
			   struct target inside)
{
	struct ir_block *bytes = flt__lower_block(g);

	flt__lower_cmp(g, TEST_EQ, flt__lower_meta(g, SKF_AD_VLAN_TAG_PRESENT), 1,
		       (struct target){ beside, bytes });
	flt__lower_start(g, bytes);
	flt__lower_set(g, shift, flt__lower_const(g, VLAN_LEN));
	lower_tag_type(g, inside);
}

static bool find_live_tag(struct lower *g, const struct encap *header, struct target to)
{
	lower_live_tag(g, header->inside.net.slot, to.yes, to);
	return true;
}

static bool lower_vlan_live(struct lower *g, const struct ast *node, struct target to)
{
	struct encap *tag = flt__lower_new_encap(g, find_live_tag);
	struct ir_block *beside = flt__lower_block(g);
	struct ir_block *inside = flt__lower_block(g);
	struct ir_block *absent = flt__lower_block(g);
	struct frame frame = g->frame;

	if (!tag)
		return false;
	frame.type_off.slot = frame.payload.slot = frame.net.slot = flt__ir_slot(g->ir);
	tag->inside = frame;
	flt__lower_zero_first(g, frame.net.slot);
	lower_live_tag(g, frame.net.slot, beside, (struct target){ inside, absent });
	flt__lower_absent(g, absent, to.no);
	flt__lower_start(g, beside);
	flt__lower_found(g, tag);
	if (flt__lower_has_arg(node)) {
		ir_val id = flt__lower_meta(g, SKF_AD_VLAN_TAG);
		flt__lower_arg_is(g, flt__lower_alu_k(g, IR_AND, id, 0x0fff), 0, to);
	} else {
		flt__lower_goto(g, to.yes);
	}
	flt__lower_start(g, inside);
	flt__lower_found(g, tag);
	lower_tag_id(g, node, to);
	g->frame = frame;
	flt__lower_enter_encap(g, tag);
	return true;
}

bool flt__lower_vlan(struct lower *g, const struct ast *node, struct target to)
{
	bool is_meta = flt__lower_is_live(g) && flt__lower_has(g, ALLOW_VLAN_META) &&
		       !g->frame.vlan_depth && !g->frame.is_tunnel;

	if (g->frame.label_depth)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->op_span,
				    "no VLAN tag follows MPLS labels; write 'vlan' before 'mpls'");
	if (!flt__lower_has(g, ALLOW_VLAN))
		return flt__lower_lacks(g, node->op_span, "VLAN tags");
	if (!flt__lower_arg_max(g, node, 4095, "a VLAN identifier"))
		return false;
	if (!(is_meta ? lower_vlan_live : lower_vlan_inline)(g, node, to))
		return false;
	g->frame.vlan_depth++;
	return true;
}

/* ---- MPLS -------------------------------------------------------------------------------- */

/* The type field announces the first label; a further one follows where one is not the last. */
static bool find_label(struct lower *g, const struct encap *header, struct target to)
{
	(void)header;
	if (g->frame.label_depth) {
		ir_val stack = flt__lower_load(g, flt__off_add(g->frame.net, (uint32_t)-2), 1);
		flt__lower_cmp(g, TEST_SET, stack, 1, flt__lower_invert(to));
	} else {
		flt__lower_type_code(g, g->frame.link->mpls_type, to);
	}
	return true;
}

bool flt__lower_mpls(struct lower *g, const struct ast *node, struct target to)
{
	struct encap *label = flt__lower_new_encap(g, find_label);

	if (!flt__lower_has(g, ALLOW_MPLS))
		return flt__lower_lacks(g, node->op_span, "MPLS labels");
	if (!flt__lower_arg_max(g, node, 1048575, "an MPLS label"))
		return false;
	if (!label || !flt__lower_find(g, label, to.no))
		return false;
	if (flt__lower_has_arg(node))
		flt__lower_arg_is(g, lower_bits(g, g->frame.net, 4, 0xfffff000), 12, to);
	else
		flt__lower_goto(g, to.yes);
	g->frame.net = flt__off_add(g->frame.net, LABEL_LEN);
	g->frame.label_depth++;
	flt__lower_enter_encap(g, label);
	return true;
}

/* ---- PPPoE ------------------------------------------------------------------------------- */

bool flt__lower_pppoed(struct lower *g, const struct ast *node, struct target to)
{
	(void)node;
	return flt__lower_linkproto(g, ETHERTYPE_PPPOED, to);
}

static bool find_session(struct lower *g, const struct encap *header, struct target to)
{
	(void)header;
	return flt__lower_linkproto(g, ETHERTYPE_PPPOES, to);
}

bool flt__lower_pppoes(struct lower *g, const struct ast *node, struct target to)
{
	struct encap *session = flt__lower_new_encap(g, find_session);

	if (!flt__lower_arg_max(g, node, 65535, "a PPPoE session number"))
		return false;
	if (!session || !flt__lower_find(g, session, to.no))
		return false;
	if (flt__lower_has_arg(node))
		flt__lower_arg_is(g, flt__lower_load(g, flt__off_add(g->frame.net, 2), 2), 0, to);
	else
		flt__lower_goto(g, to.yes);
	flt__lower_enter(g, flt__layout_pppoe(), flt__off_add(g->frame.net, PPPOE_LEN));
	session->link_depth = session->depth;
	flt__lower_enter_encap(g, session);
	return true;
}
