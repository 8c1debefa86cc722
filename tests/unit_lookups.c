/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_lookups: what one compile asked for, the next one does not ask for again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libfilter.h"
#include "unit.h"

static struct flt_lookups *lookups;
static struct flt_program *program;
static struct flt_error err;

/* ---- a resolver that gives another answer each time, and counts ---------------------------- */

static uint32_t asked;
static uint32_t host_count; /* how many addresses each name has; 0: it fails */

static int count_host(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	asked++;
	if (!strcmp(name, "nobody"))
		return 0;
	if (host_count == 0)
		return FLT_E_SYSTEM;
	for (uint32_t i = 0; i < host_count && i < max; i++)
		list[i] = (struct flt_address){ 4, { 10, (uint8_t)asked, (uint8_t)i, 1 } };
	return context ? (int)host_count : FLT_E_BUG;
}

static int count_ether(void *context, const char *name, uint8_t address[6])
{
	(void)context;
	memset(address, (int)++asked, 6);
	return strcmp(name, "nobody") != 0;
}

static int count_number(void *context, const char *name, uint32_t *number)
{
	(void)context;
	*number = ++asked;
	return strcmp(name, "nobody") != 0;
}

static int count_service(void *context, const char *name, struct flt_service *list, uint32_t max)
{
	(void)context, (void)max;
	list[0] = (struct flt_service){ .port = (uint16_t)++asked, .protocol = 6 };
	return strcmp(name, "nobody") != 0;
}

static const struct flt_resolver counting = {
	.size = sizeof(counting),
	.context = &asked,
	.host = count_host,
	.ether = count_ether,
	.network = count_number,
	.service = count_service,
	.protocol = count_number,
	.ethertype = count_number,
};

static int compile(const char *expr, uint32_t linktype, const struct flt_resolver *resolver)
{
	struct flt_compile_opts opts = {
		.size = sizeof(opts),
		.linktype = linktype,
		.flags = FLT_COMPILE_FILES,
		.resolver = resolver,
		.lookups = lookups,
	};

	flt_program_unref(program);
	return flt_compile(&program, expr, strlen(expr), &opts, &err);
}

static void begin(void)
{
	asked = 0;
	host_count = 1;
	ck_assert_int_eq(flt_lookups_new(&lookups, &err), FLT_OK);
}

static void end(void)
{
	flt_program_unref(program);
	program = NULL;
	flt_lookups_free(lookups);
	lookups = NULL;
}

/* ---- names --------------------------------------------------------------------------------- */

static const char *const name_rows[] = {
	"host some",       "ether host some",    "net some",     "port some",
	"ip proto \\some", "ether proto \\some", "gateway some", "portrange some-80",
};

/* The same text for the same link type is the same program, though the resolver says otherwise. */
START_TEST(names)
{
	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++) {
		uint32_t count = 0, again = 0;

		begin();
		ck_assert_msg(compile(name_rows[i], FLT_LINKTYPE_EN10MB, &counting) == FLT_OK,
			      "%s: %s", name_rows[i], err.message);
		struct flt_program *first = flt_program_ref(program);
		uint32_t before = asked;

		ck_assert_uint_gt(before, 0);
		ck_assert_int_eq(compile(name_rows[i], FLT_LINKTYPE_EN10MB, &counting), FLT_OK);
		ck_assert_msg(asked == before, "%s: asked again", name_rows[i]);
		const struct flt_insn *a = flt_program_insns(first, &count);
		const struct flt_insn *b = flt_program_insns(program, &again);

		ck_assert_uint_eq(count, again);
		ck_assert_int_eq(memcmp(a, b, count * sizeof(*a)), 0);
		flt_program_unref(first);
		end();
	}
}
END_TEST

/* A host of many addresses is asked for twice, and kept whole. */
START_TEST(many)
{
	begin();
	host_count = 300;
	ck_assert_int_eq(compile("host some", FLT_LINKTYPE_EN10MB, &counting), FLT_OK);
	ck_assert_uint_eq(asked, 2);
	host_count = 1;
	ck_assert_int_eq(compile("host some", FLT_LINKTYPE_RAW, &counting), FLT_OK);
	ck_assert_uint_eq(asked, 2);
	const uint8_t packet[20] = { 0x45, [12] = 10, 2, 44, 1 }; /* from 10.2.44.1, IPv4 */

	ck_assert_uint_gt(flt_run(program, packet, sizeof(packet), sizeof(packet), NULL), 0);
	end();
}
END_TEST

