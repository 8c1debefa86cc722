/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar, where N is a number directly behind the letters:
 *
 *	text      { block }
 *	block     bN: [; bytes NUMBER+NUMBER] { action | value } exit
 *	exit      open | ret NUMBER | jump bN | if operand test right then bN else bN
 *	action    sN = expr | evaluate expr
 *	expr      NUMBER | len | metaN | metaN.N | sN.N | -expr | (expr) | (expr sign expr) |
 *	          [NUMBER:SIZE] | [expr:SIZE] | [expr + NUMBER:SIZE]
 *	value     vN = what is in `values` | set sN = vN
 *
 * Actions are of the form of expressions, values of the form as lowered. All numbers of blocks,
 * values and slots are found in a first walk over the text, so that what they name is there when it
 * is used.
 */
#include "ir_read.h"

#include <inttypes.h>

#include "ir_scan.h"

#define NESTING_MAX 1000u

enum form { FORM_OPEN, FORM_LOWERED, FORM_NUMBERED };

struct reader {
	struct ir *ir;
	struct scan *s;
	enum form form;
	unsigned nesting;
	bool *is_written; /* by block */
	bool *is_named;   /* by block: something leads there */
};

static void note_form(struct reader *r, enum form form)
{
	if (r->form != FORM_OPEN && r->form != form)
		scan_fail(r->s, "code as lowered and expressions are mixed");
	r->form = form;
}

/* Values that the text names stand where their numbers say, all others behind them: so operands are
 * older than what reads them. */
static void reserve(struct reader *r, const struct scan_most *most)
{
	struct ir *ir = r->ir;

	while (ir->value_count < most->values && !ir->arena->failed) {
		ir_val id = flt__ir_expr(ir, (struct ir_value){ .op = IR_GET });
		ir->values[id].op = IR_NOP;
	}
	while (ir->block_count < most->blocks && !ir->arena->failed)
		flt__ir_ret(flt__ir_block(ir, (struct span){ 0, 0 }), 0);
	ir->slot_count = most->slots;
	r->is_written = flt__arena_array(ir->arena, most->blocks, sizeof(bool));
	r->is_named = flt__arena_array(ir->arena, most->blocks, sizeof(bool));
}

/* ---- expressions ---------------------------------------------------------------------------- */

/* clang-format off */
static const struct { const char *sign; enum ir_op op; } signs[] = {
	{ "+", IR_ADD }, { "-", IR_SUB }, { "*", IR_MUL }, { "/", IR_DIV }, { "%", IR_MOD },
	{ "&", IR_AND }, { "|", IR_OR }, { "^", IR_XOR }, { "<<", IR_LSH }, { ">>", IR_RSH },
};
/* clang-format on */

static ir_val read_expr(struct reader *r);

static ir_val read_load(struct reader *r)
{
	struct ir_value load = { .op = IR_LOAD };

	if (!scan_take_number(r->s, &load.k)) {
		load.a = read_expr(r);
		load.k = scan_take(r->s, "+") ? scan_want_number(r->s) : 0;
	}
	scan_want(r->s, ":");
	load.size = (uint8_t)scan_want_number(r->s);
	scan_want(r->s, "]");
	return flt__ir_expr(r->ir, load);
}

/* Behind a parenthesis. */
static ir_val read_pair(struct reader *r)
{
	struct ir_value pair = { .a = read_expr(r) };

	if (scan_take(r->s, ")"))
		return pair.a;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && pair.op == IR_NOP; i++)
		if (scan_take(r->s, signs[i].sign))
			pair.op = (uint8_t)signs[i].op;
	if (pair.op == IR_NOP)
		scan_fail_for(r->s, "an operation");
	pair.b = read_expr(r);
	scan_want(r->s, ")");
	return flt__ir_expr(r->ir, pair);
}

/* `.17`: what has a name of its own is that value. */
static ir_val read_named(struct reader *r, struct ir_value v)
{
	scan_want(r->s, ".");
	uint32_t id = scan_want_number(r->s);
	if (r->s->failed || id == IR_NONE) {
		scan_fail(r->s, "no contents has the number 0");
		return IR_NONE;
	}
	struct ir_value *is = &r->ir->values[id];
	if (is->op != IR_NOP && (is->op != v.op || is->k != v.k))
		scan_fail(r->s, "one number names the contents of two slots");
	*is = v;
	return id;
}

