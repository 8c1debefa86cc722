/* SPDX-License-Identifier: BSD-2-Clause */
/* 802.11 frames (IEEE 802.11-2020, 9.2 and 9.3): types, directions, and up to four addresses. */
#include "lowering.h"

#include "names.h"

/* The two bytes of frame control. */
#define FC_KIND 0u /* version, type, subtype */
#define FC_DS   1u /* to and from the distribution system (DS), and flags */

#define KIND_CTL  0x04u /* type control or extension; else ... */
#define KIND_DATA 0x08u /* ... data, or else management */

#define TO_DS   0x01u
#define FROM_DS 0x02u
#define DS_BITS 0x03u

#define ADDR1 4u
#define ADDR2 10u
#define ADDR3 16u
#define ADDR4 24u

/* ---- addresses by their meaning ---------------------------------------------------------- */

static void lower_any_bit(struct lower *g, uint32_t off, uint32_t bits, struct target to)
{
	flt__lower_cmp(g, TEST_SET, flt__lower_load(g, flt__off_add(g->frame.link_off, off), 1),
		       bits, to);
}

/* The address at off is mac; NULL: it is that of a group. */
static void lower_address(struct lower *g, uint32_t off, const uint8_t *mac, struct target to)
{
	if (mac)
		flt__lower_mac_at(g, flt__off_add(g->frame.link_off, off), mac, to);
	else
		lower_any_bit(g, off, 1, to);
}

/* On to two new blocks; control frames have neither a source nor a destination. */
static void lower_by_type(struct lower *g, struct ir_block *none, struct ir_block **mgt,
			  struct ir_block **data)
{
	struct ir_block *others = flt__lower_block(g);

	*mgt = flt__lower_block(g);
	*data = flt__lower_block(g);
	lower_any_bit(g, FC_KIND, KIND_CTL, (struct target){ none, others });
	flt__lower_start(g, others);
	lower_any_bit(g, FC_KIND, KIND_DATA, (struct target){ *data, *mgt });
}

/* The source is address 2, of data frames from the DS address 3, or 4 when they also go to it. */
static void lower_source(struct lower *g, const uint8_t *mac, struct target to)
{
	struct ir_block *addr2, *data;
	struct ir_block *from_ds = flt__lower_block(g);
	struct ir_block *addr3 = flt__lower_block(g);
	struct ir_block *addr4 = flt__lower_block(g);

	lower_by_type(g, to.no, &addr2, &data);
	flt__lower_start(g, data);
	lower_any_bit(g, FC_DS, FROM_DS, (struct target){ from_ds, addr2 });
	flt__lower_start(g, addr2);
	lower_address(g, ADDR2, mac, to);
	flt__lower_start(g, from_ds);
	lower_any_bit(g, FC_DS, TO_DS, (struct target){ addr4, addr3 });
	flt__lower_start(g, addr3);
	lower_address(g, ADDR3, mac, to);
	flt__lower_start(g, addr4);
	lower_address(g, ADDR4, mac, to);
}

/* The destination is address 1, of data frames to the DS address 3. */
static void lower_destination(struct lower *g, const uint8_t *mac, struct target to)
{
	struct ir_block *addr1, *data;
	struct ir_block *addr3 = flt__lower_block(g);

	lower_by_type(g, to.no, &addr1, &data);
	flt__lower_start(g, data);
	lower_any_bit(g, FC_DS, TO_DS, (struct target){ addr3, addr1 });
	flt__lower_start(g, addr1);
	lower_address(g, ADDR1, mac, to);
	flt__lower_start(g, addr3);
	lower_address(g, ADDR3, mac, to);
}

void flt__lower_wlan_mcast(struct lower *g, struct target to)
{
	lower_destination(g, NULL, to);
}

/* ---- addresses by their place ------------------------------------------------------------ */

/* Where an address is, and in which frames. The established tools know `ra` and `ta` in data
 * frames alone, and ours must mean what theirs do. CTS and ACK (0xc4, 0xd4) have no address 2. */
/* clang-format off */
static const struct place {
	struct link_check in;
	uint8_t off;
} places[] = {
	[DIR_RA] =    { { FC_KIND, 1, false, KIND_DATA, KIND_DATA }, ADDR1 },
	[DIR_TA] =    { { FC_KIND, 1, false, KIND_DATA, KIND_DATA }, ADDR2 },
	[DIR_ADDR1] = { { 0 }, ADDR1 },
	[DIR_ADDR2] = { { FC_KIND, 1, true, 0xec, 0xc4 }, ADDR2 },
	[DIR_ADDR3] = { { FC_KIND, 1, true, WLAN_TYPE_BITS, KIND_CTL }, ADDR3 },
	[DIR_ADDR4] = { { FC_DS, 1, false, DS_BITS, DS_BITS }, ADDR4 },
};
/* clang-format on */

