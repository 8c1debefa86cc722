/* SPDX-License-Identifier: BSD-2-Clause */
/* SunATM captures: channels that have a purpose of their own, signalling messages, and LAN
 * emulation, which moves the frame. */
#include "lower_presence.h"

#define KIND_LANE 1u /* of traffic, in SunATM's pseudo-header */

#define VCI_META_SIGNALLING 1u
#define VCI_SIGNALLING      5u

/* ---- channels ---------------------------------------------------------------------------- */

/* Channels low to high of path 0 (ITU-T I.361, ATM Forum UNI 3.1). */
/* clang-format off */
static const struct channels {
	enum keyword keyword;
	uint32_t low, high;
} channels[] = {
	{ KW_ATM_META,        VCI_META_SIGNALLING, VCI_META_SIGNALLING },
	{ KW_ATM_METACONNECT, VCI_META_SIGNALLING, VCI_META_SIGNALLING },
	{ KW_ATM_BCC,         2, 2 },            /* broadcast signalling */
	{ KW_ATM_OAMF4SC,     3, 3 },            /* operation and maintenance: segment, */
	{ KW_ATM_OAMF4EC,     4, 4 },            /* end to end, */
	{ KW_ATM_OAM,         3, 4 },            /* either of them */
	{ KW_ATM_OAMF4,       3, 4 },
	{ KW_ATM_SC,          VCI_SIGNALLING, VCI_SIGNALLING },
	{ KW_ATM_CONNECTMSG,  VCI_SIGNALLING, VCI_SIGNALLING },
	{ KW_ATM_ILMIC,       16, 16 },          /* interim local management */
};
/* clang-format on */

bool flt__lower_atm_channel(struct lower *g, const struct ast *node, struct target to)
{
	const struct channels *c = channels;
	struct ir_block *path;

	while (c->keyword != node->keyword)
		c++;
	flt__lower_field_is(g, FIELD_ATM_VPI, 0, flt__lower_then(g, to, &path));
	flt__lower_start(g, path);
	flt__lower_field_range(g, FIELD_ATM_VCI, c->low, c->high, to);
	return true;
}

/* ---- messages that make and end connections ---------------------------------------------- */

/* Q.2931 message types, in the order of their tests. Meta-signalling does not acknowledge. */
#define CONNECT_ACK 0x0fu
static const uint8_t messages[] = {
	0x5a,              /* release complete */
	0x4d,              /* release */
	CONNECT_ACK, 0x07, /* connect */
	0x05,              /* setup */
	0x02,              /* call proceeding */
};

bool flt__lower_atm_message(struct lower *g, const struct ast *node, struct target to)
{
	bool is_meta = node->keyword == KW_ATM_METACONNECT;
	struct ir_block *next;

	if (!flt__lower_atm_channel(g, node, flt__lower_then(g, to, &next)))
		return false;
	flt__lower_start(g, next);
	for (size_t i = 0; i < sizeof(messages); i++) {
		if (is_meta && messages[i] == CONNECT_ACK)
			continue;
		flt__lower_field_is(g, FIELD_ATM_MESSAGE, messages[i],
				    flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
	return true;
}

/* ---- LAN emulation ----------------------------------------------------------------------- */

static bool find_lane(struct lower *g, const struct encap *header, struct target to)
{
	(void)header;
	flt__lower_field_is(g, FIELD_ATM_KIND, KIND_LANE, to);
	return true;
}

/* It is at the start of the packet, whatever headers the text has entered before. */
bool flt__lower_lane(struct lower *g, const struct ast *node, struct target to)
{
	struct encap *lane = flt__lower_new_encap(g, find_lane);

	(void)node;
	if (!lane || !flt__lower_find(g, lane, to.no))
		return false;
	flt__lower_goto(g, to.yes);
	flt__lower_enter(g, flt__layout_lane(), PACKET_START);
	g->frame.vlan_depth = 0;
	g->frame.label_depth = 0;
	lane->first = lane->link_depth = lane->depth;
	flt__lower_enter_encap(g, lane);
	return true;
}
