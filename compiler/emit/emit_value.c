/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions into A and X. An operation wants its left operand in A and its right one in X or as a
 * constant; when both are long, the right one waits in a scratch cell. What the registers hold is
 * followed along the edges, so that nothing is loaded twice in a row. */
#include "emitter.h"

#include <linux/filter.h>

#include "bpf.h"

static void into_a(struct emit *e, ir_val v);
static void into_x(struct emit *e, ir_val v);

static const uint16_t alu_codes[] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_DIV] = BPF_DIV,
	[IR_MOD] = BPF_MOD, [IR_AND] = BPF_AND, [IR_OR] = BPF_OR,   [IR_XOR] = BPF_XOR,
	[IR_LSH] = BPF_LSH, [IR_RSH] = BPF_RSH,
};

void flt__emit_insn(struct emit *e, uint16_t code, uint32_t k)
{
	struct flt_insn *insns =
		flt__arena_grow(&e->c->arena, e->code, e->count, &e->capacity, sizeof(*insns));
	if (!insns) {
		e->failed = true;
		return;
	}
	e->code = insns;
	e->code[e->count++] = (struct flt_insn){ .code = code, .k = k };
}

/* ---- what registers hold ------------------------------------------------------------------- */

static const struct holds unknown = { IR_NONE, 0 };

static struct holds holds(const struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	return (struct holds){ id, v->op == IR_GET ? v->k + 1 : 0 };
}

static bool has(const struct emit *e, struct holds reg, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	return id != IR_NONE && (reg.value == id || (v->op == IR_GET && reg.slot == v->k + 1));
}

static struct holds agree(struct holds one, struct holds other)
{
	return (struct holds){ one.value == other.value ? one.value : IR_NONE,
			       one.slot == other.slot ? one.slot : 0 };
}

static bool reads_slot(const struct emit *e, ir_val id, uint32_t slot)
{
	const struct ir_value *v = &e->ir->values[id];

	if (v->op == IR_GET)
		return v->k == slot;
	return (v->a != IR_NONE && reads_slot(e, v->a, slot)) ||
	       (v->b != IR_NONE && reads_slot(e, v->b, slot));
}

static void forget_in(const struct emit *e, struct holds *reg, uint32_t slot)
{
	if (reg->slot == slot + 1)
		reg->slot = 0;
	if (reads_slot(e, reg->value, slot))
		reg->value = IR_NONE;
}

/* The slot is assigned: what registers held of it is old. */
static void forget_slot(struct emit *e, uint32_t slot)
{
	forget_in(e, &e->now.a, slot);
	forget_in(e, &e->now.x, slot);
}

/* Blocks that only jump are never emitted: what registers hold goes to the block after them. */
static void propagate(struct emit *e, const struct ir_block *to)
{
	to = flt__ir_past_jumps(to);
	struct registers *before = &e->before[to->place];

	if (e->is_reached[to->place])
		*before = (struct registers){ agree(before->a, e->now.a),
					      agree(before->x, e->now.x) };
	else
		*before = e->now;
	e->is_reached[to->place] = true;
}

/* A program starts with A and X 0. */
bool flt__emit_init(struct emit *e)
{
	struct arena *arena = &e->c->arena;
	struct holds zero = { flt__ir_const(e->ir, 0), 0 };

	e->before = flt__arena_array(arena, e->ir->order_count, sizeof(*e->before));
	e->is_reached = flt__arena_array(arena, e->ir->order_count, sizeof(*e->is_reached));
	e->cells = flt__arena_array(arena, e->ir->value_count, sizeof(*e->cells));
	e->cells_known = flt__arena_array(arena, e->ir->value_count, sizeof(*e->cells_known));
	if (arena->failed)
		return false;
	e->now = (struct registers){ zero, zero };
	e->before[0] = e->now;
	e->is_reached[0] = true;
	return true;
}

/* ---- scratch cells ------------------------------------------------------------------------- */

static uint8_t take_cell(struct emit *e)
{
	for (uint8_t cell = 0; cell < BPF_MEM_CELLS; cell++) {
		if (e->taken & 1u << cell)
			continue;
		e->taken |= (uint16_t)(1u << cell);
		e->uses_cells = true;
		return cell;
	}
	flt__fail_at(e->c->err, FLT_E_LIMIT, e->span.at, e->span.len,
		     "this needs more than %u scratch cells at once; move parentheses from the "
		     "right of an operator to its left",
		     BPF_MEM_CELLS);
	e->failed = true;
	return 0;
}

