/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a compile costs. The counted work of the optimizer (values and blocks that passes look at)
 * stays below a multiple of n log n for n terms, whatever the shape of the expression; not seconds:
 * these differ. Memory stays below a multiple of the text and of the program as it is without the
 * optimizer, as sniff-filter(7) says; and what the statistics say of it is what the system gave.
 */
#include "unit.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libfilter.h"

#define WORK_MOST     640u       /* for n terms: this times n log2(n); geneve alone is 40 blocks */
#define BYTES_MOST    512u       /* of memory: this times the bytes and instructions, ... */
#define BYTES_FIRST   (1u << 20) /* ... and this */
#define PROGRAM_MOST  1000000u
#define MEASURED_MOST 4000u /* terms of which memory is looked at */
#define TERMS_MOST    20000u
#define TERM_BYTES    128u

/* In a term, each `#` is a number that grows from term to term, below `numbers`. */
/* clang-format off */
static const struct shape {
	const char *terms[4];    /* one after another, from the beginning again; NULL: no more */
	const char *joins[2];
	uint32_t numbers;
	uint32_t most;           /* terms; 0: TERMS_MOST */
	uint32_t flags;
	uint32_t weight;         /* terms that one counts as, by its blocks; 0: one */
} shapes[] = {
	{ { "port #" }, { " or " }, 65536, 0, 0, 0 },
	{ { "tcp port #", "udp port #", "port #", "tcp src port #" }, { " or " }, 65536, 0, 0, 0 },
	{ { "port #", "not ip6", "sctp dst port #" }, { " or " }, 65536, 0, 0, 0 },
	{ { "host 10.0.#.1", "ether host 02:00:00:00:00:0a", "net 10.#.0.0/16" },
	  { " or " }, 256, 0, 0, 0 },
	{ { "not host 10.1.#.#" }, { " and " }, 256, 0, 0, 0 },
	{ { "host 2001:db8::#", "ip6 net 2001:db8:#::/48" }, { " or " }, 9999, 0, 0, 0 },
	{ { "ip[#] = 5", "tcp[#] > 3", "ip proto #", "len > #" }, { " or " }, 256, 0, 0, 0 },
	{ { "ip[#] != 5", "not tcp[#] & 3 = 1" }, { " and " }, 256, 0, 0, 0 },
	{ { "tcp port #", "ip", "udp", "host 10.0.0.1" }, { " and ", " or " }, 65536, 0, 0, 0 },
	{ { "not (tcp port #", "udp src port #)", "(ip", "ip[8] = #)" },
	  { " or ", " and " }, 256, 0, 0, 0 },
	{ { "tcp[tcp[12] / 16 + #] = #" }, { " or " }, 200, 0, 0, 0 },
	{ { "ip[#] ^ ip[#] = 7", "ip[4:4] & 0xffff0000 = #" }, { " or " }, 200, 0, 0, 0 },
	{ { "ether[#] / ether[#] = 3" }, { " or " }, 200, 0, 0, 0 },
	{ { "len = #" }, { " or " }, 65536, 0, 0, 0 },
	{ { "len < #", "not len < #" }, { " and ", " or " }, 65536, 0, 0, 0 },
	{ { "port {1, #, 70-90}", "not host {10.0.0.1, 10.0.0.#}" },
	  { " and ", " or " }, 256, 0, 0, 0 },
	{ { "vlan #" }, { " or " }, 4096, 0, 0, 0 },
	{ { "vlan" }, { " and " }, 1, 0, 0, 0 },
	{ { "vlan # and ip" }, { " or " }, 4096, 2000, FLT_COMPILE_LIVE, 0 },
	{ { "mpls #" }, { " and " }, 4096, 0, 0, 0 },
	/* each leads to headers of its own, at places that are worked out */
	{ { "geneve #" }, { " or " }, 4096, 1000, 0, 0 },
	{ { "geneve", "tcp port #" }, { " and " }, 4096, 100, 0, 0 },
	{ { "vxlan #", "udp port #" }, { " or " }, 4096, 500, 0, 0 },
	/* programs without matches are explained, by small compiles */
	{ { "not host ::#", "ip" }, { " and " }, 9999, 0, 0, 0 },
	{ { "not portrange #-7000", "port 6999" }, { " and " }, 6000, 0, 0, 0 },
	/* where much is known of little */
	{ { "port {1, #, 70-90}" }, { " and " }, 200, 0, 0, 3 },
	{ { "src and dst net 10.#.0.0/16" }, { " or " }, 200, 0, 0, 2 },
	{ { "src host 10.#.#.1 and dst host 10.0.#.2" }, { " or " }, 200, 0, 0, 2 },
	{ { "port #", "udp port #", "not tcp port #" }, { " or ", " and " }, 65536, 0, 0, 0 },
	/* long terms */
	{ { "ip[#] + ip[#] * ip[#] ^ 5 - tcp[#] = 3" }, { " or " }, 60, 0, 0, 0 },
};
/* clang-format on */

