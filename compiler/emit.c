/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks to a program. Blocks stand in the order of the graph, the returns at the very end (the
 * kernel's checker refuses a return directly before a block that reads a cell). A conditional jump
 * reaches 255 instructions; what lies farther is reached through a `ja` behind the branch, or, when
 * no cell is read anywhere, by a return in its place. Which jumps are far is found by letting sizes
 * grow until nothing changes.
 */
#include "emit.h"

#include <linux/filter.h>

#include "bpf.h"

#define REACH 255u               /* of a conditional jump: 8 bits */

struct piece {                   /* a block's place in the program */
	const struct ir_block *block;
	uint32_t body_at, body_len;      /* its instructions in e->code */
	uint32_t at;             /* where it will begin */
	uint32_t yes, no;        /* labels: a piece, or piece_count plus a return */
	bool yes_far, no_far;
};

struct layout {
	struct emit *e;
	struct piece *pieces;
	uint32_t count;
	uint32_t *piece_of;      /* by place */
	uint32_t rets[2];        /* values to return */
	uint32_t ret_count;
	uint32_t end;            /* where the returns begin */
};

static const uint16_t test_codes[] = {
	[TEST_EQ] = BPF_JEQ, [TEST_GT] = BPF_JGT, [TEST_GE] = BPF_JGE, [TEST_SET] = BPF_JSET,
};

/* ---- labels -------------------------------------------------------------------------------- */

static bool is_only_ret(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_RET;
}

/* Past blocks that only jump. */
static const struct ir_block *resolve(const struct ir_block *block)
{
	while (block->count == 0 && block->exit.kind == EXIT_JUMP)
		block = block->exit.yes;
	return block;
}

static uint32_t ret_label(struct layout *l, uint32_t k)
{
	uint32_t i = 0;

	while (i < l->ret_count && l->rets[i] != k)
		i++;
	if (i == 2) {
		flt__fail(l->e->c->err, FLT_E_BUG, "more than two different returns");
		l->e->failed = true;
		return l->count;
	}
	if (i == l->ret_count)
		l->rets[l->ret_count++] = k;
	return l->count + i;
}

static uint32_t label_of(struct layout *l, const struct ir_block *to)
{
	to = resolve(to);
	return is_only_ret(to) ? ret_label(l, to->exit.k) : l->piece_of[to->place];
}

static uint32_t address(const struct layout *l, uint32_t label)
{
	return label < l->count ? l->pieces[label].at : l->end + (label - l->count);
}

/* ---- pieces -------------------------------------------------------------------------------- */

/* Blocks that jumps are led past need no piece; the entry always has one. */
static bool is_placed(const struct ir_block *block)
{
	return block->place == 0 || (!is_only_ret(block) && resolve(block) == block);
}

static bool make_pieces(struct layout *l)
{
	const struct ir *ir = l->e->ir;

	l->pieces = flt__arena_array(&l->e->c->arena, ir->order_count, sizeof(*l->pieces));
	l->piece_of = flt__arena_array(&l->e->c->arena, ir->order_count, sizeof(*l->piece_of));
	if (!l->pieces || !l->piece_of)
		return flt__fail(l->e->c->err, FLT_E_NOMEM, "out of memory"), false;
	for (uint32_t i = 0; i < ir->order_count; i++) {
		if (!is_placed(ir->order[i]))
			continue;
		l->piece_of[i] = l->count;
		l->pieces[l->count++].block = ir->order[i];
	}
	return true;
}

static void emit_pieces(struct layout *l)
{
	struct emit *e = l->e;

	for (uint32_t i = 0; i < l->count && !e->failed; i++) {
		struct piece *piece = &l->pieces[i];
		const struct ir_exit *exit = &piece->block->exit;
		piece->body_at = e->count;
		flt__emit_body(e, piece->block);
		if (exit->kind == EXIT_BRANCH)
			flt__emit_operands(e, exit);
		piece->body_len = e->count - piece->body_at;
		piece->yes =
			exit->kind == EXIT_RET ? ret_label(l, exit->k) : label_of(l, exit->yes);
		piece->no = exit->kind == EXIT_BRANCH ? label_of(l, exit->no) : piece->yes;
	}
}

/* ---- distances ----------------------------------------------------------------------------- */

static bool is_branch(const struct piece *piece)
{
	return piece->block->exit.kind == EXIT_BRANCH;
}

/* Does the code simply run on into the label? Decided by the order, not by addresses, so it never
 * changes. */
static bool runs_on(uint32_t index, uint32_t label)
{
	return label == index + 1;
}

static uint32_t jump_len(const struct layout *l, uint32_t index)
{
	const struct piece *piece = &l->pieces[index];

	if (is_branch(piece))
		return 1u + piece->yes_far + piece->no_far;
	return runs_on(index, piece->yes) ? 0 : 1;
}

static void set_addresses(struct layout *l)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		l->pieces[i].at = at;
		at += l->pieces[i].body_len + jump_len(l, i);
	}
	l->end = at;
}