static void lower_place(struct lower *g, const struct place *place, const uint8_t *mac,
			struct target to)
{
	struct ir_block *next;

	if (place->in.size) {
		flt__lower_check(g, &place->in, g->frame.link_off, flt__lower_then(g, to, &next));
		flt__lower_start(g, next);
	}
	lower_address(g, place->off, mac, to);
}

void flt__lower_wlan_macs(struct lower *g, enum dir dir, const uint8_t mac[6], struct target to)
{
	struct ir_block *second;

	switch (dir) {
	case DIR_SRC: lower_source(g, mac, to); return;
	case DIR_DST: lower_destination(g, mac, to); return;
	case DIR_NONE:
	case DIR_SRC_OR_DST: lower_source(g, mac, flt__lower_else(g, to, &second)); break;
	case DIR_SRC_AND_DST: lower_source(g, mac, flt__lower_then(g, to, &second)); break;
	default: lower_place(g, &places[dir], mac, to); return;
	}
	flt__lower_start(g, second);
	lower_destination(g, mac, to);
}

/* ---- type, subtype, dir ------------------------------------------------------------------ */

/* `wlan type`, `type`; not `ip type`, and not inside a tunnel. */
static bool check_place(struct lower *g, const struct ast *node)
{
	struct span word = node->op_span;

	if (!flt__lower_has(g, ALLOW_WLAN))
		return flt__lower_only(g, word, "802.11");
	if (node->quals.proto == PROTO_NONE || node->quals.proto == PROTO_LINK)
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, node->quals.span,
			    "'%s' has no '%.*s'; 'wlan %.*s' tests 802.11 frames",
			    flt__proto_word(node->quals.proto), (int)word.len, g->c->text + word.at,
			    (int)word.len, g->c->text + word.at);
}

static bool read_type(struct lower *g, const struct value *value, uint32_t *type)
{
	*type = value->number;
	if (value->kind != VAL_NUMBER)
		return flt__name_wlan_type(g->c, value->text, value->span, type);
	if (!(*type & ~WLAN_TYPE_BITS))
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "%u is not an 802.11 type; those are 0 (mgt), 4 (ctl), 8 (data) and 12",
			    *type);
}

/* *kind: with the type's bits. */
static bool read_subtype(struct lower *g, const struct value *value, uint32_t type, uint32_t *kind)
{
	*kind = type | value->number;
	if (value->kind != VAL_NUMBER)
		return flt__name_wlan_subtype_of(g->c, value->text, value->span, type, kind);
	if (!(value->number & ~WLAN_SUBTYPE_BITS))
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "%u is not an 802.11 subtype; those are multiples of 16 up to 240 "
			    "(0xf0), the upper half of the frame's first byte",
			    value->number);
}

static void lower_kind(struct lower *g, uint32_t mask, uint32_t kind, struct target to)
{
	flt__lower_field_mask(g, flt__off_add(g->frame.link_off, FC_KIND), 1, mask, kind, to);
}

bool flt__lower_wlan_type(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t mask = WLAN_TYPE_BITS;
	uint32_t kind;

	if (!check_place(g, node) || !read_type(g, &node->args[0], &kind))
		return false;
	if (node->argc == 2) {
		mask |= WLAN_SUBTYPE_BITS;
		if (!read_subtype(g, &node->args[1], kind, &kind))
			return false;
	}
	lower_kind(g, mask, kind, to);
	return true;
}

bool flt__lower_wlan_subtype(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *subtype = &node->args[0];
	uint32_t kind;

	if (!check_place(g, node) ||
	    !flt__name_wlan_subtype(g->c, subtype->text, subtype->span, &kind))
		return false;
	lower_kind(g, WLAN_TYPE_BITS | WLAN_SUBTYPE_BITS, kind, to);
	return true;
}

bool flt__lower_wlan_dir(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = &node->args[0];
	uint32_t ds_bits = value->number;

	if (!check_place(g, node))
		return false;
	if (value->kind != VAL_NUMBER &&
	    !flt__name_wlan_dir(g->c, value->text, value->span, &ds_bits))
		return false;
	if (ds_bits > DS_BITS)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "%u is not an 802.11 direction; those are 0 (nods), 1 (tods), "
				    "2 (fromds) and 3 (dstods)",
				    ds_bits);
	flt__lower_field_mask(g, flt__off_add(g->frame.link_off, FC_DS), 1, DS_BITS, ds_bits, to);
	return true;
}
