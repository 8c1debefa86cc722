/* SPDX-License-Identifier: BSD-2-Clause */
/* Supersets: what is given up and what is not, how much of the rest is kept out, edges of the
 * call. prop_superset has what must hold of all. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

#include "libfilter.h"
#include "random_program.h"
#include "unit.h"

#define LD_B(k)                                                                                    \
	{                                                                                          \
		BPF_LD | BPF_B | BPF_ABS, 0, 0, k                                                  \
	}
#define JEQ(k, jt, jf)                                                                             \
	{                                                                                          \
		BPF_JMP | BPF_JEQ | BPF_K, jt, jf, k                                               \
	}
#define RET(k)                                                                                     \
	{                                                                                          \
		BPF_RET | BPF_K, 0, 0, k                                                           \
	}
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

#define TEXT_BYTES (1u << 20)
#define OLD_OPTMEM 20480u

static struct flt_program *from(const struct flt_insn *insns, uint32_t count)
{
	struct flt_program *prog = NULL;

	ck_assert_int_eq(flt_program_new(&prog, insns, count, NULL, NULL), FLT_OK);
	return prog;
}

static struct flt_program *compile(const char *text)
{
	struct flt_program *prog = NULL;
	struct flt_error err;

	ck_assert_msg(flt_compile(&prog, text, strlen(text), NULL, &err) == FLT_OK, "%s",
		      err.message);
	return prog;
}

static struct flt_program *superset(const struct flt_program *prog, uint32_t max_insns,
				    uint64_t max_bytes)
{
	struct flt_superset_opts opts = { sizeof(opts), max_insns, max_bytes };
	struct flt_program *wider = NULL;

	ck_assert_int_eq(flt_program_superset(&wider, prog, &opts, NULL), FLT_OK);
	return wider;
}

static uint32_t count_of(const struct flt_program *prog)
{
	uint32_t count;

	flt_program_insns(prog, &count);
	return count;
}

static uint32_t flags_of(const struct flt_program *prog)
{
	struct flt_program_info info = { .size = sizeof(info) };

	ck_assert_int_eq(flt_program_info(prog, &info), FLT_OK);
	return info.flags;
}

/* ---- what may not be given up ------------------------------------------------------------- */

/* The list leads on to a test of what it has loaded itself, or of what comes after it. */
START_TEST(what_is_read_behind)
{
	const struct flt_insn insns[] = {
		LD_B(0),       JEQ(5, 5, 0), JEQ(9, 4, 0), JEQ(13, 3, 0), JEQ(17, 2, 0),
		JEQ(21, 1, 0), LD_B(1),      JEQ(7, 1, 0), RET(0),        RET(1),
	};
	const uint8_t packet[] = { 6, 7 };
	struct flt_program *prog = from(insns, COUNT(insns));

	ck_assert_uint_ne(flt_run(prog, packet, 2, 2, NULL), 0);
	for (uint32_t most = 1; most < COUNT(insns); most++) {
		struct flt_program *wider = superset(prog, most, 0);
		ck_assert_uint_le(count_of(wider), most);
		ck_assert_uint_ne(flt_run(wider, packet, 2, 2, NULL), 0);
		flt_program_unref(wider);
	}
	flt_program_unref(prog);
}
END_TEST

/* One term of an `and` is enough: the others still keep packets out. */
START_TEST(one_term)
{
	struct flt_program *prog = compile("ether[20:4] + ether[24:4] * ether[28:4] = 5 and "
					   "ether[0] = 7");
	struct flt_program *wider = superset(prog, count_of(prog) - 1, 0);
	const uint8_t other[64] = { 9 }, packet[64] = { 7 };

	ck_assert_uint_eq(flt_run(prog, packet, 64, 64, NULL), 0);
	ck_assert_uint_ne(flt_run(wider, packet, 64, 64, NULL), 0);
	ck_assert_uint_eq(flt_run(wider, other, 64, 64, NULL), 0);
	flt_program_unref(wider);
	flt_program_unref(prog);
}
END_TEST

/* ---- how much is kept out ----------------------------------------------------------------- */

static char text[TEXT_BYTES];

