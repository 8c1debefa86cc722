/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What optimizing costs: the counted work (values and blocks that passes look at) stays below a
 * multiple of n log n for n terms, whatever the shape of the expression. Not seconds: these differ.
 */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

#define WORK_MOST 640u           /* for n terms: this times n log2(n); geneve alone is 40 blocks */
#define TERMS_MOST 20000u
#define TERM_BYTES 128u

/* In a term, each `#` is a number that grows from term to term, below `numbers`. */
static const struct shape {
	const char *terms[4];    /* one after another, from the beginning again; NULL: no more */
	const char *joins[2];
	uint32_t numbers;
	uint32_t most;           /* terms; 0: TERMS_MOST */
	uint32_t flags;
} shapes[] = {
	{ { "port #" }, { " or " }, 65536, 0, 0 },
	{ { "tcp port #", "udp port #", "port #", "tcp src port #" }, { " or " }, 65536, 0, 0 },
	{ { "port #", "not ip6", "sctp dst port #" }, { " or " }, 65536, 0, 0 },
	{ { "host 10.0.#.1", "ether host 02:00:00:00:00:0a", "net 10.#.0.0/16" },
	  { " or " }, 256, 0, 0 },
	{ { "not host 10.1.#.#" }, { " and " }, 256, 0, 0 },
	{ { "host 2001:db8::#", "ip6 net 2001:db8:#::/48" }, { " or " }, 9999, 0, 0 },
	{ { "ip[#] = 5", "tcp[#] > 3", "ip proto #", "len > #" }, { " or " }, 256, 0, 0 },
	{ { "ip[#] != 5", "not tcp[#] & 3 = 1" }, { " and " }, 256, 0, 0 },
	{ { "tcp port #", "ip", "udp", "host 10.0.0.1" }, { " and ", " or " }, 65536, 0, 0 },
	{ { "not (tcp port #", "udp src port #)", "(ip", "ip[8] = #)" },
	  { " or ", " and " }, 256, 0, 0 },
	{ { "tcp[tcp[12] / 16 + #] = #" }, { " or " }, 200, 0, 0 },
	{ { "ip[#] ^ ip[#] = 7", "ip[4:4] & 0xffff0000 = #" }, { " or " }, 200, 0, 0 },
	{ { "ether[#] / ether[#] = 3" }, { " or " }, 200, 0, 0 },
	{ { "len = #" }, { " or " }, 65536, 0, 0 },
	{ { "len < #", "not len < #" }, { " and ", " or " }, 65536, 0, 0 },
	{ { "port {1, #, 70-90}", "not host {10.0.0.1, 10.0.0.#}" },
	  { " and ", " or " }, 256, 0, 0 },
	{ { "vlan #" }, { " or " }, 4096, 0, 0 },
	{ { "vlan" }, { " and " }, 1, 0, 0 },
	{ { "vlan # and ip" }, { " or " }, 4096, 2000, FLT_COMPILE_LIVE },
	{ { "mpls #" }, { " and " }, 4096, 0, 0 },
	/* each leads to headers of its own, at places that are worked out */
	{ { "geneve #" }, { " or " }, 4096, 1000, 0 },
	{ { "geneve", "tcp port #" }, { " and " }, 4096, 100, 0 },
	{ { "vxlan #", "udp port #" }, { " or " }, 4096, 500, 0 },
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

static void check_cost(const struct shape *shape, uint32_t terms)
{
	static const struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = shape->flags,
					 .resolver = &nobody, .stats = &stats };
	struct flt_program *program = NULL;
	struct flt_error err;
	size_t len = write_expression(shape, terms);
	int code = flt_compile(&program, text, len, &opts, &err);

	ck_assert_msg(code == FLT_OK, "%.60s ... of %u terms: %s", text, terms, err.message);
	ck_assert_msg(stats.work <= WORK_MOST * n_log_n(terms),
		      "%.60s ... of %u terms: work %" PRIu64 ", more than %" PRIu64, text, terms,
		      stats.work, WORK_MOST * n_log_n(terms));
	flt_program_unref(program);
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

/* Parentheses inside each other, as deep as they may be. */
START_TEST(nesting)
{
	static const struct shape deep = { { "port #", "(ip[#] = 1", "not (tcp" },
					   { " and ", " or " }, 200, 0, 0 };
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
		{ NULL, NULL },
	};

	return unit_run("cost", rows);
}
