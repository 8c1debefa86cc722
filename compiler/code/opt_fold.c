/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work out what is constant, in expressions (ir_simplify.c) and in tests (ir_simplify_test.c). A
 * branch that is decided becomes a jump, a block that certainly ends the program a `ret 0`.
 * Needs order; edges only disappear. It ends: each rule takes an operation away or replaces a
 * test by one that comes before it in the order EQ, SET, GT, GE, and none goes back.
 */
#include "ir.h"

struct fold {
	struct ir *ir;
	ir_val *to;     /* by value: what it was simplified to, or IR_NONE */
	uint32_t count; /* of values when the pass began */
	bool changed;
};

static ir_val fold_value(struct fold *f, ir_val id)
{
	if (id == IR_NONE || id >= f->count || f->to[id] != IR_NONE)
		return id == IR_NONE || id >= f->count ? id : f->to[id];
	struct ir_value v = f->ir->values[id];
	f->ir->work++;
	v.a = fold_value(f, v.a);
	v.b = fold_value(f, v.b);
	bool is_slot = v.op == IR_GET || v.op == IR_SET || v.op == IR_META;
	ir_val to = is_slot ? id : flt__ir_simplify(f->ir, v);
	f->to[id] = to;
	return to;
}

/* Operands are older than what reads them, so the assignment of another value is a new one. */
static void fold_set(struct fold *f, ir_val *id)
{
	struct ir_value v = f->ir->values[*id];
	ir_val a = fold_value(f, v.a);

	if (a == v.a)
		return;
	v.a = a;
	*id = flt__ir_expr(f->ir, v);
	f->changed = true;
}

/* The block certainly ends the program there: a division by 0, a byte that no packet has. */
static bool ends(const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];
	const struct ir_value *by = &ir->values[v->b];

	if (v->op == IR_DIV || v->op == IR_MOD)
		return by->op == IR_CONST && by->k == 0;
	return v->op == IR_LOAD && v->a == IR_NONE && flt__ir_is_beyond_packet(0, v);
}

static void fold_body(struct fold *f, struct ir_block *block)
{
	for (uint32_t j = 0; j < block->count; j++) {
		if (f->ir->values[block->body[j]].op == IR_SET) {
			fold_set(f, &block->body[j]);
			continue;
		}
		ir_val to = fold_value(f, block->body[j]);
		f->changed |= to != block->body[j];
		block->body[j] = to;
		if (!ends(f->ir, to))
			continue;
		block->count = j;
		flt__ir_ret(block, 0);
		f->changed = true;
	}
}

static bool is_same_exit(const struct ir_exit *x, const struct ir_exit *y)
{
	return x->kind == y->kind && x->test == y->test && x->a == y->a && x->b == y->b &&
	       x->k == y->k && x->yes == y->yes && x->no == y->no;
}

static void fold_exit(struct fold *f, struct ir_block *block)
{
	struct ir_exit exit = block->exit;

	exit.a = fold_value(f, exit.a);
	exit.b = fold_value(f, exit.b);
	flt__ir_simplify_test(f->ir, &exit);
	f->changed |= !is_same_exit(&exit, &block->exit);
	block->exit = exit;
}

/* What no longer has side effects needs no place. */
static void drop_pure(struct fold *f, struct ir_block *block)
{
	uint32_t kept = 0;

	for (uint32_t j = 0; j < block->count; j++)
		if (flt__ir_has_effect(f->ir, block->body[j]))
			block->body[kept++] = block->body[j];
	block->count = kept;
}

bool flt__opt_fold(struct ir *ir)
{
	struct arena room;
	struct fold f = { .ir = ir, .count = ir->value_count };

	flt__ir_room(ir, &room);
	f.to = flt__arena_array(&room, ir->value_count, sizeof(*f.to));
	for (uint32_t i = 0; f.to && i < ir->order_count; i++) {
		struct ir_block *block = ir->order[i];
		ir->work++;
		fold_body(&f, block);
		drop_pure(&f, block);
		if (block->exit.kind == EXIT_BRANCH)
			fold_exit(&f, block);
	}
	flt__ir_room_end(ir, &room);
	return f.changed;
}
