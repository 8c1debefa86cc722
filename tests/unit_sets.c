/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets: their ranges, their refusals with places, the files they are read from, their size. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libfilter.h"
#include "set.h"
#include "unit.h"

/* ---- ranges ------------------------------------------------------------------------------ */

static struct arena arena;
static struct set set;

static void begin(uint32_t words)
{
	flt__arena_init(&arena, 1 << 20);
	flt__set_init(&set, &arena, words);
}

static void add1(uint32_t low, uint32_t high)
{
	ck_assert(flt__set_add(&set, &(struct set_range){ .low = { low }, .high = { high } }));
}

static void add2(uint32_t low0, uint32_t low1, uint32_t high0, uint32_t high1)
{
	struct set_range range = { .low = { low0, low1 }, .high = { high0, high1 } };

	ck_assert(flt__set_add(&set, &range));
}

static void check1(uint32_t at, uint32_t low, uint32_t high)
{
	ck_assert_uint_lt(at, set.count);
	ck_assert_uint_eq(set.ranges[at].low[0], low);
	ck_assert_uint_eq(set.ranges[at].high[0], high);
}

START_TEST(merging)
{
	begin(1);
	flt__set_close(&set);
	ck_assert_uint_eq(set.count, 0);
	add1(20, 29);
	add1(5, 5);
	add1(30, 31); /* touches */
	add1(7, 9);   /* 6 lies between */
	add1(8, 8);   /* inside */
	add1(25, 40); /* overlaps */
	add1(UINT32_MAX, UINT32_MAX);
	add1(0, 0); /* does not touch the last one */
	flt__set_close(&set);
	ck_assert_uint_eq(set.count, 5);
	check1(0, 0, 0);
	check1(1, 5, 5);
	check1(2, 7, 9);
	check1(3, 20, 40);
	check1(4, UINT32_MAX, UINT32_MAX);
	flt__arena_release(&arena);
}
END_TEST

START_TEST(words_carry)
{
	begin(2);
	add2(1, 7, 1, UINT32_MAX);
	add2(2, 0, 2, 5); /* the key behind */
	add2(2, 7, 3, 1); /* 2:6 lies between */
	flt__set_close(&set);
	ck_assert_uint_eq(set.count, 2);
	ck_assert_uint_eq(set.ranges[0].low[1], 7);
	ck_assert_uint_eq(set.ranges[0].high[0], 2);
	ck_assert_uint_eq(set.ranges[0].high[1], 5);
	flt__arena_release(&arena);
}
END_TEST

static void check_part(const struct set_part *part, uint32_t low, uint32_t high, uint32_t rests)
{
	ck_assert_uint_eq(part->low, low);
	ck_assert_uint_eq(part->high, high);
	ck_assert_uint_eq(part->rest ? part->rest_count : 0, rests);
}

START_TEST(cuts)
{
	struct set_parts parts;

	begin(2);
	add2(1, 7, 1, 9);
	add2(1, 20, 4, 3); /* begins in the word where the first one lies */
	add2(6, 0, 8, UINT32_MAX);
	add2(9, 5, 10, UINT32_MAX);
	flt__set_close(&set);
	ck_assert(flt__set_cut(&set, set.ranges, set.count, 0, &parts));
	ck_assert_uint_eq(parts.count, 6);
	check_part(&parts.list[0], 1, 1, 2);
	check_part(&parts.list[1], 2, 3, 0);
	check_part(&parts.list[2], 4, 4, 1);
	check_part(&parts.list[3], 6, 8, 0);
	check_part(&parts.list[4], 9, 9, 1);
	check_part(&parts.list[5], 10, 10, 0);
	const struct set_range *rest = parts.list[0].rest;
	ck_assert_uint_eq(rest[1].low[1], 20);
	ck_assert_uint_eq(rest[1].high[1], UINT32_MAX);
	ck_assert_uint_eq(parts.list[2].rest->low[1], 0);
	ck_assert_uint_eq(parts.list[2].rest->high[1], 3);
	flt__arena_release(&arena);
}
END_TEST

/* ---- programs ---------------------------------------------------------------------------- */

static struct flt_program *program;
static struct flt_error err;
static char names[4096], list[4096];

