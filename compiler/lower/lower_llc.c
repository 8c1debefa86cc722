/* SPDX-License-Identifier: BSD-2-Clause */
/* IEEE 802.2: logical link control, and SNAP behind it. */
#include "lower.h"

#include "names.h"

#define SAP_SNAP_IP 0x06u
#define SAP_NETBEUI 0xf0u
#define SAP_ISO     0xfeu

#define LLC_NO_POLL 0xefu /* a U frame's control field without the poll/final bit */

#define SNAP_HEAD 0xaaaa0300u /* DSAP, SSAP, UI, first byte of the organization */

void lower_snap(struct lower *g, uint32_t oui, uint32_t number, struct target to)
{
	struct ir_block *head;

	lower_field(g, off_add(g->frame.payload, 4), 4, (oui & 0xffff) << 16 | number,
		    lower_then(g, to, &head));
	lower_start(g, head);
	lower_field(g, g->frame.payload, 4, SNAP_HEAD | oui >> 16, to);
}

void lower_llc_sap(struct lower *g, uint32_t sap, struct target to)
{
	if (sap == SAP_SNAP_IP || sap == SAP_ISO || sap == SAP_NETBEUI)
		lower_field(g, g->frame.payload, 2, sap << 8 | sap, to);
	else if (g->frame.link->type_rule == TYPE_ETHERNET)
		lower_field(g, off_add(g->frame.type_off, 2), 1, sap, to);
	else
		lower_field(g, g->frame.payload, 1, sap, to);
}

static bool lower_llc_control(struct lower *g, const struct value *name, struct target to)
{
	struct off control = off_add(g->frame.payload, 2);
	struct name_llc llc;

	if (!flt__name_llc(g->c, name->text, name->span, &llc))
		return false;
	if (llc.kind == LLC_I)
		lower_cmp(g, TEST_SET, lower_load(g, control, 1), 1, lower_invert(to));
	else if (llc.is_kind)
		lower_field_mask(g, control, 1, 0x03, llc.kind == LLC_S ? 0x01 : 0x03, to);
	else if (llc.kind == LLC_S)
		lower_field_mask(g, control, 1, 0x0f, llc.control, to);
	else
		lower_field_mask(g, control, 1, LLC_NO_POLL, llc.control, to);
	return true;
}

/* On Ethernet, Novell's raw 802.3 looks like LLC but for the 0xffff that it begins with. */
static void lower_no_novell(struct lower *g, struct target to)
{
	if (g->frame.link->type_rule == TYPE_ETHERNET)
		lower_field(g, g->frame.payload, 2, 0xffff, lower_invert(to));
	else
		lower_goto(g, to.yes);
}

bool lower_llc(struct lower *g, const struct ast *node, struct target to)
{
	struct ir_block *inside, *frame;

	if (!lower_has(g, ALLOW_LLC))
		return lower_lacks(g, node->op_span,
				   "LLC frames that 'llc' could tell from others");
	lower_guard(g, to.no);
	lower_is_llc(g, lower_then(g, to, &inside));
	lower_start(g, inside);
	if (!node->argc) {
		lower_no_novell(g, to);
		return true;
	}
	lower_no_novell(g, lower_then(g, to, &frame));
	lower_start(g, frame);
	return lower_llc_control(g, &node->args[0], to);
}
