/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random intermediate code, evaluated directly, against the program that is emitted for it: as it
 * is, after each pass alone, and after all of them. Where the evaluation loads out of bounds the
 * answer is free (the truncation rule); everywhere else it must be the same. RUNS=n SEED=n replay.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bpf.h"
#include "bpf_alu.h"
#include "bytes.h"
#include "emit.h"
#include "ir_make.h"

#define ROUNDS_MAX   1000
#define PACKETS      12
#define CUT_PACKETS  4 /* of them are cut */
#define SHORT_BYTES  12u
#define SMALL_BYTES  7u
#define PACKET_BYTES IR_MAKE_REACH

/* ---- evaluation ---------------------------------------------------------------------------- */

enum outcome { GOES_ON, ENDS, OUT_OF_BOUNDS };

struct eval {
	const struct ir *ir;
	const uint8_t *bytes;
	uint32_t caplen;
	uint32_t *result;
	uint32_t *slots;
};

/* For the results of all values, and what all slots hold. */
static uint32_t *eval_room(const struct ir *ir)
{
	return calloc((size_t)ir->value_count + ir->slot_count, sizeof(uint32_t));
}

/* clang-format off */
static const uint8_t codes[] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_DIV] = BPF_DIV,
	[IR_MOD] = BPF_MOD,
	[IR_AND] = BPF_AND, [IR_OR] = BPF_OR, [IR_XOR] = BPF_XOR, [IR_LSH] = BPF_LSH,
	[IR_RSH] = BPF_RSH,
};
/* clang-format on */

static enum outcome eval_load(struct eval *e, const struct ir_value *v, uint32_t *result)
{
	uint32_t at = v->k + (v->a ? e->result[v->a] : 0);

	if (at >= (uint32_t)SKF_LL_OFF) /* it counts from a header, which is not known here */
		return OUT_OF_BOUNDS;
	if (!inside(at, v->size, BPF_MAX_BYTES))
		return ENDS;
	if (!inside(at, v->size, e->caplen))
		return OUT_OF_BOUNDS;
	*result = v->size == 1 ? e->bytes[at] :
		  v->size == 2 ? get_be16(e->bytes + at) :
				 get_be32(e->bytes + at);
	return GOES_ON;
}

static enum outcome eval_value(struct eval *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	uint32_t a = e->result[v->a], b = e->result[v->b];

	switch ((enum ir_op)v->op) {
	case IR_CONST: e->result[id] = v->k; return GOES_ON;
	case IR_LEN: e->result[id] = e->caplen + 7; return GOES_ON;
	case IR_LOAD: return eval_load(e, v, &e->result[id]);
	case IR_GET: e->result[id] = e->slots[v->k]; return GOES_ON;
	case IR_SET: e->slots[v->k] = a; return GOES_ON;
	case IR_NEG: e->result[id] = 0 - a; return GOES_ON;
	default:
		if (flt__bpf_alu_ends(codes[v->op], b))
			return ENDS;
		e->result[id] = flt__bpf_alu(codes[v->op], a, b);
		return GOES_ON;
	}
}

/* An expression, worked out where it is read. */
static enum outcome eval_expr(struct eval *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	enum outcome outcome = v->a ? eval_expr(e, v->a) : GOES_ON;

	if (outcome == GOES_ON && v->b)
		outcome = eval_expr(e, v->b);
	return outcome == GOES_ON && id ? eval_value(e, id) : outcome;
}

static enum outcome eval_body(struct eval *e, const struct ir_block *block)
{
	enum outcome outcome = GOES_ON;

	for (uint32_t j = 0; j < block->count && outcome == GOES_ON; j++)
		outcome = e->ir->is_numbered ? eval_expr(e, block->body[j]) :
					       eval_value(e, block->body[j]);
	if (!e->ir->is_numbered || block->exit.kind != EXIT_BRANCH)
		return outcome;
	if (outcome == GOES_ON)
		outcome = eval_expr(e, block->exit.a);
	return outcome == GOES_ON ? eval_expr(e, block->exit.b) : outcome;
}

