/* SPDX-License-Identifier: BSD-2-Clause */
/* Which way a packet went, and over which interface: of the packet as a whole, whatever headers the
 * text has led to. */
#include "lowering.h"

#include <linux/filter.h>

#define PKTTYPE_OUTGOING 4u /* Linux, PACKET_OUTGOING */

static bool refuse_not_live(struct lower *g, const struct ast *node)
{
	struct span span = node->op_span;

	return COMPILE_FAIL(
		g->c, FLT_E_MEANING, span,
		"'%.*s' works only on a live capture; files of link type %s do not record it",
		(int)span.len, g->c->text + span.at,
		g->outer ? g->outer->name : flt__lower_link_name(g));
}

bool flt__lower_direction(struct lower *g, const struct ast *node, struct target to)
{
	const struct link_direction *field = g->outer ? &g->outer->direction : NULL;
	bool is_in = node->keyword == KW_INBOUND;
	bool is_rest = is_in && (!field || !field->in_mask);
	struct target out = is_rest ? flt__lower_invert(to) : to;

	if (field && field->size) {
		struct link_check check = {
			.off = (int8_t)field->off,
			.size = field->size,
			.mask = is_in && !is_rest ? field->in_mask : field->out_mask,
			.value = is_in && !is_rest ? field->in : field->out,
		};
		flt__lower_check(g, &check, PACKET_START, out);
		return true;
	}
	if (!flt__lower_is_live(g))
		return refuse_not_live(g, node);
	flt__lower_cmp(g, TEST_EQ, flt__lower_meta(g, SKF_AD_PKTTYPE), PKTTYPE_OUTGOING, out);
	return true;
}

bool flt__lower_ifindex(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t number = node->args[0].number;

	if (g->outer && g->outer->ifindex_off) {
		flt__lower_field(g, flt__off_add(PACKET_START, g->outer->ifindex_off), 4, number,
				 to);
		return true;
	}
	if (!flt__lower_is_live(g))
		return refuse_not_live(g, node);
	flt__lower_cmp(g, TEST_EQ, flt__lower_meta(g, SKF_AD_IFINDEX), number, to);
	return true;
}
