/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_program_notes(), and the graph that has them: one walk over the program, to the front, since
 * jumps only lead there. Where paths meet, what all of them agree on is still known. */
#include "notes.h"

#include <stdlib.h>
#include <string.h>

#include "bpf_opcode.h"
#include "program.h"

#define MEMORY_MAX (1ull << 30)

/* ---- one instruction ------------------------------------------------------------------------- */

static value_id constant(struct notes *n, uint32_t k)
{
	return flt__value(&n->values, VALUE_CONST, 0, 0, k);
}

static value_id header_len(struct notes *n, uint32_t k)
{
	value_id byte = flt__value_load(&n->values, flt__place(&n->values, constant(n, 0), k), 1);
	value_id words = flt__value_alu(&n->values, BPF_AND, byte, constant(n, 0xf));

	return flt__value_alu(&n->values, BPF_LSH, words, constant(n, 2));
}

/* Some depends on the registers. */
static value_id metadata(struct notes *n, const struct state *s, uint32_t k)
{
	const struct bpf_ancillary *row = flt__bpf_ancillary(k);
	bool reads_x = row && row->reads & REG_X;

	return flt__value(&n->values, VALUE_META, reads_x ? s->regs[REGS_A] : 0,
			  reads_x ? s->regs[REGS_X] : 0, k);
}

static value_id load(struct notes *n, const struct state *s, const struct flt_insn *insn)
{
	uint32_t size = BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;
	uint32_t k = insn->k;
	bool is_x = BPF_CLASS(insn->code) == BPF_LDX;

	switch (BPF_MODE(insn->code)) {
	case BPF_IMM: return constant(n, k);
	case BPF_MEM: return s->regs[REGS_CELLS + k];
	case BPF_LEN: return flt__value(&n->values, VALUE_LEN, 0, 0, 0);
	case BPF_MSH: return header_len(n, k);
	case BPF_IND:
		return flt__value_load(&n->values, flt__place(&n->values, s->regs[REGS_X], k),
				       size);
	default:
		if (!is_x && k >= BPF_OFF_META)
			return metadata(n, s, k);
		return flt__value_load(&n->values, flt__place(&n->values, constant(n, 0), k), size);
	}
}

static value_id arithmetic(struct notes *n, const struct state *s, const struct flt_insn *insn)
{
	uint32_t op = BPF_OP(insn->code);
	value_id by = BPF_SRC(insn->code) == BPF_X ? s->regs[REGS_X] : constant(n, insn->k);

	if (op == BPF_NEG)
		return flt__value_alu(&n->values, BPF_SUB, constant(n, 0), s->regs[REGS_A]);
	return flt__value_alu(&n->values, op, s->regs[REGS_A], by);
}

static void execute(struct notes *n, struct state *s, const struct flt_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD: s->regs[REGS_A] = load(n, s, insn); break;
	case BPF_LDX: s->regs[REGS_X] = load(n, s, insn); break;
	case BPF_ST: s->regs[REGS_CELLS + insn->k] = s->regs[REGS_A]; break;
	case BPF_STX: s->regs[REGS_CELLS + insn->k] = s->regs[REGS_X]; break;
	case BPF_ALU: s->regs[REGS_A] = arithmetic(n, s, insn); break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			s->regs[REGS_X] = s->regs[REGS_A];
		else
			s->regs[REGS_A] = s->regs[REGS_X];
		break;
	default: break;
	}
}

/* ---- the walk -------------------------------------------------------------------------------- */

/* A field that lies elsewhere on the other path, and is called the same, keeps its name. */
static void meet_names(struct notes *n, const struct state *there, const struct state *s,
		       struct value_name *name)
{
	struct value_name other;

	name->text[0] = '\0';
	if (there->regs[REGS_A] == s->regs[REGS_A] || !flt__note_name(n, there, name) ||
	    !flt__note_name(n, s, &other) || strcmp(name->text, other.text) != 0)
		name->text[0] = '\0';
}

static void give_name(struct notes *n, value_id phi, const struct value_name *name)
{
	struct value_name *copy = NULL;

	if (value_of(&n->values, phi)->op != VALUE_PHI)
		return;
	if (name->text[0])
		copy = flt__arena_alloc(&n->arena, sizeof(*copy));
	if (copy)
		*copy = *name;
	n->values.nodes[phi].name = copy;
}

static void meet_register(struct notes *n, struct state *there, const struct state *s, uint32_t to,
			  uint32_t reg, struct headers *known)
{
	value_id a = there->regs[reg], b = s->regs[reg];

	if (a == b)
		return;
	const struct header_at *in_a = flt__headers_begin_at(n, &there->known, a);
	const struct header_at *in_b = flt__headers_begin_at(n, &s->known, b);

	there->regs[reg] = flt__value_phi(&n->values, a, b, to, reg);
	flt__headers_join(n, known, there->regs[reg], in_a, in_b);
	if (flt__headers_are_moved(n, &there->known, a) && flt__headers_are_moved(n, &s->known, b))
		flt__headers_add_moved(n, known, there->regs[reg]);
}

