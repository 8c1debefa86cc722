/* SPDX-License-Identifier: BSD-2-Clause */
/* Protocols by word and by number. */
#include "lower_list.h"
#include "read_value.h"

#include <string.h>

#include "names.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define SAP_ISO       0xfeu

#define OSI_ISIS      0x83u
#define ISIS_TYPE_OFF 4u /* PDU type, from the OSI protocol's first byte */
#define ISIS_TYPE_MAX 31u

#define IP4_PROTO   9u
#define IP6_LEN     40u
#define IP6_NEXT    6u
#define IP_FRAGMENT 44u /* IPv6 fragment header */

enum proto_layer { LINK, ETHER, LLC, IP, IP4, IP6, OSI, ISIS };

static const struct {
	enum proto_layer layer;
	uint32_t number;
} protos[PROTO_COUNT] = {
#define PROTO(tag, word, others, layer, number) [PROTO_##tag] = { layer, number },
#include "protos.def"
#undef PROTO
};

/* ---- IP ---------------------------------------------------------------------------------- */

/* Next header, also that of a fragment header right after the fixed one. */
static bool lower_ip6_proto(struct lower *g, uint32_t number, struct target to)
{
	struct off next_header = flt__off_add(g->frame.net, IP6_NEXT);
	struct ir_block *ip6, *other, *fragment;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	flt__lower_field(g, next_header, 1, number, flt__lower_else(g, to, &other));
	flt__lower_start(g, other);
	flt__lower_field(g, next_header, 1, IP_FRAGMENT, flt__lower_then(g, to, &fragment));
	flt__lower_start(g, fragment);
	flt__lower_field(g, flt__off_add(g->frame.net, IP6_LEN), 1, number, to);
	return true;
}

static bool lower_ip_proto(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *ip6;

	if (!flt__lower_ip4_proto(g, number, flt__lower_else(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	return lower_ip6_proto(g, number, to);
}

/* ---- OSI --------------------------------------------------------------------------------- */

static struct off osi_off(const struct lower *g)
{
	return flt__off_add(g->frame.payload, g->frame.link->osi_len);
}

static bool lower_osi(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *osi;
	uint32_t type = g->frame.link ? g->frame.link->osi_type : 0;

	if (type) {
		flt__lower_field(g, g->frame.type_off, 2, type | number, to);
		return true;
	}
	if (!flt__lower_linkproto(g, SAP_ISO, flt__lower_then(g, to, &osi)))
		return false;
	flt__lower_start(g, osi);
	flt__lower_field(g, osi_off(g), 1, number, to);
	return true;
}

static bool lower_isis_type(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *isis;

	if (!lower_osi(g, OSI_ISIS, flt__lower_then(g, to, &isis)))
		return false;
	flt__lower_start(g, isis);
	flt__lower_field_mask(g, flt__off_add(osi_off(g), ISIS_TYPE_OFF), 1, 0x1f, number, to);
	return true;
}

/* The PDU types (ISO/IEC 10589) that each word stands for; 0 ends the list. */
/* clang-format off */
static const uint8_t isis_types[PROTO_COUNT][6] = {
	[PROTO_IIH] =  { 17, 15, 16 },
	[PROTO_LSP] =  { 18, 20 },
	[PROTO_SNP] =  { 24, 25, 26, 27 },
	[PROTO_CSNP] = { 24, 25 },
	[PROTO_PSNP] = { 26, 27 },
	[PROTO_L1] =   { 26, 24, 18, 15, 17 },
	[PROTO_L2] =   { 27, 25, 20, 16, 17 },
};
/* clang-format on */

static bool lower_isis_class(struct lower *g, enum proto proto, struct target to)
{
	for (const uint8_t *type = isis_types[proto]; *type; type++) {
		struct ir_block *next;
		if (!lower_isis_type(g, *type, flt__lower_else(g, to, &next)))
			return false;
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
	return true;
}

/* ---- a protocol's word alone ------------------------------------------------------------- */

bool flt__lower_proto_word(struct lower *g, const struct ast *node, struct target to)
{
	enum proto proto = node->quals.proto;
	uint32_t number = protos[proto].number;

	switch (protos[proto].layer) {
	case ETHER:
	case LLC: return flt__lower_linkproto(g, number, to);
	case IP: return lower_ip_proto(g, number, to);
	case IP4: return flt__lower_ip4_proto(g, number, to);
	case IP6: return lower_ip6_proto(g, number, to);
	case OSI: return lower_osi(g, number, to);
	case ISIS: return lower_isis_class(g, proto, to);
	default:
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->op_span,
				    "'%.*s' is not a test by itself; put %s",
				    (int)node->op_span.len, g->c->text + node->op_span.at,
				    proto == PROTO_RADIO ? "'[...]' after it, as in radio[2] = 18" :
							   "'host', 'proto' or '[...]' after it");
	}
}

/* ---- proto, protochain ------------------------------------------------------------------- */

/* `1-5`: no name of a protocol begins so. */
static bool is_range(const struct value *value)
{
	return value->kind == VAL_NAME && strchr(value->text, '-') && *value->text >= '0' &&
	       *value->text <= '9';
}

/* The number after `proto` or `protochain`, as its protocol counts them. */
static bool read_number(struct lower *g, const struct ast *node, uint32_t *number)
{
	const struct value *value = node->value;

	*number = value->number;
	if (value->kind == VAL_NUMBER)
		return true;
	if (is_range(value))
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "'%s' is a range; list protocols one by one, as in {6, 17}",
				    value->text);
	if (value->kind != VAL_NAME)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "'%s' takes a protocol number or name, not %s",
				    flt__type_word(node->quals.type), flt__lower_value_name(value));
	switch (node->quals.proto) {
	case PROTO_LINK: return flt__name_ethertype(g->c, value->text, value->span, number);
	case PROTO_ISO: return flt__name_osi(g->c, value->text, value->span, number);
	default: return flt__name_protocol(g->c, value->text, value->span, number);
	}
}

static bool check_max(struct lower *g, const struct ast *node, uint32_t number, uint32_t max)
{
	if (number <= max)
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, node->value->span,
			    "%u is not a protocol number; the largest here is %u", number, max);
}

