/* SPDX-License-Identifier: BSD-2-Clause */
/* Which terms may become entries of a set, and how they are said there. What might be refused is
 * left alone, so that a refusal says the same, of the same place, as without sets. */
#include <string.h>

#include "grouping.h"
#include "read_value.h"
#include "link_layout.h"
#include "lower_list.h"

#define PORT_MAX  65535u
#define PROTO_MAX 255u

/* What an entry loads. */
enum entry_kind {
	ENTRY_NONE,  /* it is no entry */
	ENTRY_FIXED, /* the same as every other one */
	ENTRY_MORE,  /* more, where it begins like what is in the packet; or it stays */
	ENTRY_READ   /* what it is shows when its names are looked up */
};

/* ---- numbers as they are written ------------------------------------------------------------- */

static void put_word(uint8_t bytes[4], uint32_t word)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* The addresses of a network are a range, when the ones of its mask come before its zeros. */
static bool range4(const struct value *value, struct value *entry)
{
	uint32_t addr = value->number, mask = UINT32_MAX;

	if (value->kind == VAL_NUMBER) {
		if (value->prefix != PREFIX_NONE)
			return false;
		flt__lower_read_number4(&addr, &mask);
	} else if (!flt__lower_read_ip4(value, &addr, &mask)) {
		if (value->prefix == PREFIX_LEN && value->prefix_len > 32)
			return false;
		mask = value->prefix == PREFIX_MASK ? value->mask :
		       value->prefix_len            ? UINT32_MAX << (32 - value->prefix_len) :
						      0;
	}
	uint32_t host_bits = ~mask;
	if ((addr & host_bits) || (host_bits & (host_bits + 1)))
		return false;
	entry->kind = VAL_IPV4S;
	entry->prefix = PREFIX_NONE;
	put_word(entry->bytes, addr);
	put_word(entry->high, addr | host_bits);
	return true;
}

static bool range6(const struct value *value, struct value *entry)
{
	uint32_t len = value->prefix == PREFIX_NONE ? 128 : value->prefix_len;

	if (value->prefix == PREFIX_MASK || len > 128)
		return false;
	entry->kind = VAL_IPV6S;
	entry->prefix = PREFIX_NONE;
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t bits = len > 8 * i ? len - 8 * i : 0;
		uint8_t host_bits = (uint8_t)(bits >= 8 ? 0 : 0xff >> bits);
		if (value->bytes[i] & host_bits)
			return false;
		entry->high[i] = value->bytes[i] | host_bits;
	}
	return true;
}

/* ---- hosts and networks ---------------------------------------------------------------------- */

static bool has_ip6(enum proto proto)
{
	return proto == PROTO_NONE || proto == PROTO_IP6;
}

/* A prefix says `net`; in a set that was written it need not. */
static bool is_whole(const struct quals *quals, const struct value *value, bool in_set)
{
	bool is_host6 =
		value->kind == VAL_IPV6 && value->prefix == PREFIX_LEN && value->prefix_len == 128;

	return quals->type == TYPE_NET || in_set || value->prefix == PREFIX_NONE || is_host6;
}

static enum entry_kind read_host(const struct quals *quals, const struct value *value, bool in_set,
				 struct value *entry)
{
	bool is_net = quals->type == TYPE_NET;

	*entry = *value;
	switch (value->kind) {
	case VAL_NUMBER:
		if (!is_net)
			return ENTRY_NONE;
		/* fall through */
	case VAL_IPV4:
		if (!flt__lower_is_ip4_proto(quals->proto) || !is_whole(quals, value, in_set))
			return ENTRY_NONE;
		return range4(value, entry) ? ENTRY_FIXED : ENTRY_NONE;
	case VAL_IPV4S: return flt__lower_is_ip4_proto(quals->proto) ? ENTRY_FIXED : ENTRY_NONE;
	case VAL_IPV6:
		if (!has_ip6(quals->proto) || !is_whole(quals, value, in_set))
			return ENTRY_NONE;
		return range6(value, entry) ? ENTRY_MORE : ENTRY_NONE;
	case VAL_IPV6S: return has_ip6(quals->proto) ? ENTRY_MORE : ENTRY_NONE;
	case VAL_NAME: return is_net && quals->proto == PROTO_IP6 ? ENTRY_NONE : ENTRY_READ;
	default: return ENTRY_NONE;
	}
}

