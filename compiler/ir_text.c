/* SPDX-License-Identifier: BSD-2-Clause */
/* The intermediate code as text, for people who follow a pass. */
#include "ir.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const op_words[] = {
	[IR_NOP] = "nop", [IR_CONST] = "const", [IR_LEN] = "len", [IR_LOAD] = "load",
	[IR_META] = "meta", [IR_GET] = "get", [IR_SET] = "set", [IR_NEG] = "neg",
	[IR_ADD] = "add", [IR_SUB] = "sub", [IR_MUL] = "mul", [IR_DIV] = "div", [IR_MOD] = "mod",
	[IR_AND] = "and", [IR_OR] = "or", [IR_XOR] = "xor", [IR_LSH] = "lsh", [IR_RSH] = "rsh",
};

static const char *const test_words[] = {
	[TEST_EQ] = "==", [TEST_GT] = ">", [TEST_GE] = ">=", [TEST_SET] = "&",
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

static void say_exit(struct text *t, const struct ir_exit *exit)
{
	switch (exit->kind) {
	case EXIT_NONE:
		say(t, "\topen\n");
		break;
	case EXIT_RET:
		say(t, "\tret %" PRIu32 "\n", exit->k);
		break;
	case EXIT_JUMP:
		say(t, "\tjump b%" PRIu32 "\n", exit->yes->id);
		break;
	case EXIT_BRANCH:
		say(t, "\tif v%" PRIu32 " %s ", exit->a, test_words[exit->test]);
		if (exit->b != IR_NONE)
			say(t, "v%" PRIu32, exit->b);
		else
			say(t, "%" PRIu32, exit->k);
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
			say_value(&t, ir, block->body[j]);
		say_exit(&t, &block->exit);
	}
	return t.used > INT32_MAX ? INT32_MAX : (int)t.used;
}