/* ---- protocols in a chain of headers ------------------------------------------------------- */

static bool may_chain(struct lower *g, const struct ast *node)
{
	enum proto proto = node->quals.proto;

	if (!g->frame.link)
		return flt__lower_lacks(g, node->span, "protocols");
	if (g->frame.is_tunnel)
		return COMPILE_FAIL(g->c, FLT_E_UNSUPPORTED, node->quals.span,
				    "'protochain' cannot follow headers inside a tunnel of "
				    "'geneve' or 'vxlan'");
	if (g->frame.link->header_rule != HEADER_FIXED && g->frame.link->header_rule != HEADER_PPP)
		return COMPILE_FAIL(g->c, FLT_E_UNSUPPORTED, node->quals.span,
				    "'protochain' cannot follow headers after that of %s, which "
				    "has no fixed length",
				    flt__lower_link_name(g));
	return proto == PROTO_NONE || proto == PROTO_IP || proto == PROTO_IP6 ||
	       flt__lower_bad_quals(g, node, "'protochain'");
}

struct chained {
	const struct ast *node;
	struct set numbers;
};

/* What is refused is so in the order of the text. */
static bool take_chained(struct lower *g, const struct value *value, void *context)
{
	struct chained *chained = context;
	struct value own = *value;
	struct ast id = *chained->node;
	uint32_t number;

	id.value = &own;
	if (!read_number(g, &id, &number) || !check_max(g, &id, number, 255) || !may_chain(g, &id))
		return false;
	return flt__set_add(&chained->numbers,
			    &(struct set_range){ .low = { number }, .high = { number } });
}