/* ---- addresses of the link, ports ------------------------------------------------------------ */

static enum entry_kind read_mac(const struct value *value, struct value *entry)
{
	*entry = *value;
	if (value->kind == VAL_MAC)
		return ENTRY_FIXED;
	return value->kind == VAL_NAME ? ENTRY_READ : ENTRY_NONE;
}

static bool port_number(const char *text, uint32_t *number)
{
	size_t len = strspn(text, "0123456789");

	*number = 0;
	for (size_t i = 0; i < len && *number <= PORT_MAX; i++)
		*number = 10 * *number + (uint32_t)(text[i] - '0');
	return len && !text[len] && *number <= PORT_MAX && (*text != '0' || len == 1);
}

static enum entry_kind read_port(const struct ast *node, const struct value *value,
				 struct value *entry)
{
	const char *high = value->kind == VAL_RANGE ? value->high_text : NULL;

	*entry = *value;
	entry->single = node->value->kind == VAL_SET ? value->single : node;
	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME && value->kind != VAL_RANGE)
		return ENTRY_NONE;
	if (!port_number(value->text, &entry->number) ||
	    !port_number(high ? high : value->text, &entry->high_number) ||
	    entry->number > entry->high_number)
		return ENTRY_READ;
	entry->kind = VAL_NUMBERS;
	entry->single = NULL;
	return ENTRY_FIXED;
}

/* ---- protocols ------------------------------------------------------------------------------- */

/* The protocols that IP headers name: those of both, of IPv4's only, of IPv6's only. */
enum proto_layer { LINK, ETHER, LLC, IP, IP4, IP6, OSI, ISIS };

static const struct {
	enum proto_layer layer;
	uint32_t number;
	const char *word;
} protos[PROTO_COUNT] = {
#define PROTO(tag, word, others, layer, number) [PROTO_##tag] = { layer, number, word },
#include "protos.def"
#undef PROTO
};

/* They could move; but what stands between asks for the same field, mostly, and later passes bring
 * all of that together. */
static enum entry_kind read_proto(const struct value *value, struct value *entry)
{
	*entry = *value;
	if (value->kind == VAL_NUMBER)
		return value->number <= PROTO_MAX ? ENTRY_MORE : ENTRY_NONE;
	return value->kind == VAL_NAME ? ENTRY_READ : ENTRY_NONE;
}

/* Who looks in vain has walked over all headers, whatever the number. */
static enum entry_kind read_chained(const struct value *value, struct value *entry)
{
	enum entry_kind kind = read_proto(value, entry);

	return kind == ENTRY_MORE ? ENTRY_FIXED : kind;
}

/* A word alone, `tcp`, as `proto` and its number. NULL: it is none of these, or no memory. */
static struct ast *spell_out(struct compile *c, const struct ast *node)
{
	static const enum proto families[] = {
		[IP] = PROTO_NONE, [IP4] = PROTO_IP, [IP6] = PROTO_IP6
	};
	enum proto word = node->quals.proto;
	struct ast *id =
		flt__lower_is_inside_ip(word) ? flt__arena_alloc(&c->arena, sizeof(*id)) : NULL;
	struct value *value = id ? flt__arena_alloc(&c->arena, sizeof(*value)) : NULL;

	if (!value)
		return NULL;
	*value = (struct value){ .kind = VAL_NUMBER,
				 .span = node->span,
				 .number = protos[word].number,
				 .text = protos[word].word };
	*id = *node;
	id->kind = AST_ID;
	id->quals.type = TYPE_PROTO;
	id->quals.proto = families[protos[word].layer];
	id->value = value;
	return id;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static enum entry_kind read_entry(const struct group_term *term, const struct value *value,
				  struct value *entry)
{
	const struct ast *node = term->node;
	bool in_set = node->value->kind == VAL_SET;
	enum entry_kind kind;

