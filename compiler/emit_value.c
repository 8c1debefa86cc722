/* SPDX-License-Identifier: BSD-2-Clause */
/* Values into A and X. An operation wants its left operand in A and its right one in X or as a
 * constant; when both are long, the right one waits in a scratch cell. */
#include "emit.h"

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
	struct flt_insn *insns = flt__arena_grow(&e->c->arena, e->code, e->count, &e->capacity,
						 sizeof(*insns));
	if (!insns) {
		flt__fail(e->c->err, FLT_E_NOMEM, "out of memory");
		e->failed = true;
		return;
	}
	e->code = insns;
	e->code[e->count++] = (struct flt_insn){ .code = code, .k = k };
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
	flt__fail(e->c->err, FLT_E_LIMIT, "the arithmetic needs more than %u scratch cells at once",
		  BPF_MEM_CELLS);
	e->failed = true;
	return 0;
}

static void give_cell(struct emit *e, uint8_t cell)
{
	e->taken &= (uint16_t)~(1u << cell);
}

/* The cell that holds v, or NO_CELL: then it has to be worked out. */
static uint8_t cell_of(const struct emit *e, ir_val v)
{
	if (e->alloc.value_cell[v] != NO_CELL)
		return e->alloc.value_cell[v];
	const struct ir_value *value = &e->ir->values[v];
	return value->op == IR_GET ? e->alloc.slot_cell[value->k] : NO_CELL;
}

/* ---- one value ----------------------------------------------------------------------------- */

/* One instruction loads it into X and leaves A alone. */
static bool is_direct_x(const struct emit *e, ir_val v)
{
	const struct ir_value *value = &e->ir->values[v];
	uint32_t byte_off;

	return value->op == IR_CONST || value->op == IR_LEN || cell_of(e, v) != NO_CELL ||
	       flt__is_header_length(e->ir, v, &byte_off);
}

/* One instruction loads it into A and leaves X alone. */
static bool is_direct_a(const struct emit *e, ir_val v)
{
	const struct ir_value *value = &e->ir->values[v];

	if (value->op == IR_LOAD)
		return value->a == IR_NONE && value->k <= INT32_MAX;
	return value->op == IR_CONST || value->op == IR_LEN || value->op == IR_META ||
	       cell_of(e, v) != NO_CELL;
}

/* The program ends with 0 here: no single instruction says so in the middle of a block but a
 * division. */
static void end_here(struct emit *e)
{
	flt__emit_insn(e, BPF_LDX | BPF_W | BPF_IMM, 0);
	flt__emit_insn(e, BPF_ALU | BPF_DIV | BPF_X, 0);
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

/* Left operand into A, right one into X. */
static void emit_pair(struct emit *e, ir_val left, ir_val right)
{
	if (is_direct_x(e, right)) {
		into_a(e, left);
		into_x(e, right);
	} else if (is_direct_a(e, left)) {
		into_x(e, right);
		into_a(e, left);
	} else {
		into_a(e, right);
		uint8_t cell = take_cell(e);
		flt__emit_insn(e, BPF_ST, cell);
		into_a(e, left);
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_MEM, cell);
		give_cell(e, cell);
	}
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
	emit_pair(e, v->a, v->b);
	flt__emit_insn(e, BPF_ALU | BPF_X | alu_codes[v->op], 0);
}

/* Work v out in A, whether it has a cell or not. */
static void compute(struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	switch ((enum ir_op)v->op) {
	case IR_CONST:
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_IMM, v->k);
		break;
	case IR_LEN:
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_LEN, 0);
		break;
	case IR_LOAD:
		emit_load(e, v);
		break;
	case IR_META:
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_ABS, BPF_OFF_META + v->k);
		break;
	case IR_GET:
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_MEM, e->alloc.slot_cell[v->k]);
		break;
	case IR_NEG:
		into_a(e, v->a);
		flt__emit_insn(e, BPF_ALU | BPF_NEG, 0);
		break;
	case IR_NOP:
	case IR_SET:
		break;
	default:
		emit_alu(e, v);
		break;
	}
}

static void into_a(struct emit *e, ir_val v)
{
	uint8_t cell = cell_of(e, v);

	if (e->failed || e->in_a == v)
		return;
	if (cell != NO_CELL)
		flt__emit_insn(e, BPF_LD | BPF_W | BPF_MEM, cell);
	else
		compute(e, v);
	e->in_a = v;
}

static void into_x(struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	uint8_t cell = cell_of(e, id);
	uint32_t byte_off;

	if (cell != NO_CELL) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_MEM, cell);
	} else if (v->op == IR_CONST) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_IMM, v->k);
	} else if (v->op == IR_LEN) {
		flt__emit_insn(e, BPF_LDX | BPF_W | BPF_LEN, 0);
	} else if (flt__is_header_length(e->ir, id, &byte_off)) {
		flt__emit_insn(e, BPF_LDX | BPF_B | BPF_MSH, byte_off);
	} else {
		into_a(e, id);
		flt__emit_insn(e, BPF_MISC | BPF_TAX, 0);
	}
}

/* ---- a block ------------------------------------------------------------------------------- */

/* A division by 0 ends the program, whether anybody reads the result or not. */
static bool acts_unread(const struct emit *e, ir_val id)
{
	return e->alloc.readers[id] == 0 && flt__ir_acts(e->ir, id);
}

void flt__emit_body(struct emit *e, const struct ir_block *block)
{
	e->taken = e->alloc.taken[block->place];
	e->in_a = e->alloc.carried[block->place] ? block->exit.a : IR_NONE;
	for (uint32_t j = 0; j < block->count && !e->failed; j++) {
		ir_val id = block->body[j];
		const struct ir_value *v = &e->ir->values[id];
		if (v->op == IR_SET) {
			into_a(e, v->a);
			if (e->alloc.slot_cell[v->k] != NO_CELL)
				flt__emit_insn(e, BPF_ST, e->alloc.slot_cell[v->k]);
		} else if (e->alloc.value_cell[id] != NO_CELL) {
			compute(e, id);
			e->in_a = id;
			flt__emit_insn(e, BPF_ST, e->alloc.value_cell[id]);
		} else if (acts_unread(e, id)) {
			compute(e, id);
			e->in_a = id;
		}
	}
}

void flt__emit_operands(struct emit *e, const struct ir_block *block)
{
	const struct ir_exit *exit = &block->exit;

	if (exit->b == IR_NONE)
		into_a(e, exit->a);
	else
		emit_pair(e, exit->a, exit->b);
}
