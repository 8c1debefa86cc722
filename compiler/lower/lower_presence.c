/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words inside an encapsulating header: they keep that place whatever and, or and not
 * stand between, and are a no where the header is absent. So they ask for it first: its type, not
 * its number. Where every path to a word leads through the answer, nothing is asked again.
 *
 * What is known of a block is two numbers, each the least of all edges into it. Headers are counted
 * from the outermost; one is there only if those before it are (but lane,
 * which begins anew).
 *  - present: so many are there.
 *  - asked: of so many SLOT_FOUND says whether they are there: it holds the number of the last one
 *    that was found. Where one was not found, none after it is there, so it is right about all.
 * A third says up to which header the slots were written, be it with 0. They are read only where
 * the header is there, but the graph alone shows paths that lead past it.
 */
#include "lower_presence.h"

#define ALL       0xffffffffu
#define ASK_AGAIN 3u /* so many headers are asked for again before the slot is read */

/* ---- headers ----------------------------------------------------------------------------- */

struct encap *flt__lower_new_encap(struct lower *g,
				   bool (*find)(struct lower *g, const struct encap *header,
						struct target to))
{
	struct encap *header = flt__arena_alloc(&g->c->arena, sizeof(*header));
	struct encap *before = g->frame.encap;

	if (!header)
		return NULL;
	header->before = before;
	header->depth = before ? before->depth + 1 : 1;
	header->first = before ? before->first : 1;
	header->link_depth = before ? before->link_depth : 0;
	header->tunnel_depth = before ? before->tunnel_depth : 0;
	header->find = find;
	header->outside = g->frame;
	return header;
}

void flt__lower_enter_encap(struct lower *g, struct encap *header)
{
	g->frame.encap = header;
}

void flt__lower_found(struct lower *g, const struct encap *header)
{
	flt__lower_set(g, SLOT_FOUND, flt__lower_const(g, header->depth));
	if (g->at->present < header->depth)
		g->at->present = header->depth;
	if (g->at->asked < header->depth)
		g->at->asked = header->depth;
}

void flt__lower_fill(struct lower *g, struct encap *header)
{
	const struct frame *inside = &header->inside;
	ir_val zero = flt__lower_const(g, 0);

	flt__lower_set(g, inside->link_off.slot, zero);
	flt__lower_set(g, inside->type_off.slot, zero);
	flt__lower_set(g, inside->payload.slot, zero);
	if (g->at->filled >= header->tunnel_depth)
		g->at->filled = header->depth;
	header->tunnel_depth = header->depth;
}

void flt__lower_absent(struct lower *g, struct ir_block *absent, struct ir_block *no)
{
	flt__lower_start(g, absent);
	absent->asked = ALL;
	flt__lower_goto(g, no);
}

bool flt__lower_find(struct lower *g, const struct encap *header, struct ir_block *no)
{
	struct ir_block *found = flt__lower_block(g);
	struct ir_block *absent = flt__lower_block(g);
	struct frame frame = g->frame;

	g->frame = header->outside;
	if (!header->find(g, header, (struct target){ found, absent }))
		return false;
	g->frame = frame;
	flt__lower_absent(g, absent, no);
	flt__lower_start(g, found);
	flt__lower_found(g, header);
	return true;
}

/* ---- how far words are moved ------------------------------------------------------------- */

enum reach {
	REACH_PACKET, /* of the packet as a whole, or where it begins: not at all */
	REACH_LINK,   /* with the link header */
	REACH_NET     /* after all */
};

/* clang-format off */
static const uint8_t keyword_reach[KW_COUNT] = {
	[KW_BYTE] = REACH_LINK,         [KW_WLAN_TYPE] = REACH_LINK,
	[KW_WLAN_SUBTYPE] = REACH_LINK, [KW_WLAN_DIR] = REACH_LINK,
	[KW_BROADCAST] = REACH_LINK,    [KW_MULTICAST] = REACH_LINK,
	[KW_VLAN] = REACH_NET,          [KW_MPLS] = REACH_NET,
	[KW_PPPOED] = REACH_NET,        [KW_PPPOES] = REACH_NET,
	[KW_GENEVE] = REACH_NET,        [KW_VXLAN] = REACH_NET,
	[KW_LLC] = REACH_NET,
};
/* clang-format on */

static bool is_link(const struct ast *node)
{
	return node->quals.proto == PROTO_LINK;
}

static enum reach reach_of_keyword(const struct ast *node)
{
	bool is_group = node->keyword == KW_BROADCAST || node->keyword == KW_MULTICAST;

