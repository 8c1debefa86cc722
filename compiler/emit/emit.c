/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks to a program. Blocks stand in the order of the graph, the returns at the very end (the
 * kernel's checker refuses a return directly before a block that reads a cell). A conditional jump
 * reaches 255 instructions; what lies farther is reached through a `ja` after the branch, or, when
 * no cell is read anywhere, by a return in its place. A jump to nothing but a branch is that
 * branch.
 */
#include "emit.h"

#include <linux/filter.h>

#include "bpf.h"
#include "emitter.h"

#define REACH 255u /* of a conditional jump: 8 bits */

static const uint16_t test_codes[] = {
	[TEST_EQ] = BPF_JEQ,
	[TEST_GT] = BPF_JGT,
	[TEST_GE] = BPF_JGE,
	[TEST_SET] = BPF_JSET,
};

/* ---- labels -------------------------------------------------------------------------------- */

static bool is_only_ret(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_RET;
}

static bool is_only_jump(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_JUMP;
}

static uint32_t ret_label(struct layout *l, uint32_t k)
{
	uint32_t i = 0;

	while (i < l->ret_count && l->rets[i] != k)
		i++;
	if (i == 2) {
		flt__fail(l->e->c->err, FLT_E_BUG,
			  "the program has more than two different returns");
		l->e->failed = true;
		return l->count;
	}
	if (i == l->ret_count)
		l->rets[l->ret_count++] = k;
	return l->count + i;
}

static uint32_t label_of(struct layout *l, const struct ir_block *to)
{
	to = flt__ir_past_jumps(to);
	return is_only_ret(to) ? ret_label(l, to->exit.k) : l->piece_of[to->place];
}

/* Backwards, what a jump leads to is short already; else a chain of jumps that many blocks lead to
 * is walked for each of them. */
static void shorten_jumps(struct ir *ir)
{
	for (uint32_t i = ir->order_count; i-- > 0;) {
		struct ir_exit *exit = &ir->order[i]->exit;
		if (exit->kind == EXIT_JUMP && is_only_jump(exit->yes))
			exit->yes = exit->yes->exit.yes;
	}
}

/* ---- pieces -------------------------------------------------------------------------------- */

/* Blocks that jumps are led past need no piece; the entry always has one. */
static bool is_placed(const struct ir_block *block)
{
	return block->place == 0 || (!is_only_ret(block) && flt__ir_past_jumps(block) == block);
}

static bool make_pieces(struct layout *l)
{
	const struct ir *ir = l->e->ir;

	l->pieces = flt__arena_array(&l->e->c->arena, ir->order_count, sizeof(*l->pieces));
	l->piece_of = flt__arena_array(&l->e->c->arena, ir->order_count, sizeof(*l->piece_of));
	if (!l->pieces || !l->piece_of)
		return false;
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
		flt__emit_block(e, piece->block);
		piece->body_len = e->count - piece->body_at;
		piece->yes =
			exit->kind == EXIT_RET ? ret_label(l, exit->k) : label_of(l, exit->yes);
		piece->no = exit->kind == EXIT_BRANCH ? label_of(l, exit->no) : piece->yes;
	}
}

/* ---- jumps --------------------------------------------------------------------------------- */

/*
 * The program is written from its end to its beginning: then all that a jump may lead to stands
 * already, at a known distance. What is out of reach is led to by a long jump after the branch,
 * which other branches before it share as long as they reach it.
 */
struct writer {
	struct layout *l;
	struct flt_insn *end;    /* after the last instruction */
	struct span *clause_end; /* after the clause of the last instruction */
	struct span clause;      /* of what is being written */
	uint32_t count;          /* instructions written: the newest is end[-count] */
	uint32_t *at;            /* by label: where it begins, counted from the end */
	uint32_t *nearest_at;    /* by label: it, or the newest long jump to it */
};

static uint32_t label_count(const struct layout *l)
{
	return l->count + l->ret_count;
}

static void put(struct writer *w, struct flt_insn insn)
{
	w->count++;
	*(w->end - w->count) = insn;
	*(w->clause_end - w->count) = w->clause;
}

static void place_label(struct writer *w, uint32_t label)
{
	w->at[label] = w->nearest_at[label] = w->count;
}

/* What the next instruction jumps over to get to the label, or to the long jump to it. */
static uint32_t distance(const struct writer *w, uint32_t label)
{
	return w->count - w->nearest_at[label];
}

/* One instruction that leads to the label from anywhere. */
static void put_long(struct writer *w, uint32_t label)
{
	const struct layout *l = w->l;

	if (label >= l->count && !l->e->uses_cells)
		put(w, (struct flt_insn){ BPF_RET | BPF_K, 0, 0, l->rets[label - l->count] });
	else
		put(w, (struct flt_insn){ BPF_JMP | BPF_JA, 0, 0, w->count - w->at[label] });
}

