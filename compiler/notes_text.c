/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes as text: fields by their names, what has none by its place. */
#include "notes.h"

#include <stdio.h>
#include <string.h>

#include "bpf_opcode.h"
#include "bpf_text.h"

#define MOST_DEPTH 4             /* of a value that is written out */

struct writer {
	struct notes *n;
	const struct headers *known;
	struct text t;
};

/* A whole field and nothing else. */
static bool is_field(const struct writer *w, value_id id, struct part *part)
{
	struct part parts[MOST_PARTS];
	uint32_t count =
		flt__fields_find(w->n, w->known, flt__value_bits(&w->n->values, id), parts);

	*part = parts[0];
	return count == 1;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void put_value(struct writer *w, value_id id, uint32_t depth);

static void put_number(struct text *t, uint32_t k, uint32_t style)
{
	if (style == FLT_STYLE_IPV4)
		flt__bpf_put(t, "%u.%u.%u.%u", k >> 24, k >> 16 & 0xff, k >> 8 & 0xff, k & 0xff);
	else
		flt__bpf_put(t, style == FLT_STYLE_HEX && k > 9 ? "0x%x" : "%u", k);
}

/* [26:4], or [M[0] + 14], where no header is known. */
static void put_place(struct writer *w, struct place at, uint32_t size, uint32_t depth)
{
	bool is_fixed = value_of(&w->n->values, at.base)->op == VALUE_CONST;

	flt__text_words(&w->t, "[");
	if (!is_fixed)
		put_value(w, at.base, depth + 1);
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
	const struct header_at *in = flt__headers_find(w->n, w->known, bits.at);
	struct part parts[MOST_PARTS];

	if (flt__fields_find(w->n, w->known, bits, parts) == 1) {
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
		{BPF_ADD, "+"}, {BPF_SUB, "-"}, {BPF_MUL, "*"}, {BPF_DIV, "/"},	 {BPF_MOD, "%"},
		{BPF_AND, "&"}, {BPF_OR, "|"},	{BPF_XOR, "^"}, {BPF_LSH, "<<"}, {BPF_RSH, ">>"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].op == op)
			return rows[i].sign;
	return "?";
}

static void put_operand(struct writer *w, value_id id, uint32_t depth)
{
	struct part part;
	bool is_plain = value_of(&w->n->values, id)->op != VALUE_ALU || is_field(w, id, &part);

	flt__text_words(&w->t, is_plain ? "" : "(");
	put_value(w, id, depth + 1);
	flt__text_words(&w->t, is_plain ? "" : ")");
}

/* How the mask of a value is written: an address has one that looks like an address. */
static uint32_t mask_style(const struct writer *w, value_id id)
{
	struct part part;

	return is_field(w, id, &part) && part.field->style == FLT_STYLE_IPV4 ? FLT_STYLE_IPV4
									     : FLT_STYLE_HEX;
}

static void put_alu(struct writer *w, value_id id, uint32_t depth)
{
	const struct value_node node = *value_of(&w->n->values, id);
	struct part parts[MOST_PARTS];
	uint32_t count =
		flt__fields_find(w->n, w->known, flt__value_bits(&w->n->values, id), parts);

	for (uint32_t i = 0; i < count; i++) {
		flt__text_words(&w->t, i ? ", " : "");
		flt__put_part(&w->t, &parts[i]);
	}
	if (count)
		return;
	const struct value_node right = *value_of(&w->n->values, node.b);
	bool is_const = right.op == VALUE_CONST;
	put_operand(w, node.a, depth);
	if (is_const && node.k == BPF_ADD && right.k > INT32_MAX) {
		flt__bpf_put(&w->t, " - %u", -right.k);
	} else if (is_const && node.k == BPF_LSH && right.k < 8) {
		flt__bpf_put(&w->t, " * %u", 1u << right.k);
	} else {
		flt__bpf_put(&w->t, " %s ", sign_of(node.k));
		bool is_bits = node.k == BPF_AND || node.k == BPF_OR || node.k == BPF_XOR;
		if (is_const)
			put_number(&w->t, right.k,
				   is_bits ? mask_style(w, node.a) : FLT_STYLE_DECIMAL);
		else
			put_operand(w, node.b, depth);
	}
}

/* What several ways have left there: the name that it had on all of them, or where it is kept. */
static void put_register(struct text *t, const struct value_node *node)
{
	if (node->op != VALUE_MIX)
		flt__text_words(t, "?");
	else if (node->name)
		flt__text_words(t, node->name->text);
	else if (node->b >= HELD_CELLS)
		flt__bpf_put(t, "M[%u]", node->b - HELD_CELLS);
	else
		flt__text_words(t, node->b == HELD_A ? "A" : "X");
}

static void put_value(struct writer *w, value_id id, uint32_t depth)
{
	const struct value_node *node = value_of(&w->n->values, id);
	const struct bpf_ancillary *row;

	if (depth > MOST_DEPTH) {
		flt__text_words(&w->t, "...");
		return;
	}
	switch (node->op) {
	case VALUE_CONST:
		put_number(&w->t, node->k, FLT_STYLE_DECIMAL);
		break;
	case VALUE_LOAD:
		put_load(w, flt__value_bits(&w->n->values, id), depth);
		break;
	case VALUE_ALU:
		put_alu(w, id, depth);
		break;
	case VALUE_LEN:
		flt__text_words(&w->t, "len");
		break;
	case VALUE_META:
		row = flt__bpf_ancillary(node->k);
		flt__bpf_put(&w->t, "meta.%s", row ? row->list_text : "?");
		break;
	default:
		put_register(&w->t, node);
		break;
	}
}

/* ---- questions ------------------------------------------------------------------------------- */

/* Numbers count from the lowest bit of their field: ip.version is 4, not 0x40. */
static uint32_t shift_of(const struct part *part)
{
	bool counts = part->field->style == FLT_STYLE_DECIMAL;

	return part->shift + (counts ? (uint32_t)__builtin_ctz(part->field->mask) : 0);
}

static void put_parts_compared(struct writer *w, const struct part *parts, uint32_t count,
			       const char *relation, uint32_t k)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct field *field = parts[i].field;
		uint32_t mask = field->mask << parts[i].shift;
		const char *word = flt__header_code(w->n, field, (k & mask) >> parts[i].shift);
		flt__text_words(&w->t, i ? " and " : "");
		flt__put_part(&w->t, &parts[i]);
		flt__bpf_put(&w->t, " %s ", relation);
		put_number(&w->t, (k & mask) >> shift_of(&parts[i]), field->style);
		if (word && strcmp(relation, "=") == 0)
			flt__bpf_put(&w->t, " (%s)", word);
	}
}