static int compile(const char *expr, uint32_t flags)
{
	const char *top = getenv("TOP_SRCDIR");
	struct flt_resolver resolver = *flt_resolver_files();
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = flags };

	snprintf(names, sizeof(names), "%s/tests/names", top ? top : ".");
	resolver.context = names;
	opts.resolver = &resolver;
	return flt_compile(&program, expr, strlen(expr), &opts, &err);
}

static struct flt_program_info info(void)
{
	struct flt_program_info known = { .size = sizeof(known) };

	ck_assert_int_eq(flt_program_info(program, &known), FLT_OK);
	return known;
}

static void drop(void)
{
	flt_program_unref(program);
	program = NULL;
}

static const struct refusal {
	const char *expr;
	int code;
	uint32_t offset, length;
	const char *message;
} refusals[] = {
	{ "port {80, 90-70}", FLT_E_MEANING, 10, 5,
	  "the range '90-70' is backwards; put the lower end first" },
	{ "port {80, 65536}", FLT_E_MEANING, 10, 5, "port number 65536 is greater than 65535" },
	{ "port {80, nosuch}", FLT_E_NAME, 10, 6, "unknown port 'nosuch'" },
	{ "port {10.0.0.1}", FLT_E_MEANING, 6, 8,
	  "'port' takes a port number or name, not an IPv4 address" },
	{ "host {10.0.0.1, 80}", FLT_E_MEANING, 16, 2,
	  "'80' is a number, which is not an address" },
	{ "host {0:1:2:3:4:5}", FLT_E_MEANING, 6, 11,
	  "'0:1:2:3:4:5' is an Ethernet address, which needs 'ether host' before the set" },
	{ "ip host {10.0.0.1, ::1}", FLT_E_MEANING, 19, 3,
	  "'::1' is an IPv6 address, which 'ip' does not have" },
	{ "ip6 host {10.0.0.1-10.0.0.2}", FLT_E_MEANING, 10, 17,
	  "'10.0.0.1-10.0.0.2' is a range of IPv4 addresses, which 'ip6' does not have" },
	{ "net {10.1.2.3/8}", FLT_E_MEANING, 5, 10,
	  "'10.1.2.3' has bits outside its mask; the network is 10.0.0.0/8" },
	{ "host {2001:db8::1/64}", FLT_E_MEANING, 6, 14,
	  "'2001:db8::1' has bits outside its prefix of 64" },
	{ "net {10.0.0.0 mask 255.0.255.0}", FLT_E_MEANING, 14, 16,
	  "inside a set a mask must be contiguous" },
	{ "net {10.0.0.0/33}", FLT_E_MEANING, 13, 3,
	  "the prefix of an IPv4 network has at most 32 bits, not 33" },
	{ "ether host {10.0.0.1}", FLT_E_MEANING, 12, 8,
	  "'10.0.0.1' is an IPv4 address, which is not an Ethernet address" },
	{ "vlan {1, 4090-4096}", FLT_E_MEANING, 9, 9, "a VLAN identifier is at most 4095" },
	{ "proto {6, 256}", FLT_E_MEANING, 10, 3, NULL },
	{ "gateway {10.0.0.1}", FLT_E_MEANING, 9, 8, NULL },
	{ "host {10.0.0.1, nosuch}", FLT_E_NAME, 16, 6, "unknown host 'nosuch'" },
	{ "ra {0:1:2:3:4:5}", FLT_E_MEANING, 0, 2, NULL },
};

START_TEST(places)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *row = &refusals[i];

		ck_assert_msg(compile(row->expr, 0) == row->code, "%s: %s", row->expr, err.message);
		ck_assert_msg(err.offset == row->offset && err.length == row->length,
			      "%s: %llu+%llu", row->expr, (unsigned long long)err.offset,
			      (unsigned long long)err.length);
		if (row->message)
			ck_assert_str_eq(err.message, row->message);
	}
}
END_TEST