static void release_cell(struct emit *e, uint8_t cell)
{
	e->taken &= (uint16_t) ~(1u << cell);
}

/* Where a slot lives that an expression may be; NO_CELL: it is none. */
static uint8_t cell_of(const struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	return v->op == IR_GET ? e->alloc.slot_cell[v->k] : NO_CELL;
}

/* ---- one expression ------------------------------------------------------------------------ */

static bool is_const(const struct emit *e, ir_val id)
{
	return e->ir->values[id].op == IR_CONST;
}

/* The program ends with 0 here: no single instruction says so in the middle of a block but a
 * division. */
static void end_here(struct emit *e)
{
	flt__emit_insn(e, BPF_LDX | BPF_W | BPF_IMM, 0);
	flt__emit_insn(e, BPF_ALU | BPF_DIV | BPF_X, 0);
	e->now = (struct registers){ unknown, unknown };
}

static void emit_load(struct emit *e, const struct ir_value *v)
{
	uint16_t size = v->size == 1 ? BPF_B : v->size == 2 ? BPF_H : BPF_W;

	if (v->a != IR_NONE) {
		into_x(e, v->a);
		flt__emit_insn(e, BPF_LD | BPF_IND | size, v->k);
	} else if (v->k <= INT32_MAX) {
		flt__emit_insn(e, BPF_LD | BPF_ABS | size, v->k);
	} else {
		/* would be metadata or a negative offset: no packet has that byte */
		end_here(e);
	}
}

/* Working it out leaves X alone. */
static bool spares_x(const struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	if (v->op == IR_LOAD)
		return v->a == IR_NONE ? v->k <= INT32_MAX : has(e, e->now.x, v->a);
	if (v->op < IR_NEG || has(e, e->now.a, id))
		return true;
	bool right = v->b != IR_NONE && e->ir->values[v->b].op != IR_CONST;
	return !right && spares_x(e, v->a);
}

/* X has it, and still does when the other one is in A. */
static bool stays_in_x(const struct emit *e, ir_val id, ir_val other)
{
	return has(e, e->now.x, id) && spares_x(e, other);
}

/* One operand waits in a cell for the other. */
static void emit_with_cell(struct emit *e, ir_val left, ir_val right)
{
	bool is_right_first = flt__emit_is_right_first(e, left, right);

	into_a(e, is_right_first ? right : left);
	uint8_t cell = take_cell(e);
	flt__emit_insn(e, BPF_ST, cell);
	if (is_right_first) {
		into_a(e, left);
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_MEM, cell);
		e->now.x = holds(e, right);
	} else {
		into_x(e, right);
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_MEM, cell);
		e->now.a = holds(e, left);
	}
	release_cell(e, cell);
}

/* Left operand into A, right one into X. */
static void emit_pair(struct emit *e, ir_val left, ir_val right)
{
	bool lives_in_x = cell_of(e, right) == CELL_X;

	if (lives_in_x || stays_in_x(e, right, left)) {
		into_a(e, left);
	} else if (flt__emit_is_one_x(e, right)) {
		into_a(e, left);
		into_x(e, right);
	} else if (flt__emit_is_one_a(e, left)) {
		into_x(e, right);
		into_a(e, left);
	} else {
		emit_with_cell(e, left, right);
	}
}

/* The operands trade places: a op b is b op a. */
static bool swaps(struct emit *e, ir_val left, ir_val right)
{
	if (stays_in_x(e, right, left) || stays_in_x(e, left, right))
		return !stays_in_x(e, right, left);
	return flt__emit_swaps(e, left, right);
}

static void emit_by_const(struct emit *e, const struct ir_value *v, uint32_t k)
{
	into_a(e, v->a);
	if ((v->op == IR_DIV || v->op == IR_MOD) && k == 0)
		end_here(e);
	else if (v->op == IR_LSH || v->op == IR_RSH)
		flt__emit_insn(e, BPF_ALU | BPF_K | alu_codes[v->op], k % 32);
	else
		flt__emit_insn(e, BPF_ALU | BPF_K | alu_codes[v->op], k);
}

static void emit_alu(struct emit *e, const struct ir_value *v)
{
	const struct ir_value *right = &e->ir->values[v->b];

	if (right->op == IR_CONST) {
		emit_by_const(e, v, right->k);
		return;
	}
	bool swap = flt__ir_is_commutative(v->op) && swaps(e, v->a, v->b);
	emit_pair(e, swap ? v->b : v->a, swap ? v->a : v->b);
	flt__emit_insn(e, BPF_ALU | BPF_X | alu_codes[v->op], 0);
}

