/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter over packets in memory: no socket, no file, no privilege.
 *
 *     $ cc embed.c $(pkg-config --cflags --libs libfilter) -o embed
 *     $ ./embed 'udp port 53'
 *     DNS question: yes
 *     HTTP connection: no
 *     $ ./embed 'upd port 53'
 *     'upd' is not a word of the filter language; did you mean 'udp'?
 *     upd port 53
 *     ^~~
 *     [2]
 */
#include <libfilter.h>
#include <stdio.h>
#include <string.h>

/* From the IPv4 header on: a DNS question, and the first packet of an HTTP connection. */
/* clang-format off */
static const uint8_t question[] = {
	0x45, 0x00, 0x00, 0x39, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0x8e, 0x53, 192, 0, 2, 1,
	198, 51, 100, 7, 0x14, 0xe9, 0x00, 53, 0x00, 0x25, 0xb5, 0x4c, 0x00, 0x01, 0x01, 0x00,
	0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 3, 'w', 'w', 'w', 7, 'e', 'x', 'a',
	'm', 'p', 'l', 'e', 0, 0x00, 0x01, 0x00, 0x01,
};
/* clang-format on */
/* clang-format off */
static const uint8_t connection[] = {
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0x8e, 0x6f, 192, 0, 2, 1,
	198, 51, 100, 7, 0x9c, 0x40, 0x00, 80, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x50, 0x02, 0xff, 0xff, 0x27, 0x0c, 0x00, 0x00,
};
/* clang-format on */

/* What is wrong, the expression, and a caret under the place. */
static int explain(const struct flt_error *err, const char *expression)
{
	char text[1024];

	flt_error_show(err, expression, text, sizeof(text));
	fputs(text, stderr);
	return 2;
}

static void ask(const struct flt_program *prog, const char *name, const uint8_t *bytes,
		uint32_t len)
{
	uint32_t kept = flt_run(prog, bytes, len, len, NULL); /* bytes to keep; 0 is no */

	printf("%s: %s\n", name, kept ? "yes" : "no");
}

int main(int argc, char **argv)
{
	const char *expression = argc > 1 ? argv[1] : "udp port 53";
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = FLT_LINKTYPE_RAW };
	struct flt_program *prog;
	struct flt_error err;

	if (flt_compile(&prog, expression, strlen(expression), &opts, &err) != FLT_OK)
		return explain(&err, expression);
	ask(prog, "DNS question", question, sizeof(question));
	ask(prog, "HTTP connection", connection, sizeof(connection));
	flt_program_unref(prog);
	return 0;
}
