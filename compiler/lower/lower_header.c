/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entering a link header: where its fields are. Where the packet itself says how long a header is,
 * that is worked out once, in the prologue, and kept in a slot: two slots at most, for the start of
 * the link header and for what it carries.
 */
#include "lowering.h"

#define SNAP_LEN      8u /* 802.2 LLC and SNAP: the network header comes after */
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

void flt__lower_check(struct lower *g, const struct link_check *check, struct off start,
		      struct target to)
{
	struct target out = check->is_not ? flt__lower_invert(to) : to;
	uint32_t all = check->size == 4 ? 0xffffffff : (1u << 8 * check->size) - 1;
	struct off off = flt__off_add(start, (uint32_t)check->off);

	if (check->mask == all)
		flt__lower_field(g, off, check->size, check->value, out);
	else
		flt__lower_field_mask(g, off, check->size, check->mask, check->value, out);
}

void flt__lower_guard(struct lower *g, struct ir_block *no)
{
	const struct link_check *guard = &g->frame.link->guard;
	struct ir_block *next;

	if (!guard->size)
		return;
	next = flt__lower_block(g);
	flt__lower_check(g, guard, g->frame.link_off, (struct target){ next, no });
	flt__lower_start(g, next);
}

/* ---- frames ------------------------------------------------------------------------------ */

void flt__lower_enter(struct lower *g, const struct link_layout *link, struct off start)
{
	struct frame *f = &g->frame;
	bool has_llc = link->type_rule == TYPE_LLC;
	bool has_payload = link->payload_off != NO_PAYLOAD;

	f->link = link;
	f->link_off = flt__off_add(start, link->prefix_len);
	f->payload = flt__off_add(f->link_off, has_payload ? link->payload_off : OFF_NOWHERE);
	if (link->header_rule != HEADER_FIXED)
		f->payload = (struct off){ .const_part = 0, .slot = flt__ir_slot(g->ir) };
	f->type_off = has_llc ? flt__off_add(f->payload, SNAP_TYPE_OFF) :
				flt__off_add(f->link_off, link->type_off);
	f->net = flt__off_add(f->payload, has_llc ? SNAP_LEN : 0);
	f->is_tunnel = false;
}

void flt__lower_enter_packet(struct lower *g, const struct link_layout *link)
{
	struct off start = PACKET_START;

	g->outer = link;
	if (!link) {
		g->frame.link_off = start;
		return;
	}
	if (link->prefix_rule != PREFIX_FIXED)
		start.slot = flt__ir_slot(g->ir);
	flt__lower_enter(g, link, start);
	g->outer_link = g->frame.link_off;
	g->outer_payload = g->frame.payload;
	if (link->header_rule == HEADER_PPP)
		flt__lower_zero_first(g, g->frame.payload.slot);
}

/* ---- the prologue: the prefix ------------------------------------------------------------ */

static ir_val prefix_le16(struct lower *g)
{
	ir_val high = flt__lower_load(g, flt__off_add(PACKET_START, 3), 1);
	ir_val low = flt__lower_load(g, flt__off_add(PACKET_START, 2), 1);

	return flt__lower_alu(g, IR_OR, flt__lower_alu_k(g, IR_LSH, high, 8), low);
}

static ir_val prefix_be32(struct lower *g)
{
	return flt__lower_load(g, flt__off_add(PACKET_START, 4), 4);
}

/* Drivers gave either header the same link type. */
static void lower_prism(struct lower *g, uint32_t slot)
{
	struct ir_block *avs = flt__lower_block(g);
	struct ir_block *prism = flt__lower_block(g);
	struct ir_block *join = flt__lower_block(g);

	flt__lower_field_mask(g, PACKET_START, 4, AVS_MAGIC_MASK, AVS_MAGIC,
			      (struct target){ avs, prism });
	flt__lower_start(g, avs);
	flt__lower_set(g, slot, prefix_be32(g));
	flt__lower_goto(g, join);
	flt__lower_start(g, prism);
	flt__lower_set(g, slot, flt__lower_const(g, PRISM_LEN));
	flt__lower_goto(g, join);
	flt__lower_start(g, join);
}

static void lower_prefix(struct lower *g, uint32_t slot)
{
	switch (g->outer->prefix_rule) {
	case PREFIX_LE16: flt__lower_set(g, slot, prefix_le16(g)); break;
	case PREFIX_BE32: flt__lower_set(g, slot, prefix_be32(g)); break;
	case PREFIX_PRISM: lower_prism(g, slot); break;
	default: break;
	}
}

/* ---- the prologue: the link header ------------------------------------------------------- */

static ir_val get_slot(struct lower *g, uint32_t slot)
{
	return flt__lower_off_value(g, (struct off){ .const_part = 0, .slot = slot });
}

/* Go to `to` if the byte or word has one of these bits, else on in a new block. */
static void bits_to(struct lower *g, struct off off, uint32_t size, uint32_t bits,
		    struct ir_block *to)
{
	struct ir_block *next = flt__lower_block(g);

	flt__lower_cmp(g, TEST_SET, flt__lower_load(g, off, size), bits,
		       (struct target){ to, next });
	flt__lower_start(g, next);
}