/* Like shared/bench/hosts-N.txt, as a set; or addresses of 40 networks. */
static void write_hosts(uint32_t count, bool in_networks)
{
	struct random r;
	size_t used = (size_t)snprintf(text, TEXT_BYTES, "host {");

	random_seed(&r, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t net = random_below(&r, 222), low = random_below(&r, 1 << 24);
		used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%s%u.%u.%u.%u",
					 i ? "," : "", in_networks ? 10 : 1 + net,
					 in_networks ? net % 40 : low >> 16,
					 in_networks ? 0 : low >> 8 & 255, low & 255);
	}
	snprintf(text + used, TEXT_BYTES - used, "}");
}

/* Percent of packets between random addresses of `net` (or of anywhere: 0) that are kept out. */
static uint32_t kept_out(const struct flt_program *prog, uint8_t net)
{
	uint8_t packet[34] = { [12] = 8, [14] = 0x45 };
	struct random r;
	uint32_t out = 0;

	random_seed(&r, 1);
	for (uint32_t i = 0; i < 20000; i++) {
		for (uint32_t at = 26; at < 34; at++)
			packet[at] = (uint8_t)random_below(&r, 256);
		packet[26] = net ? net : packet[26];
		packet[30] = net ? net : packet[30];
		out += flt_run(prog, packet, 34, 34, NULL) == 0;
	}
	return out / 200;
}

/* The sizes are what a list of the kernel's can be; what is kept out is about what is possible when
 * ranges take in the narrowest gaps, less a margin: the shape of the exact program counts, too. */
