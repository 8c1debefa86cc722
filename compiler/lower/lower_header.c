/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entering a link header: where its fields are. Where the packet itself says how long a header is,
 * that is worked out once, in the prologue, and kept in a slot: two slots at most, for the start of
 * the link header and for what it carries.
 */
#include "lower.h"

#define SNAP_LEN      8u /* 802.2 LLC and SNAP: the network header comes behind */
#define SNAP_TYPE_OFF 6u

#define PRISM_LEN      144u
#define AVS_MAGIC_MASK 0xfffff000u /* an AVS header in place of Prism's begins with this */
#define AVS_MAGIC      0x80211000u

#define WLAN_LEN     24u /* frame control to sequence control, without address 4 */
#define WLAN_QOS_LEN 2u
#define WLAN_QOS_PAD 2u    /* 24 + 2 bytes, rounded up to a multiple of 4 */
#define WLAN_DATA    0x08u /* of frame control's first byte: type data is 10 ... */
#define WLAN_CTL     0x04u /* ... in these two bits */
#define WLAN_QOS     0x80u

#define RADIOTAP_TSFT      0x01000000u /* of the first `present` word, little-endian */
#define RADIOTAP_FLAGS     0x02000000u
#define RADIOTAP_EXT       0x00000080u /* another word follows */
#define RADIOTAP_PRESENT   4u          /* where the first one is */
#define RADIOTAP_WORD      4u
#define RADIOTAP_WORDS_MAX 8u /* drivers have one, and one for each antenna */
#define RADIOTAP_TSFT_LEN  8u
#define RADIOTAP_DATAPAD   0x20u

/* ---- checks ------------------------------------------------------------------------------ */

void lower_check(struct lower *g, const struct link_check *check, struct off start,
		 struct target to)
{
	struct target out = check->is_not ? lower_invert(to) : to;
	uint32_t all = check->size == 4 ? 0xffffffff : (1u << 8 * check->size) - 1;
	struct off off = off_add(start, (uint32_t)check->off);

	if (check->mask == all)
		lower_field(g, off, check->size, check->value, out);
	else
		lower_field_mask(g, off, check->size, check->mask, check->value, out);
}

void lower_guard(struct lower *g, struct ir_block *no)
{
	const struct link_check *guard = &g->frame.link->guard;
	struct ir_block *next;

	if (!guard->size)
		return;
	next = lower_block(g);
	lower_check(g, guard, g->frame.link_off, (struct target){ next, no });
	lower_start(g, next);
}

/* ---- frames ------------------------------------------------------------------------------ */

void lower_enter(struct lower *g, const struct link_layout *link, struct off start)
{
	struct frame *f = &g->frame;
	bool has_llc = link->type_rule == TYPE_LLC;
	bool has_payload = link->payload_off != NO_PAYLOAD;

	f->link = link;
	f->link_off = off_add(start, link->prefix_len);
	f->payload = off_add(f->link_off, has_payload ? link->payload_off : OFF_NOWHERE);
	if (link->header_rule != HEADER_FIXED)
		f->payload = (struct off){ .const_part = 0, .slot = flt__ir_slot(g->ir) };
	f->type_off =
		has_llc ? off_add(f->payload, SNAP_TYPE_OFF) : off_add(f->link_off, link->type_off);
	f->net = off_add(f->payload, has_llc ? SNAP_LEN : 0);
	f->is_tunnel = false;
}

void lower_enter_packet(struct lower *g, const struct link_layout *link)
{
	struct off start = PACKET_START;

	g->outer = link;
	if (!link) {
		g->frame.link_off = start;
		return;
	}
	if (link->prefix_rule != PREFIX_FIXED)
		start.slot = flt__ir_slot(g->ir);
	lower_enter(g, link, start);
	g->outer_link = g->frame.link_off;
	g->outer_payload = g->frame.payload;
	if (link->header_rule == HEADER_PPP)
		lower_zero_first(g, g->frame.payload.slot);
}

/* ---- the prologue: the prefix ------------------------------------------------------------ */

static ir_val prefix_le16(struct lower *g)
{
	ir_val high = lower_load(g, off_add(PACKET_START, 3), 1);
	ir_val low = lower_load(g, off_add(PACKET_START, 2), 1);

	return lower_alu(g, IR_OR, lower_alu_k(g, IR_LSH, high, 8), low);
}

static ir_val prefix_be32(struct lower *g)
{
	return lower_load(g, off_add(PACKET_START, 4), 4);
}

/* Drivers gave either header the same link type. */
static void lower_prism(struct lower *g, uint32_t slot)
{
	struct ir_block *avs = lower_block(g);
	struct ir_block *prism = lower_block(g);
	struct ir_block *join = lower_block(g);

	lower_field_mask(g, PACKET_START, 4, AVS_MAGIC_MASK, AVS_MAGIC,
			 (struct target){ avs, prism });
	lower_start(g, avs);
	lower_set(g, slot, prefix_be32(g));
	lower_goto(g, join);
	lower_start(g, prism);
	lower_set(g, slot, lower_const(g, PRISM_LEN));
	lower_goto(g, join);
	lower_start(g, join);
}

static void lower_prefix(struct lower *g, uint32_t slot)
{
	switch (g->outer->prefix_rule) {
	case PREFIX_LE16: lower_set(g, slot, prefix_le16(g)); break;
	case PREFIX_BE32: lower_set(g, slot, prefix_be32(g)); break;
	case PREFIX_PRISM: lower_prism(g, slot); break;
	default: break;
	}
}

/* ---- the prologue: the link header ------------------------------------------------------- */

static ir_val get_slot(struct lower *g, uint32_t slot)
{
	return lower_off_value(g, (struct off){ .const_part = 0, .slot = slot });
}

