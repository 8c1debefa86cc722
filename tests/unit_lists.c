/* SPDX-License-Identifier: BSD-2-Clause */
/* Several lists in one expression: which refusal comes first, of which list its words are, and what
 * the lines mean beside other terms. One list alone: unit_sets.c. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libfilter.h"
#include "unit.h"

static struct flt_program *program;
static struct flt_error err;
static char lists[2][4096];

static int compile(const char *expr, uint32_t flags)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .flags = flags | FLT_COMPILE_FILES,
					 .resolver = flt_resolver_files() };

	return flt_compile(&program, expr, strlen(expr), &opts, &err);
}

static void write_list(int which, const char *text)
{
	const char *tmp = getenv("TMPDIR");
	char *list = lists[which];

	snprintf(list, sizeof(lists[0]), "%s/unit_lists.XXXXXX", tmp ? tmp : "/tmp");
	int fd = mkstemp(list);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* ---- refusals ---------------------------------------------------------------------------- */

/* Lists are read before the rest is looked at, and yet refusals come in the order of the text. */
START_TEST(order)
{
	static const struct {
		const char *before, *after, *message;
	} rows[] = {
		{ "host nosuch or host", "", "unknown host 'nosuch'" },
		{ "host", "or host nosuch", " line 2: ',' is unexpected" },
		{ "host", "or host @/nosuch", " line 2: ',' is unexpected" },
		{ "host @/nosuch or host", "", "/nosuch cannot be opened" },
		{ "vlan {5000} and host", "", "a VLAN identifier" },
		{ "host {10.0.0.1, nosuch} or host", "", "unknown host 'nosuch'" },
		{ "not (tcp or not host", ")", " line 2: ',' is unexpected" },
		{ "src and dst host", "", " line 2: ',' is unexpected" },
	};
	char expr[5000];

	write_list(0, "10.0.0.1\n10.0.0.2, 10.0.0.3\nnosuch\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(expr, sizeof(expr), "%s @%s %s", rows[i].before, lists[0], rows[i].after);
		ck_assert_int_ne(compile(expr, 0), FLT_OK);
		ck_assert_msg(strstr(err.message, rows[i].message), "%s: %s", expr, err.message);
	}
	unlink(lists[0]);
}
END_TEST

/* Names are quoted as they stand in their own list. */
START_TEST(places)
{
	static const char *const texts[2][2] = {
		{ "# none\n10.0.0.2\n\\nosuch\n", "10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4\n" },
		{ "10.0.0.1\n", "# none\n10.0.0.2\n\\nosuch\n" },
	};
	char expr[9000];

	for (int row = 0; row < 2; row++) {
		write_list(0, texts[row][0]);
		write_list(1, texts[row][1]);
		snprintf(expr, sizeof(expr), "host {@%s, @%s}", lists[0], lists[1]);
		ck_assert_int_eq(compile(expr, 0), FLT_E_NAME);
		ck_assert_str_eq(err.message + strlen(lists[row]),
				 " line 3: unknown host '\\nosuch'");
		ck_assert_uint_eq(err.offset, row ? strlen(lists[0]) + 9 : 6);
		unlink(lists[0]);
		unlink(lists[1]);
	}
}
END_TEST

/* ---- beside other terms ------------------------------------------------------------------ */

#define PACKET_BYTES 64

/* Ethernet, IPv4, and the ports of a transport header. */
static void make_packet(uint8_t bytes[PACKET_BYTES], uint8_t proto, uint16_t src, uint16_t dst)
{
	memset(bytes, 0, PACKET_BYTES);
	bytes[12] = 0x08;
	bytes[14] = 0x45;
	bytes[23] = proto;
	bytes[34] = (uint8_t)(src >> 8);
	bytes[35] = (uint8_t)src;
	bytes[36] = (uint8_t)(dst >> 8);
	bytes[37] = (uint8_t)dst;
}

/* Is what the optimized program says of all such packets the same as what the other one says? */
static void compare(const char *expr, const struct flt_program *plain)
{
	static const uint8_t protos[] = { 6, 17, 132, 1 };
	static const uint16_t ports[] = { 22, 53, 80, 81, 443, 8000, 8050, 8101 };
	const size_t count = sizeof(ports) / sizeof(ports[0]);
	uint8_t bytes[PACKET_BYTES];

	for (size_t i = 0; i < sizeof(protos) * count * count; i++) {
		uint8_t proto = protos[i / count / count];
		uint16_t src = ports[i / count % count], dst = ports[i % count];
		make_packet(bytes, proto, src, dst);
		bool is_same = flt_run(program, bytes, PACKET_BYTES, PACKET_BYTES, NULL) ==
			       flt_run(plain, bytes, PACKET_BYTES, PACKET_BYTES, NULL);
		ck_assert_msg(is_same, "%s: protocol %u, %u to %u", expr, proto, src, dst);
	}
}

/* Ports of one protocol and ports of all are one set; a list's are of its term's protocol. */
START_TEST(ports)
{
	static const char *const rows[][2] = {
		{ "tcp port", "or port 53" },
		{ "port 53 or udp port", "" },
		{ "port 53 or sctp src port", "or sctp src port 80" },
		{ "tcp port 80 or udp port", "or port 443" },
		{ "port", "or tcp port 53" },
		{ "not udp port", "and not port 53" },
	};
	char expr[5000];

	write_list(0, "22\n80\n8000-8100\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(expr, sizeof(expr), "%s @%s %s", rows[i][0], lists[0], rows[i][1]);
		ck_assert_msg(compile(expr, FLT_COMPILE_O0) == FLT_OK, "%s", err.message);
		struct flt_program *plain = program;
		ck_assert_msg(compile(expr, 0) == FLT_OK, "%s", err.message);
		compare(expr, plain);
		flt_program_unref(plain);
		flt_program_unref(program);
	}
	unlink(lists[0]);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "order", order },
		{ "places", places },
		{ "ports", ports },
		{ NULL, NULL },
	};

	return unit_run("lists", rows);
}
