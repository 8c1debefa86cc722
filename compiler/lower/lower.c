/* SPDX-License-Identifier: BSD-2-Clause */
/* From tree to intermediate code: chains of and/or/not, and which function lowers which node. */
#include "lower.h"

#include "bpf.h"
#include "lower_presence.h"

/* ---- keywords ---------------------------------------------------------------------------- */

static bool lower_broadcast(struct lower *g, const struct ast *node, struct target to)
{
	switch (node->quals.proto) {
	case PROTO_NONE:
	case PROTO_LINK: return flt__lower_link_bcast(g, node, to);
	case PROTO_IP: return flt__lower_ip_bcast(g, node, to);
	default:
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, node->span,
			"'%s broadcast' is not defined; use 'ether broadcast' or 'ip broadcast'",
			flt__proto_word(node->quals.proto));
	}
}

static bool lower_multicast(struct lower *g, const struct ast *node, struct target to)
{
	switch (node->quals.proto) {
	case PROTO_NONE:
	case PROTO_LINK: return flt__lower_link_mcast(g, node, to);
	case PROTO_IP: return flt__lower_ip_mcast(g, to);
	case PROTO_IP6: return flt__lower_ip6_mcast(g, to);
	default:
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->span,
				    "'%s multicast' is not defined; use 'ether multicast', 'ip "
				    "multicast' or 'ip6 multicast'",
				    flt__proto_word(node->quals.proto));
	}
}

/* Link types that have a family of keywords for themselves. */
struct family {
	enum layout_allows allows;
	const char *links; /* for messages */
};

static const struct family in_pflog = { ALLOW_PFLOG, "PFLOG" };
static const struct family in_atm = { ALLOW_ATM, "SUNATM" };
static const struct family in_mtp = { ALLOW_MTP, "MTP2 and MTP2_WITH_PHDR" };
static const struct family in_wlan = { ALLOW_WLAN, "802.11" };

/* clang-format off */
static const struct {
	lower_fn *lower;
	const struct family *family;     /* NULL: for all link types */
} keywords[KW_COUNT] = {
	[KW_LESS] =         { flt__lower_less, NULL },
	[KW_GREATER] =      { flt__lower_greater, NULL },
	[KW_BYTE] =         { flt__lower_byte_test, NULL },
	[KW_BROADCAST] =    { lower_broadcast, NULL },
	[KW_MULTICAST] =    { lower_multicast, NULL },
	[KW_INBOUND] =      { flt__lower_direction, NULL },
	[KW_OUTBOUND] =     { flt__lower_direction, NULL },
	[KW_IFINDEX] =      { flt__lower_ifindex, NULL },
	[KW_VLAN] =         { flt__lower_vlan, NULL },
	[KW_MPLS] =         { flt__lower_mpls, NULL },
	[KW_PPPOED] =       { flt__lower_pppoed, NULL },
	[KW_PPPOES] =       { flt__lower_pppoes, NULL },
	[KW_GENEVE] =       { flt__lower_geneve, NULL },
	[KW_VXLAN] =        { flt__lower_vxlan, NULL },
	[KW_LLC] =          { flt__lower_llc, NULL },
	[KW_WLAN_TYPE] =    { flt__lower_wlan_type, &in_wlan },
	[KW_WLAN_SUBTYPE] = { flt__lower_wlan_subtype, &in_wlan },
	[KW_WLAN_DIR] =     { flt__lower_wlan_dir, &in_wlan },
	[KW_PF_IFNAME] =    { flt__lower_pf_text, &in_pflog },
	[KW_PF_RSET] =      { flt__lower_pf_text, &in_pflog },
	[KW_PF_RNR] =       { flt__lower_field_keyword, &in_pflog },
	[KW_PF_SRNR] =      { flt__lower_field_keyword, &in_pflog },
	[KW_PF_REASON] =    { flt__lower_pf_reason, &in_pflog },
	[KW_PF_ACTION] =    { flt__lower_pf_action, &in_pflog },
	[KW_ATM_LANE] =     { flt__lower_lane, &in_atm },
	[KW_ATM_META] =     { flt__lower_atm_channel, &in_atm },
	[KW_ATM_BCC] =      { flt__lower_atm_channel, &in_atm },
	[KW_ATM_OAMF4SC] =  { flt__lower_atm_channel, &in_atm },
	[KW_ATM_OAMF4EC] =  { flt__lower_atm_channel, &in_atm },
	[KW_ATM_SC] =       { flt__lower_atm_channel, &in_atm },
	[KW_ATM_ILMIC] =    { flt__lower_atm_channel, &in_atm },
	[KW_ATM_OAM] =      { flt__lower_atm_channel, &in_atm },
	[KW_ATM_OAMF4] =    { flt__lower_atm_channel, &in_atm },
	[KW_ATM_CONNECTMSG] = { flt__lower_atm_message, &in_atm },
	[KW_ATM_METACONNECT] = { flt__lower_atm_message, &in_atm },
	[KW_ATM_VPI] =      { flt__lower_field_keyword, &in_atm },
	[KW_ATM_VCI] =      { flt__lower_field_keyword, &in_atm },
	[KW_MTP_FISU] =     { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_LSSU] =     { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_MSU] =      { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_HFISU] =    { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_HLSSU] =    { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_HMSU] =     { flt__lower_signal_unit, &in_mtp },
	[KW_MTP_SIO] =      { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_OPC] =      { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_DPC] =      { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_SLS] =      { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_HSIO] =     { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_HOPC] =     { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_HDPC] =     { flt__lower_field_keyword, &in_mtp },
	[KW_MTP_HSLS] =     { flt__lower_field_keyword, &in_mtp },
};
/* clang-format on */

