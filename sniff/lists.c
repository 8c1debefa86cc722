/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "expression.h"
#include "input.h"
#include "lists.h"
#include "say.h"

/* ---- -D ------------------------------------------------------------------------------------- */

static bool has(const struct flt_interface *in, uint32_t flag)
{
	return in->flags & flag;
}

/* Does a cable or a radio link connect it? Loopback and `any` have neither. */
static const char *connection(const struct flt_interface *in)
{
	bool connected = has(in, FLT_IF_RUNNING);

	if (has(in, FLT_IF_LOOPBACK) || has(in, FLT_IF_ANY) || !has(in, FLT_IF_UP))
		return NULL;
	if (has(in, FLT_IF_WIRELESS))
		return connected ? "Associated" : "Not associated";
	return connected ? "Connected" : "Disconnected";
}

static void show_flags(const struct flt_interface *in)
{
	const char *const words[] = {
		has(in, FLT_IF_UP) ? "Up" : NULL,
		has(in, FLT_IF_RUNNING) ? "Running" : NULL,
		has(in, FLT_IF_LOOPBACK) ? "Loopback" : NULL,
		has(in, FLT_IF_WIRELESS) ? "Wireless" : NULL,
		connection(in),
	};
	const char *comma = "";

	fputs(" [", stdout);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!words[i])
			continue;
		printf("%s%s", comma, words[i]);
		comma = ", ";
	}
	puts(*comma ? "]" : "none]");
}

static void show_interface(const struct flt_interface *in, uint32_t row)
{
	printf("%u.", row);
	put_plain(in->name);
	if (*in->description) {
		fputs(" (", stdout);
		put_plain(in->description);
		putchar(')');
	}
	show_flags(in);
}

int show_interfaces(void)
{
	struct flt_interface *list = NULL;
	uint32_t count = 0;
	int status = list_interfaces(&list, &count);

	for (uint32_t i = 0; status == DONE && i < count; i++)
		show_interface(&list[i], i + 1);
	free(list);
	return status;
}

/* ---- -L, -J --------------------------------------------------------------------------------- */

int show_linktypes(const struct options *opts)
{
	struct flt_interface in;
	char linktype[LINKTYPE_TEXT];
	int status = find_interface(opts->interface, &in);

	if (status != DONE)
		return status;
	fputs("Data link types for ", stdout);
	put_plain(in.name);
	printf(" (use option -y to set):\n  %s\n", linktype_text(in.linktype, linktype));
	return DONE;
}

int show_clocks(const struct options *opts)
{
	struct flt_interface in;
	int status = find_interface(opts->interface, &in);

	if (status != DONE)
		return status;
	fputs("Time stamp types for ", stdout);
	put_plain(in.name);
	puts(" (use option -j to set):\n  host (Host)");
	return DONE;
}

/* ---- -d ------------------------------------------------------------------------------------- */

static int for_interface(const struct options *opts, struct filter *f, struct flt_program **program)
{
	struct flt_interface in;
	int status = find_interface(opts->interface, &in);

	if (status != DONE)
		return status;
	if (opts->linktype)
		in.linktype = opts->linktype;
	f->netmask = in.netmask;
	return filter_live_program(f, &in, program);
}

static int for_file(const struct options *opts, struct filter *f, struct flt_program **program)
{
	struct input in = { 0 };
	int status = input_open_file(&in, opts, f);

	if (status == DONE)
		status = filter_program(f, in.info.linktype, program);
	input_close(&in);
	return status;
}

static int for_linktype(const struct options *opts, struct filter *f, struct flt_program **program)
{
	if (!opts->linktype)
		say(DONE, "assuming link-type EN10MB (Ethernet); -y names another one");
	return filter_program(f, opts->linktype ? opts->linktype : FLT_LINKTYPE_EN10MB, program);
}

static int print_program(const struct flt_program *program, enum flt_format format)
{
	int len = flt_program_format(program, format, NULL, 0);
	char *text = len < 0 ? NULL : malloc((size_t)len + 1);

	bool is_written = text && flt_program_format(program, format, text, (size_t)len + 1) == len;

	if (is_written)
		fputs(text, stdout);
	free(text);
	return is_written ? DONE : say(FAILED, "no memory to write the program");
}

int show_program(const struct options *opts, struct filter *f)
{
	static const enum flt_format formats[] = {
		FLT_FORMAT_TEXT, FLT_FORMAT_C, FLT_FORMAT_DECIMAL
	};
	struct flt_program *program = NULL;
	int status;

	if (opts->read_path)
		status = for_file(opts, f, &program);
	else if (opts->interface)
		status = for_interface(opts, f, &program);
	else
		status = for_linktype(opts, f, &program);
	if (status != DONE)
		return status;
	return print_program(program, formats[opts->dump > 3 ? 2 : opts->dump - 1]);
}