/* How the values of a field are written, also of a part of it. */
static uint32_t style_of(const struct writer *w, value_id id)
{
	struct bits bits = flt__value_bits(&w->n->values, id);
	struct part parts[MOST_PARTS];
	uint32_t count = flt__fields_find(w->n, w->known, bits, parts);

	if (count == 1)
		return parts[0].field->style;
	const struct value_node *node = value_of(&w->n->values, id);
	bool is_type = node->op == VALUE_META && node->k == BPF_OFF_META + SKF_AD_PROTOCOL;
	if (node->op == VALUE_MIX && node->name)
		return node->name->style;
	if (!bits.size)
		return (node->op == VALUE_LEN || node->op == VALUE_META) && !is_type
			       ? FLT_STYLE_DECIMAL
			       : FLT_STYLE_HEX;
	bits.mask = 0xffffffffu >> (32 - 8 * bits.size);
	return flt__fields_find(w->n, w->known, bits, parts) == 1 ? parts[0].field->style
								  : FLT_STYLE_HEX;
}

static void put_compared(struct writer *w, value_id asked, const char *relation, uint32_t k)
{
	struct part parts[MOST_PARTS];
	uint32_t count =
		flt__fields_find(w->n, w->known, flt__value_bits(&w->n->values, asked), parts);
	bool is_equality = strcmp(relation, "=") == 0;

	if (count == 1 || (count && is_equality)) {
		put_parts_compared(w, parts, count, relation, k);
		return;
	}
	put_value(w, asked, 0);
	flt__bpf_put(&w->t, " %s ", relation);
	put_number(&w->t, k, style_of(w, asked));
}