static bool is_icmp(enum proto proto)
{
	return proto == PROTO_ICMP || proto == PROTO_ICMP6;
}

/* `icmp type 8`, as firewalls say it. */
static bool refuse_icmp_type(struct lower *g, const struct ast *node)
{
	return COMPILE_FAIL(g->c, FLT_E_MEANING, node->op_span,
			    "'type' is a word of 802.11; for an ICMP type write '%s = 8'",
			    node->quals.proto == PROTO_ICMP ? "icmp[icmptype]" :
							      "icmp6[icmp6type]");
}

static bool lower_keyword(struct lower *g, const struct ast *node, struct target to)
{
	const struct family *family = keywords[node->keyword].family;

	if (node->keyword == KW_WLAN_TYPE && is_icmp(node->quals.proto))
		return refuse_icmp_type(g, node);
	if (family && !(g->outer && (g->outer->allows & family->allows)))
		return flt__lower_only(g, node->op_span, family->links);
	return keywords[node->keyword].lower(g, node, to);
}

/* ---- one node ---------------------------------------------------------------------------- */

static bool lower_id(struct lower *g, const struct ast *node, struct target to)
{
	switch (node->quals.type) {
	case TYPE_PORT:
	case TYPE_PORTRANGE: return flt__lower_port_id(g, node, to);
	case TYPE_PROTO:
	case TYPE_PROTOCHAIN: return flt__lower_proto_id(g, node, to);
	default: return flt__lower_host_id(g, node, to);
	}
}

static bool lower_chain(struct lower *g, const struct ast *node, struct target to);

/* They fill slots before they ask whether they are moved. */
static bool is_tunnel(const struct ast *node)
{
	return node->kind == AST_KEYWORD &&
	       (node->keyword == KW_GENEVE || node->keyword == KW_VXLAN);
}

