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
#include "ir.h"

#define PACKETS 8
#define PACKET_BYTES 96
#define VALUES_MAX 4096

static uint64_t state;

static uint32_t rnd(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) * 2u + (uint32_t)(state >> 63);
}

static uint32_t below(uint32_t n)
{
	return rnd() % n;
}

/* ---- a random graph ------------------------------------------------------------------------ */

struct maker {
	struct ir *ir;
	ir_val known[VALUES_MAX];        /* values of the entry: they dominate everything */
	uint32_t known_count;
	ir_val local[64];
	uint32_t local_count;
};

static uint32_t random_const(void)
{
	static const uint32_t edges[] = {
		0, 1, 2, 3, 4, 7, 15, 31, 32, 33, 63, 64, 80, 255, 256,
		0xffff, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
	};

	return below(2) ? edges[below(sizeof(edges) / sizeof(edges[0]))] : below(100);
}

static ir_val pick(struct maker *m)
{
	uint32_t all = m->known_count + m->local_count;
	uint32_t i = below(all);

	return i < m->known_count ? m->known[i] : m->local[i - m->known_count];
}

static struct ir_value random_value(struct maker *m)
{
	static const uint8_t sizes[] = { 1, 2, 4 };
	bool first = m->known_count + m->local_count == 0;
	uint32_t kind = first ? 0 : below(12);

	if (kind < 2)
		return (struct ir_value){ .op = IR_CONST, .k = random_const() };
	if (kind == 2)
		return (struct ir_value){ .op = IR_LEN };
	if (kind == 3 && m->ir->slot_count)
		return (struct ir_value){ .op = IR_GET, .k = below(m->ir->slot_count) };
	if (kind == 4 && m->ir->slot_count)
		return (struct ir_value){ .op = IR_SET, .k = below(m->ir->slot_count),
					  .a = pick(m) };
	if (kind == 5)   /* a few loads that recur, so that tests tell of each other */
		return (struct ir_value){ .op = IR_LOAD, .size = 1, .k = below(2) };
	if (kind == 6)
		return (struct ir_value){
			.op = IR_LOAD, .size = sizes[below(3)], .k = below(PACKET_BYTES - 4) };
	if (kind == 7)
		return (struct ir_value){
			.op = IR_LOAD, .size = sizes[below(3)], .a = pick(m), .k = below(8) };
	if (kind == 8)
		return (struct ir_value){ .op = IR_NEG, .a = pick(m) };
	ir_val a = pick(m);
	return (struct ir_value){ .op = (uint8_t)(IR_ADD + below(10)), .a = a, .b = pick(m) };
}

static void fill_block(struct maker *m, struct ir_block *block, bool is_entry)
{
	uint32_t count = 1 + below(6);

	m->local_count = 0;
	if (is_entry)
		for (uint32_t s = 0; s < m->ir->slot_count; s++) {
			ir_val k = flt__ir_value(m->ir, block,
						 (struct ir_value){ .op = IR_CONST, .k = s });
			flt__ir_value(m->ir, block,
				      (struct ir_value){ .op = IR_SET, .k = s, .a = k });
		}
	for (uint32_t i = 0; i < count; i++) {
		struct ir_value v = random_value(m);
		ir_val id = flt__ir_value(m->ir, block, v);
		if (v.op != IR_SET)
			m->local[m->local_count++] = id;
	}
	if (is_entry) {
		uint32_t shared = m->local_count < 5 ? m->local_count : 5;
		memcpy(m->known, m->local, shared * sizeof(ir_val));
		m->known_count = shared;
		m->local_count = 0;
	}
}

/* Mostly near, so that a large graph is walked through and its program is long; now and then far,
 * so that both ends of a branch are out of a jump's reach. */
static uint32_t random_step(uint32_t behind)
{
	const uint32_t near = 4;

	return below(below(4) && behind > near ? near : behind);
}

/* Tests of one value tell of each other where their constants lie close. */
static uint32_t random_limit(void)
{
	return below(2) ? below(8) : random_const();
}

