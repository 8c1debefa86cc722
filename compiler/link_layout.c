/* SPDX-License-Identifier: BSD-2-Clause */
#include "link_layout.h"

#include <stddef.h>

#include "link.h"

#define CODES(list, ...) static const struct type_code list##_codes[] = { __VA_ARGS__, { 0, 0 } };
#include "layouts.def"

static const struct link_layout layouts[] = {
#define LAYOUT(name_, ...) { .name = #name_, .linktype = LINK_##name_, __VA_ARGS__ },
#include "layouts.def"
};

/* After a PPPoE session header the packet goes on with the PPP protocol field (RFC 2516, section
 * 4). */
static const struct link_layout pppoe_session = {
	.name = "PPP",
	.linktype = LINK_PPP,
	.type_rule = TYPE_CODES,
	.type_off = 0,
	.type_size = 2,
	.codes = ppp_codes,
	.payload_off = 2,
	.mpls_type = 0x0281,
	.allows = ALLOW_MPLS,
};

/* After the header of SUNATM and the LAN emulation client's number, an Ethernet frame; where that
 * number is 0xff00, a control frame, which has neither addresses nor a type. */
static const struct link_layout lane_frame = {
	.name = "LAN emulation",
	.linktype = LINK_SUNATM,
	.prefix_len = 6,
	.type_rule = TYPE_ETHERNET,
	.type_off = 12,
	.payload_off = 14,
	.osi_len = 3,
	.dst_off = 0,
	.src_off = 6,
	.mpls_type = 0x8847,
	.allows = ALLOW_VLAN | ALLOW_MPLS | ALLOW_MAC | ALLOW_LLC | ALLOW_ATM,
	.guard = { .off = -2, .size = 2, .is_not = true, .mask = 0xffff, .value = 0xff00 },
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

const struct link_layout *flt__layout_lane(void)
{
	return &lane_frame;
}