/* A chain of headers is 2,500 instructions; joined, several are one. */
static const struct shape chains[] = {
	{ { "protochain #" }, { " or " }, 256, 0, 0, 0 },
	{ { "not ip6 protochain #", "not port #" }, { " and " }, 256, 0, 0, 0 },
	{ { "protochain #" }, { " and " }, 256, 100, 0, 0 },
	{ { "geneve", "ip protochain #" }, { " or " }, 1, 1, 0, 0 },
};

static char text[TERMS_MOST * TERM_BYTES];

/* Returns how many bytes it wrote. */
static size_t write_term(char *to, const char *term, uint32_t number)
{
	size_t len = 0;

	for (; *term; term++)
		if (*term == '#')
			len += (size_t)snprintf(to + len, TERM_BYTES, "%u", number);
		else
			to[len++] = *term;
	return len;
}

static uint32_t count_of(const char *const *list, uint32_t most)
{
	uint32_t count = 0;

	while (count < most && list[count])
		count++;
	return count;
}

static size_t write_expression(const struct shape *shape, uint32_t terms)
{
	uint32_t kinds = count_of(shape->terms, 4), joins = count_of(shape->joins, 2);
	size_t len = 0;

	for (uint32_t i = 0; i < terms; i++) {
		const char *join = i ? shape->joins[(i - 1) % joins] : "";
		memcpy(text + len, join, strlen(join));
		len += strlen(join);
		len += write_term(text + len, shape->terms[i % kinds], i % shape->numbers);
	}
	return len;
}

/* n log2(n), rounded up. */
static uint64_t n_log_n(uint64_t n)
{
	uint64_t log = 0;

	while (n >> log)
		log++;
	return n * log;
}

static int compile(size_t len, uint32_t flags, struct flt_compile_stats *stats, uint32_t *count)
{
	static const struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_compile_opts opts = {
		.size = sizeof(opts), .flags = flags, .resolver = &nobody, .stats = stats
	};
	struct flt_program *program = NULL;
	struct flt_error err;
	int code = flt_compile(&program, text, len, &opts, &err);

	ck_assert_msg(code == FLT_OK || code == FLT_E_LIMIT, "%.60s ...: %s", text, err.message);
	*count = PROGRAM_MOST;
	if (code == FLT_OK)
		flt_program_insns(program, count);
	flt_program_unref(program);
	return code;
}

static void check_memory(uint64_t memory, size_t len, uint32_t plain_count, uint32_t terms)
{
	uint64_t most = BYTES_FIRST + BYTES_MOST * (len + plain_count);

	ck_assert_msg(memory <= most,
		      "%.60s ... of %u terms: %" PRIu64 " bytes of memory, more than %" PRIu64,
		      text, terms, memory, most);
}

static void check_cost(const struct shape *shape, uint32_t terms)
{
	struct flt_compile_stats stats = { .size = sizeof(stats) }, plain = stats;
	uint32_t count, plain_count;
	size_t len = write_expression(shape, terms);

	ck_assert_msg(compile(len, shape->flags, &stats, &count) == FLT_OK,
		      "%.60s ... of %u terms is refused", text, terms);
	if (terms <= MEASURED_MOST) {
		compile(len, shape->flags | FLT_COMPILE_O0, &plain, &plain_count);
		check_memory(plain.memory, len, plain_count, terms);
		check_memory(stats.memory, len, plain_count, terms);
	}
	uint64_t most = WORK_MOST * n_log_n((shape->weight ? shape->weight : 1) * terms);
	ck_assert_msg(stats.work <= most,
		      "%.60s ... of %u terms: work %" PRIu64 ", more than %" PRIu64, text, terms,
		      stats.work, most);
}