static void close_block(struct maker *m, struct ir_block **blocks, uint32_t at, uint32_t count)
{
	uint32_t behind = count - at - 1;

	if (behind == 0 || below(20) == 0) {
		flt__ir_ret(blocks[at], below(2) ? 262144 : 0);
		return;
	}
	struct ir_block *yes = blocks[at + 1 + random_step(behind)];
	struct ir_block *no = blocks[at + 1 + random_step(behind)];
	if (below(6) == 0 || m->known_count + m->local_count == 0) {
		flt__ir_jump(blocks[at], yes);
		return;
	}
	ir_val a = pick(m);
	ir_val b = below(3) ? IR_NONE : pick(m);
	flt__ir_branch(blocks[at], (enum ir_test)below(4), a, b, random_limit(), yes, no);
}

/* What A holds at the end of one block and the next one asks for: an assignment and a jump, then
 * the slot, perhaps another one, and nothing else; or one value in branch after branch. */
static bool make_carrier(struct maker *m, struct ir_block **blocks, uint32_t at, uint32_t count)
{
	uint32_t behind = count - at - 1;
	struct ir_block *block = blocks[at];

	if (at == 0 || behind < 2 || !m->ir->slot_count || !m->known_count || below(3))
		return false;
	struct ir_value slot = { .op = IR_SET, .k = below(m->ir->slot_count) };
	struct ir_block *next = blocks[at + 1], *other = blocks[at + 1 + random_step(behind)];
	uint32_t shape = below(3);
	if (shape == 0) {
		slot.a = m->known[below(m->known_count)];
		flt__ir_value(m->ir, block, slot);
		flt__ir_jump(block, next);
		return true;
	}
	slot.op = IR_GET;
	ir_val a = shape == 1 ? flt__ir_value(m->ir, block, slot) : m->known[0];
	flt__ir_branch(block, (enum ir_test)below(4), a, IR_NONE, random_limit(), next, other);
	return true;
}

static struct ir *make(struct arena *arena)
{
	static const uint32_t sizes[] = { 1, 2, 5, 12, 40, 400 };
	struct maker *m = flt__arena_alloc(arena, sizeof(*m));
	uint32_t count = sizes[below(6)];
	struct ir_block **blocks = flt__arena_array(arena, count, sizeof(*blocks));

	m->ir = flt__ir_new(arena);
	m->ir->slot_count = below(4);
	for (uint32_t i = 0; i < count; i++)
		blocks[i] = i ? flt__ir_block(m->ir, (struct span){ 0, 0 }) : m->ir->blocks[0];
	for (uint32_t i = 0; i < count; i++) {
		if (make_carrier(m, blocks, i, count))
			continue;
		fill_block(m, blocks[i], i == 0);
		close_block(m, blocks, i, count);
	}
	return m->ir;
}

/* ---- evaluation ---------------------------------------------------------------------------- */

enum outcome { GOES_ON, ENDS, OUT_OF_BOUNDS };

struct eval {
	const struct ir *ir;
	const uint8_t *bytes;
	uint32_t caplen;
	uint32_t *result;
	uint32_t slots[8];
};

static const uint8_t codes[] = {
	[IR_ADD] = BPF_ADD, [IR_SUB] = BPF_SUB, [IR_MUL] = BPF_MUL, [IR_DIV] = BPF_DIV,
	[IR_MOD] = BPF_MOD,
	[IR_AND] = BPF_AND, [IR_OR] = BPF_OR, [IR_XOR] = BPF_XOR, [IR_LSH] = BPF_LSH,
	[IR_RSH] = BPF_RSH,
};

static enum outcome eval_load(struct eval *e, const struct ir_value *v, uint32_t *result)
{
	uint32_t at = v->k + (v->a ? e->result[v->a] : 0);

	if (!inside(at, v->size, e->caplen))
		return OUT_OF_BOUNDS;
	*result = v->size == 1	 ? e->bytes[at]
		  : v->size == 2 ? get_be16(e->bytes + at)
				 : get_be32(e->bytes + at);
	return GOES_ON;
}