static enum outcome evaluate(struct eval *e, uint32_t *value)
{
	static const uint16_t tests[] = { BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	const struct ir_block *block = e->ir->blocks[0];

	*value = 0;
	for (;;) {
		const struct ir_exit *exit = &block->exit;
		enum outcome outcome = eval_body(e, block);
		if (outcome != GOES_ON)
			return outcome;
		if (exit->kind == EXIT_RET) {
			*value = exit->k;
			return ENDS;
		}
		uint32_t right = exit->b ? e->result[exit->b] : exit->k;
		bool yes = exit->kind == EXIT_JUMP ||
			   flt__bpf_jumps(tests[exit->test], e->result[exit->a], right);
		block = yes ? exit->yes : exit->no;
	}
}

/* ---- comparison ---------------------------------------------------------------------------- */

struct subject {
	uint8_t bytes[PACKETS][PACKET_BYTES];
	uint32_t caplen[PACKETS];
	enum outcome outcome[PACKETS];
	uint32_t value[PACKETS];
};

/* The first ones are small: rows of tests ask for them. */
static uint8_t random_byte(uint32_t at)
{
	if (at < SMALL_BYTES)
		return (uint8_t)ir_make_below(ir_make_below(2) ? 8 : 3);
	return (uint8_t)(ir_make_below(3) ? ir_make_random() : ir_make_number());
}

static void expect(struct subject *s, const struct ir *ir)
{
	uint32_t *result = eval_room(ir);

	for (int i = 0; i < PACKETS; i++) {
		uint32_t most = ir_make_below(2) ? PACKET_BYTES : SHORT_BYTES;
		s->caplen[i] = i < CUT_PACKETS ? ir_make_below(most) : PACKET_BYTES;
		for (uint32_t j = 0; j < PACKET_BYTES; j++)
			s->bytes[i][j] = random_byte(j);
		struct eval e = { .ir = ir,
				  .bytes = s->bytes[i],
				  .caplen = s->caplen[i],
				  .result = result,
				  .slots = result + ir->value_count };
		s->outcome[i] = evaluate(&e, &s->value[i]);
	}
	free(result);
}

/* A wrong graph is told from wrong emission. */
static bool same_as_evaluated(const struct ir *ir, const struct subject *s, int i, const char *what)
{
	uint32_t *result = eval_room(ir), value;
	struct eval e = { .ir = ir,
			  .bytes = s->bytes[i],
			  .caplen = s->caplen[i],
			  .result = result,
			  .slots = result + ir->value_count };
	enum outcome outcome = evaluate(&e, &value);

	free(result);
	bool ok = (outcome != OUT_OF_BOUNDS || value == 0) && value == s->value[i];
	if (!ok)
		printf("%s: the graph is wrong for packet %d\n", what, i);
	return ok;
}

static bool compare(struct compile *c, struct ir *ir, const struct subject *s, const char *what,
		    uint64_t *runs)
{
	struct bpf_code code;

	if (!flt__ir_check(ir, c->err) || !flt__emit(c, ir, &code) ||
	    flt__bpf_check(code.insns, code.count, BPF_USER_LIMIT, c->err) < 0) {
		if (c->err->code == FLT_E_LIMIT) /* more than 16 cells: refused, and said */
			return true;
		printf("%s: %s\n", what, c->err->message);
		return false;
	}
	for (int i = 0; i < PACKETS; i++) {
		if (s->outcome[i] == OUT_OF_BOUNDS)
			continue;
		uint32_t len = s->caplen[i] + 7, want = s->value[i];
		uint32_t got = flt__bpf_run(code.insns, s->bytes[i], s->caplen[i], len, NULL);
		++*runs;
		if (!same_as_evaluated(ir, s, i, what))
			return false;
		if (got == want)
			continue;
		printf("%s: packet %d gives %" PRIu32 ", not %" PRIu32 "\n", what, i, got, want);
		return false;
	}
	return true;
}

static const struct pass {
	const char *name;
	bool (*run)(struct ir *ir);
} passes[] = {
#define PASS(letter, function, what) { #function, function },
#include "passes.def"
#undef PASS
};

#define PASS_COUNT (sizeof(passes) / sizeof(passes[0]))

/* One pass, and the verifier behind it. */
static bool run_pass(struct compile *c, struct ir *ir, const struct pass *pass, bool *changed)
{
	*changed |= flt__ir_order(ir) && pass->run(ir);
	bool ok = flt__ir_check(ir, c->err);
	if (!ok)
		printf("behind %s: %s\n", pass->name, c->err->message);
	return ok;
}

/* In the order of the table, or in any. */
static bool run_all(struct compile *c, struct ir *ir, bool any_order)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		bool changed = false;
		for (size_t i = 0; i < PASS_COUNT; i++) {
			size_t which = any_order ? ir_make_below(PASS_COUNT) : i;
			if (!run_pass(c, ir, &passes[which], &changed))
				return false;
		}
		if (!changed)
			return true;
	}
	printf("the passes do not end\n");
	return false;
}

/* As it is; each pass alone; all of them in their order; in any order. */
enum { AS_IT_IS = 0, IN_ORDER = PASS_COUNT + 1, IN_ANY_ORDER, VARIANTS };

static const char *name_of(size_t variant)
{
	switch (variant) {
	case AS_IT_IS: return "as it is";
	case IN_ORDER: return "all";
	case IN_ANY_ORDER: return "all, in any order";
	default: return passes[variant - 1].name;
	}
}

static bool run_variant(struct compile *c, struct ir *ir, size_t variant)
{
	bool changed = false;

	if (variant == AS_IT_IS)
		return true;
	if (variant == IN_ORDER || variant == IN_ANY_ORDER)
		return run_all(c, ir, variant == IN_ANY_ORDER);
	return run_pass(c, ir, &passes[variant - 1], &changed);
}

/* The graph is made anew each time, from the same random numbers. */
static bool one_variant(uint64_t seed, size_t variant, uint64_t *runs)
{
	struct flt_error err;
	struct compile c = { .err = &err };
	struct subject s;

	flt__error_clear(&err);
	flt__arena_init(&c.arena, UINT64_C(1) << 32);
	ir_make_seed(seed);
	struct ir *ir = ir_make(&c.arena);
	expect(&s, ir);
	bool ok = flt__ir_check(ir, &err);
	if (!ok)
		printf("made wrong: %s\n", err.message);
	ok = ok && flt__ir_number(ir) && flt__ir_order(ir) && run_variant(&c, ir, variant) &&
	     compare(&c, ir, &s, name_of(variant), runs);
	flt__arena_release(&c.arena);
	return ok;
}

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

int main(void)
{
	uint64_t seed = from_env("SEED", (uint64_t)time(NULL));
	uint64_t count = from_env("RUNS", 3000), runs = 0;

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, count);
	for (uint64_t i = 0; i < count; i++)
		for (size_t variant = 0; variant < VARIANTS; variant++) {
			if (one_variant(seed + i, variant, &runs))
				continue;
			printf("replay: SEED=%" PRIu64 " RUNS=1\n", seed + i);
			return 1;
		}
	printf("%" PRIu64 " graphs, %" PRIu64 " runs, no difference\n", count, runs);
	return runs ? 0 : 1;
}
