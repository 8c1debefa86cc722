/* SPDX-License-Identifier: BSD-2-Clause */
/* Where 802.11 headers begin and end: neither is at a fixed place. */
#include "notes.h"

#include "bpf_opcode.h"

bool flt__is_wlan(const struct link_layout *layout)
{
	return layout &&
	       (layout->header_rule == HEADER_WLAN || layout->header_rule == HEADER_WLAN_RADIOTAP);
}

static struct place packet_place(struct notes *n, uint32_t off)
{
	return (struct place){ flt__value(&n->values, VALUE_CONST, 0, 0, 0), off };
}

/* After a prefix whose length stands in its bytes 2 and 3, the low one first. */
static struct place behind_prefix(struct notes *n)
{
	struct values *v = &n->values;
	value_id low = flt__value_load(v, packet_place(n, 2), 1);
	value_id high = flt__value_load(v, packet_place(n, 3), 1);
	value_id eight = flt__value(v, VALUE_CONST, 0, 0, 8);

	high = flt__value_alu(v, BPF_LSH, high, eight);
	return flt__place(v, flt__value_alu(v, BPF_OR, high, low), 0);
}

/* The length of AVS is in 4 bytes. */
static struct place behind_avs(struct notes *n)
{
	return flt__place(&n->values, flt__value_load(&n->values, packet_place(n, 4), 4), 0);
}

struct place flt__wlan_begin(struct notes *n)
{
	if (n->layout->prefix_rule == PREFIX_LE16)
		return behind_prefix(n);
	if (n->layout->prefix_rule == PREFIX_BE32)
		return behind_avs(n);
	return (struct place){ 0, 0 };
}

#define WLAN_TYPE 0x0c /* IEEE 802.11, 9.2.4.1.3 */
#define WLAN_DATA 0x08

void flt__wlan_learn(struct headers *known, struct header_at from, struct bits asked,
		     uint32_t value)
{
	uint32_t before = from.at.off - asked.at.off;

	if (from.headers != HEADER_BIT(HDR_WLAN) || from.at.base != asked.at.base ||
	    from.at.off < asked.at.off || before >= asked.size)
		return;
	uint32_t shift = 8 * (asked.size - before - 1);
	uint8_t mask = (uint8_t)(asked.mask >> shift);
	known->wlan_mask |= mask;
	known->wlan_bits = (uint8_t)((known->wlan_bits & ~mask) | (value >> shift & mask));
}

static bool is_data(const struct headers *known)
{
	return (known->wlan_mask & WLAN_TYPE) == WLAN_TYPE &&
	       (known->wlan_bits & WLAN_TYPE) == WLAN_DATA;
}

static bool is_const(const struct values *v, value_id id, uint32_t k)
{
	return value_of(v, id)->op == VALUE_CONST && value_of(v, id)->k == k;
}

/* 24 bytes, 26 with QoS, 28 with QoS and padding. */
static bool is_wlan_len(uint32_t len)
{
	return len == 24 || len == 26 || len == 28;
}

/* Is a value, on all paths, the end of the 802.11 header that begins there? */
static bool is_wlan_end(const struct values *v, value_id id, value_id begin, uint32_t depth)
{
	const struct value_node *node = value_of(v, id);

	if (depth > 2 * SOURCES_MAX || node->source_count > SOURCES_MAX)
		return false;
	if (node->op == VALUE_CONST)
		return is_const(v, begin, 0) && is_wlan_len(node->k);
	if (node->op == VALUE_ALU && node->k == BPF_ADD)
		return node->a == begin && value_of(v, node->b)->op == VALUE_CONST &&
		       is_wlan_len(value_of(v, node->b)->k);
	for (uint32_t i = 0; node->op == VALUE_PHI && i < node->source_count; i++)
		if (!is_wlan_end(v, node->sources[i], begin, depth + 1))
			return false;
	return node->op == VALUE_PHI;
}

bool flt__wlan_ends(const struct notes *n, const struct headers *known, value_id base)
{
	if (!flt__is_wlan(n->layout) || value_of(&n->values, base)->op != VALUE_PHI ||
	    !is_data(known))
		return false;
	for (uint32_t i = 0; i < known->count; i++)
		if (known->list[i].headers == HEADER_BIT(HDR_WLAN) && !known->list[i].at.off)
			return is_wlan_end(&n->values, base, known->list[i].at.base, 0);
	return false;
}
