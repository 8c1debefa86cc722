/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as text: fields by their names, what has none by its place. */
#include "notes.h"

#include <stdio.h>
#include <string.h>

#include "bpf_opcode.h"
#include "bpf_text.h"

#define DEPTH_MAX 5 /* of a value that is written out */

bool flt__text_is_field(const struct writer *w, value_id id, struct part *part)
{
	struct part parts[PARTS_MAX];
	uint32_t count =
		flt__fields_find(w->n, &w->now->known, flt__value_bits(&w->n->values, id), parts);

	*part = parts[0];
	return count == 1;
}

/* ---- values ---------------------------------------------------------------------------------- */

void flt__put_number(struct text *t, uint32_t k, uint32_t style)
{
	if (style == FLT_STYLE_IPV4)
		flt__bpf_put(t, "%u.%u.%u.%u", k >> 24, k >> 16 & 0xff, k >> 8 & 0xff, k & 0xff);
	else
		flt__bpf_put(t, style == FLT_STYLE_HEX && k > 9 ? "0x%x" : "%u", k);
}

uint32_t flt__part_shift(const struct part *part)
{
	return part->shift + (uint32_t)__builtin_ctz(part->field->mask);
}

/* The number that a field counts, moved by so many bits to the left. */
static void put_moved(struct writer *w, const struct part *part, int32_t bits)
{
	flt__put_part(&w->t, part);
	if (bits < 0)
		flt__bpf_put(&w->t, " >> %d", -bits);
	else if (bits > 0 && bits < 8)
		flt__bpf_put(&w->t, " * %u", 1u << bits);
	else if (bits > 0)
		flt__bpf_put(&w->t, " << %d", bits);
}

/* The register that holds a value now, a cell rather than A or X; REG_COUNT: none. */
static uint32_t holder_of(const struct writer *w, value_id id)
{
	for (uint32_t i = 0; i < REG_COUNT; i++) {
		uint32_t reg = (i + REGS_CELLS) % REG_COUNT;
		if (w->now->regs[reg] == id)
			return reg;
	}
	return REG_COUNT;
}

/* Likewise one that holds a place before that one, or the place. */
static uint32_t holder_of_place(const struct writer *w, struct place at, uint32_t *off)
{
	for (uint32_t i = 0; i < REG_COUNT; i++) {
		uint32_t reg = (i + REGS_CELLS) % REG_COUNT;
		value_id id = w->now->regs[reg];
		struct place place = { 0, 0 };
		if (id)
			place = flt__place(&w->n->values, id, 0);
		*off = at.off - place.off;
		if (id && place.base == at.base && *off <= INT32_MAX)
			return reg;
	}
	return REG_COUNT;
}

static bool is_lost(const struct writer *w, value_id id, uint32_t depth);

static bool is_lost_load(const struct writer *w, value_id id, uint32_t depth)
{
	struct bits bits = flt__value_bits(&w->n->values, id);
	uint32_t off;

	return !flt__headers_find(w->n, &w->now->known, bits) &&
	       is_lost(w, bits.at.base, depth + 1) &&
	       holder_of_place(w, bits.at, &off) == REG_COUNT;
}

/* Is it made of something that no register holds any more? */
static bool is_lost(const struct writer *w, value_id id, uint32_t depth)
{
	const struct value_node *node = value_of(&w->n->values, id);

	if (depth > DEPTH_MAX || (depth && id && holder_of(w, id) < REG_COUNT))
		return false;
	if (node->op == VALUE_PHI)
		return !node->name && holder_of(w, id) == REG_COUNT;
	if (node->op == VALUE_LOAD)
		return is_lost_load(w, id, depth);
	return node->op == VALUE_ALU &&
	       (is_lost(w, node->a, depth + 1) || is_lost(w, node->b, depth + 1));
}

static void put_register_name(struct text *t, uint32_t reg)
{
	if (reg >= REGS_CELLS)
		flt__bpf_put(t, "M[%u]", reg - REGS_CELLS);
	else
		flt__text_words(t, reg == REGS_A ? "A" : "X");
}