static bool too_far(const struct layout *l, uint32_t branch_at, uint32_t label)
{
	return address(l, label) - (branch_at + 1) > REACH;
}

static bool grow_jumps(struct layout *l)
{
	bool grew = false;

	for (uint32_t i = 0; i < l->count; i++) {
		struct piece *piece = &l->pieces[i];
		uint32_t branch_at = piece->at + piece->body_len;
		if (!is_branch(piece))
			continue;
		bool yes_far = piece->yes_far || too_far(l, branch_at, piece->yes);
		bool no_far = piece->no_far || too_far(l, branch_at, piece->no);
		grew |= yes_far != piece->yes_far || no_far != piece->no_far;
		piece->yes_far = yes_far;
		piece->no_far = no_far;
	}
	return grew;
}

/* ---- writing ------------------------------------------------------------------------------- */

struct writer {
	struct layout *l;
	struct flt_insn *out;
	uint32_t at;
};

static void put(struct writer *w, struct flt_insn insn)
{
	w->out[w->at++] = insn;
}

/* One instruction that leads to the label from anywhere. */
static void put_long(struct writer *w, uint32_t label)
{
	const struct layout *l = w->l;

	if (label >= l->count && !l->e->uses_cells)
		put(w, (struct flt_insn){ BPF_RET | BPF_K, 0, 0, l->rets[label - l->count] });
	else
		put(w, (struct flt_insn){ BPF_JMP | BPF_JA, 0, 0,
					  address(l, label) - (w->at + 1) });
}

static void put_branch(struct writer *w, const struct piece *piece)
{
	const struct ir_exit *exit = &piece->block->exit;
	uint16_t from = exit->b == IR_NONE ? BPF_K : BPF_X;
	uint32_t next = w->at + 1;
	uint32_t yes = piece->yes_far ? 0 : address(w->l, piece->yes) - next;
	uint32_t no = piece->no_far ? piece->yes_far : address(w->l, piece->no) - next;

	put(w, (struct flt_insn){ (uint16_t)(BPF_JMP | test_codes[exit->test] | from), (uint8_t)yes,
				  (uint8_t)no, exit->b == IR_NONE ? exit->k : 0 });
	if (piece->yes_far)
		put_long(w, piece->yes);
	if (piece->no_far)
		put_long(w, piece->no);
}

static void put_piece(struct writer *w, uint32_t index)
{
	const struct piece *piece = &w->l->pieces[index];

	for (uint32_t i = 0; i < piece->body_len; i++)
		put(w, w->l->e->code[piece->body_at + i]);
	if (is_branch(piece))
		put_branch(w, piece);
	else if (!runs_on(index, piece->yes))
		put_long(w, piece->yes);
}

static bool write_program(struct layout *l, struct flt_insn **insns, uint32_t *count)
{
	struct writer w = { .l = l };

	*count = l->end + l->ret_count;
	w.out = flt__arena_array(&l->e->c->arena, *count, sizeof(*w.out));
	if (!w.out)
		return flt__fail(l->e->c->err, FLT_E_NOMEM, "out of memory"), false;
	for (uint32_t i = 0; i < l->count; i++)
		put_piece(&w, i);
	for (uint32_t i = 0; i < l->ret_count; i++)
		put(&w, (struct flt_insn){ BPF_RET | BPF_K, 0, 0, l->rets[i] });
	*insns = w.out;
	return true;
}

bool flt__emit(struct compile *c, struct ir *ir, struct flt_insn **insns, uint32_t *count)
{
	struct emit e = { .c = c, .ir = ir };
	struct layout l = { .e = &e };

	if (!flt__ir_order(ir))
		return flt__fail(c->err, FLT_E_NOMEM, "out of memory"), false;
	if (!flt__alloc(c, ir, &e.alloc) || !make_pieces(&l))
		return false;
	e.uses_cells = e.alloc.any;
	emit_pieces(&l);
	if (e.failed)
		return false;
	do
		set_addresses(&l);
	while (grow_jumps(&l));
	return write_program(&l, insns, count);
}