/* Expressions that are the same program. */
static const char *const twins[][2] = {
	{ "port {22,80-81}", "port {\n 80 , 22,\n81,80 }" },
	{ "port {http-https}", "portrange {80-443}" },
	{ "tcp port {ftp-data}", "tcp port {20}" },
	{ "host {10.0.0.0/24}", "net {10.0.0.0-10.0.0.255}" },
	{ "host {192.168/16}", "net {192.168.0.0 mask 255.255.0.0}" },
	{ "net {10}", "net {10.0/8,10.0.0.0/8}" },
	{ "src {10.0.0.1}", "src host {10.0.0.1}" },
	{ "host {::-::ffff}", "host {::/112}" },
	{ "vlan {5}", "vlan 5" },
	{ "mpls {5}", "mpls 5" },
	{ "pppoes {5}", "pppoes 5" },
	{ "vxlan {5}", "vxlan 5" },
	{ "proto {6}", "proto 6" },
};

START_TEST(meaning)
{
	for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++) {
		uint32_t counts[2];

		ck_assert_msg(compile(twins[i][0], 0) == FLT_OK, "%s: %s", twins[i][0],
			      err.message);
		struct flt_program *one = program;
		ck_assert_msg(compile(twins[i][1], 0) == FLT_OK, "%s: %s", twins[i][1],
			      err.message);
		const struct flt_insn *a = flt_program_insns(one, &counts[0]);
		const struct flt_insn *b = flt_program_insns(program, &counts[1]);
		ck_assert_msg(counts[0] == counts[1] && !memcmp(a, b, counts[0] * sizeof(*a)),
			      "%s is not %s", twins[i][0], twins[i][1]);
		flt_program_unref(one);
		drop();
	}
}
END_TEST

/* ---- files ------------------------------------------------------------------------------- */

static void write_list(const char *text, size_t len)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(list, sizeof(list), "%s/unit_sets.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(list);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
}

static int compile_list(const char *before, uint32_t flags)
{
	char expr[5000];

	snprintf(expr, sizeof(expr), "%s @%s", before, list);
	return compile(expr, flags);
}

/* clang-format off */
static const struct file_row {
	const char *before, *text;
	const char *message;     /* its end; NULL: it compiles */
} file_rows[] = {
	{ "host", "# all\r\n10.0.0.1 # one\r\n\r\n  2001:db8::/48\r\n10.0.0.5-10.0.0.9", NULL },
	{ "host", "", NULL },
	{ "host", "\n#\n", NULL },
	{ "host", "\xef\xbb\xbf" "10.0.0.1\r\n", NULL },
	{ "host", "10.0.0.1\n\xef\xbb\xbf",
	  " line 2: '\\xef\\xbb\\xbf' is not a character of the filter language; "
	  "remove this byte order mark" },
	{ "host", "10.0.0.5 - 10.0.0.9\n",
	  " line 1: '-' is unexpected; write a range without spaces" },
	{ "port", "22\nhttp\n8000-8100\n", NULL },
	{ "ether host", "00:11:22:33:44:55\n", NULL },
	{ "vlan", "1\n2-3\n", NULL },
	{ "proto", "6\n17\n", NULL },
	{ "host", "10.0.0.1\n\n10.0.0.300\n",
	  " line 3: '10.0.0.300' is not an IPv4 address; each part is 0 to 255" },
	{ "host", "10.0.0.1/8\n",
	  " line 1: '10.0.0.1' has bits outside its mask; the network is 10.0.0.0/8" },
	{ "host", "#\nnosuch", " line 2: unknown host 'nosuch'" },
	{ "host", "10.0.0.1, 10.0.0.2\n", " line 1: ',' is unexpected; write one entry per line" },
	{ "host", "10.0.0.1 10.0.0.2\n",
	  " line 1: '10.0.0.2' is unexpected; write one entry per line" },
	{ "host", "@other\n",
	  " line 1: '@other' is inside a list; a list cannot name another list" },
	{ "host", "{10.0.0.1}\n", " line 1: a set cannot contain another set" },
	{ "ip host", "::1\n", " line 1: '::1' is an IPv6 address, which 'ip' does not have" },
	{ "port", "80\n90-70\n",
	  " line 2: the range '90-70' is backwards; put the lower end first" },
	{ "vlan", "1\n4096\n", " line 2: a VLAN identifier is at most 4095" },
	{ "tcp gateway", "noname\n",
	  " line 1: 'tcp' cannot qualify 'gateway'; only ip, arp and rarp can" },
	{ "host", "10.0.0.9-10.0.0.1",
	  " line 1: '10.0.0.9-10.0.0.1' is a backwards range; put the lower end first" },
};
/* clang-format on */