/* Work it out in A. */
static void compute(struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	switch ((enum ir_op)v->op) {
	case IR_CONST: flt__emit_insn(e, BPF_LD | BPF_W | BPF_IMM, v->k); break;
	case IR_LEN: flt__emit_insn(e, BPF_LD | BPF_W | BPF_LEN, 0); break;
	case IR_LOAD: emit_load(e, v); break;
	case IR_META: flt__emit_insn(e, BPF_LD | BPF_W | BPF_ABS, BPF_OFF_META + v->k); break;
	case IR_NEG:
		into_a(e, v->a);
		flt__emit_insn(e, BPF_ALU | BPF_NEG, 0);
		break;
	case IR_NOP:
	case IR_GET:
	case IR_SET: break;
	default: emit_alu(e, v); break;
	}
}

static void into_a(struct emit *e, ir_val id)
{
	uint8_t cell = cell_of(e, id);

	if (e->failed || has(e, e->now.a, id))
		return;
	if (cell == CELL_X || (has(e, e->now.x, id) && !is_const(e, id)))
		flt__emit_insn(e, BPF_MISC | BPF_TXA, 0);
	else if (cell != NO_CELL)
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_MEM, cell);
	else
		compute(e, id);
	e->now.a = holds(e, id);
}

static void into_x(struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	uint8_t cell = cell_of(e, id);
	uint32_t byte_off;

	if (e->failed || cell == CELL_X || has(e, e->now.x, id))
		return;
	if (cell != NO_CELL) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_MEM, cell);
	} else if (v->op == IR_CONST) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_IMM, v->k);
	} else if (v->op == IR_LEN) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_LEN, 0);
	} else if (flt__ir_is_header_length(e->ir, id, &byte_off)) {
		flt__emit_insn(e, BPF_LDX | BPF_B | BPF_MSH, byte_off);
	} else {
		into_a(e, id);
		flt__emit_insn(e, BPF_MISC | BPF_TAX, 0);
	}
	e->now.x = holds(e, id);
}

/* ---- a block ------------------------------------------------------------------------------- */

/* Operands are older than what reads them, so the search is short. */
static bool is_part_of(const struct emit *e, ir_val part, ir_val whole)
{
	const struct ir_value *v = &e->ir->values[whole];

	return part == whole ||
	       (part < whole && (is_part_of(e, part, v->a) || is_part_of(e, part, v->b)));
}

/* What the block reads anyway after that place needs no working out there. */
static bool is_read_behind(const struct emit *e, const struct ir_block *block, uint32_t at)
{
	ir_val id = block->body[at];

	for (uint32_t j = at + 1; j < block->count; j++) {
		const struct ir_value *v = &e->ir->values[block->body[j]];
		bool is_set = v->op == IR_SET;
		if (is_set && e->alloc.slot_cell[v->k] == NO_CELL)
			continue;
		if (is_part_of(e, id, is_set ? v->a : block->body[j]))
			return true;
	}
	if (block->exit.kind != EXIT_BRANCH)
		return false;
	return is_part_of(e, id, block->exit.a) || is_part_of(e, id, block->exit.b);
}

static void emit_set(struct emit *e, const struct ir_value *v)
{
	uint8_t cell = e->alloc.slot_cell[v->k];

	if (cell == NO_CELL)
		return;
	if (cell == CELL_X)
		into_x(e, v->a);
	else
		into_a(e, v->a);
	if (cell != CELL_X)
		flt__emit_insn(e, BPF_ST, cell);
	forget_slot(e, v->k);
	*(cell == CELL_X ? &e->now.x.slot : &e->now.a.slot) = v->k + 1;
}

void flt__emit_block(struct emit *e, const struct ir_block *block)
{
	const struct ir_exit *exit = &block->exit;

	e->span = block->span;
	e->taken = e->alloc.taken[block->place];
	e->now = e->before[block->place];
	for (uint32_t j = 0; j < block->count && !e->failed; j++) {
		const struct ir_value *v = &e->ir->values[block->body[j]];
		if (v->op == IR_SET)
			emit_set(e, v);
		else if (!is_read_behind(e, block, j))
			into_a(e, block->body[j]);
	}
	if (exit->kind == EXIT_BRANCH && exit->b == IR_NONE)
		into_a(e, exit->a);
	else if (exit->kind == EXIT_BRANCH)
		emit_pair(e, exit->a, exit->b);
	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		propagate(e, exit->yes);
	if (exit->kind == EXIT_BRANCH)
		propagate(e, exit->no);
}
