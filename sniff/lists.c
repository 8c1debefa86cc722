/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "expression.h"
#include "input.h"
#include "lists.h"
#include "plain.h"
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

static void show_flags(struct out *out, const struct flt_interface *in)
{
	const char *const words[] = {
		has(in, FLT_IF_UP) ? "Up" : NULL,
		has(in, FLT_IF_RUNNING) ? "Running" : NULL,
		has(in, FLT_IF_LOOPBACK) ? "Loopback" : NULL,
		has(in, FLT_IF_WIRELESS) ? "Wireless" : NULL,
		connection(in),
	};
	const char *comma = "";

	OUT(out, " [");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!words[i])
			continue;
		flt__out_fmt(out, "%s%s", comma, words[i]);
		comma = ", ";
	}
	flt__out_text(out, *comma ? "]\n" : "none]\n");
}

/* Names are whatever somebody called it. */
static void show_name(struct out *out, const char *name)
{
	char shown[PLAIN_ROOM];
	size_t len = strlen(name), shown_len;

	for (size_t i = 0; i < len;) {
		i += plain_next(name + i, len - i, shown, &shown_len);
		flt__out_chars(out, shown, shown_len);
	}
}

static void show_interface(struct out *out, const struct flt_interface *in, uint32_t row)
{
	flt__out_fmt(out, "%u.", row);
	show_name(out, in->name);
	if (*in->description) {
		OUT(out, " (");
		show_name(out, in->description);
		out_char(out, ')');
	}
	show_flags(out, in);
}

int show_interfaces(const struct options *opts, struct out *out)
{
	struct flt_interface *list = NULL;
	uint32_t count = 0;
	int status = list_interfaces(&list, &count);

	(void)opts;
	for (uint32_t i = 0; status == DONE && i < count; i++)
		show_interface(out, &list[i], i + 1);
	free(list);
	return status;
}

/* ---- -L, -J --------------------------------------------------------------------------------- */

int show_linktypes(const struct options *opts, struct out *out)
{
	struct flt_interface in;
	char linktype[LINKTYPE_TEXT];
	int status = find_interface(opts->interface, &in);

	if (status != DONE)
		return status;
	OUT(out, "Data link types for ");
	show_name(out, in.name);
	flt__out_fmt(out, " (use option -y to set):\n  %s\n", linktype_text(in.linktype, linktype));
	if (has(&in, FLT_IF_COOKED))
		flt__out_fmt(out, "  %s\n", linktype_text(FLT_LINKTYPE_LINUX_SLL, linktype));
	return DONE;
}

int show_clocks(const struct options *opts, struct out *out)
{
	struct flt_interface in;
	int status = find_interface(opts->interface, &in);

	if (status != DONE)
		return status;
	OUT(out, "Time stamp types for ");
	show_name(out, in.name);
	OUT(out, " (use option -j to set):\n  host (Host)\n");
	return DONE;
}

/* ---- -d ------------------------------------------------------------------------------------- */

static int for_interface(const struct options *opts, struct filter *f, struct flt_program **program)
{
	struct flt_interface in;
	int status = find_interface(opts->interface, &in);

	if (status == DONE && has(&in, FLT_IF_COOKED))
		status = choose_linktype(&in, opts);
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
		say(DONE, "assuming link-type EN10MB (Ethernet); use -y to choose another");
	return filter_program(f, opts->linktype ? opts->linktype : FLT_LINKTYPE_EN10MB, program);
}

static int print_program(struct out *out, const struct flt_program *program, enum flt_format format)
{
	int len = flt_program_format(program, format, NULL, 0);
	char *text = len < 0 ? NULL : malloc((size_t)len + 1);

	bool is_written = text && flt_program_format(program, format, text, (size_t)len + 1) == len;

	if (is_written)
		flt__out_text(out, text);
	free(text);
	return is_written ? DONE : say(FAILED, "no memory to write the program");
}

int show_program(const struct options *opts, struct filter *f, struct out *out)
{
	static const enum flt_format formats[] = { FLT_FORMAT_TEXT, FLT_FORMAT_C,
						   FLT_FORMAT_DECIMAL };
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
	return print_program(out, program, formats[opts->dump > 3 ? 2 : opts->dump - 1]);
}