/* That a name is unknown is an answer; that it cannot be asked for is none. */
START_TEST(no_answers)
{
	begin();
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(compile("host nobody", FLT_LINKTYPE_RAW, &counting), FLT_E_NAME);
	ck_assert_uint_eq(asked, 1);
	host_count = 0;
	ck_assert_int_eq(compile("host some", FLT_LINKTYPE_RAW, &counting), FLT_E_SYSTEM);
	host_count = 1;
	ck_assert_int_eq(compile("host some", FLT_LINKTYPE_RAW, &counting), FLT_OK);
	end();
}
END_TEST

/* Callbacks that are not there know no names. */
START_TEST(no_callbacks)
{
	const struct flt_resolver empty = { .size = sizeof(empty) };

	for (size_t i = 0; i < sizeof(name_rows) / sizeof(name_rows[0]); i++) {
		begin();
		ck_assert_int_eq(compile(name_rows[i], FLT_LINKTYPE_EN10MB, &empty), FLT_E_NAME);
		end();
	}
}
END_TEST

/* ---- files --------------------------------------------------------------------------------- */

static char list[4096];

static void write_list(const char *text)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(list, sizeof(list), "%s/unit_lookups.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(list);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int compile_list(const char *before, uint32_t linktype)
{
	char expr[5000];

	snprintf(expr, sizeof(expr), "%s @%s", before, list);
	return compile(expr, linktype, NULL);
}

static uint32_t judge_raw(uint8_t last)
{
	const uint8_t packet[20] = { 0x45, [12] = 10, 0, 0, last };

	return flt_run(program, packet, sizeof(packet), sizeof(packet), NULL);
}

/* The file is another one, is a fifo, is gone: the list is the first one. */
START_TEST(files)
{
	begin();
	write_list("10.0.0.1 # one\n");
	ck_assert_msg(compile_list("host", FLT_LINKTYPE_EN10MB) == FLT_OK, "%s", err.message);
	ck_assert_int_eq(truncate(list, 0), 0);
	ck_assert_int_eq(compile_list("host", FLT_LINKTYPE_RAW), FLT_OK);
	ck_assert_uint_gt(judge_raw(1), 0);
	unlink(list);
	ck_assert_int_eq(mkfifo(list, 0600), 0);
	ck_assert_int_eq(compile_list("host", FLT_LINKTYPE_RAW), FLT_OK);
	unlink(list);
	ck_assert_int_eq(compile_list("dst host 10.0.0.9 or host", FLT_LINKTYPE_RAW), FLT_OK);
	ck_assert_uint_gt(judge_raw(1), 0);
	ck_assert_uint_eq(judge_raw(2), 0);
	end();
}
END_TEST

/* A link type that cannot have the expression has its lists read too, for the next one. */
START_TEST(unused_files)
{
	begin();
	write_list("00:11:22:33:44:55\n");
	ck_assert_int_eq(compile_list("ether host", FLT_LINKTYPE_RAW), FLT_E_MEANING);
	unlink(list);
	ck_assert_msg(compile_list("ether host", FLT_LINKTYPE_EN10MB) == FLT_OK, "%s", err.message);
	end();
}
END_TEST

/* One that could not be read is tried again. */
START_TEST(missing_files)
{
	begin();
	write_list("10.0.0.1\n");
	unlink(list);
	ck_assert_int_eq(compile_list("host", FLT_LINKTYPE_RAW), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_uint_eq(err.offset, 5);
	write_list("10.0.0.1\n");
	ck_assert_int_eq(compile_list("host", FLT_LINKTYPE_RAW), FLT_OK);
	unlink(list);
	end();
}
END_TEST

START_TEST(arguments)
{
	ck_assert_int_eq(flt_lookups_new(NULL, &err), FLT_E_ARGUMENT);
	flt_lookups_free(NULL);
}
END_TEST

/* max_memory bounds what is kept, too; and a later compile may be allowed more. */
START_TEST(memory)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .flags = FLT_COMPILE_FILES,
					 .max_memory = 256 << 10 };
	char expr[5000];

	begin();
	opts.lookups = lookups;
	write_list("10.0.0.1\n");
	ck_assert_int_eq(truncate(list, 300 << 10), 0);
	snprintf(expr, sizeof(expr), "host @%s", list);
	ck_assert_int_eq(flt_compile(&program, expr, strlen(expr), &opts, &err), FLT_E_NOMEM);
	ck_assert_int_eq(truncate(list, 9), 0);
	ck_assert_int_eq(flt_compile(&program, expr, strlen(expr), &opts, &err), FLT_OK);
	unlink(list);
	end();
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "names", names },               { "many", many },
		{ "no answers", no_answers },     { "no callbacks", no_callbacks },
		{ "files", files },               { "unused files", unused_files },
		{ "missing files", missing_files }, { "arguments", arguments },
		{ "memory", memory },             { NULL, NULL },
	};
	/* clang-format on */

	return unit_run("lookups", rows);
}
