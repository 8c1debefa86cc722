/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A graph is made block by block. Some blocks hold anything; others are rows: tests of a few fields
 * that recur, so that what one tells decides the next, with few places where they lead.
 */
#include "ir_make.h"

#include <string.h>

#define KNOWN_MOST 5u
#define LOCAL_MOST 64u
#define ROW_MOST   24u
#define TENANTS    6u /* blocks of a graph that is always the same */
#define FIELDS     3u /* that the tests of a row ask for */

struct maker {
	struct ir *ir;
	struct ir_block **blocks;
	uint32_t count;
	ir_val known[KNOWN_MOST]; /* values of the entry: they dominate everything */
	uint32_t known_count;
	ir_val local[LOCAL_MOST];
	uint32_t local_count;
	uint32_t *have; /* by block: slots that are set on every way to it, a bit each */
	uint32_t set;   /* those that are set where values are put now */
	bool is_late;   /* it is in the second half of the graph */
};

static uint64_t state;

void ir_make_seed(uint64_t seed)
{
	state = seed;
}

uint32_t ir_make_random(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) * 2u + (uint32_t)(state >> 63);
}

static uint32_t below(uint32_t n)
{
	return ir_make_random() % n;
}

uint32_t ir_make_below(uint32_t n)
{
	return below(n);
}

/* ---- numbers ------------------------------------------------------------------------------- */

uint32_t ir_make_number(void)
{
	/* clang-format off */
	static const uint32_t edges[] = {
		0, 1, 2, 3, 4, 6, 7, 15, 17, 31, 32, 33, 63, 64, 80, 255, 256,
		0xffff, 0x7fffffff, 0x80000000, 0xffe00000, 0xfffff000, 0xffffffff,
	};
	/* clang-format on */

	return below(2) ? edges[below(sizeof(edges) / sizeof(edges[0]))] : below(100);
}

/* Tests of one value tell of each other where their constants lie close. The first bytes of a
 * packet are small, so a word of them is made of such. */
static uint32_t random_limit(void)
{
	switch (below(6)) {
	case 0: return ir_make_number();
	case 1: return below(8) << 8 | below(8);
	case 2: return below(3) << 24 | below(3) << 16 | below(3) << 8 | below(3);
	case 3: return below(4) * 4 + below(4) / 3;
	default: return below(8);
	}
}

static uint32_t random_mask(void)
{
	/* clang-format off */
	static const uint32_t masks[] = {
		1, 2, 3, 4, 6, 7, 0xf, 0xf0, 0xff, 0xfe, 0xfc, 0x1fff, 0xff00, 0xffff,
		0xffff0000, 0xffffff00, 0xff000000, 0xfffffffc, 0xf8000000, 0xffffffff, 0,
	};
	/* clang-format on */

	return masks[below(sizeof(masks) / sizeof(masks[0]))];
}

/* ---- values -------------------------------------------------------------------------------- */

static ir_val put(struct maker *m, struct ir_block *block, struct ir_value v)
{
	if (v.op == IR_SET)
		m->set |= 1u << v.k;
	return flt__ir_value(m->ir, block, v);
}

static ir_val put_by(struct maker *m, struct ir_block *block, enum ir_op op, ir_val a, uint32_t k)
{
	ir_val b = put(m, block, (struct ir_value){ .op = IR_CONST, .k = k });

	return put(m, block, (struct ir_value){ .op = (uint8_t)op, .a = a, .b = b });
}

static ir_val put_load(struct maker *m, struct ir_block *block, uint8_t size, ir_val a, uint32_t k)
{
	return put(m, block, (struct ir_value){ .op = IR_LOAD, .size = size, .a = a, .k = k });
}

/* A read of one of the slots that are set; `which` is any number. IR_NOP: there is none.
 * Half of the slots are only read early, the others late: so they come to share cells. */
static struct ir_value get_of(const struct maker *m, uint32_t which)
{
	uint32_t slot = which % (m->ir->slot_count + 1);