static void no_bits_to(struct lower *g, struct off off, uint32_t size, uint32_t bits,
		       struct ir_block *to)
{
	struct ir_block *next = flt__lower_block(g);

	flt__lower_cmp(g, TEST_SET, flt__lower_load(g, off, size), bits,
		       (struct target){ next, to });
	flt__lower_start(g, next);
}

static void add_to_slot(struct lower *g, uint32_t slot, uint32_t more)
{
	flt__lower_set(g, slot, flt__lower_alu_k(g, IR_ADD, get_slot(g, slot), more));
}

/* Address 4 is not counted in, as the established tools do not: what follows it is not found. What
 * is no data frame carries nothing that is looked for, so its length is left at that, at done; so
 * is that of what has no QoS field. Goes on where there is one. */
static void lower_wlan_header(struct lower *g, uint32_t slot, struct ir_block *done)
{
	struct off control = g->outer_link;
	ir_val start = flt__lower_off_value(g, control);

	flt__lower_set(g, slot,
		       start == IR_NONE ? flt__lower_const(g, WLAN_LEN) :
					  flt__lower_alu_k(g, IR_ADD, start, WLAN_LEN));
	no_bits_to(g, control, 1, WLAN_DATA, done);
	bits_to(g, control, 1, WLAN_CTL, done);
	no_bits_to(g, control, 1, WLAN_QOS, done);
	add_to_slot(g, slot, WLAN_QOS_LEN);
}

/* Where the radiotap fields begin, after `words` words of `present`: the timestamp, whose place is
 * a multiple of 8, then the flags. */
static struct off radiotap_flags(uint32_t words, bool is_stamped)
{
	uint32_t fields = RADIOTAP_PRESENT + RADIOTAP_WORD * words;

	if (is_stamped)
		fields = (fields + RADIOTAP_TSFT_LEN - 1) / RADIOTAP_TSFT_LEN * RADIOTAP_TSFT_LEN +
			 RADIOTAP_TSFT_LEN;
	return flt__off_add(PACKET_START, fields);
}

/* The radiotap flags may say that the 802.11 header, which is 26 bytes long here, is padded to a
 * multiple of 4, wherever it begins. They are after all words of `present`, of which so many are
 * read. */
static void lower_datapad(struct lower *g, uint32_t slot, struct ir_block *done)
{
	struct off present = flt__off_add(PACKET_START, RADIOTAP_PRESENT);
	struct ir_block *pad = flt__lower_block(g);

	no_bits_to(g, present, 4, RADIOTAP_FLAGS, done);
	for (uint32_t words = 1; words <= RADIOTAP_WORDS_MAX; words++) {
		struct ir_block *more = flt__lower_block(g);
		struct ir_block *stamped = flt__lower_block(g);
		struct target is_padded = { pad, done };
		bits_to(g, flt__off_add(present, RADIOTAP_WORD * (words - 1)), 4, RADIOTAP_EXT,
			more);
		bits_to(g, present, 4, RADIOTAP_TSFT, stamped);
		ir_val flags = flt__lower_load(g, radiotap_flags(words, false), 1);
		flt__lower_cmp(g, TEST_SET, flags, RADIOTAP_DATAPAD, is_padded);
		flt__lower_start(g, stamped);
		flags = flt__lower_load(g, radiotap_flags(words, true), 1);
		flt__lower_cmp(g, TEST_SET, flags, RADIOTAP_DATAPAD, is_padded);
		flt__lower_start(g, more);
	}
	flt__lower_goto(g, done);
	flt__lower_start(g, pad);
	add_to_slot(g, slot, WLAN_QOS_PAD);
}

static void lower_counted(struct lower *g, uint32_t slot)
{
	ir_val len = flt__lower_load(g, g->outer_link, 1);

	flt__lower_set(g, slot,
		       flt__lower_alu_k(g, IR_AND, flt__lower_alu_k(g, IR_ADD, len, 3), ~3u));
}

static void lower_link_header(struct lower *g, uint32_t slot)
{
	struct ir_block *done = flt__lower_block(g);

	switch (g->outer->header_rule) {
	case HEADER_WLAN: lower_wlan_header(g, slot, done); break;
	case HEADER_WLAN_RADIOTAP:
		lower_wlan_header(g, slot, done);
		lower_datapad(g, slot, done);
		break;
	case HEADER_COUNTED: lower_counted(g, slot); break;
	default: break;
	}
	flt__lower_goto(g, done);
	flt__lower_start(g, done);
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

void flt__lower_prologue(struct lower *g)
{
	const struct link_layout *link = g->outer;
	bool need_payload, need_link;

	if (!link)
		return;
	if (link->entry.size && !g->is_empty) {
		struct ir_block *next = flt__lower_block(g);
		flt__lower_check(g, &link->entry, PACKET_START, (struct target){ next, g->reject });
		flt__lower_start(g, next);
	}
	need_payload = is_needed(g, g->outer_payload);
	need_link =
		is_needed(g, g->outer_link) || (need_payload && g->outer_link.slot != OFF_NO_SLOT);
	if (need_link)
		lower_prefix(g, g->outer_link.slot);
	if (need_payload && link->header_rule != HEADER_FIXED)
		lower_link_header(g, g->outer_payload.slot);
}
