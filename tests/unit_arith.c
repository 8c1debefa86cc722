/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long arithmetic: chains of any length, on both sides of a relation, are worth what they should be
 * and need two scratch cells at most, with and without the optimizer, in the stack of a small
 * thread. The answers are worked out here, by going through the terms.
 */
#include "unit.h"

#include <linux/filter.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

#define PACKET_LEN  128u
#define TERMS_MOST  20000u
#define TEXT_BYTES  (64u * TERMS_MOST)
#define CELLS_MOST  2u /* of a chain; twice that, when another one waits for it */
#define SMALL_STACK (128u << 10)

static uint8_t packet[PACKET_LEN];
static char text[TEXT_BYTES];

static int put(char *at, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int put(char *at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(at, (size_t)(text + sizeof(text) - at), format, args);
	va_end(args);
	return len;
}

/* A chain is written and worked out at once. */
struct chain {
	char *at;
	uint32_t worth;
};

static void fill_packet(void)
{
	for (uint32_t i = 0; i < PACKET_LEN; i++)
		packet[i] = (uint8_t)(i * 73 + 19);
}

static uint32_t be(uint32_t off, uint32_t size)
{
	uint32_t value = 0;

	for (uint32_t i = 0; i < size; i++)
		value = value << 8 | packet[off + i];
	return value;
}

/* ---- terms: what is written, and what it is worth -------------------------------------------- */

static uint32_t write_field(char **at, uint32_t i)
{
	uint32_t size = 1u << i % 3, off = i * 7 % (PACKET_LEN - 4);

	*at += put(*at, "ether[%u:%u]", off, size);
	return be(off, size);
}

static uint32_t write_len(char **at, uint32_t i)
{
	(void)i;
	*at += put(*at, "len");
	return PACKET_LEN;
}

static uint32_t write_masked(char **at, uint32_t i)
{
	uint32_t off = i * 5 % PACKET_LEN;

	*at += put(*at, "(ether[%u] & 15)", off);
	return be(off, 1) & 15;
}

static uint32_t write_pair(char **at, uint32_t i)
{
	uint32_t off = i * 3 % (PACKET_LEN - 1);

	*at += put(*at, "(ether[%u] + ether[%u])", off, off + 1);
	return be(off, 1) + be(off + 1, 1);
}

static uint32_t write_indirect(char **at, uint32_t i)
{
	uint32_t from = i * 11 % PACKET_LEN;

	*at += put(*at, "ether[ether[%u] & 63]", from);
	return be(be(from, 1) & 63, 1);
}

static uint32_t (*const writers[])(char **at, uint32_t i) = {
	write_field, write_len, write_masked, write_pair, write_indirect,
};

#define WRITERS (sizeof(writers) / sizeof(writers[0]))

/* One kind of term, or all of them in turn. */
static uint32_t write_term(char **at, uint32_t kind, uint32_t i)
{
	return writers[kind < WRITERS ? kind : i % WRITERS](at, i);
}

/* ---- operators ------------------------------------------------------------------------------- */

static uint32_t apply(char op, uint32_t a, uint32_t b)
{
	switch (op) {
	case '+': return a + b;
	case '-': return a - b;
	case '*': return a * b;
	case '/': return a / b;
	case '%': return a % b;
	case '&': return a & b;
	case '|': return a | b;
	case '^': return a ^ b;
	case '<': return a << (b & 31);
	default: return a >> (b & 31);
	}
}

/* Operators that bind alike, in turn. `%` takes all that follows, so its left side is in
 * parentheses; others must not be 0, or less than 32, on the right. */
static const char *const operators[] = {
	"+", "-", "*", "&", "|", "^", "+-", "*/", "<>", "+-*&|", "+%-/*&",
};

#define OPERATORS (sizeof(operators) / sizeof(operators[0]))

static bool is_mixed(const char *ops)
{
	return strpbrk(ops, "%&") && ops[1];
}

static uint32_t write_right(char **at, char op, uint32_t kind, uint32_t i)
{
	char *before = *at;

	if (!strchr("/%<>", op))
		return write_term(at, kind, i);
	*at += put(*at, "(");
	uint32_t worth = write_term(at, kind, i);
	if (op == '/' || op == '%') {
		*at += put(*at, " | 1)");
		return worth | 1;
	}
	*at = before;
	*at += put(*at, "%u", i % 32);
	return i % 32;
}

/* Parentheses around all that is on the left, where operators bind differently. */
static struct chain write_chain(char *at, const char *ops, uint32_t kind, uint32_t terms)
{
	size_t count = strlen(ops);
	struct chain chain = { at, 0 };

	if (is_mixed(ops))
		for (uint32_t i = 1; i < terms; i++)
			*chain.at++ = '(';
	chain.worth = write_term(&chain.at, kind, 0);
	for (uint32_t i = 1; i < terms; i++) {
		char op = ops[i % count];
		chain.at += put(chain.at, op == '<' || op == '>' ? " %c%c " : " %c ", op, op);
		uint32_t right = write_right(&chain.at, op, kind, i);
		chain.worth = apply(op, chain.worth, right);
		if (is_mixed(ops))
			*chain.at++ = ')';
	}
	return chain;
}

/* ---- programs -------------------------------------------------------------------------------- */

static uint32_t count_cells(const struct flt_program *program)
{
	uint32_t count, cells = 0;
	const struct flt_insn *insns = flt_program_insns(program, &count);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t class = BPF_CLASS(insns[i].code);
		if (class == BPF_ST || class == BPF_STX)
			cells |= 1u << insns[i].k;
	}
	return (uint32_t)__builtin_popcount(cells);
}