static ir_val read_one(struct reader *r)
{
	struct ir_value v = { .op = IR_NOP };

	if (scan_take_number(r->s, &v.k))
		return flt__ir_const(r->ir, v.k);
	if (scan_take_name(r->s, "s", &v.k)) {
		v.op = IR_GET;
		return read_named(r, v);
	}
	if (scan_take_name(r->s, "meta", &v.k)) {
		v.op = IR_META;
		return *r->s->at == '.' ? read_named(r, v) : flt__ir_expr(r->ir, v);
	}
	if (scan_take(r->s, "-")) {
		v.op = IR_NEG;
		v.a = read_expr(r);
		return flt__ir_expr(r->ir, v);
	}
	if (scan_take(r->s, "len"))
		return flt__ir_expr(r->ir, (struct ir_value){ .op = IR_LEN });
	if (scan_take(r->s, "["))
		return read_load(r);
	if (scan_take(r->s, "("))
		return read_pair(r);
	scan_fail_for(r->s, "an expression");
	return IR_NONE;
}

static ir_val read_expr(struct reader *r)
{
	if (r->nesting == NESTING_MAX)
		scan_fail(r->s, "an expression nests too deep");
	if (r->s->failed)
		return IR_NONE;
	r->nesting++;
	ir_val id = read_one(r);
	r->nesting--;
	return id;
}

/* ---- bodies --------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *word;
	enum ir_op op;
	bool has_k, has_slot, has_a, has_b;
} values[] = {
	/*  word    op        k      slot   a      b */
	{ "nop",   IR_NOP,   false, false, false, false },
	{ "const", IR_CONST, true,  false, false, false },
	{ "len",   IR_LEN,   false, false, false, false },
	{ "meta",  IR_META,  true,  false, false, false },
	{ "get",   IR_GET,   false, true,  false, false },
	{ "neg",   IR_NEG,   false, false, true,  false },
	{ "add",   IR_ADD,   false, false, true,  true },
	{ "sub",   IR_SUB,   false, false, true,  true },
	{ "mul",   IR_MUL,   false, false, true,  true },
	{ "div",   IR_DIV,   false, false, true,  true },
	{ "mod",   IR_MOD,   false, false, true,  true },
	{ "and",   IR_AND,   false, false, true,  true },
	{ "or",    IR_OR,    false, false, true,  true },
	{ "xor",   IR_XOR,   false, false, true,  true },
	{ "lsh",   IR_LSH,   false, false, true,  true },
	{ "rsh",   IR_RSH,   false, false, true,  true },
};
/* clang-format on */

static ir_val want_value(struct reader *r)
{
	return scan_want_name(r->s, "v", "a value");
}

static struct ir_value read_operation(struct reader *r)
{
	struct ir_value v = { .op = IR_NOP };
	uint32_t size, slot = 0;
	size_t i = 0;

	if (scan_take_name(r->s, "load", &size)) {
		v.op = IR_LOAD;
		v.size = (uint8_t)size;
		scan_take_name(r->s, "v", &v.a);
		v.k = scan_want_number(r->s);
		return v;
	}
	while (i < sizeof(values) / sizeof(values[0]) && !scan_take(r->s, values[i].word))
		i++;
	if (i == sizeof(values) / sizeof(values[0])) {
		scan_fail_for(r->s, "an operation");
		return v;
	}
	v.op = (uint8_t)values[i].op;
	v.a = values[i].has_a ? want_value(r) : IR_NONE;
	v.b = values[i].has_b ? want_value(r) : IR_NONE;
	slot = values[i].has_slot ? scan_want_name(r->s, "s", "a slot") : 0;
	v.k = values[i].has_k ? scan_want_number(r->s) : slot;
	return v;
}

static void read_value(struct reader *r, struct ir_block *block, ir_val id)
{
	note_form(r, FORM_LOWERED);
	scan_want(r->s, "=");
	struct ir_value v = read_operation(r);
	if (r->s->failed)
		return;
	if (id == IR_NONE)
		scan_fail(r->s, "no value has the number 0");
	r->ir->values[id] = v;
	flt__ir_append(r->ir, block, id);
}

static void read_lowered_set(struct reader *r, struct ir_block *block)
{
	struct ir_value set = { .op = IR_SET };

	note_form(r, FORM_LOWERED);
	set.k = scan_want_name(r->s, "s", "a slot");
	scan_want(r->s, "=");
	set.a = want_value(r);
	flt__ir_append(r->ir, block, flt__ir_expr(r->ir, set));
}

static void read_set(struct reader *r, struct ir_block *block, uint32_t slot)
{
	struct ir_value set = { .op = IR_SET, .k = slot };

	note_form(r, FORM_NUMBERED);
	scan_want(r->s, "=");
	set.a = read_expr(r);
	flt__ir_append(r->ir, block, flt__ir_expr(r->ir, set));
}

static void read_evaluate(struct reader *r, struct ir_block *block)
{
	note_form(r, FORM_NUMBERED);
	flt__ir_append(r->ir, block, read_expr(r));
}

