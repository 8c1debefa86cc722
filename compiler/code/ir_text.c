/* SPDX-License-Identifier: BSD-2-Clause */
/* The intermediate code as text, for people who follow a pass. The text says all that a pass can
 * see, so that it can be read back (tests/ir_read.c): two codes that differ have two texts. */
#include "ir.h"

#include <inttypes.h>
#include <linux/filter.h>
#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
static const char *const op_words[] = {
	[IR_NOP] = "nop", [IR_CONST] = "const", [IR_LEN] = "len", [IR_LOAD] = "load",
	[IR_META] = "meta", [IR_GET] = "get", [IR_SET] = "set", [IR_NEG] = "neg",
	[IR_ADD] = "add", [IR_SUB] = "sub", [IR_MUL] = "mul", [IR_DIV] = "div", [IR_MOD] = "mod",
	[IR_AND] = "and", [IR_OR] = "or", [IR_XOR] = "xor", [IR_LSH] = "lsh", [IR_RSH] = "rsh",
};
/* clang-format on */

static const char *const test_words[] = {
	[TEST_EQ] = "==",
	[TEST_GT] = ">",
	[TEST_GE] = ">=",
	[TEST_SET] = "&",
};

struct text {
	char *buf;
	size_t len;
	size_t used;
};

static void PRINTF_LIKE(2, 3) say(struct text *t, const char *fmt, ...)
{
	bool fits = t->used < t->len;
	va_list args;

	va_start(args, fmt);
	int n = vsnprintf(fits ? t->buf + t->used : NULL, fits ? t->len - t->used : 0, fmt, args);
	va_end(args);
	t->used += n > 0 ? (size_t)n : 0;
}

static void say_value(struct text *t, const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];

	if (v->op == IR_SET) {
		say(t, "\tset s%" PRIu32 " = v%" PRIu32 "\n", v->k, v->a);
		return;
	}
	say(t, "\tv%" PRIu32 " = %s", id, op_words[v->op]);
	if (v->op == IR_LOAD)
		say(t, "%u", v->size);
	if (v->a != IR_NONE)
		say(t, " v%" PRIu32, v->a);
	if (v->b != IR_NONE)
		say(t, " v%" PRIu32, v->b);
	if (v->op == IR_GET)
		say(t, " s%" PRIu32, v->k);
	else if (v->op == IR_CONST || v->op == IR_LOAD || v->op == IR_META)
		say(t, " %" PRIu32, v->k);
	say(t, "\n");
}

/* ---- expressions, as they are written on paper ---------------------------------------------- */

static const char *const signs[] = {
	[IR_ADD] = "+", [IR_SUB] = "-", [IR_MUL] = "*", [IR_DIV] = "/",  [IR_MOD] = "%",
	[IR_AND] = "&", [IR_OR] = "|",  [IR_XOR] = "^", [IR_LSH] = "<<", [IR_RSH] = ">>",
};

static void say_expr(struct text *t, const struct ir *ir, ir_val id);

/* Where a plain number is the k of what is said: an IR_CONST there is in parentheses. */
static void say_beside_k(struct text *t, const struct ir *ir, ir_val id)
{
	bool is_const = ir->values[id].op == IR_CONST;

	say(t, "%s", is_const ? "(" : "");
	say_expr(t, ir, id);
	say(t, "%s", is_const ? ")" : "");
}

static void say_load(struct text *t, const struct ir *ir, const struct ir_value *v)
{
	say(t, "[");
	if (v->a != IR_NONE)
		say_beside_k(t, ir, v->a);
	if (v->a == IR_NONE || v->k)
		say(t, "%s%" PRIu32, v->a != IR_NONE ? " + " : "", v->k);
	say(t, ":%u]", v->size);
}

/* Each random number is another one, and has its own name, as the contents of a slot have. */
static void say_meta(struct text *t, uint32_t k, ir_val id)
{
	say(t, "meta%" PRIu32, k);
	if (k == (uint32_t)SKF_AD_RANDOM)
		say(t, ".%" PRIu32, id);
}

static void say_expr(struct text *t, const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];

	switch ((enum ir_op)v->op) {
	case IR_CONST: say(t, "%" PRIu32, v->k); break;
	case IR_LEN: say(t, "len"); break;
	case IR_LOAD: say_load(t, ir, v); break;
	case IR_META: say_meta(t, v->k, id); break;
	case IR_GET: say(t, "s%" PRIu32 ".%" PRIu32, v->k, id); break;
	case IR_NEG:
		say(t, "-");
		say_expr(t, ir, v->a);
		break;
	case IR_NOP:
	case IR_SET: break;
	default:
		say(t, "(");
		say_expr(t, ir, v->a);
		say(t, " %s ", signs[v->op]);
		say_expr(t, ir, v->b);
		say(t, ")");
		break;
	}
}

/* What a body does: assign, or perhaps end the program. */
static void say_action(struct text *t, const struct ir *ir, ir_val id)
{
	const struct ir_value *v = &ir->values[id];

	if (v->op == IR_SET)
		say(t, "\ts%" PRIu32 " = ", v->k);
	else
		say(t, "\tevaluate ");
	say_expr(t, ir, v->op == IR_SET ? v->a : id);
	say(t, "\n");
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void say_left(struct text *t, const struct ir *ir, ir_val id)
{
	if (ir->is_numbered)
		say_expr(t, ir, id);
	else
		say(t, "v%" PRIu32, id);
}

static void say_right(struct text *t, const struct ir *ir, const struct ir_exit *exit)
{
	if (exit->b == IR_NONE)
		say(t, "%" PRIu32, exit->k);
	else if (ir->is_numbered)
		say_beside_k(t, ir, exit->b);
	else
		say(t, "v%" PRIu32, exit->b);
}

static void say_exit(struct text *t, const struct ir *ir, const struct ir_exit *exit)
{
	switch (exit->kind) {
	case EXIT_NONE: say(t, "\topen\n"); break;
	case EXIT_RET: say(t, "\tret %" PRIu32 "\n", exit->k); break;
	case EXIT_JUMP: say(t, "\tjump b%" PRIu32 "\n", exit->yes->id); break;
	case EXIT_BRANCH:
		say(t, "\tif ");
		say_left(t, ir, exit->a);
		say(t, " %s ", test_words[exit->test]);
		say_right(t, ir, exit);
		say(t, " then b%" PRIu32 " else b%" PRIu32 "\n", exit->yes->id, exit->no->id);
		break;
	}
}

int flt__ir_text(const struct ir *ir, char *buf, size_t len)
{
	struct text t = { buf, len, 0 };

	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_block *block = ir->order[i];
		say(&t, "b%" PRIu32 ":\t; bytes %" PRIu32 "+%" PRIu32 "\n", block->id,
		    block->span.at, block->span.len);
		for (uint32_t j = 0; j < block->count; j++)
			(ir->is_numbered ? say_action : say_value)(&t, ir, block->body[j]);
		say_exit(&t, ir, &block->exit);
	}
	return t.used > INT32_MAX ? INT32_MAX : (int)t.used;
}