	if (slot == m->ir->slot_count || slot % 2 != m->is_late || !(m->set & 1u << slot))
		return (struct ir_value){ .op = IR_NOP };
	return (struct ir_value){ .op = IR_GET, .k = slot };
}

/* Those that are read late are assigned late. */
static uint32_t slot_to_set(const struct maker *m)
{
	uint32_t slot = below(m->ir->slot_count);

	return m->is_late ? slot : slot & ~1u;
}

static ir_val put_header_length(struct maker *m, struct ir_block *block)
{
	ir_val byte = put_load(m, block, 1, IR_NONE, below(2));

	return put_by(m, block, IR_LSH, put_by(m, block, IR_AND, byte, 15), 2);
}

static ir_val pick(struct maker *m)
{
	uint32_t all = m->known_count + m->local_count;
	uint32_t i = below(all);

	return i < m->known_count ? m->known[i] : m->local[i - m->known_count];
}

/* A field that is asked for again and again; `which` says what it is, in every block the same. */
static ir_val put_field(struct maker *m, struct ir_block *block, uint32_t which)
{
	static const uint8_t sizes[] = { 1, 2, 4, 4 };
	uint8_t size = sizes[which / 8 % 4];
	uint32_t k = which / 32 % 3;
	struct ir_value get = get_of(m, which / 32);

	switch (which % 8) {
	case 0: return put(m, block, (struct ir_value){ .op = IR_LEN });
	case 1: return put_load(m, block, size, put_header_length(m, block), k);
	case 4:
		if (get.op == IR_GET)
			return put(m, block, get);
		break;
	case 5:
	case 6:
		if (get.op == IR_GET)
			return put_load(m, block, size, put(m, block, get), k);
		break;
	case 7:
		if (get.op == IR_GET)
			return put_by(m, block, IR_ADD, put(m, block, get), k - 1);
		break;
	default: break;
	}
	return put_load(m, block, size, IR_NONE, k);
}

static struct ir_value random_value(struct maker *m)
{
	static const uint8_t sizes[] = { 1, 2, 4 };
	bool first = m->known_count + m->local_count == 0;
	uint32_t kind = first ? 0 : below(12);

	if (kind < 2)
		return (struct ir_value){ .op = IR_CONST, .k = ir_make_number() };
	if (kind == 2)
		return (struct ir_value){ .op = IR_LEN };
	if (kind == 3 && m->set) {
		struct ir_value get = get_of(m, ir_make_random());
		return get.op ? get : (struct ir_value){ .op = IR_LEN };
	}
	if (kind == 4 && m->ir->slot_count)
		return (struct ir_value){ .op = IR_SET, .k = slot_to_set(m), .a = pick(m) };
	if (kind == 5) /* a few loads that recur, so that tests tell of each other */
		return (struct ir_value){ .op = IR_LOAD, .size = 1, .k = below(2) };
	if (kind == 6)
		return (struct ir_value){ .op = IR_LOAD,
					  .size = sizes[below(3)],
					  .k = below(IR_MAKE_REACH - 4) };
	if (kind == 7)
		return (struct ir_value){
			.op = IR_LOAD, .size = sizes[below(3)], .a = pick(m), .k = below(8)
		};
	if (kind == 8)
		return (struct ir_value){ .op = IR_NEG, .a = pick(m) };
	ir_val a = pick(m);
	return (struct ir_value){ .op = (uint8_t)(IR_ADD + below(10)), .a = a, .b = pick(m) };
}

/* ---- blocks -------------------------------------------------------------------------------- */