/* False: it is none. */
static bool read_action(struct reader *r, struct ir_block *block)
{
	uint32_t number;

	if (scan_take_name(r->s, "v", &number))
		read_value(r, block, number);
	else if (scan_take(r->s, "set"))
		read_lowered_set(r, block);
	else if (scan_take_name(r->s, "s", &number))
		read_set(r, block, number);
	else if (scan_take(r->s, "evaluate"))
		read_evaluate(r, block);
	else
		return false;
	return true;
}

/* ---- exits ---------------------------------------------------------------------------------- */

static const struct {
	const char *sign;
	enum ir_test test;
} tests[] = {
	{ "==", TEST_EQ },
	{ ">=", TEST_GE },
	{ ">", TEST_GT },
	{ "&", TEST_SET },
};

static ir_val read_operand(struct reader *r)
{
	ir_val id;

	if (scan_take_name(r->s, "v", &id)) {
		note_form(r, FORM_LOWERED);
		return id;
	}
	note_form(r, FORM_NUMBERED);
	return read_expr(r);
}

static struct ir_block *want_target(struct reader *r)
{
	uint32_t id = scan_want_name(r->s, "b", "a block");

	r->is_named[id] = true;
	return r->ir->blocks[id];
}

static void read_branch(struct reader *r, struct ir_block *block)
{
	struct ir_exit exit = { .kind = EXIT_BRANCH, .a = read_operand(r) };
	size_t i = 0;

	while (i < sizeof(tests) / sizeof(tests[0]) && !scan_take(r->s, tests[i].sign))
		i++;
	if (i == sizeof(tests) / sizeof(tests[0])) {
		scan_fail_for(r->s, "a comparison");
		return;
	}
	exit.test = tests[i].test;
	if (!scan_take_number(r->s, &exit.k))
		exit.b = read_operand(r);
	scan_want(r->s, "then");
	exit.yes = want_target(r);
	scan_want(r->s, "else");
	exit.no = want_target(r);
	block->exit = exit;
}

/* What accepting returns is not said apart. */
static void read_ret(struct reader *r, struct ir_block *block)
{
	uint32_t k = scan_want_number(r->s);

	flt__ir_ret(block, k);
	r->ir->snaplen = r->ir->snaplen > k ? r->ir->snaplen : k;
}

static void read_exit(struct reader *r, struct ir_block *block)
{
	if (scan_take(r->s, "if"))
		read_branch(r, block);
	else if (scan_take(r->s, "jump"))
		flt__ir_jump(block, want_target(r));
	else if (scan_take(r->s, "ret"))
		read_ret(r, block);
	else if (scan_take(r->s, "open"))
		block->exit = (struct ir_exit){ .kind = EXIT_NONE };
	else
		scan_fail_for(r->s, "an assignment, `if`, `jump` or `ret`");
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void read_block(struct reader *r)
{
	uint32_t id = scan_want_name(r->s, "b", "a block");
	struct ir_block *block = r->ir->blocks[id];

	scan_want(r->s, ":");
	if (r->is_written[id])
		scan_fail(r->s, "a block is there twice");
	r->is_written[id] = true;
	if (scan_take(r->s, ";")) {
		scan_want(r->s, "bytes");
		block->span.at = scan_want_number(r->s);
		scan_want(r->s, "+");
		block->span.len = scan_want_number(r->s);
	}
	while (!r->s->failed && read_action(r, block))
		;
	read_exit(r, block);
}

static void check_targets(struct reader *r)
{
	r->is_named[0] = true;
	for (uint32_t i = 0; i < r->ir->block_count && !r->s->failed; i++) {
		r->s->failed = r->is_named[i] && !r->is_written[i];
		if (r->s->failed)
			flt__fail(r->s->err, FLT_E_SYNTAX, "b%" PRIu32 " is not there", i);
	}
}

static bool read_blocks(struct reader *r)
{
	do {
		read_block(r);
		scan_skip(r->s);
	} while (!r->s->failed && *r->s->at);
	check_targets(r);
	r->ir->is_numbered = r->form != FORM_LOWERED;
	return !r->s->failed && flt__ir_order(r->ir);
}

struct ir *ir_read(struct arena *arena, const char *text, struct flt_error *err)
{
	struct scan s = { .text = text, .at = text, .err = err };
	struct reader r = { .ir = flt__ir_new(arena), .s = &s };

	if (r.ir) {
		struct scan_most most = scan_survey(r.s);
		if (!r.s->failed)
			reserve(&r, &most);
	}
	bool ok = !arena->failed && !r.s->failed && read_blocks(&r);
	if (arena->failed && !r.s->failed)
		flt__fail(err, FLT_E_NOMEM, "out of memory");
	return ok && !arena->failed ? r.ir : NULL;
}

char *ir_write(struct arena *arena, const struct ir *ir)
{
	size_t len = (size_t)flt__ir_text(ir, NULL, 0) + 1;
	char *text = flt__arena_alloc(arena, len);

	if (text)
		flt__ir_text(ir, text, len);
	return text;
}