START_TEST(lists)
{
	/* clang-format off */
	static const struct {
		uint32_t count;
		bool in_networks;
		uint32_t max_insns;
		uint64_t max_bytes;
		uint8_t net;
		uint32_t least;      /* percent */
	} rows[] = {
		{ 1000, false, 4096, 0, 0, 99 },         { 1000, false, 0, OLD_OPTMEM, 0, 40 },
		{ 2000, false, 0, 0, 0, 75 },            { 5000, false, 0, 0, 0, 25 },
		{ 5000, false, 0, OLD_OPTMEM, 0, 8 },    { 5000, true, 0, 0, 10, 80 },
		{ 5000, true, 0, OLD_OPTMEM, 10, 60 },   { 5000, true, 300, 0, 10, 60 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		write_hosts(rows[i].count, rows[i].in_networks);
		struct flt_program *prog = compile(text);
		struct flt_program *wider = superset(prog, rows[i].max_insns, rows[i].max_bytes);
		ck_assert_msg(kept_out(wider, rows[i].net) >= rows[i].least, "row %zu: %u %%", i,
			      kept_out(wider, rows[i].net));
		ck_assert_uint_gt(count_of(wider), rows[i].max_insns == 300 ? 200u : 1000u);
		flt_program_unref(wider);
		flt_program_unref(prog);
	}
}
END_TEST

__attribute__((format(printf, 2, 3))) static size_t add(size_t used, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	used += (size_t)vsnprintf(text + used, TEXT_BYTES - used, fmt, args);
	va_end(args);
	return used;
}

#define PAIRS 1200u

/* `src host A and dst port B or ...`, five instructions each: the ports go, the hosts stay. */
START_TEST(pairs)
{
	static struct flt_insn insns[5 * PAIRS + 2];
	struct random r;

	random_seed(&r, 1);
	for (uint32_t i = 0; i < PAIRS; i++) {
		uint32_t left = 5 * (PAIRS - i), host = random_below(&r, UINT32_MAX);
		/* clang-format off */
		const struct flt_insn pair[] = {
			{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 26 }, JEQ(host, 0, 3),
			{ BPF_LD | BPF_H | BPF_ABS, 0, 0, 36 },
			JEQ(random_below(&r, 65536), 0, 1),
			{ BPF_JMP | BPF_JA, 0, 0, left - 5 + 1 },
		};
		/* clang-format on */
		memcpy(insns + (size_t)5 * i, pair, sizeof(pair));
	}
	insns[5 * PAIRS] = (struct flt_insn)RET(0);
	insns[5 * PAIRS + 1] = (struct flt_insn)RET(1);
	struct flt_program *prog = from(insns, COUNT(insns)), *wider = superset(prog, 0, 0);
	ck_assert_uint_le(count_of(wider), 4096);
	ck_assert_uint_ge(count_of(wider), PAIRS);
	ck_assert_uint_ge(kept_out(wider, 0), 99);
	flt_program_unref(wider);
	flt_program_unref(prog);
}
END_TEST

static void write_many_terms(void)
{
	size_t used = 0;

	for (uint32_t i = 0; i < 900; i++)
		used = add(used, "%sether[%u] * %u != ether[%u]", i ? " and " : "", i % 20, i + 1,
			   20 + i % 10);
}

static void write_not(void)
{
	write_hosts(5000, false);
	memmove(text + 4, text, strlen(text) + 1);
	memcpy(text, "not ", 4);
}

/* The low words of addresses go; the networks stay. */
static void write_ipv6(void)
{
	size_t used = add(0, "ip host 192.0.2.1 or ip6 host {");

	for (uint32_t i = 0; i < 3000; i++)
		used = add(used, "%s2001:db8:%x:%x::%x", i ? "," : "", i % 97, i * 7919 % 65521,
			   i * 31 % 65536);
	add(used, "}");
}

/* What is large goes as far as it must, and as little of the rest as can be. */
START_TEST(others)
{
	static const struct {
		void (*write)(void);
		uint32_t least_insns, least;
	} rows[] = {
		{ write_many_terms, 3500, 98 },
		{ write_not, 3500, 0 },
		{ write_ipv6, 2000, 99 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i].write();
		struct flt_program *prog = compile(text), *wider = superset(prog, 0, 0);
		ck_assert_uint_gt(count_of(prog), 4096);
		ck_assert_msg(count_of(wider) >= rows[i].least_insns, "row %zu: %u", i,
			      count_of(wider));
		ck_assert_msg(kept_out(wider, 0) >= rows[i].least, "row %zu: %u %%", i,
			      kept_out(wider, 0));
		flt_program_unref(wider);
		flt_program_unref(prog);
	}
}
END_TEST

/* ---- edges of the call -------------------------------------------------------------------- */

START_TEST(small_limits)
{
	struct flt_program *prog = compile("tcp port 80");
	struct flt_program *least = superset(prog, 1, 1), *same = superset(prog, 0, 0);

	ck_assert_uint_eq(count_of(least), 1);
	ck_assert_uint_eq(flags_of(least) & FLT_PROGRAM_ALL, FLT_PROGRAM_ALL);
	ck_assert_uint_le(count_of(same), count_of(prog));
	ck_assert_uint_eq(flags_of(same) & (FLT_PROGRAM_ALL | FLT_PROGRAM_SUPERSET),
			  FLT_PROGRAM_SUPERSET);
	flt_program_unref(same);
	flt_program_unref(least);
	flt_program_unref(prog);
}
END_TEST

START_TEST(nothing_passes)
{
	const struct flt_insn insns[] = { LD_B(0), JEQ(1, 0, 0), RET(0) };
	struct flt_program *prog = from(insns, COUNT(insns));
	struct flt_program *wider = superset(prog, 1, 0);

	ck_assert_uint_eq(flags_of(wider) & FLT_PROGRAM_EMPTY, FLT_PROGRAM_EMPTY);
	flt_program_unref(wider);
	flt_program_unref(prog);
}
END_TEST

START_TEST(refusals)
{
	const struct flt_insn draws[] = { { BPF_LD | BPF_W | BPF_ABS, 0, 0,
					    (uint32_t)SKF_AD_OFF + SKF_AD_RANDOM },
					  JEQ(7, 0, 1),
					  RET(0),
					  RET(1) };
	struct flt_program *prog = from(draws, COUNT(draws)), *wider = prog;
	struct flt_superset_opts opts = { .size = 2 };
	struct flt_error err;

	ck_assert_int_eq(flt_program_superset(&wider, prog, NULL, &err), FLT_E_UNSUPPORTED);
	ck_assert_ptr_null(wider);
	ck_assert_int_eq(flt_program_superset(&wider, prog, &opts, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_program_superset(&wider, NULL, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_program_superset(NULL, prog, NULL, &err), FLT_E_ARGUMENT);
	flt_program_unref(prog);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "what is read behind", what_is_read_behind },
		{ "one term", one_term },
		{ "lists", lists },
		{ "pairs", pairs },
		{ "others", others },
		{ "small limits", small_limits },
		{ "nothing passes", nothing_passes },
		{ "refusals", refusals },
		{ NULL, NULL },
	};

	return unit_run("supersets", rows);
}