/* Go to `to` if the byte or word has one of these bits, else on in a new block. */
static void bits_to(struct lower *g, struct off off, uint32_t size, uint32_t bits,
		    struct ir_block *to)
{
	struct ir_block *next = lower_block(g);

	lower_cmp(g, TEST_SET, lower_load(g, off, size), bits, (struct target){ to, next });
	lower_start(g, next);
}

static void no_bits_to(struct lower *g, struct off off, uint32_t size, uint32_t bits,
		       struct ir_block *to)
{
	struct ir_block *next = lower_block(g);

	lower_cmp(g, TEST_SET, lower_load(g, off, size), bits, (struct target){ next, to });
	lower_start(g, next);
}

static void add_to_slot(struct lower *g, uint32_t slot, uint32_t more)
{
	lower_set(g, slot, lower_alu_k(g, IR_ADD, get_slot(g, slot), more));
}

/* Address 4 is not counted in, as the established tools do not: what follows it is not found. What
 * is no data frame carries nothing that is looked for, so its length is left at that, at done; so
 * is that of what has no QoS field. Goes on where there is one. */
static void lower_wlan_header(struct lower *g, uint32_t slot, struct ir_block *done)
{
	struct off control = g->outer_link;
	ir_val start = lower_off_value(g, control);

	lower_set(g, slot,
		  start == IR_NONE ? lower_const(g, WLAN_LEN) :
				     lower_alu_k(g, IR_ADD, start, WLAN_LEN));
	no_bits_to(g, control, 1, WLAN_DATA, done);
	bits_to(g, control, 1, WLAN_CTL, done);
	no_bits_to(g, control, 1, WLAN_QOS, done);
	add_to_slot(g, slot, WLAN_QOS_LEN);
}

/* Where the radiotap fields begin, behind `words` words of `present`: the timestamp, whose place is
 * a multiple of 8, then the flags. */
static struct off radiotap_flags(uint32_t words, bool is_stamped)
{
	uint32_t fields = RADIOTAP_PRESENT + RADIOTAP_WORD * words;

	if (is_stamped)
		fields = (fields + RADIOTAP_TSFT_LEN - 1) / RADIOTAP_TSFT_LEN * RADIOTAP_TSFT_LEN +
			 RADIOTAP_TSFT_LEN;
	return off_add(PACKET_START, fields);
}

/* The radiotap flags may say that the 802.11 header, which is 26 bytes long here, is padded to a
 * multiple of 4, wherever it begins. They are behind all words of `present`, of which so many are
 * read. */
static void lower_datapad(struct lower *g, uint32_t slot, struct ir_block *done)
{
	struct off present = off_add(PACKET_START, RADIOTAP_PRESENT);
	struct ir_block *pad = lower_block(g);

	no_bits_to(g, present, 4, RADIOTAP_FLAGS, done);
	for (uint32_t words = 1; words <= RADIOTAP_WORDS_MAX; words++) {
		struct ir_block *more = lower_block(g);
		struct ir_block *stamped = lower_block(g);
		struct target is_padded = { pad, done };
		bits_to(g, off_add(present, RADIOTAP_WORD * (words - 1)), 4, RADIOTAP_EXT, more);
		bits_to(g, present, 4, RADIOTAP_TSFT, stamped);
		ir_val flags = lower_load(g, radiotap_flags(words, false), 1);
		lower_cmp(g, TEST_SET, flags, RADIOTAP_DATAPAD, is_padded);
		lower_start(g, stamped);
		flags = lower_load(g, radiotap_flags(words, true), 1);
		lower_cmp(g, TEST_SET, flags, RADIOTAP_DATAPAD, is_padded);
		lower_start(g, more);
	}
	lower_goto(g, done);
	lower_start(g, pad);
	add_to_slot(g, slot, WLAN_QOS_PAD);
}

static void lower_counted(struct lower *g, uint32_t slot)
{
	ir_val len = lower_load(g, g->outer_link, 1);

	lower_set(g, slot, lower_alu_k(g, IR_AND, lower_alu_k(g, IR_ADD, len, 3), ~3u));
}

static void lower_link_header(struct lower *g, uint32_t slot)
{
	struct ir_block *done = lower_block(g);

	switch (g->outer->header_rule) {
	case HEADER_WLAN: lower_wlan_header(g, slot, done); break;
	case HEADER_WLAN_RADIOTAP:
		lower_wlan_header(g, slot, done);
		lower_datapad(g, slot, done);
		break;
	case HEADER_COUNTED: lower_counted(g, slot); break;
	default: break;
	}
	lower_goto(g, done);
	lower_start(g, done);
}

/* ---- the prologue ------------------------------------------------------------------------ */

static bool is_read(const struct ir *ir, uint32_t slot)
{
	for (uint32_t i = 1; i < ir->value_count; i++) {
		if (ir->values[i].op == IR_GET && ir->values[i].k == slot)
			return true;
	}
	return false;
}

static bool is_needed(const struct lower *g, struct off off)
{
	return off.slot != OFF_NO_SLOT && is_read(g->ir, off.slot);
}

void lower_prologue(struct lower *g)
{
	const struct link_layout *link = g->outer;
	bool need_payload, need_link;

	if (!link)
		return;
	if (link->entry.size && !g->is_empty) {
		struct ir_block *next = lower_block(g);
		lower_check(g, &link->entry, PACKET_START, (struct target){ next, g->reject });
		lower_start(g, next);
	}
	need_payload = is_needed(g, g->outer_payload);
	need_link =
		is_needed(g, g->outer_link) || (need_payload && g->outer_link.slot != OFF_NO_SLOT);
	if (need_link)
		lower_prefix(g, g->outer_link.slot);
	if (need_payload && link->header_rule != HEADER_FIXED)
		lower_link_header(g, g->outer_payload.slot);
}