static void fill_block(struct maker *m, struct ir_block *block, bool is_entry)
{
	uint32_t count = 1 + below(6);

	m->local_count = 0;
	for (uint32_t s = 0; is_entry && s < m->ir->slot_count; s++) {
		if (s % 2 ? below(8) : below(2))
			continue;
		ir_val a = below(2) ? put(m, block, (struct ir_value){ .op = IR_CONST, .k = s }) :
				      put_header_length(m, block);
		put(m, block, (struct ir_value){ .op = IR_SET, .k = s, .a = a });
	}
	for (uint32_t i = 0; i < count; i++) {
		struct ir_value v = random_value(m);
		ir_val id = put(m, block, v);
		if (v.op != IR_SET)
			m->local[m->local_count++] = id;
	}
	if (!is_entry)
		return;
	m->known_count = m->local_count < KNOWN_MOST ? m->local_count : KNOWN_MOST;
	memcpy(m->known, m->local, m->known_count * sizeof(ir_val));
	m->local_count = 0;
}

/* Mostly near, so that a large graph is walked through and its program is long; now and then far,
 * so that both ends of a branch are out of a jump's reach. */
static struct ir_block *random_target(struct maker *m, uint32_t at)
{
	const uint32_t near = 4;
	uint32_t behind = m->count - at - 1;

	return m->blocks[at + 1 + below(below(4) && behind > near ? near : behind)];
}

static void close_block(struct maker *m, uint32_t at)
{
	struct ir_block *block = m->blocks[at];

	if (at + 1 == m->count || below(20) == 0) {
		flt__ir_ret(block, below(2) ? 262144 : 0);
		return;
	}
	struct ir_block *yes = random_target(m, at), *no = random_target(m, at);
	if (below(6) == 0 || m->known_count + m->local_count == 0) {
		flt__ir_jump(block, yes);
		return;
	}
	ir_val a = pick(m);
	ir_val b = below(3) ? IR_NONE : pick(m);
	flt__ir_branch(block, (enum ir_test)below(4), a, b, random_limit(), yes, no);
}

/* What A holds at the end of one block and the next one asks for: an assignment and a jump, then
 * the slot, perhaps another one, and nothing else; or one value in branch after branch. */
static bool make_carrier(struct maker *m, uint32_t at)
{
	struct ir_block *block = m->blocks[at];

	if (at == 0 || m->count - at < 3 || !m->ir->slot_count || !m->known_count || below(3))
		return false;
	struct ir_value slot = { .op = IR_SET, .k = slot_to_set(m) };
	struct ir_block *next = m->blocks[at + 1], *other = random_target(m, at);
	uint32_t shape = below(3);
	if (shape == 0) {
		slot.a = below(2) ? m->known[below(m->known_count)] : put_header_length(m, block);
		put(m, block, slot);
		flt__ir_jump(block, next);
		return true;
	}
	struct ir_value get = get_of(m, ir_make_random());
	ir_val a = shape == 1 && get.op ? put(m, block, get) : m->known[0];
	flt__ir_branch(block, (enum ir_test)below(4), a, IR_NONE, random_limit(), next, other);
	return true;
}

/* Slot 0 is read for the last time, then slot 1 takes its place, then slot 0 is assigned
 * again. */
static void make_tenants(struct maker *m)
{
	struct ir_block **b = m->blocks, *end = b[m->count - 1];

	m->ir->slot_count = 2;
	for (uint32_t i = 0; i < 4; i++) {
		struct ir_value set = { .op = IR_SET, .k = i == 1 };
		struct ir_value get = { .op = IR_GET, .k = i == 3 };
		set.a = put_by(m, b[i], IR_ADD, put_load(m, b[i], 1, IR_NONE, i), 1);
		if (i < 3)
			put(m, b[i], set);
		ir_val a = i % 3 ? set.a : put(m, b[i], get);
		flt__ir_branch(b[i], TEST_GT, a, IR_NONE, below(4), b[i + 1], end);
	}
	flt__ir_ret(b[4], 262144);
	flt__ir_ret(end, 0);
}

/* Blocks lead to later ones only, so all ways to a block are there before its turn. */
static void begin_block(struct maker *m, uint32_t at)
{
	m->set = m->have[at];
	m->is_late = at > m->count / 2;
}