/* All numbers of a set are looked for on one walk. */
static bool lower_chain_id(struct lower *g, const struct ast *node, struct target to)
{
	struct chained chained = { .node = node };
	struct entries e = { take_chained, &chained };
	bool is_set = node->value->kind == VAL_SET;
	struct ir_block *ip6;

	flt__set_init(&chained.numbers, &g->c->arena, 1);
	if (!(is_set ? flt__lower_entries(g, node->value->set, &e) :
		       take_chained(g, node->value, &chained)))
		return false;
	flt__set_close(&chained.numbers);
	if (node->quals.proto == PROTO_IP)
		return flt__lower_protochain4(g, &chained.numbers, to);
	if (node->quals.proto == PROTO_IP6)
		return flt__lower_protochain6(g, &chained.numbers, to);
	if (!flt__lower_protochain4(g, &chained.numbers, flt__lower_else(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	return flt__lower_protochain6(g, &chained.numbers, to);
}

/* ---- numbers ------------------------------------------------------------------------------- */

static bool lower_number_id(struct lower *g, const struct ast *node, uint32_t number,
			    struct target to)
{
	switch (node->quals.proto) {
	case PROTO_LINK: return flt__lower_linkproto_id(g, number, node->value->span, to);
	case PROTO_NONE: return check_max(g, node, number, 255) && lower_ip_proto(g, number, to);
	case PROTO_IP:
		return check_max(g, node, number, 255) && flt__lower_ip4_proto(g, number, to);
	case PROTO_IP6: return check_max(g, node, number, 255) && lower_ip6_proto(g, number, to);
	case PROTO_ISO: return check_max(g, node, number, 255) && lower_osi(g, number, to);
	case PROTO_ISIS:
		return check_max(g, node, number, ISIS_TYPE_MAX) && lower_isis_type(g, number, to);
	default: return flt__lower_bad_quals(g, node, "'proto'");
	}
}

/* ---- sets of protocols ------------------------------------------------------------------- */

#define FEW_NUMBERS 4u /* no search tree needs to be made for so many */

struct numbers {
	const struct ast *node;
	struct set set;
	bool has_fragment; /* IP_FRAGMENT is one of them */
};

static bool take_proto(struct lower *g, const struct value *value, void *context)
{
	struct numbers *n = context;
	struct value own = *value;
	struct ast id = *n->node;
	uint32_t number;

	id.value = &own;
	if (!read_number(g, &id, &number) || !check_max(g, &id, number, 255))
		return false;
	n->has_fragment |= number == IP_FRAGMENT;
	return flt__set_add(&n->set, &(struct set_range){ .low = { number }, .high = { number } });
}

static bool lower_number_at(struct lower *g, const struct numbers *n, uint32_t off,
			    struct target to)
{
	struct set_field field = { .kind = FIELD_VALUE };

	field.value = flt__lower_load(g, flt__off_add(g->frame.net, off), 1);
	return flt__lower_member(g, &n->set, &field, to);
}

static bool lower_numbers4(struct lower *g, const struct numbers *n, struct target to)
{
	struct ir_block *ip;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	return lower_number_at(g, n, IP4_PROTO, to);
}

/* The fragment header is asked for first, so that all that follows is one tree. */
static bool lower_numbers6(struct lower *g, const struct numbers *n, struct target to)
{
	struct ir_block *ip6, *fragment, *plain;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	if (n->has_fragment)
		return lower_number_at(g, n, IP6_NEXT, to);
	fragment = flt__lower_block(g);
	plain = flt__lower_block(g);
	flt__lower_field(g, flt__off_add(g->frame.net, IP6_NEXT), 1, IP_FRAGMENT,
			 (struct target){ fragment, plain });
	flt__lower_start(g, fragment);
	if (!lower_number_at(g, n, IP6_LEN, to))
		return false;
	flt__lower_start(g, plain);
	return lower_number_at(g, n, IP6_NEXT, to);
}

/* One after another: what each asks is found again in what the others ask. */
static bool lower_few(struct lower *g, const struct numbers *n, struct target to)
{
	for (uint32_t i = 0; i < n->set.count; i++) {
		const struct set_range *range = &n->set.ranges[i];
		for (uint32_t number = range->low[0]; number <= range->high[0]; number++) {
			struct ir_block *next;
			if (!lower_number_id(g, n->node, number, flt__lower_else(g, to, &next)))
				return false;
			flt__lower_start(g, next);
		}
	}
	flt__lower_goto(g, to.no);
	return true;
}

static bool lower_numbers(struct lower *g, const struct ast *node, struct target to)
{
	struct numbers n = { .node = node };
	struct entries e = { take_proto, &n };
	struct ir_block *ip6;

	flt__set_init(&n.set, &g->c->arena, 1);
	if (!flt__lower_entries(g, node->value->set, &e))
		return false;
	/* a packet of a fragment that is asked for is not looked into */
	bool is_few = n.set.count <= FEW_NUMBERS && !n.has_fragment;
	flt__set_close(&n.set);
	if (is_few)
		return lower_few(g, &n, to);
	if (node->quals.proto == PROTO_IP)
		return lower_numbers4(g, &n, to);
	if (node->quals.proto == PROTO_IP6)
		return lower_numbers6(g, &n, to);
	if (!lower_numbers4(g, &n, flt__lower_else(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	return lower_numbers6(g, &n, to);
}

/* Of IP alone, other numbers are in other fields. */
static bool is_ip_set(const struct ast *node)
{
	enum proto proto = node->quals.proto;

	return node->value->kind == VAL_SET && node->quals.type == TYPE_PROTO &&
	       node->quals.dir == DIR_NONE &&
	       (proto == PROTO_NONE || proto == PROTO_IP || proto == PROTO_IP6);
}

bool flt__lower_proto_id(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t number;

	bool is_chain = node->quals.type == TYPE_PROTOCHAIN;

	if (is_ip_set(node))
		return lower_numbers(g, node, to);
	if (node->value->kind == VAL_SET && !is_chain)
		return flt__lower_each(g, node, to);
	if (!flt__lower_check_dir(g, &node->quals))
		return false;
	if (node->quals.dir != DIR_NONE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->quals.span,
				    "'%s' takes no direction", flt__type_word(node->quals.type));
	if (is_chain)
		return lower_chain_id(g, node, to);
	return read_number(g, node, &number) && lower_number_id(g, node, number, to);
}