/* ---- writing ------------------------------------------------------------------------------- */

/* Other clauses may share it: it is of none. */
static void add_long_jump(struct writer *w, uint32_t label)
{
	struct span clause = w->clause;

	w->clause = (struct span){ 0, 0 };
	put_long(w, label);
	w->clause = clause;
	w->nearest_at[label] = w->count;
}

/* A long jump for the one target may push the other one out of reach. */
static void add_long_jumps(struct writer *w, const struct piece *piece)
{
	if (distance(w, piece->no) > REACH)
		add_long_jump(w, piece->no);
	if (distance(w, piece->yes) > REACH)
		add_long_jump(w, piece->yes);
	if (distance(w, piece->no) > REACH)
		add_long_jump(w, piece->no);
}

/* Both sides are in reach. */
static void put_branch(struct writer *w, const struct piece *piece)
{
	const struct ir_exit *exit = &piece->block->exit;
	uint16_t from = exit->b == IR_NONE ? BPF_K : BPF_X;

	put(w, (struct flt_insn){ (uint16_t)(BPF_JMP | test_codes[exit->test] | from),
				  (uint8_t)distance(w, piece->yes), (uint8_t)distance(w, piece->no),
				  exit->b == IR_NONE ? exit->k : 0 });
}

/* The piece, if it is nothing but a branch that could stand here as well. */
static const struct piece *branch_in_reach(const struct writer *w, uint32_t label)
{
	const struct piece *to = label < w->l->count ? &w->l->pieces[label] : NULL;
	bool is_branch = to && to->body_len == 0 && to->block->exit.kind == EXIT_BRANCH;

	return is_branch && distance(w, to->yes) <= REACH && distance(w, to->no) <= REACH ? to :
											    NULL;
}

/* To a piece that does not follow: by the branch that stands there, or by a jump to it. */
static void put_jump(struct writer *w, uint32_t label)
{
	const struct piece *branch = branch_in_reach(w, label);

	if (branch)
		put_branch(w, branch);
	else
		put_long(w, label);
}

static void put_piece(struct writer *w, uint32_t index)
{
	const struct piece *piece = &w->l->pieces[index];

	w->clause = piece->block->span;
	if (piece->block->exit.kind == EXIT_BRANCH) {
		add_long_jumps(w, piece);
		put_branch(w, piece);
	} else if (piece->yes != index + 1) { /* else the code runs on into it */
		put_jump(w, piece->yes);
	}
	for (uint32_t i = piece->body_len; i-- > 0;)
		put(w, w->l->e->code[piece->body_at + i]);
	place_label(w, index);
}

/* A piece needs one instruction for its exit, and at most two for long jumps. */
static bool write_program(struct layout *l, struct bpf_code *code)
{
	size_t most = (size_t)l->e->count + 3 * (size_t)l->count + l->ret_count;
	struct writer w = { .l = l };

	w.end = flt__arena_array(&l->e->c->arena, most, sizeof(*w.end));
	w.clause_end = flt__arena_array(&l->e->c->arena, most, sizeof(*w.clause_end));
	w.at = flt__arena_array(&l->e->c->arena, label_count(l), sizeof(*w.at));
	w.nearest_at = flt__arena_array(&l->e->c->arena, label_count(l), sizeof(*w.nearest_at));
	if (!w.end || !w.clause_end || !w.at || !w.nearest_at)
		return false;
	w.end += most;
	w.clause_end += most;
	for (uint32_t i = l->ret_count; i-- > 0;) {
		put(&w, (struct flt_insn){ BPF_RET | BPF_K, 0, 0, l->rets[i] });
		place_label(&w, l->count + i);
	}
	for (uint32_t i = l->count; i-- > 0;)
		put_piece(&w, i);
	*code = (struct bpf_code){ w.end - w.count, w.clause_end - w.count, w.count };
	return true;
}

bool flt__emit(struct compile *c, struct ir *ir, struct bpf_code *code)
{
	struct emit e = { .c = c, .ir = ir };
	struct layout l = { .e = &e };

	if (!flt__ir_order(ir))
		return false;
	shorten_jumps(ir);
	if (!flt__alloc(c, ir, &e.alloc) || !flt__emit_init(&e) || !make_pieces(&l))
		return false;
	e.uses_cells = e.alloc.any;
	emit_pieces(&l);
	if (e.failed)
		return false;
	flt__emit_drop_stores(&l);
	if (!(c->opts.flags & FLT_COMPILE_O0) && !flt__emit_merge(&l))
		return false;
	return write_program(&l, code);
}
