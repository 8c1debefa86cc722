/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_layout.h"

#include <stddef.h>

#include "libfilter.h"

static const struct link_layout layouts[] = {
#define LAYOUT(name_, linktype_, cooked_, rule_, type_, payload_, osi_, dst_, src_, pkttype_,      \
	       size_, ifindex_, mpls_, allows_, missing_)                                          \
	{ .name = name_, .linktype = linktype_, .is_cooked = cooked_, .type_rule = rule_,          \
	  .type_off = type_, .payload_off = payload_, .osi_len = osi_, .dst_off = dst_,            \
	  .src_off = src_, .pkttype_off = pkttype_, .pkttype_size = size_,                         \
	  .ifindex_off = ifindex_, .mpls_type = mpls_, .allows = allows_, .missing_len = missing_ },
#include "layouts.def"
#undef LAYOUT
};

/* Behind a PPPoE session header the packet goes on with the PPP protocol field (RFC 2516, section
 * 4). */
static const struct link_layout pppoe_session = {
	.name = "PPP",
	.linktype = FLT_LINKTYPE_PPP,
	.type_rule = TYPE_PPP,
	.type_off = 0,
	.payload_off = 2,
	.dst_off = NO_OFF,
	.src_off = NO_OFF,
	.pkttype_off = NO_OFF,
	.ifindex_off = NO_OFF,
	.mpls_type = 0x0281,
	.allows = ALLOW_MPLS,
};

const struct link_layout *flt__layout_find(uint32_t linktype, bool cooked)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (layouts[i].linktype == linktype && layouts[i].is_cooked == cooked)
			return &layouts[i];
	}
	return NULL;
}

const struct link_layout *flt__layout_pppoe(void)
{
	return &pppoe_session;
}