static void put_operand(struct writer *w, value_id id, uint32_t depth);

/* [26:4], or [M[0] + 14], where no header is known. */
static void put_place(struct writer *w, struct place at, uint32_t size, uint32_t depth)
{
	const struct value_node base = *value_of(&w->n->values, at.base);
	bool is_fixed = base.op == VALUE_CONST;
	bool is_sum = base.op == VALUE_ALU && (base.k == BPF_ADD || base.k == BPF_LSH);
	uint32_t reg = REG_COUNT, off;

	if (!is_fixed && is_lost(w, at.base, 0))
		reg = holder_of_place(w, at, &off);
	flt__text_words(&w->t, "[");
	if (reg < REG_COUNT) {
		put_register_name(&w->t, reg);
		at.off = off;
	} else if (!is_fixed && (is_sum || !at.off)) {
		flt__put_value(w, at.base, depth + 1);
	} else if (!is_fixed) {
		put_operand(w, at.base, depth);
	}
	if (is_fixed && at.off >= BPF_OFF_NET)
		flt__bpf_put(&w->t, "net + %u", at.off - BPF_OFF_NET);
	else if (is_fixed && at.off >= BPF_OFF_LINK)
		flt__bpf_put(&w->t, "link + %u", at.off - BPF_OFF_LINK);
	else if (is_fixed || at.off)
		flt__bpf_put(&w->t, is_fixed ? "%u" : " + %u", at.off);
	flt__bpf_put(&w->t, size > 1 ? ":%u]" : "]", size);
}

static void put_load(struct writer *w, struct bits bits, uint32_t depth)
{
	const struct header_at *in = flt__headers_find(w->n, &w->now->known, bits);
	struct part parts[PARTS_MAX];

	if (flt__fields_find(w->n, &w->now->known, bits, parts) == 1) {
		flt__put_part(&w->t, &parts[0]);
		return;
	}
	if (!in) {
		put_place(w, bits.at, bits.size, depth);
		return;
	}
	const struct field *whole = flt__field_around(w->n, in, bits);
	uint32_t off = bits.at.off - in->at.off - (whole ? whole->off : 0);
	flt__put_headers(&w->t, in->headers);
	flt__bpf_put(&w->t, whole ? ".%s[%u" : "%s[%u", whole ? whole->name : "", off);
	flt__bpf_put(&w->t, bits.size > 1 ? ":%u]" : "]", bits.size);
}

static const char *sign_of(uint32_t op)
{
	static const struct {
		uint32_t op;
		const char *sign;
	} rows[] = {
		{ BPF_ADD, "+" },  { BPF_SUB, "-" },  { BPF_MUL, "*" }, { BPF_DIV, "/" },
		{ BPF_MOD, "%" },  { BPF_AND, "&" },  { BPF_OR, "|" },  { BPF_XOR, "^" },
		{ BPF_LSH, "<<" }, { BPF_RSH, ">>" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].op == op)
			return rows[i].sign;
	return "?";
}

static bool is_shift(const struct writer *w, value_id id, struct part *part, int32_t *bits);

static void put_operand(struct writer *w, value_id id, uint32_t depth)
{
	struct part part;
	int32_t bits;
	bool is_moved = is_shift(w, id, &part, &bits);
	bool is_plain = is_moved ? bits == 0 : value_of(&w->n->values, id)->op != VALUE_ALU;

	flt__text_words(&w->t, is_plain ? "" : "(");
	flt__put_value(w, id, depth + 1);
	flt__text_words(&w->t, is_plain ? "" : ")");
}

/* How the mask of a value is written: an address has one that looks like an address. */
static uint32_t mask_style(const struct writer *w, value_id id)
{
	struct part part;

	return flt__text_is_field(w, id, &part) && part.field->style == FLT_STYLE_IPV4 ?
		       FLT_STYLE_IPV4 :
		       FLT_STYLE_HEX;
}

/* A field, and bits that its number was moved by: tcp[12] & 0xf0 is tcp.hl << 4, and shifted to the
 * right by 2 it is tcp.hl << 2. */
