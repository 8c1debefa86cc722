/* SPDX-License-Identifier: BSD-2-Clause */
/* IEEE 802.2: logical link control, and SNAP after it. */
#include "lowering.h"

#include "names.h"

#define LLC_NO_POLL 0xefu /* a U frame's control field without the poll/final bit */

static bool lower_llc_control(struct lower *g, const struct value *name, struct target to)
{
	struct off control = flt__off_add(g->frame.payload, 2);
	struct name_llc llc;

	if (!flt__name_llc(g->c, name->text, name->span, &llc))
		return false;
	if (llc.kind == LLC_I)
		flt__lower_cmp(g, TEST_SET, flt__lower_load(g, control, 1), 1,
			       flt__lower_invert(to));
	else if (llc.is_kind)
		flt__lower_field_mask(g, control, 1, 0x03, llc.kind == LLC_S ? 0x01 : 0x03, to);
	else if (llc.kind == LLC_S)
		flt__lower_field_mask(g, control, 1, 0x0f, llc.control, to);
	else
		flt__lower_field_mask(g, control, 1, LLC_NO_POLL, llc.control, to);
	return true;
}

/* On Ethernet, Novell's raw 802.3 looks like LLC but for the 0xffff that it begins with. */
static void lower_no_novell(struct lower *g, struct target to)
{
	if (g->frame.link->type_rule == TYPE_ETHERNET)
		flt__lower_field(g, g->frame.payload, 2, 0xffff, flt__lower_invert(to));
	else
		flt__lower_goto(g, to.yes);
}

bool flt__lower_llc(struct lower *g, const struct ast *node, struct target to)
{
	struct ir_block *inside, *frame;

	if (!flt__lower_has(g, ALLOW_LLC))
		return flt__lower_lacks(g, node->op_span,
					"field that tells LLC frames from others");
	flt__lower_guard(g, to.no);
	flt__lower_is_llc(g, flt__lower_then(g, to, &inside));
	flt__lower_start(g, inside);
	if (!node->argc) {
		lower_no_novell(g, to);
		return true;
	}
	lower_no_novell(g, flt__lower_then(g, to, &frame));
	flt__lower_start(g, frame);
	return lower_llc_control(g, &node->args[0], to);
}