static enum outcome eval_value(struct eval *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	uint32_t a = e->result[v->a], b = e->result[v->b];

	switch ((enum ir_op)v->op) {
	case IR_CONST:
		e->result[id] = v->k;
		return GOES_ON;
	case IR_LEN:
		e->result[id] = e->caplen + 7;
		return GOES_ON;
	case IR_LOAD:
		return eval_load(e, v, &e->result[id]);
	case IR_GET:
		e->result[id] = e->slots[v->k];
		return GOES_ON;
	case IR_SET:
		e->slots[v->k] = a;
		return GOES_ON;
	case IR_NEG:
		e->result[id] = 0 - a;
		return GOES_ON;
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
		outcome = e->ir->is_numbered ? eval_expr(e, block->body[j])
					     : eval_value(e, block->body[j]);
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

static void expect(struct subject *s, const struct ir *ir)
{
	uint32_t *result = calloc(ir->value_count, sizeof(*result));

	for (int i = 0; i < PACKETS; i++) {
		s->caplen[i] = i == 0 ? below(PACKET_BYTES) : PACKET_BYTES;
		for (uint32_t j = 0; j < PACKET_BYTES; j++)
			s->bytes[i][j] = (uint8_t)(j < 2    ? below(8)
						   : below(3) ? rnd()
							      : random_const());
		struct eval e = {
			.ir = ir, .bytes = s->bytes[i], .caplen = s->caplen[i], .result = result};
		s->outcome[i] = evaluate(&e, &s->value[i]);
	}
	free(result);
}

/* A wrong graph is told from wrong emission. */
static bool same_as_evaluated(const struct ir *ir, const struct subject *s, int i, const char *what)
{
	uint32_t *result = calloc(ir->value_count, sizeof(*result)), value;
	struct eval e = {
		.ir = ir, .bytes = s->bytes[i], .caplen = s->caplen[i], .result = result };
	enum outcome outcome = evaluate(&e, &value);

	free(result);
	bool ok = outcome != OUT_OF_BOUNDS && value == s->value[i];
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
		if (c->err->code == FLT_E_LIMIT)     /* more than 16 cells: refused, and said */
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

static bool run_all(struct ir *ir)
{
	for (int round = 0; round < 1000; round++) {
		bool changed = false;
		for (size_t i = 0; i < PASS_COUNT; i++)
			changed |= flt__ir_order(ir) && passes[i].run(ir);
		if (!changed)
			return true;
	}
	printf("the passes do not end\n");
	return false;
}

/* variant 0: as it is; 1 .. PASS_COUNT: that pass alone; after that: all. The graph is made anew
 * each time, from the same random numbers. */
static bool one_variant(uint64_t seed, size_t variant, uint64_t *runs)
{
	struct flt_error err;
	struct compile c = { .err = &err };
	struct subject s;
	const char *what = variant == 0		   ? "as it is"
			   : variant <= PASS_COUNT ? passes[variant - 1].name
						   : "all";

	flt__error_clear(&err);
	flt__arena_init(&c.arena, UINT64_C(1) << 32);
	state = seed;
	struct ir *ir = make(&c.arena);
	expect(&s, ir);
	bool ok = flt__ir_check(ir, &err);
	if (!ok)
		printf("made wrong: %s\n", err.message);
	ok = ok && flt__ir_number(ir) && flt__ir_order(ir);
	if (ok && variant > PASS_COUNT)
		ok = run_all(ir);
	else if (ok && variant)
		passes[variant - 1].run(ir);
	ok = ok && compare(&c, ir, &s, what, runs);
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
		for (size_t variant = 0; variant < PASS_COUNT + 2; variant++) {
			if (one_variant(seed + i, variant, &runs))
				continue;
			printf("replay: SEED=%" PRIu64 " RUNS=1\n", seed + i);
			return 1;
		}
	printf("%" PRIu64 " graphs, %" PRIu64 " runs, no difference\n", count, runs);
	return runs ? 0 : 1;
}