	if (!in_set && value->prefix != PREFIX_NONE && term->kind != GROUP_HOSTS)
		return ENTRY_NONE;
	switch (term->kind) {
	case GROUP_HOSTS: kind = read_host(&node->quals, value, in_set, entry); break;
	case GROUP_MACS: kind = read_mac(value, entry); break;
	case GROUP_PORTS: kind = read_port(node, value, entry); break;
	case GROUP_CHAINS: kind = read_chained(value, entry); break;
	default: kind = read_proto(value, entry); break;
	}
	if (kind != ENTRY_NONE || !in_set)
		return kind;
	*entry = *value; /* it is a set's business what it holds */
	return ENTRY_READ;
}

/* ---- terms ----------------------------------------------------------------------------------- */

static bool is_port_proto(enum proto proto)
{
	return proto == PROTO_NONE || proto == PROTO_TCP || proto == PROTO_UDP ||
	       proto == PROTO_SCTP;
}

static bool has_macs(const struct compile *c)
{
	bool is_cooked = (c->opts.flags & FLT_COMPILE_COOKED) != 0;
	const struct link_layout *link = flt__layout_find(c->opts.linktype, is_cooked);

	return link && (link->allows & ALLOW_MAC) && !(link->allows & ALLOW_WLAN);
}

static bool find_kind(const struct compile *c, struct group_term *term)
{
	const struct quals *quals = &term->node->quals;
	bool is_host = quals->type == TYPE_HOST || quals->type == TYPE_NONE;

	term->proto = quals->proto;
	term->dir = quals->dir == DIR_NONE ? DIR_SRC_OR_DST : quals->dir;
	if (quals->dir > DIR_SRC_OR_DST)
		return false;
	if (quals->type == TYPE_PORT || quals->type == TYPE_PORTRANGE) {
		term->kind = GROUP_PORTS;
		return is_port_proto(quals->proto);
	}
	if (quals->type == TYPE_PROTO || quals->type == TYPE_PROTOCHAIN) {
		term->kind = quals->type == TYPE_PROTO ? GROUP_PROTOS : GROUP_CHAINS;
		return quals->dir == DIR_NONE &&
		       (quals->proto == PROTO_NONE || quals->proto == PROTO_IP ||
			quals->proto == PROTO_IP6);
	}
	if (is_host && quals->proto == PROTO_LINK) {
		term->kind = GROUP_MACS;
		return has_macs(c);
	}
	term->kind = GROUP_HOSTS;
	return (is_host || quals->type == TYPE_NET) &&
	       (flt__lower_is_ip4_proto(quals->proto) || quals->proto == PROTO_IP6);
}

/* A term's values: those of its set, or the one that it has. */
static struct value_list values_of(const struct ast *node)
{
	if (node->value->kind == VAL_SET)
		return *node->value->set;
	return (struct value_list){ .entries = node->value, .count = 1 };
}

bool flt__group_read(struct compile *c, const struct ast *node, struct group_term *term)
{
	const struct ast *id = node->kind == AST_PROTO ? spell_out(c, node) : node;

	*term = (struct group_term){ .node = id, .is_fixed = true };
	if (!id || id->kind != AST_ID || !find_kind(c, term))
		return false;
	struct value_list values = values_of(id);
	for (uint32_t i = 0; i < values.count; i++) {
		struct value entry;
		enum entry_kind kind = read_entry(term, &values.entries[i], &entry);
		if (kind == ENTRY_NONE)
			return false;
		term->has_type |= kind == ENTRY_READ && !entry.single;
		term->has_fixed |= kind == ENTRY_FIXED;
		term->is_fixed &= kind == ENTRY_FIXED;
	}
	return true;
}

bool flt__group_add(struct compile *c, const struct group_term *term, struct value_list *set)
{
	struct value_list values = values_of(term->node);

	for (uint32_t i = 0; i < values.count; i++) {
		struct value *entries = flt__arena_grow(&c->arena, set->entries, set->count,
							&set->capacity, sizeof(*entries));
		if (!entries)
			return false;
		set->entries = entries;
		read_entry(term, &values.entries[i], &entries[set->count]);
		if (term->kind == GROUP_PORTS)
			entries[set->count].only = term->node->quals.proto;
		set->count++;
	}
	return true;
}