	if (is_group && node->quals.proto != PROTO_NONE && !is_link(node))
		return REACH_NET;
	return keyword_reach[node->keyword];
}

static enum reach reach_of_id(const struct ast *node)
{
	bool is_address = node->quals.type != TYPE_PROTO && node->quals.type != TYPE_PROTOCHAIN;

	return is_link(node) && is_address ? REACH_LINK : REACH_NET;
}

static enum reach reach_of_number(const struct ast *node)
{
	enum reach reach = REACH_PACKET;

	for (; node->kind != AST_NUMBER && node->kind != AST_LEN; node = node->a) {
		enum reach other = REACH_PACKET;
		if (node->kind == AST_INDEX && node->quals.proto != PROTO_RADIO)
			other = is_link(node) ? REACH_LINK : REACH_NET;
		else if (node->kind == AST_ARITH)
			other = reach_of_number(node->b);
		reach = other > reach ? other : reach;
	}
	return reach;
}

static enum reach reach_of(const struct ast *node)
{
	enum reach left, right;

	switch (node->kind) {
	case AST_ID: return reach_of_id(node);
	case AST_PROTO: return REACH_NET;
	case AST_KEYWORD: return reach_of_keyword(node);
	case AST_RELATION:
		left = reach_of_number(node->a);
		right = reach_of_number(node->b);
		return left > right ? left : right;
	default: return REACH_PACKET;
	}
}

/* ---- asking ------------------------------------------------------------------------------ */

/* Headers first + 1 to last, in their order. */
static const struct encap **headers_between(struct lower *g, uint32_t first, uint32_t last)
{
	const struct encap **list = flt__arena_array(&g->c->arena, last - first, sizeof(*list));
	const struct encap *header = g->frame.encap;

	while (header->depth > last)
		header = header->before;
	for (uint32_t i = last; list && i > first; i--, header = header->before)
		list[i - first - 1] = header;
	return list;
}

/* Slots up to that header may be read on paths that have not filled them: they begin as 0. */
static void zero_unfilled(struct lower *g, uint32_t depth)
{
	struct encap *header = g->frame.encap;

	for (; header && header->tunnel_depth > g->at->filled; header = header->before) {
		if (header->depth > depth || !header->is_tunnel || header->is_zeroed)
			continue;
		header->is_zeroed = true;
		flt__lower_zero_first(g, header->inside.link_off.slot);
		flt__lower_zero_first(g, header->inside.type_off.slot);
		flt__lower_zero_first(g, header->inside.payload.slot);
	}
}

/* That the first `depth` headers are there, by the slot. */
static void lower_ask_slot(struct lower *g, uint32_t depth, struct ir_block *no)
{
	struct ir_block *found = flt__lower_block(g);
	struct ir_block *absent = flt__lower_block(g);
	ir_val count = flt__lower_off_value(g, (struct off){ .const_part = 0, .slot = SLOT_FOUND });

	zero_unfilled(g, depth);
	flt__lower_cmp(g, TEST_GE, count, depth, (struct target){ found, absent });
	flt__lower_absent(g, absent, no);
	flt__lower_start(g, found);
	found->present = depth;
}

/* By the packet: headers first + 1 to last. */
static bool lower_ask_again(struct lower *g, uint32_t first, uint32_t last, struct ir_block *no)
{
	const struct encap **headers;

	if (first >= last)
		return true;
	headers = headers_between(g, first, last);
	if (!headers || !flt__lower_has_room(g, g->span, last - first))
		return false;
	for (uint32_t i = 0; i < last - first; i++)
		if (!flt__lower_find(g, headers[i], no))
			return false;
	return true;
}

static bool lower_ask(struct lower *g, uint32_t depth, struct ir_block *no)
{
	const struct encap *last = g->frame.encap;
	uint32_t ignored = last->first - 1;
	uint32_t first = g->at->present > ignored ? g->at->present : ignored;
	uint32_t known = g->at->asked < depth ? g->at->asked : depth;
	bool is_much = known > first && (known - first > ASK_AGAIN || last->tunnel_depth > first);

	if (is_much)
		lower_ask_slot(g, known, no);
	return lower_ask_again(g, is_much ? known : first, depth, no);
}

bool flt__lower_require_encaps(struct lower *g, const struct ast *node, struct ir_block *no)
{
	const struct encap *header = g->frame.encap;
	enum reach reach = header ? reach_of(node) : REACH_PACKET;
	uint32_t depth = reach == REACH_NET  ? header->depth :
			 reach == REACH_LINK ? header->link_depth :
					       0;

	return g->at->present >= depth || lower_ask(g, depth, no);
}