static void check(bool matches, uint32_t cells, uint32_t flags)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = flags };
	struct flt_program *program = NULL;
	struct flt_error err;
	int code = flt_compile(&program, text, strlen(text), &opts, &err);

	ck_assert_msg(code == FLT_OK, "%.100s ...: %s", text, err.message);
	ck_assert_msg(count_cells(program) <= cells, "%.100s ...: %u cells", text,
		      count_cells(program));
	ck_assert_msg(matches == !!flt_run(program, packet, PACKET_LEN, PACKET_LEN, NULL),
		      "%.100s ...: another answer than %d with flags %u", text, matches, flags);
	flt_program_unref(program);
}

static void check_both(bool matches, uint32_t cells)
{
	check(matches, cells, 0);
	check(matches, cells, FLT_COMPILE_O0);
}

static void check_chain(const char *ops, uint32_t kind, uint32_t terms)
{
	struct chain chain = write_chain(text, ops, kind, terms);

	put(chain.at, " = 0x%x", chain.worth);
	check_both(true, CELLS_MOST);
	put(chain.at, " != 0x%x", chain.worth);
	check_both(false, CELLS_MOST);
	put(chain.at, " = ");
	struct chain other = write_chain(chain.at + 3, ops, (kind + 1) % WRITERS, terms);
	*other.at = '\0';
	check_both(chain.worth == other.worth, 2 * CELLS_MOST);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static const uint32_t lengths[] = { 2, 3, 16, 17, 18, 19, 63, 64, 65, 80, 129, 200 };

START_TEST(chains)
{
	fill_packet();
	for (size_t o = 0; o < OPERATORS; o++)
		for (uint32_t kind = 0; kind <= WRITERS; kind++)
			for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
				check_chain(operators[o], kind, lengths[i]);
}
END_TEST

static void *compile_long(void *unused)
{
	(void)unused;
	for (size_t o = 0; o < OPERATORS; o++)
		if (!is_mixed(operators[o]))
			check_chain(operators[o], WRITERS, 1000);
	check_chain("+", 0, TERMS_MOST / 2);
	check_chain("^", WRITERS, TERMS_MOST / 2);
	return NULL;
}

/* In the stack that a thread has with some C libraries. */
START_TEST(long_chains)
{
	pthread_attr_t attr;
	pthread_t thread;

	fill_packet();
	ck_assert_int_eq(pthread_attr_init(&attr), 0);
	ck_assert_int_eq(pthread_attr_setstacksize(&attr, SMALL_STACK), 0);
	ck_assert_int_eq(pthread_create(&thread, &attr, compile_long, NULL), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
}
END_TEST

/* What nests to the right, as deep as parentheses may. */
START_TEST(right_nests)
{
	static const char ops[] = "+-*&|^-+";

	fill_packet();
	for (uint32_t kind = 0; kind <= WRITERS; kind++) {
		char *at = text;
		uint32_t worths[120], worth = 1;
		for (uint32_t i = 0; i < 120; i++) {
			worths[i] = write_term(&at, kind, i);
			at += put(at, " %c (", ops[i % 8]);
		}
		at += put(at, "1");
		for (uint32_t i = 120; i-- > 0;) {
			worth = apply(ops[i % 8], worths[i], worth);
			*at++ = ')';
		}
		put(at, " = 0x%x", worth);
		check_both(true, CELLS_MOST);
	}
}
END_TEST

/* A balanced tree needs as many as its logarithm. */
static uint32_t write_tree(char **at, uint32_t depth, uint32_t *i)
{
	if (!depth)
		return write_indirect(at, (*i)++);
	*at += put(*at, "(");
	uint32_t left = write_tree(at, depth - 1, i);
	*at += put(*at, " - ");
	uint32_t right = write_tree(at, depth - 1, i);
	*at += put(*at, ")");
	return left - right;
}

START_TEST(trees)
{
	fill_packet();
	for (uint32_t depth = 1; depth <= 12; depth++) {
		char *at = text;
		uint32_t i = 0, worth = write_tree(&at, depth, &i);
		put(at, " = 0x%x", worth);
		struct flt_compile_opts opts = { .size = sizeof(opts) };
		struct flt_program *program = NULL;
		struct flt_error err;
		int code = flt_compile(&program, text, strlen(text), &opts, &err);
		ck_assert_msg(code == FLT_OK, "a tree of depth %u: %s", depth, err.message);
		ck_assert_uint_le(count_cells(program), depth);
		ck_assert(flt_run(program, packet, PACKET_LEN, PACKET_LEN, NULL));
		flt_program_unref(program);
	}
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "chains", chains },	      { "long chains", long_chains },
		{ "right nests", right_nests }, { "trees", trees },
		{ NULL, NULL },
	};
	/* clang-format on */

	return unit_run("arith", rows);
}