START_TEST(files)
{
	for (size_t i = 0; i < sizeof(file_rows) / sizeof(file_rows[0]); i++) {
		const struct file_row *row = &file_rows[i];
		size_t at = strlen(row->before) + 1;

		write_list(row->text, strlen(row->text));
		int code = compile_list(row->before, FLT_COMPILE_FILES);
		unlink(list);
		ck_assert_msg((code == FLT_OK) == !row->message, "%zu: %s", i, err.message);
		if (row->message) {
			ck_assert_str_eq(err.message + strlen(list), row->message);
			ck_assert_uint_eq(err.offset, at);
			ck_assert_uint_eq(err.length, strlen(list) + 1);
		}
		drop();
	}
}
END_TEST

START_TEST(no_files)
{
	char message[5000];

	write_list("10.0.0.1\n", 9);
	ck_assert_int_eq(compile_list("host", 0), FLT_E_MEANING);
	snprintf(message, sizeof(message),
		 "%s cannot be read: files in expressions are not allowed here", list);
	ck_assert_str_eq(err.message, message);
	unlink(list);
	ck_assert_int_eq(compile_list("host", FLT_COMPILE_FILES), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_uint_eq(err.offset, 5);
	ck_assert_int_eq(mkfifo(list, 0600), 0);
	ck_assert_int_eq(compile_list("host", FLT_COMPILE_FILES), FLT_E_MEANING);
	ck_assert_ptr_nonnull(strstr(err.message, "is not a regular file"));
	unlink(list);
	ck_assert_int_eq(compile("host @/", FLT_COMPILE_FILES), FLT_E_MEANING);
}
END_TEST

/* A zero byte ends no text, and is no blank. */
START_TEST(odd_bytes)
{
	write_list("10.0.0.1\0\n", 10);
	ck_assert_int_eq(compile_list("host", FLT_COMPILE_FILES), FLT_E_SYNTAX);
	ck_assert_ptr_nonnull(strstr(err.message, " line 1: "));
	unlink(list);
}
END_TEST

/* ---- size -------------------------------------------------------------------------------- */

/* Spread over all addresses, no two of them neighbours. */
static void write_hosts(uint32_t count)
{
	char *text = malloc((size_t)count * 17);
	size_t len = 0;

	ck_assert_ptr_nonnull(text);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t addr = i * 2654435761u; /* odd: all are different */
		len += (size_t)snprintf(text + len, 17, "%u.%u.%u.%u\n", addr >> 24,
					addr >> 16 & 255, addr >> 8 & 255, addr & 255);
	}
	write_list(text, len);
	free(text);
}

static const struct size_row {
	uint32_t hosts, insns_most, path_most;
} sizes[] = {
	{ 10, 41, 30 },
	{ 100, 266, 36 },
	{ 1000, 2700, 45 },
	{ 100000, 260000, 75 },
};

START_TEST(size)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		write_hosts(sizes[i].hosts);
		ck_assert_msg(compile_list("host", FLT_COMPILE_FILES) == FLT_OK, "%s", err.message);
		unlink(list);
		ck_assert_uint_le(info().count, sizes[i].insns_most);
		ck_assert_uint_le(info().longest_path, sizes[i].path_most);
		drop();
	}
}
END_TEST

START_TEST(too_many)
{
	write_hosts(450000);
	ck_assert_int_eq(compile_list("host", FLT_COMPILE_FILES), FLT_E_LIMIT);
	ck_assert_uint_eq(err.length, strlen(list) + 6);
	unlink(list);
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "merging", merging },     { "words carry", words_carry }, { "cuts", cuts },
		{ "places", places },       { "meaning", meaning },         { "files", files },
		{ "no files", no_files },   { "odd bytes", odd_bytes },     { "size", size },
		{ "too many", too_many },   { NULL, NULL },
	};
	/* clang-format on */

	return unit_run("sets", rows);
}
