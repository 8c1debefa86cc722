/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that lowering is written in: blocks, loads, comparisons. */
#include "lowering.h"

#include <linux/filter.h>

#include "bpf.h"

#define FIRST_NO_BYTE 0x80000000u /* constants from here up are no offsets into a packet */

struct off flt__off_add(struct off off, uint32_t more)
{
	off.const_part += more;
	return off;
}

/* ---- blocks ------------------------------------------------------------------------------ */

struct ir_block *flt__lower_block(struct lower *g)
{
	return flt__ir_block(g->ir, g->span);
}

void flt__lower_start(struct lower *g, struct ir_block *block)
{
	g->at = block;
}

void flt__lower_edge(const struct ir_block *from, struct ir_block *to)
{
	if (to->present > from->present)
		to->present = from->present;
	if (to->asked > from->asked)
		to->asked = from->asked;
	if (to->filled > from->filled)
		to->filled = from->filled;
}

void flt__lower_goto(struct lower *g, struct ir_block *to)
{
	flt__lower_edge(g->at, to);
	flt__ir_jump(g->at, to);
	g->at = NULL;
}

struct target flt__lower_invert(struct target to)
{
	return (struct target){ .yes = to.no, .no = to.yes };
}

struct target flt__lower_then(struct lower *g, struct target to, struct ir_block **next)
{
	*next = flt__lower_block(g);
	return (struct target){ .yes = *next, .no = to.no };
}

struct target flt__lower_else(struct lower *g, struct target to, struct ir_block **next)
{
	*next = flt__lower_block(g);
	return (struct target){ .yes = to.yes, .no = *next };
}

/* ---- values ------------------------------------------------------------------------------ */

static ir_val put(struct lower *g, struct ir_value value)
{
	return flt__ir_value(g->ir, g->at, value);
}

ir_val flt__lower_const(struct lower *g, uint32_t k)
{
	return put(g, (struct ir_value){ .op = IR_CONST, .k = k });
}

ir_val flt__lower_len(struct lower *g)
{
	ir_val len = put(g, (struct ir_value){ .op = IR_LEN });
	uint32_t missing = g->outer ? g->outer->missing_len : 0;

	return missing ? flt__lower_alu_k(g, IR_ADD, len, missing) : len;
}

ir_val flt__lower_meta(struct lower *g, uint32_t what)
{
	return put(g, (struct ir_value){ .op = IR_META, .k = what });
}

ir_val flt__lower_alu(struct lower *g, enum ir_op op, ir_val a, ir_val b)
{
	return put(g, (struct ir_value){ .op = (uint8_t)op, .a = a, .b = b });
}

ir_val flt__lower_alu_k(struct lower *g, enum ir_op op, ir_val a, uint32_t k)
{
	return flt__lower_alu(g, op, a, flt__lower_const(g, k));
}

ir_val flt__lower_off_value(struct lower *g, struct off off)
{
	if (off.slot == OFF_NO_SLOT)
		return IR_NONE;
	return put(g, (struct ir_value){ .op = IR_GET, .k = off.slot });
}

void flt__lower_set(struct lower *g, uint32_t slot, ir_val value)
{
	put(g, (struct ir_value){ .op = IR_SET, .k = slot, .a = value });
}

/* ---- loads ------------------------------------------------------------------------------- */

/* nlattr, nlattr_nest and alu_xor_x work on registers, which the language does not know. */
static bool is_metadata(uint32_t off)
{
	switch (off) {
	case BPF_OFF_META + SKF_AD_PROTOCOL:
	case BPF_OFF_META + SKF_AD_PKTTYPE:
	case BPF_OFF_META + SKF_AD_IFINDEX:
	case BPF_OFF_META + SKF_AD_MARK:
	case BPF_OFF_META + SKF_AD_QUEUE:
	case BPF_OFF_META + SKF_AD_HATYPE:
	case BPF_OFF_META + SKF_AD_RXHASH:
	case BPF_OFF_META + SKF_AD_CPU:
	case BPF_OFF_META + SKF_AD_VLAN_TAG:
	case BPF_OFF_META + SKF_AD_VLAN_TAG_PRESENT:
	case BPF_OFF_META + SKF_AD_PAY_OFFSET:
	case BPF_OFF_META + SKF_AD_RANDOM:
	case BPF_OFF_META + SKF_AD_VLAN_TPID: return true;
	default: return false;
	}
}

bool flt__lower_is_meta(const struct lower *g, uint32_t off)
{
	return flt__lower_is_live(g) && is_metadata(off);
}

/* The block ends here; what is still lowered goes into one that nothing leads to. */
static ir_val load_nothing(struct lower *g)
{
	flt__lower_goto(g, g->nowhere ? g->nowhere : g->reject);
	flt__lower_start(g, flt__lower_block(g));
	return flt__lower_const(g, 0);
}

ir_val flt__lower_load_at(struct lower *g, ir_val base, uint32_t k, uint32_t size)
{
	if (base == IR_NONE && k >= FIRST_NO_BYTE) {
		if (flt__lower_is_meta(g, k))
			return flt__lower_meta(g, k - BPF_OFF_META);
		return load_nothing(g);
	}
	return put(g, (struct ir_value){ .op = IR_LOAD, .size = (uint8_t)size, .k = k, .a = base });
}

