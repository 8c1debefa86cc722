/* SPDX-License-Identifier: BSD-2-Clause */
/* Which headers stand where: what the link type says, and what each test that held adds to that. */
#include "notes.h"

#include <string.h>

#include "bpf_opcode.h"
#include "link.h"

#define BEHIND_IP 0xffff

#define STYLE_DECIMAL FLT_STYLE_DECIMAL
#define STYLE_HEX     FLT_STYLE_HEX
#define STYLE_IPV4    FLT_STYLE_IPV4

static const char *const words[HDR_COUNT] = {
#define HEADER(tag, word) [HDR_##tag] = word,
#include "headers.def"
};

static const struct field fields[] = {
#define NAME(header, off, size, mask, name, style)                                                 \
	{ HDR_##header, off, size, mask, name, STYLE_##style },
#include "headers.def"
};

enum code_list {
	LIST_ethertypes,
	LIST_behind_labels,
	LIST_ppp_frames,
	LIST_ppp_types,
	LIST_ip_versions,
	LIST_ip_protos,
	LIST_tunnel_ports
};

static const struct {
	enum code_list list;
	uint32_t code;
	enum header header;
} codes[] = {
#define CODE(list, code, header) { LIST_##list, code, HDR_##header },
#include "headers.def"
};

struct type_field {
	enum header header;
	uint16_t off, size;
	uint32_t mask;
	enum code_list list;
	uint16_t distance;
};

static const struct type_field types[] = {
#define TYPE(header, off, size, mask, list, distance)                                              \
	{ HDR_##header, off, size, mask, LIST_##list, distance },
#include "headers.def"
};

static const struct {
	uint32_t linktype;
	enum header header;
} links[] = {
#define LINK_HEADER(linktype, header) { LINK_##linktype, HDR_##header },
#include "headers.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *flt__header_word(enum header header)
{
	return words[header];
}

/* HDR_COUNT: the list does not have it. */
static enum header find_code(enum code_list list, uint32_t code)
{
	for (size_t i = 0; i < COUNT(codes); i++)
		if (codes[i].list == list && codes[i].code == code)
			return codes[i].header;
	return HDR_COUNT;
}

/* ---- what is known -------------------------------------------------------------------------- */

static bool same_place(struct place a, struct place b)
{
	return a.base == b.base && a.off == b.off;
}

static struct place packet_place(struct notes *n, uint32_t off)
{
	return (struct place){ flt__value(&n->values, VALUE_CONST, 0, 0, 0), off };
}

header_set flt__any_version(header_set headers)
{
	return headers & HEADER_BIT(HDR_ANY_IP) ? HEADER_BIT(HDR_ANY_IP) : headers;
}

void flt__headers_add(struct headers *known, struct place at, header_set headers)
{
	uint32_t i = 0;

	while (i < known->count && !same_place(known->list[i].at, at))
		i++;
	if (i == HEADERS_MAX || !at.base)
		return;
	known->list[i] = (struct header_at){ at, headers };
	if (i == known->count)
		known->count++;
}

const struct header_at *flt__headers_at(const struct headers *known, struct place at)
{
	for (uint32_t i = 0; i < known->count; i++)
		if (same_place(known->list[i].at, at))
			return &known->list[i];
	return NULL;
}

void flt__headers_meet(struct headers *a, const struct headers *b)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++) {
			if (!same_place(a->list[i].at, b->list[j].at))
				continue;
			header_set headers = a->list[i].headers | b->list[j].headers;
			a->list[i].headers = flt__any_version(headers);
			a->list[kept++] = a->list[i];
		}
	a->count = kept;
	a->wlan_mask &= b->wlan_mask & (uint8_t) ~(a->wlan_bits ^ b->wlan_bits);
	a->wlan_bits &= a->wlan_mask;
}

/* ---- the link layer ------------------------------------------------------------------------- */

static void add_link_field(struct notes *n, uint32_t off, uint16_t size, const char *name)
{
	struct field field = { .header = n->link, .size = size, .name = name, .style = STYLE_HEX };

	field.off = (uint16_t)(off + n->layout->prefix_len);
	field.mask = size > 4 ? 0 : 0xffffffffu >> (32 - 8 * size);
	n->link_fields[n->link_field_count++] = field;
}

static uint16_t type_size(const struct link_layout *layout)
{
	switch (layout->type_rule) {
	case TYPE_ETHERNET:
	case TYPE_COOKED: return 2;
	case TYPE_CODES:
	case TYPE_AF_HOST:
	case TYPE_AF_NET: return layout->type_size;
	default: return 0;
	}
}

void flt__headers_begin(struct notes *n, struct headers *known)
{
	const struct link_layout *layout = n->layout;

	*known = (struct headers){ .count = 0 };
	n->link = HDR_LINK;
	if (!layout || layout->is_cooked)
		return;
	for (size_t i = 0; i < COUNT(links); i++)
		if (links[i].linktype == layout->linktype)
			n->link = links[i].header;
	if (type_size(layout))
		add_link_field(n, layout->type_off, type_size(layout), "type");
	if (layout->allows & ALLOW_MAC && !flt__is_wlan(layout)) {
		add_link_field(n, layout->dst_off, 6, "dst");
		add_link_field(n, layout->src_off, 6, "src");
	}
	flt__headers_add(known, packet_place(n, 0), HEADER_BIT(n->link));
	struct place wlan = flt__wlan_begin(n);
	if (wlan.base)
		flt__headers_add(known, wlan, HEADER_BIT(HDR_WLAN));
	enum header always = find_code(LIST_ethertypes, layout->code);
	if (layout->type_rule == TYPE_ALWAYS && always < HDR_COUNT)
		flt__headers_add(known, packet_place(n, 0), HEADER_BIT(always));
	if (layout->type_rule == TYPE_IP_VERSION)
		flt__headers_add(known, packet_place(n, layout->payload_off),
				 HEADER_BIT(HDR_ANY_IP));
	if (layout->type_rule == TYPE_LLC && layout->header_rule == HEADER_FIXED)
		flt__headers_add(known, packet_place(n, layout->payload_off), HEADER_BIT(HDR_LLC));
}

/* Address families of the BSDs, of macOS and of Linux. */
static enum header family_header(uint32_t family)
{
	switch (family > 0xffff ? __builtin_bswap32(family) : family) {
	case 2: return HDR_IP;
	case 10:
	case 24:
	case 28:
	case 30: return HDR_IP6;
	default: return HDR_COUNT;
	}
}

/* Link addresses of ARP may have one byte. */
static enum header own_arp(const struct link_layout *layout, enum header next)
{
	if (next == HDR_ARP && layout->arp_hlen == 1)
		return HDR_ARP_SHORT;
	return next == HDR_RARP && layout->rarp_hlen == 1 ? HDR_RARP_SHORT : next;
}

/* What the type field of this link type says with a code. */
static enum header link_payload(const struct link_layout *layout, uint32_t code)
{
	if (layout->type_rule == TYPE_AF_HOST || layout->type_rule == TYPE_AF_NET)
		return family_header(code);
	for (const struct type_code *row = layout->codes; row && row->number; row++)
		if (row->code == code)
			return own_arp(layout, find_code(LIST_ethertypes, row->number));
	if (layout->mpls_type && code == layout->mpls_type)
		return HDR_MPLS;
	return find_code(LIST_ethertypes, code);
}

/* ---- learning ------------------------------------------------------------------------------- */

/* The bits of a field, if all of them are asked. */
static bool extract(struct bits asked, uint32_t value, struct place at, uint32_t size,
		    uint32_t mask, uint32_t *field)
{
	uint32_t before = at.off - asked.at.off;

	if (at.base != asked.at.base || at.off < asked.at.off || before >= asked.size ||
	    size > asked.size - before)
		return false;
	uint32_t shift = 8 * (asked.size - before - size);
	*field = value >> shift & mask;
	return (asked.mask >> shift & mask) == mask;
}

static void learn_types(struct notes *n, struct headers *known, struct header_at from,
			struct bits asked, uint32_t value)
{
	for (size_t i = 0; i < COUNT(types); i++) {
		const struct type_field *type = &types[i];
		struct place at = { from.at.base, from.at.off + type->off };
		uint32_t code;
		if (from.headers != HEADER_BIT(type->header) ||
		    !extract(asked, value, at, type->size, type->mask, &code))
			continue;
		enum header next = find_code(type->list, code);
		if (next == HDR_COUNT)
			continue;
		at = type->distance == BEHIND_IP ?
			     flt__place_behind_ip(&n->values, from.at) :
			     (struct place){ from.at.base, from.at.off + type->distance };
		flt__headers_add(known, at, HEADER_BIT(next));
	}
}

/* Where what the link header carries begins: at a fixed place, or after as many bytes as its first
 * one says, rounded up to 4. */
static struct place behind_link(struct notes *n, struct place link)
{
	struct values *v = &n->values;
	value_id len;

	link.off += n->layout->prefix_len;
	if (n->layout->header_rule != HEADER_COUNTED)
		return (struct place){ link.base, link.off + n->layout->payload_off };
	len = flt__value_alu(v, BPF_ADD, flt__value_load(v, link, 1),
			     flt__value(v, VALUE_CONST, 0, 0, 3));
	return flt__place(v, flt__value_alu(v, BPF_AND, len, flt__value(v, VALUE_CONST, 0, 0, ~3u)),
			  link.off);
}

static void learn_link(struct notes *n, struct headers *known, struct header_at from,
		       struct bits asked, uint32_t value)
{
	uint16_t size = type_size(n->layout);
	uint32_t code, prefix = n->layout->prefix_len;
	struct place at = { from.at.base, from.at.off + prefix + n->layout->type_off };

	if (!size || !extract(asked, value, at, size, 0xffffffffu >> (32 - 8 * size), &code))
		return;
	enum header next = link_payload(n->layout, code);
	if (next < HDR_COUNT)
		flt__headers_add(known, behind_link(n, from.at), HEADER_BIT(next));
}

static bool is_link(const struct notes *n, const struct header_at *at)
{
	return n->layout && at->headers == HEADER_BIT(n->link);
}

/* The header that begins at an offset which several paths have left in a register. */
static struct header_at moved_link(struct notes *n, const struct headers *known, value_id base)
{
	bool is_llc = flt__wlan_ends(n, known, base);

	return (struct header_at){ { base, 0 }, is_llc ? HEADER_BIT(HDR_LLC) : 0 };
}

static void learn_from(struct notes *n, struct headers *known, struct header_at from,
		       struct bits asked, uint32_t value)
{
	if (is_link(n, &from))
		learn_link(n, known, from, asked, value);
	flt__wlan_learn(known, from, asked, value);
	learn_types(n, known, from, asked, value);
}

/* Of a cooked socket, the kernel says the type. */
static void learn_cooked(struct notes *n, struct headers *known, value_id asked, uint32_t value)
{
	const struct value_node *node = value_of(&n->values, asked);
	enum header next = find_code(LIST_ethertypes, value);

	if (n->layout && n->layout->is_cooked && node->op == VALUE_META &&
	    node->k == BPF_OFF_META + SKF_AD_PROTOCOL && next < HDR_COUNT)
		flt__headers_add(known, packet_place(n, 0), HEADER_BIT(next));
}

void flt__headers_learn(struct notes *n, struct headers *known, value_id asked, uint32_t value)
{
	struct bits bits = flt__value_bits(&n->values, asked);

	learn_cooked(n, known, asked, value);
	if (!bits.size)
		return;
	struct header_at moved = moved_link(n, known, bits.at.base);
	if (moved.headers)
		learn_from(n, known, moved, bits, value);
	for (uint32_t i = 0, count = known->count; i < count; i++)
		learn_from(n, known, known->list[i], bits, value);
}

void flt__headers_learn_bit(struct notes *n, struct headers *yes, struct headers *no,
			    value_id asked, uint32_t bits)
{
	value_id mask = flt__value(&n->values, VALUE_CONST, 0, 0, bits);
	value_id some = flt__value_alu(&n->values, BPF_AND, asked, mask);

	flt__headers_learn(n, no, some, 0);
	if (bits && !(bits & (bits - 1)))
		flt__headers_learn(n, yes, some, bits);
}

/* A length in the place of a type: LLC comes after it (IEEE 802.3, 3.2.6). */
void flt__headers_learn_max(struct notes *n, struct headers *known, value_id asked, uint32_t most)
{
	struct bits bits = flt__value_bits(&n->values, asked);
	uint32_t length;

	if (!bits.size || !n->layout || n->layout->type_rule != TYPE_ETHERNET || most > 1535)
		return;
	for (uint32_t i = 0, count = known->count; i < count; i++) {
		struct place at = known->list[i].at;
		at.off += n->layout->prefix_len + n->layout->type_off;
		if (!is_link(n, &known->list[i]) || !extract(bits, 0, at, 2, 0xffff, &length))
			continue;
		at.off = known->list[i].at.off + n->layout->prefix_len + n->layout->payload_off;
		flt__headers_add(known, at, HEADER_BIT(HDR_LLC));
	}
}

/* ---- asking --------------------------------------------------------------------------------- */

/* Nothing but the version stands where it does in both versions. */
static const struct header_at *if_its(const struct header_at *header, struct bits bits)
{
	bool is_any = header->headers == HEADER_BIT(HDR_ANY_IP);

	return is_any && (bits.at.off != header->at.off || bits.size > 1) ? NULL : header;
}

const struct header_at *flt__headers_find(struct notes *n, const struct headers *known,
					  struct bits bits)
{
	const struct header_at *best = NULL;
	struct place at = bits.at;

	for (uint32_t i = 0; i < known->count; i++) {
		const struct header_at *header = &known->list[i];
		if (header->at.base == at.base && header->at.off <= at.off &&
		    at.off - header->at.off <= INT32_MAX &&
		    (!best || header->at.off >= best->at.off))
			best = header;
	}
	if (best)
		return if_its(best, bits);
	struct header_at moved = moved_link(n, known, at.base);
	struct header_at *copy = moved.headers ? flt__arena_alloc(&n->arena, sizeof(*copy)) : NULL;
	if (copy)
		*copy = moved;
	return copy;
}

const struct field *flt__header_field(const struct notes *n, enum header header, uint32_t *at)
{
	while (*at < COUNT(fields) + n->link_field_count) {
		uint32_t i = (*at)++;
		const struct field *field =
			i < COUNT(fields) ? &fields[i] : &n->link_fields[i - COUNT(fields)];
		if (field->header == header)
			return field;
	}
	return NULL;
}

const char *flt__header_code(const struct notes *n, const struct field *field, uint32_t value)
{
	enum header next = HDR_COUNT;

	for (size_t i = 0; i < COUNT(types); i++)
		if (types[i].header == field->header && types[i].off == field->off &&
		    types[i].size == field->size && types[i].mask == field->mask)
			next = find_code(types[i].list, value);
	if (n->layout && field->header == n->link && field->name == n->link_fields[0].name &&
	    type_size(n->layout))
		next = link_payload(n->layout, value);
	return next < HDR_COUNT ? words[next] : NULL;
}
