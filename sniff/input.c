/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "confine.h"
#include "expression.h"
#include "input.h"
#include "say.h"
#include "say_error.h"
#include "units.h"

/* ---- interfaces ----------------------------------------------------------------------------- */

int list_interfaces(struct flt_interface **list, uint32_t *count)
{
	struct flt_error err = { 0 };
	uint32_t room = 64;

	for (*list = NULL;;) {
		struct flt_interface *more = realloc(*list, room * sizeof(*more));

		if (!more)
			return say(FAILED, "no memory");
		*list = more;
		int n = flt_interfaces(*list, room, &err);

		if (n < 0)
			return say(FAILED, "%s", err.message);
		*count = (uint32_t)n;
		if (*count <= room)
			return DONE;
		room = *count + 16; /* some may come meanwhile */
	}
}

static const struct flt_interface *by_name(const struct flt_interface *list, uint32_t count,
					   const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

/* The library knows which name is near: let it refuse this one. */
static int refuse_name(const char *wanted)
{
	struct flt_source *source = NULL;
	struct flt_error err = { 0 };

	if (flt_open_live(&source, wanted, NULL, &err) < 0)
		return say(FAILED, "-i: %s%s", err.message,
			   err.code != FLT_E_DEVICE || strchr(err.message, ';') ?
				   "" :
				   " (sniff -D lists them)");
	flt_source_close(source);
	return say(FAILED, "-i: the interface '%s' has only just appeared; try again", wanted);
}

/* `ip link` shows the interface va as va@if2, or va@vb. */
static const char *before_at(const char *wanted, char *name, size_t room)
{
	size_t len = strcspn(wanted, "@");

	if (len == 0 || !wanted[len] || len >= room)
		return wanted;
	memcpy(name, wanted, len);
	name[len] = '\0';
	return name;
}

static int choose(const struct flt_interface *list, uint32_t count, const char *wanted,
		  struct flt_interface *found)
{
	uint64_t row = 1;
	char name[sizeof(list->name)];

	if (count == 0)
		return say(FAILED, "there is no interface to capture on");
	const struct flt_interface *named = wanted ? by_name(list, count, wanted) : NULL;

	if (wanted && !named) {
		wanted = before_at(wanted, name, sizeof(name));
		named = by_name(list, count, wanted);
	}
	if (!named && wanted && parse_number(wanted, 1, count, "", &row)) {
		if (!parse_number(wanted, 0, UINT64_MAX, "", &row))
			return say(FAILED, "-i: there is no interface %s (sniff -D lists %u)",
				   wanted, count);
		return refuse_name(wanted);
	}
	*found = named ? *named : list[row - 1];
	return DONE;
}

int find_interface(const char *wanted, struct flt_interface *found)
{
	struct flt_interface *list = NULL;
	uint32_t count = 0;
	int status = list_interfaces(&list, &count);

	if (status == DONE)
		status = choose(list, count, wanted, found);
	free(list);
	return status;
}

/* ---- files ---------------------------------------------------------------------------------- */

static int check_file_linktype(const struct input *in, const struct options *opts)
{
	char one[LINKTYPE_TEXT], other[LINKTYPE_TEXT];

	if (opts->linktype == 0 || opts->linktype == in->info.linktype)
		return DONE;
	return say(USAGE, "-y: the packets of %s are %s, not %s", in->name,
		   linktype_text(in->info.linktype, one), linktype_text(opts->linktype, other));
}

/* What a program for this file returns: the bytes it holds at most, unless -s asks for less. In
 * a pcapng file every interface has its own limit: the default stands, which is the largest. */
static void set_file_flags(struct filter *f, const struct flt_source_info *info)
{
	bool swapped = info->flags & FLT_SOURCE_SWAPPED;

	f->compile_flags = swapped ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	if (!f->opts->snaplen && !(info->flags & FLT_SOURCE_PCAPNG))
		f->file_snaplen = info->snaplen;
}

static int open_file(struct input *in, const char *path)
{
	struct flt_open_opts opts = { .size = sizeof(opts) };
	struct flt_error err = { 0 };

	in->name = path;
	if (flt_open_file(&in->source, path, &opts, &err) < 0)
		return say_open(path, &err, "sniff");
	in->info.size = sizeof(in->info);
	flt_source_info(in->source, &in->info);
	return DONE;
}

int input_open_file(struct input *in, const struct options *opts, struct filter *f)
{
	struct flt_program *program = NULL;
	char linktype[LINKTYPE_TEXT];
	int status = open_file(in, opts->read_path);

	if (status != DONE)
		return status;
	tell("reading from file %s, link-type %s, snapshot length %" PRIu32, in->name,
	     linktype_text(in->info.linktype, linktype), in->info.snaplen);
	status = check_file_linktype(in, opts);
	if (status != DONE)
		return status;
	set_file_flags(f, &in->info);
	f->file_direction = opts->direction;
	status = filter_program(f, in->info.linktype, &program);
	if (status == DONE && !(in->info.flags & FLT_SOURCE_PCAPNG))
		status = filter_check_direction(f, in->info.linktype);
	return status;
}

/* ---- live ----------------------------------------------------------------------------------- */

int choose_linktype(struct flt_interface *device, const struct options *opts)
{
	char one[LINKTYPE_TEXT], other[LINKTYPE_TEXT];

	if (opts->linktype == 0 || opts->linktype == device->linktype)
		return DONE;
	if (opts->linktype == FLT_LINKTYPE_LINUX_SLL && device->flags & FLT_IF_COOKED) {
		device->linktype = opts->linktype;
		return DONE;
	}
	return say(USAGE, "-y: %s delivers %s%s, not %s", device->name,
		   linktype_text(device->linktype, one),
		   device->flags & FLT_IF_COOKED ? " or LINUX_SLL (Linux cooked v1)" : "",
		   linktype_text(opts->linktype, other));
}

static int open_live(struct input *in, const struct options *opts,
		     const struct flt_program *program)
{
	struct flt_open_opts open = {
		.size = sizeof(open),
		.flags = FLT_OPEN_LOCK | (opts->no_promisc ? FLT_OPEN_NO_PROMISC : 0) |
			 (opts->immediate ? FLT_OPEN_IMMEDIATE : 0),
		.snaplen = opts->snaplen,
		.direction = opts->direction,
		.buffer_bytes = opts->buffer_bytes,
		.program = program,
		.linktype = opts->linktype,
	};
	struct flt_error err = { 0 };

	privilege_raise();
	int code = flt_open_live(&in->source, in->interface, &open, &err);

	privilege_lower();
	if (code < 0)
		return input_failed(in, &err);
	in->info.size = sizeof(in->info);
	flt_source_info(in->source, &in->info);
	return DONE;
}

int input_open_live(struct input *in, const struct options *opts, struct filter *f)
{
	struct flt_program *program = NULL;
	struct flt_interface device;
	int status = find_interface(opts->interface, &device);

	if (status != DONE)
		return status;
	memcpy(in->interface, device.name, sizeof(in->interface));
	in->name = in->interface;
	in->live = true;
	f->netmask = device.netmask;
	status = choose_linktype(&device, opts);
	if (status == DONE)
		status = filter_live_program(f, &device, &program);
	return status == DONE ? open_live(in, opts, program) : status;
}

void input_announce(const struct input *in)
{
	char linktype[LINKTYPE_TEXT];

	if (in->info.flags & FLT_SOURCE_FALLBACK)
		say(DONE, "%s", in->info.note);
	tell("listening on %s, link-type %s, snapshot length %" PRIu32 " bytes", in->name,
	     linktype_text(in->info.linktype, linktype), in->info.snaplen);
}

/* ---- the end -------------------------------------------------------------------------------- */

int input_failed(const struct input *in, const struct flt_error *err)
{
	/* Most messages about an interface name it, anywhere. */
	if (in->live && strstr(err->message, in->name))
		return say(FAILED, "%s", err->message);
	return say_input(in->name, err);
}

static void count_line(uint64_t count, const char *what)
{
	tell("%" PRIu64 " packet%s %s", count, count == 1 ? "" : "s", what);
}

void input_counts(const struct input *in, uint64_t captured)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	flt_source_stats(in->source, &stats);
	count_line(captured, "captured");
	count_line(stats.received, "received by filter");
	count_line(stats.dropped, "dropped by kernel");
}

void input_close(struct input *in)
{
	flt_source_close(in->source);
	in->source = NULL;
}