ir_val flt__lower_load(struct lower *g, struct off off, uint32_t size)
{
	ir_val base = flt__lower_off_value(g, off);

	return flt__lower_load_at(g, base, off.const_part, size);
}

/* ---- comparisons ------------------------------------------------------------------------- */

void flt__lower_cmp(struct lower *g, enum ir_test test, ir_val a, uint32_t k, struct target to)
{
	flt__lower_edge(g->at, to.yes);
	flt__lower_edge(g->at, to.no);
	flt__ir_branch(g->at, test, a, IR_NONE, k, to.yes, to.no);
	g->at = NULL;
}

void flt__lower_cmp_value(struct lower *g, enum ir_test test, ir_val a, ir_val b, struct target to)
{
	flt__lower_edge(g->at, to.yes);
	flt__lower_edge(g->at, to.no);
	flt__ir_branch(g->at, test, a, b, 0, to.yes, to.no);
	g->at = NULL;
}

void flt__lower_field(struct lower *g, struct off off, uint32_t size, uint32_t k, struct target to)
{
	flt__lower_cmp(g, TEST_EQ, flt__lower_load(g, off, size), k, to);
}

void flt__lower_field_mask(struct lower *g, struct off off, uint32_t size, uint32_t mask,
			   uint32_t k, struct target to)
{
	ir_val field = flt__lower_load(g, off, size);
	ir_val bits = flt__lower_alu_k(g, IR_AND, field, mask);

	flt__lower_cmp(g, TEST_EQ, bits, k, to);
}

/* ---- what is known of the compile -------------------------------------------------------- */

bool flt__lower_is_live(const struct lower *g)
{
	return (g->c->opts.flags & FLT_COMPILE_LIVE) != 0;
}

const char *flt__lower_link_name(const struct lower *g)
{
	const char *name =
		g->frame.link ? g->frame.link->name : flt_linktype_name(g->c->opts.linktype);

	return name ? name : "this link type";
}

bool flt__lower_has(const struct lower *g, enum layout_allows what)
{
	return g->frame.link && (g->frame.link->allows & what);
}

bool flt__lower_lacks(struct lower *g, struct span span, const char *what)
{
	if (g->frame.link)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, span, "link type %s has no %s",
				    flt__lower_link_name(g), what);
	return COMPILE_FAIL(g->c, FLT_E_UNSUPPORTED, span,
			    "this version does not know the headers of %s; only lengths and "
			    "link[...] can be tested there",
			    flt__lower_link_name(g));
}

bool flt__lower_only(struct lower *g, struct span span, const char *links)
{
	const char *this = g->frame.link == g->outer ? "this one" : "the packet in the tunnel";

	return COMPILE_FAIL(g->c, FLT_E_MEANING, span, "'%.*s' works only on %s captures; %s is %s",
			    (int)span.len, g->c->text + span.at, links, this,
			    flt__lower_link_name(g));
}

static uint32_t be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* The last four bytes first: they tell addresses apart sooner than the vendor's. */
void flt__lower_mac_at(struct lower *g, struct off off, const uint8_t mac[6], struct target to)
{
	struct ir_block *vendor;

	flt__lower_field(g, flt__off_add(off, 2), 4, be32(mac + 2),
			 flt__lower_then(g, to, &vendor));
	flt__lower_start(g, vendor);
	flt__lower_field(g, off, 2, (uint32_t)mac[0] << 8 | mac[1], to);
}

/* A cooked socket gives the filter no link header. */
bool flt__lower_has_link(struct lower *g, struct span span)
{
	if (!g->frame.link || !g->frame.link->is_cooked)
		return true;
	return COMPILE_FAIL(g->c, FLT_E_UNSUPPORTED, span,
			    "a cooked socket hides the link header from its filter; run the plain "
			    "%s program in user space",
			    flt__lower_link_name(g));
}

/* ---- limits, slots ------------------------------------------------------------------------- */

/* What would be refused at the end is refused before it takes minutes and gigabytes. Blocks become
 * fewer until then (many only jump), but none that people write loses half of them. */
#define BLOCKS_MAX (2 * BPF_USER_LIMIT)

bool flt__lower_has_room(struct lower *g, struct span span, uint64_t more)
{
	if (g->ir->block_count <= BLOCKS_MAX && more <= BLOCKS_MAX)
		return true;
	return COMPILE_FAIL(
		g->c, FLT_E_LIMIT, span,
		"the expression is too large from here on: a program has at most %u instructions",
		BPF_USER_LIMIT);
}

void flt__lower_zero_first(struct lower *g, uint32_t slot)
{
	uint32_t *list = flt__arena_grow(&g->c->arena, g->zeros, g->zero_count, &g->zero_capacity,
					 sizeof(*list));

	if (!list)
		return;
	g->zeros = list;
	g->zeros[g->zero_count++] = slot;
}