static void end_block(struct maker *m, uint32_t at)
{
	const struct ir_exit *exit = &m->blocks[at]->exit;

	if (exit->kind == EXIT_RET)
		return;
	m->have[exit->yes->id] &= m->set;
	if (exit->kind == EXIT_BRANCH)
		m->have[exit->no->id] &= m->set;
}

static void make_block(struct maker *m, uint32_t at)
{
	begin_block(m, at);
	if (!make_carrier(m, at)) {
		fill_block(m, m->blocks[at], at == 0);
		close_block(m, at);
	}
	end_block(m, at);
}

/* ---- rows ---------------------------------------------------------------------------------- */

struct row {
	uint32_t fields[FIELDS];
	struct ir_block *ends[2];
	uint32_t strange; /* one test in so many is of any kind, and leads anywhere */
};

static void make_row_test(struct maker *m, const struct row *row, uint32_t at)
{
	struct ir_block *block = m->blocks[at], *next = m->blocks[at + 1];
	struct ir_block *to = row->ends[below(3) / 2];
	bool is_strange = below(row->strange) == 0;
	enum ir_test test = is_strange ? (enum ir_test)below(4) : TEST_EQ;
	ir_val a = put_field(m, block, row->fields[below(FIELDS)]);

	if (below(4) == 0)
		a = put_by(m, block, below(4) ? IR_AND : IR_ADD + below(10), a, random_mask());
	if (is_strange && below(2))
		to = random_target(m, at);
	if (is_strange && below(2))
		flt__ir_branch(block, test, a, IR_NONE, random_limit(), next, to);
	else
		flt__ir_branch(block, test, a, IR_NONE, random_limit(), to, next);
}

/* Returns how many blocks it took, perhaps none. */
static uint32_t make_row(struct maker *m, uint32_t at)
{
	uint32_t behind = m->count - at - 1, tests = 2 + below(ROW_MOST);
	struct row row = { .strange = 1 + below(12) };

	if (at == 0 || behind < 3 || below(3))
		return 0;
	tests = tests < behind ? tests : behind - 1;
	for (uint32_t i = 0; i < FIELDS; i++)
		row.fields[i] = i && below(2) ? row.fields[0] : ir_make_random() % 96;
	row.ends[0] = m->blocks[at + tests + below(behind - tests + 1)];
	row.ends[1] = m->blocks[at + tests + below(behind - tests + 1)];
	for (uint32_t i = 0; i < tests; i++) {
		begin_block(m, at + i);
		make_row_test(m, &row, at + i);
		end_block(m, at + i);
	}
	return tests;
}

struct ir *ir_make(struct arena *arena)
{
	static const uint32_t sizes[] = { 1, 2, 5, TENANTS, 12, 20, 40, 400 };
	struct maker *m = flt__arena_alloc(arena, sizeof(*m));

	if (!m)
		return NULL;
	m->count = sizes[below(8)];
	m->blocks = flt__arena_array(arena, m->count, sizeof(struct ir_block *));
	m->ir = flt__ir_new(arena);
	m->have = flt__arena_array(arena, m->count, sizeof(*m->have));
	if (!m->blocks || !m->ir || !m->have)
		return NULL;
	memset(m->have + 1, 0xff, (m->count - 1) * sizeof(*m->have));
	for (uint32_t i = 0; i < m->count; i++)
		m->blocks[i] = i ? flt__ir_block(m->ir, (struct span){ 0, 0 }) : m->ir->blocks[0];
	if (m->count == TENANTS) {
		make_tenants(m);
		return m->ir;
	}
	m->ir->slot_count = below(IR_MAKE_SLOTS);
	for (uint32_t i = 0; i < m->count;) {
		uint32_t taken = make_row(m, i);
		if (!taken)
			make_block(m, i);
		i += taken ? taken : 1;
	}
	return m->ir;
}