static bool lower_test(struct lower *g, const struct ast *node, struct target to)
{
	for (; node->kind == AST_NOT; node = node->a)
		to = flt__lower_invert(to);
	g->span = node->span;
	g->nowhere = NULL;
	if (node->kind != AST_CHAIN && g->at->count == 0)
		g->at->span = g->span;
	if (!is_tunnel(node) && !flt__lower_require_encaps(g, node, to.no))
		return false;
	switch (node->kind) {
	case AST_TRUE: flt__lower_goto(g, to.yes); return true;
	case AST_CHAIN: return lower_chain(g, node, to);
	case AST_ID: return lower_id(g, node, to);
	case AST_PROTO: return flt__lower_proto_word(g, node, to);
	case AST_KEYWORD: return lower_keyword(g, node, to);
	case AST_RELATION: return flt__lower_relation(g, node, to);
	default:
		return COMPILE_FAIL(g->c, FLT_E_BUG, node->span,
				    "found a number where a test was expected");
	}
}

/* ---- chains ------------------------------------------------------------------------------ */

/* Where each term of a chain begins and ends. Once the terms up to one have said yes, all the
 * `or`s that follow are settled, and the next `and` is what is asked; a no goes on at the next
 * `or`. */
struct chain_term {
	struct ir_block *begin;
	struct target to;
};

static struct chain_term *plan_chain(struct lower *g, const struct ast *node, struct target to)
{
	struct chain_term *plan = flt__arena_array(&g->c->arena, node->term_count, sizeof(*plan));

	if (!plan)
		return NULL;
	for (uint32_t i = node->term_count; i-- > 0;) {
		plan[i].to = to;
		g->span = node->terms[i].node->span;
		plan[i].begin = i ? flt__lower_block(g) : g->at;
		if (node->terms[i].is_and)
			to.yes = plan[i].begin;
		else
			to.no = plan[i].begin;
	}
	return plan;
}

/* Was a test decided while it was lowered? Then nothing but jumps lie between its two ends. */
static bool leads_to(const struct ir_block *begin, const struct ir_block *end,
		     const struct ir_block *other)
{
	while (begin != end && begin != other && begin->exit.kind == EXIT_JUMP && !begin->count)
		begin = begin->exit.yes;
	return begin == end;
}

/* `... or TRUE`, `... and FALSE`: what stands before is not asked any more. */
static void settle(const struct chain_term *first, const struct chain_term *term, bool is_and)
{
	struct ir_block *end = is_and ? term->to.no : term->to.yes;
	struct ir_block *other = is_and ? term->to.yes : term->to.no;

	if (!leads_to(term->begin, end, other))
		return;
	first->begin->count = 0;
	flt__lower_edge(first->begin, end);
	flt__ir_jump(first->begin, end);
}

/* A test between these frames filled slots that what follows may read: it has to be made. */
static bool fills_slots(const struct frame *before, const struct frame *after)
{
	return before->link_off.slot != after->link_off.slot ||
	       before->type_off.slot != after->type_off.slot || before->net.slot != after->net.slot;
}

static bool lower_chain(struct lower *g, const struct ast *node, struct target to)
{
	const struct chain_term *plan;
	const struct frame before = g->frame;

	if (!flt__lower_has_room(g, node->terms[node->term_count - 1].node->span, node->term_count))
		return false;
	plan = plan_chain(g, node, to);
	if (!plan)
		return false;
	for (uint32_t i = 0; i < node->term_count; i++) {
		if (!flt__lower_has_room(g, node->terms[i].node->span, 0))
			return false;
		flt__lower_start(g, plan[i].begin);
		if (!lower_test(g, node->terms[i].node, plan[i].to) || g->c->arena.failed)
			return false;
		if (i && !fills_slots(&before, &g->frame))
			settle(&plan[0], &plan[i], node->terms[i].is_and);
	}
	return true;
}

/* ---- slots ------------------------------------------------------------------------------- */

#define UNREAD 0xffffffffu

/* Number the slots that are read from 0 on; slots[] says how, *count how many. */
static uint32_t *number_slots(const struct ir *ir, uint32_t *count)
{
	uint32_t *slots = flt__arena_array(ir->arena, ir->slot_count, sizeof(*slots));

	*count = 0;
	if (!slots)
		return NULL;
	for (uint32_t i = 1; i < ir->value_count; i++) {
		if (ir->values[i].op == IR_GET)
			slots[ir->values[i].k] = 1;
	}
	for (uint32_t i = 0; i < ir->slot_count; i++) {
		bool is_read = slots[i] != 0;
		slots[i] = is_read ? *count : UNREAD;
		*count += is_read;
	}
	return slots;
}