static bool propagate(struct notes *n, uint32_t to, const struct state *s)
{
	struct state *there = n->before[to];

	if (!there) {
		there = n->before[to] = flt__arena_alloc(&n->arena, sizeof(*there));
		if (there)
			*there = *s;
		return there != NULL;
	}
	struct value_name name;
	bool differs = there->regs[REGS_A] != s->regs[REGS_A];
	meet_names(n, there, s, &name);
	struct headers known = there->known;
	flt__headers_meet(&known, &s->known);
	for (uint32_t reg = 0; reg < REG_COUNT; reg++)
		meet_register(n, there, s, to, reg, &known);
	if (differs)
		give_name(n, there->regs[REGS_A], &name);
	there->known = known;
	return true;
}

static bool branch(struct notes *n, uint32_t at, const struct state *s)
{
	const struct flt_insn *insn = &n->code->insns[at];
	struct state yes = *s, no = *s;
	value_id asked = s->regs[REGS_A];

	if (insn->code == OP_jeq_k)
		flt__headers_learn(n, &yes.known, asked, insn->k);
	else if (insn->code == OP_jgt_k)
		flt__headers_learn_max(n, &no.known, asked, insn->k);
	else if (insn->code == OP_jge_k && insn->k)
		flt__headers_learn_max(n, &no.known, asked, insn->k - 1);
	else if (insn->code == OP_jset_k)
		flt__headers_learn_bit(n, &yes.known, &no.known, asked, insn->k);
	return propagate(n, at + 1 + insn->jt, &yes) && propagate(n, at + 1 + insn->jf, &no);
}

static bool visit(struct notes *n, uint32_t at)
{
	const struct flt_insn *insn = &n->code->insns[at];
	struct state after;

	if (!n->before[at] || BPF_CLASS(insn->code) == BPF_RET)
		return true;
	after = *n->before[at];
	execute(n, &after, insn);
	if (BPF_CLASS(insn->code) != BPF_JMP)
		return propagate(n, at + 1, &after);
	if (insn->code == OP_ja)
		return propagate(n, at + 1 + insn->k, &after);
	return branch(n, at, &after);
}

static bool walk(struct notes *n, uint32_t count)
{
	struct state *first = flt__arena_alloc(&n->arena, sizeof(*first));

	n->before = flt__arena_array(&n->arena, count, sizeof(*n->before));
	if (!first || !n->before || !flt__values_init(&n->values, &n->arena))
		return false;
	for (uint32_t reg = 0; reg < REG_COUNT; reg++)
		first->regs[reg] = reg < REGS_CELLS ? constant(n, 0) : 0;
	flt__headers_begin(n, &first->known);
	n->before[0] = first;
	for (uint32_t at = 0; at < count; at++)
		if (!visit(n, at))
			return false;
	return !n->arena.failed;
}

static void write_note(struct notes *n, uint32_t at, struct flt_note *note)
{
	const struct state *before = n->before[at];
	struct state after = { .regs = { 0 } };

	if (before) {
		after = *before;
		execute(n, &after, &n->code->insns[at]);
	}
	flt__note_write(n, before, &after, at, note);
}

int flt_program_notes(const struct flt_program *prog, struct flt_note *notes, uint32_t max)
{
	if (!prog || (!notes && max))
		return FLT_E_ARGUMENT;
	struct bpf_code code = { prog->insns, prog->clauses, prog->info.count };
	struct notes n = { .code = &code };
	bool is_cooked = prog->info.flags & FLT_PROGRAM_COOKED;

	flt__arena_init(&n.arena, MEMORY_MAX);
	n.layout = flt__layout_find(prog->info.linktype, is_cooked);
	bool ok = walk(&n, code.count);
	for (uint32_t i = 0; ok && i < code.count && i < max; i++)
		write_note(&n, i, &notes[i]);
	ok = ok && !n.arena.failed;
	flt__arena_release(&n.arena);
	return ok ? (int)code.count : FLT_E_NOMEM;
}

int flt_program_show_graph(const struct flt_program *prog, const char *expr, char *buf, size_t len)
{
	if (!prog || (!buf && len))
		return FLT_E_ARGUMENT;
	struct bpf_code code = { prog->insns, prog->clauses, prog->info.count };
	struct flt_note *notes = calloc(code.count, sizeof(*notes));
	int result = notes ? flt_program_notes(prog, notes, code.count) : FLT_E_NOMEM;
	if (result >= 0)
		result = flt__bpf_graph(&code, expr, notes, buf, len);
	if (result < 0 && len)
		buf[0] = '\0';
	free(notes);
	return result;
}
