/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes as text: what an instruction asks, or comes to. */
#include "notes.h"

#include <string.h>

#include "bpf_opcode.h"
#include "bpf_text.h"

/* ---- questions ------------------------------------------------------------------------------- */

/* Can the comparison be said of the fields? Not if k has bits that none of them has; nor, for >=,
 * if it is between two of their numbers. */
static bool is_number_of(const struct part *parts, uint32_t count, const char *relation, uint32_t k)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < count; i++)
		mask |= parts[i].field->mask << parts[i].shift;
	if (strcmp(relation, ">") == 0)
		mask |= (1u << flt__part_shift(&parts[0])) - 1;
	return (k & ~mask) == 0;
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
		flt__put_number(&w->t, (k & mask) >> flt__part_shift(&parts[i]), field->style);
		if (word && strcmp(relation, "=") == 0)
			flt__bpf_put(&w->t, " (%s)", word);
	}
}

/* How the values of a field are written, also of a part of it. */
static uint32_t style_of(const struct writer *w, value_id id)
{
	struct bits bits = flt__value_bits(&w->n->values, id);
	struct part parts[PARTS_MAX];
	uint32_t count = flt__fields_find(w->n, &w->now->known, bits, parts);

	if (count == 1)
		return parts[0].field->style;
	const struct value_node *node = value_of(&w->n->values, id);
	bool is_type = node->op == VALUE_META && node->k == BPF_OFF_META + SKF_AD_PROTOCOL;
	if (node->op == VALUE_PHI && node->name)
		return node->name->style;
	if (!bits.size)
		return (node->op == VALUE_LEN || node->op == VALUE_META) && !is_type ?
			       FLT_STYLE_DECIMAL :
			       FLT_STYLE_HEX;
	bits.mask = 0xffffffffu >> (32 - 8 * bits.size);
	return flt__fields_find(w->n, &w->now->known, bits, parts) == 1 ? parts[0].field->style :
									  FLT_STYLE_HEX;
}

static void put_compared(struct writer *w, value_id asked, const char *relation, uint32_t k)
{
	struct part parts[PARTS_MAX];
	uint32_t count = flt__fields_find(w->n, &w->now->known,
					  flt__value_bits(&w->n->values, asked), parts);
	bool is_equality = strcmp(relation, "=") == 0;

	if ((count == 1 || (count && is_equality)) && is_number_of(parts, count, relation, k)) {
		put_parts_compared(w, parts, count, relation, k);
		return;
	}
	flt__put_value(w, asked, 1);
	flt__bpf_put(&w->t, " %s ", relation);
	flt__put_number(&w->t, k, count ? FLT_STYLE_HEX : style_of(w, asked));
}

/* What a conditional jump compares: A, or the bits of it that it asks for. */
static value_id asked_of(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	value_id mask, some;

	if (insn->code != OP_jset_k)
		return s->regs[REGS_A];
	mask = flt__value(&w->n->values, VALUE_CONST, 0, 0, insn->k);
	some = flt__value_alu(&w->n->values, BPF_AND, s->regs[REGS_A], mask);
	return some ? some : s->regs[REGS_A];
}

static void put_question(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	static const char *const relations[] = { [BPF_JEQ >> 4] = "=",
						 [BPF_JGT >> 4] = ">",
						 [BPF_JGE >> 4] = ">=",
						 [BPF_JSET >> 4] = "&" };
	const char *relation = relations[BPF_OP(insn->code) >> 4];
	value_id asked = asked_of(w, s, insn);

	if (BPF_SRC(insn->code) == BPF_X) {
		flt__put_value(w, asked, 1);
		flt__bpf_put(&w->t, " %s ", relation);
		flt__put_value(w, s->regs[REGS_X], 1);
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
	uint32_t reg = writes & REG_X ? REGS_X : writes & REG_M ? REGS_CELLS + insn->k : REGS_A;

	flt__put_value(w, after->regs[reg], 0);
}

static void put_end(struct writer *w, const struct state *s, const struct flt_insn *insn)
{
	if (insn->code == OP_ret_a) {
		flt__text_words(&w->t, "accept, this many bytes: ");
		flt__put_value(w, s->regs[REGS_A], 0);
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

	w->t = (struct text){ note->field, sizeof(note->field), 0 };
	flt__put_value(w, asked, 0);
	end(&w->t);
	note->style = style_of(w, asked);
	note->mask = insn->code == OP_jset_k ? insn->k : 0xffffffff;
	note->shift = flt__text_is_field(w, asked, &part) ? flt__part_shift(&part) : 0;
}

bool flt__note_name(struct notes *n, const struct state *state, struct value_name *name)
{
	struct writer w = { n, state, { name->text, sizeof(name->text), 0 } };
	const struct value_node *node = value_of(&n->values, state->regs[REGS_A]);
	struct part part;
	bool is_number =
		flt__text_is_field(&w, state->regs[REGS_A], &part) && flt__part_shift(&part) == 0;

	if (!is_number && !(node->op == VALUE_PHI && node->name))
		return false;
	flt__put_value(&w, state->regs[REGS_A], 0);
	end(&w.t);
	name->style = style_of(&w, state->regs[REGS_A]);
	return true;
}

void flt__note_write(struct notes *n, const struct state *before, const struct state *after,
		     uint32_t at, struct flt_note *note)
{
	const struct flt_insn *insn = &n->code->insns[at];
	struct writer w = { .n = n, .now = before };

	memset(note, 0, sizeof(*note));
	w.t = (struct text){ note->text, sizeof(note->text), 0 };
	if (!before) {
		flt__text_words(&w.t, "never reached");
	} else if (BPF_CLASS(insn->code) == BPF_RET) {
		put_end(&w, before, insn);
	} else if (flt__bpf_is_branch(insn)) {
		put_question(&w, before, insn);
	} else if (insn->code != OP_ja) {
		put_result(&w, after, insn);
	}
	end(&w.t);
	if (before && flt__bpf_is_branch(insn))
		write_field(&w, before, insn, note);
}