/* Frames ask for slots before it is known whether anything looks at them: drop those that nothing
 * reads. */
static bool drop_slots(struct ir *ir, uint32_t **slots)
{
	uint32_t count;

	*slots = number_slots(ir, &count);
	if (!*slots)
		return false;
	for (uint32_t i = 1; i < ir->value_count; i++) {
		struct ir_value *v = &ir->values[i];
		if (v->op != IR_GET && v->op != IR_SET)
			continue;
		v->k = (*slots)[v->k];
		if (v->k == UNREAD)
			*v = (struct ir_value){ .op = IR_NOP };
	}
	ir->slot_count = count;
	return true;
}

static bool finish_slots(struct lower *g)
{
	ir_val zero = IR_NONE;
	uint32_t *slots;

	if (!drop_slots(g->ir, &slots))
		return false;
	for (uint32_t i = 0; i < g->zero_count; i++) {
		uint32_t slot = slots[g->zeros[i]];
		if (slot == UNREAD)
			continue;
		if (zero == IR_NONE)
			zero = flt__lower_const(g, 0);
		flt__lower_set(g, slot, zero);
	}
	return true;
}

/* ---- the whole --------------------------------------------------------------------------- */

static bool set_first_frame(struct lower *g)
{
	bool is_cooked = (g->c->opts.flags & FLT_COMPILE_COOKED) != 0;
	const struct link_layout *link = flt__layout_find(g->c->opts.linktype, is_cooked);

	if (is_cooked && (!link || !flt__lower_is_live(g))) {
		flt__fail(g->c->err, FLT_E_ARGUMENT,
			  "a cooked socket needs a live capture of link type LINUX_SLL or "
			  "LINUX_SLL2");
		return false;
	}
	flt__lower_enter_packet(g, link);
	return true;
}

static bool set_up(struct lower *g)
{
	g->ir->snaplen = g->c->opts.snaplen;
	for (int i = 0; i < SLOTS_FIRST; i++)
		flt__ir_slot(g->ir);
	flt__lower_zero_first(g, SLOT_FOUND);
	g->accept = flt__lower_block(g);
	g->reject = flt__lower_block(g);
	flt__ir_ret(g->accept, g->c->opts.snaplen);
	flt__ir_ret(g->reject, 0);
	return set_first_frame(g);
}

/* From the entry on: slots, prologue, expression. */
static bool lower_entry(struct lower *g, struct ir_block *expression)
{
	/* All of it is the first test's, which comes next: passes will join them. */
	g->span = g->ir->blocks[0]->span = expression->span;
	struct ir_block *prologue = flt__lower_block(g);

	flt__lower_start(g, prologue);
	flt__lower_prologue(g);
	flt__lower_goto(g, expression);
	flt__lower_start(g, g->ir->blocks[0]);
	if (!finish_slots(g))
		return false;
	flt__lower_goto(g, prologue);
	return true;
}

struct ir *flt__lower(struct compile *c, const struct ast *tree)
{
	struct lower g = {
		.c = c,
		.test = lower_test,
		.ir = flt__ir_new(&c->arena),
		.outer_link = PACKET_START,
		.outer_payload = PACKET_START,
		.is_empty = tree->kind == AST_TRUE,
		.span = tree->span,
	};
	bool ok = false;

	if (g.ir && set_up(&g)) {
		struct ir_block *first = flt__lower_block(&g);
		first->present = first->asked = first->filled = 0;
		flt__lower_start(&g, first);
		ok = lower_test(&g, tree, (struct target){ g.accept, g.reject }) &&
		     lower_entry(&g, first);
	}
	if (c->arena.failed)
		flt__fail(c->err, FLT_E_NOMEM,
			  "the expression needs more memory than the limit allows");
	return ok && !c->arena.failed ? g.ir : NULL;
}