/* What a shape costs for each size. */
START_TEST(work)
{
	static const uint32_t sizes[] = { 100, 500, 1000, 4000, TERMS_MOST };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			if (!shapes[i].most || sizes[s] <= shapes[i].most)
				check_cost(&shapes[i], sizes[s]);
}
END_TEST

/* A term is much work here, but not more for each of many. */
START_TEST(chains_of_headers)
{
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++)
		for (uint32_t terms = 1; terms <= 1000; terms *= 10) {
			struct flt_compile_stats stats = { .size = sizeof(stats) }, plain = stats;
			uint32_t count, plain_count;
			if (chains[i].most && terms > chains[i].most)
				continue;
			size_t len = write_expression(&chains[i], terms);
			compile(len, FLT_COMPILE_O0, &plain, &plain_count);
			check_memory(plain.memory, len, plain_count, terms);
			ck_assert_int_eq(compile(len, 0, &stats, &count), FLT_OK);
			check_memory(stats.memory, len, plain_count, terms);
			ck_assert_uint_le(count, chains[i].most ? 2500 * terms + 500 : 5000);
		}
}
END_TEST

/* ---- what the system gave ------------------------------------------------------------------- */

#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define IS_WATCHED true /* what watches takes memory itself */
#else
#define IS_WATCHED false
#endif
#define SLACK_BYTES (3u << 20)

static uint64_t status_bytes(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtoull(line + strlen(name), NULL, 10);
	if (file)
		fclose(file);
	return kib << 10;
}

/* In a process of its own, whose high-water mark begins with what it has. */
static int measure(size_t len, uint32_t flags)
{
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	uint64_t before = status_bytes("VmRSS:");
	uint32_t count;

	compile(len, flags, &stats, &count);
	uint64_t taken = status_bytes("VmHWM:") - before;
	if (!before || (taken <= stats.memory + stats.memory / 8 + SLACK_BYTES &&
			stats.memory <= taken + taken / 2 + SLACK_BYTES))
		return 0;
	printf("%.40s ...: the statistics say %" PRIu64 " bytes, the system %" PRIu64 "\n", text,
	       stats.memory, taken);
	return 1;
}

START_TEST(memory_is_true)
{
	/* Of an emulated program the system knows what the emulator takes. */
	bool is_measured = !IS_WATCHED && !getenv("EMULATED");

	for (size_t i = 0; is_measured && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		size_t len = write_expression(&shapes[i],
					      shapes[i].most ? shapes[i].most : MEASURED_MOST);
		int status;
		pid_t child = fork();
		if (!child)
			_exit(measure(len, shapes[i].flags));
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_msg(WIFEXITED(status) && !WEXITSTATUS(status), "%.60s ...", text);
	}
}
END_TEST

/* Parentheses inside each other, as deep as they may be. */
START_TEST(nesting)
{
	static const struct shape deep = {
		{ "port #", "(ip[#] = 1", "not (tcp" }, { " and ", " or " }, 200, 0, 0, 0
	};
	uint32_t terms = 3 * 80;
	size_t len = write_expression(&deep, terms);

	for (uint32_t i = 0; i < terms / 3 * 2; i++)
		text[len++] = ')';
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	struct flt_compile_opts opts = { .size = sizeof(opts), .stats = &stats };
	struct flt_program *program = NULL;
	struct flt_error err;
	ck_assert_msg(flt_compile(&program, text, len, &opts, &err) == FLT_OK, "%s", err.message);
	ck_assert_uint_le(stats.work, WORK_MOST * n_log_n(terms));
	flt_program_unref(program);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "work", work },
		{ "nesting", nesting },
		{ "chains of headers", chains_of_headers },
		{ "memory is true", memory_is_true },
		{ NULL, NULL },
	};

	return unit_run("cost", rows);
}