static bool is_shift(const struct writer *w, value_id id, struct part *part, int32_t *bits)
{
	const struct values *v = &w->n->values;
	const struct value_node *node = value_of(v, id), *by;

	*bits = 0;
	if (node->op == VALUE_ALU && (node->k == BPF_RSH || node->k == BPF_LSH)) {
		by = value_of(v, node->b);
		if (by->op != VALUE_CONST || by->k > 31)
			return false;
		*bits = node->k == BPF_RSH ? -(int32_t)by->k : (int32_t)by->k;
		id = node->a;
	}
	if (!flt__text_is_field(w, id, part))
		return false;
	uint64_t mask = (uint64_t)part->field->mask << part->shift;
	if (*bits > 0 && mask << *bits > UINT32_MAX)
		return false;
	*bits += (int32_t)flt__part_shift(part);
	return true;
}

/* All the fields that bits are, as the whole note; false: it has to be written as a value. */
static bool put_bits(struct writer *w, value_id id, uint32_t depth)
{
	struct part parts[PARTS_MAX], part;
	int32_t bits;
	uint32_t count =
		flt__fields_find(w->n, &w->now->known, flt__value_bits(&w->n->values, id), parts);

	if (is_shift(w, id, &part, &bits)) {
		put_moved(w, &part, count && !depth ? 0 : bits);
		return true;
	}
	for (uint32_t i = 0; i < count && !depth; i++) {
		flt__text_words(&w->t, i ? ", " : "");
		flt__put_part(&w->t, &parts[i]);
	}
	return count && !depth;
}

static void put_alu(struct writer *w, value_id id, uint32_t depth)
{
	const struct value_node node = *value_of(&w->n->values, id);
	const struct value_node right = *value_of(&w->n->values, node.b);
	bool is_const = right.op == VALUE_CONST;

	if (put_bits(w, id, depth))
		return;
	put_operand(w, node.a, depth);
	if (is_const && node.k == BPF_ADD && right.k > INT32_MAX) {
		flt__bpf_put(&w->t, " - %u", -right.k);
	} else if (is_const && node.k == BPF_LSH && right.k < 8) {
		flt__bpf_put(&w->t, " * %u", 1u << right.k);
	} else {
		flt__bpf_put(&w->t, " %s ", sign_of(node.k));
		bool is_bits = node.k == BPF_AND || node.k == BPF_OR || node.k == BPF_XOR;
		if (is_const)
			flt__put_number(&w->t, right.k,
					is_bits ? mask_style(w, node.a) : FLT_STYLE_DECIMAL);
		else
			put_operand(w, node.b, depth);
	}
}

/* What several paths have left there: the name that it had on all of them, or where it is now. */
static void put_register(struct writer *w, value_id id)
{
	const struct value_node *node = value_of(&w->n->values, id);
	uint32_t reg = id ? holder_of(w, id) : REG_COUNT;

	if (node->op == VALUE_PHI && node->name)
		flt__text_words(&w->t, node->name->text);
	else if (reg == REG_COUNT)
		flt__text_words(&w->t, "?");
	else
		put_register_name(&w->t, reg);
}

void flt__put_value(struct writer *w, value_id id, uint32_t depth)
{
	const struct value_node *node = value_of(&w->n->values, id);
	const struct bpf_ancillary *row;

	if (depth > DEPTH_MAX) {
		flt__text_words(&w->t, "...");
		return;
	}
	if (is_lost(w, id, 0)) {
		put_register(w, id);
		return;
	}
	switch (node->op) {
	case VALUE_CONST: flt__put_number(&w->t, node->k, FLT_STYLE_DECIMAL); break;
	case VALUE_LOAD: put_load(w, flt__value_bits(&w->n->values, id), depth); break;
	case VALUE_ALU: put_alu(w, id, depth); break;
	case VALUE_LEN: flt__text_words(&w->t, "len"); break;
	case VALUE_META:
		row = flt__bpf_ancillary(node->k);
		flt__bpf_put(&w->t, "meta.%s", row ? row->list_text : "?");
		break;
	default: put_register(w, id); break;
	}
}