/* What a conditional jump compares: A, or the bits of it that it asks for. */
static value_id asked_of(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	value_id mask, some;

	if (insn->code != OP_jset_k)
		return s->held[HELD_A];
	mask = flt__value(&w->n->values, VALUE_CONST, 0, 0, insn->k);
	some = flt__value_alu(&w->n->values, BPF_AND, s->held[HELD_A], mask);
	return some ? some : s->held[HELD_A];
}

static void put_question(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	static const char *const relations[] = {[BPF_JEQ >> 4] = "=",
						[BPF_JGT >> 4] = ">",
						[BPF_JGE >> 4] = ">=",
						[BPF_JSET >> 4] = "&"};
	const char *relation = relations[BPF_OP(insn->code) >> 4];
	value_id asked = asked_of(w, s, insn);

	if (BPF_SRC(insn->code) == BPF_X) {
		put_value(w, asked, 0);
		flt__bpf_put(&w->t, " %s ", relation);
		put_value(w, s->held[HELD_X], 0);
		flt__text_words(&w->t, BPF_OP(insn->code) == BPF_JSET ? " != 0" : "");
	} else if (insn->code == OP_jset_k) {
		put_compared(w, asked, "!=", 0);
	} else {
		put_compared(w, asked, relation, insn->k);
	}
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* What a register holds after the instruction, as far as it is worth a word. */
static void put_result(struct writer *w, const struct state *after, const struct flt_insn *insn)
{
	uint32_t writes = flt__bpf_opcode(insn->code)->writes;
	uint32_t reg = writes & REG_X ? HELD_X : writes & REG_M ? HELD_CELLS + insn->k : HELD_A;

	put_value(w, after->held[reg], 0);
}

static void put_end(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	if (insn->code == OP_ret_a) {
		flt__text_words(&w->t, "keep so many bytes: ");
		put_value(w, s->held[HELD_A], 0);
	} else if (insn->k) {
		flt__bpf_put(&w->t, "accept, %u bytes", insn->k);
	} else {
		flt__text_words(&w->t, "reject");
	}
}

static void end(struct text *t)
{
	if (t->used >= t->len)
		memcpy(t->buf + t->len - 4, "...", 4);
	flt__text_end(t);
}

static void write_field(struct writer *w, const struct state *s, const struct flt_insn *insn,
			struct flt_note *note)
{
	value_id asked = asked_of(w, s, insn);
	struct part part;

	w->t = (struct text){note->field, sizeof(note->field), 0};
	put_value(w, asked, 0);
	end(&w->t);
	note->style = style_of(w, asked);
	note->mask = insn->code == OP_jset_k ? insn->k : 0xffffffff;
	note->shift = is_field(w, asked, &part) ? shift_of(&part) : 0;
}

bool flt__note_name(struct notes *n, const struct state *state, struct value_name *name)
{
	struct writer w = {n, &state->known, {name->text, sizeof(name->text), 0}};
	const struct value_node *node = value_of(&n->values, state->held[HELD_A]);
	struct part part;

	if (!is_field(&w, state->held[HELD_A], &part) && !(node->op == VALUE_MIX && node->name))
		return false;
	put_value(&w, state->held[HELD_A], 0);
	end(&w.t);
	name->style = style_of(&w, state->held[HELD_A]);
	return true;
}

void flt__note_write(struct notes *n, const struct state *before, const struct state *after,
		     uint32_t at, struct flt_note *note)
{
	const struct flt_insn *insn = &n->code->insns[at];
	struct writer w = {.n = n};

	memset(note, 0, sizeof(*note));
	w.t = (struct text){note->text, sizeof(note->text), 0};
	if (!before) {
		flt__text_words(&w.t, "never reached");
	} else if (BPF_CLASS(insn->code) == BPF_RET) {
		w.known = &before->known;
		put_end(&w, before, insn);
	} else if (flt__bpf_is_branch(insn)) {
		w.known = &before->known;
		put_question(&w, before, insn);
	} else if (insn->code != OP_ja) {
		w.known = &before->known;
		put_result(&w, after, insn);
	}
	end(&w.t);
	if (before && flt__bpf_is_branch(insn))
		write_field(&w, before, insn, note);
}
