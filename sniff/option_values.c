/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of options, one by one and together. */
#include <string.h>
#include <unistd.h>

#include "libfilter.h"
#include "option_calls.h"
#include "sniff_options.h"
#include "say.h"
#include "units.h"

#define SNAPLEN_MOST 262144u

const char *set_max_packets(struct options *opts, const char *value)
{
	return parse_number(value, 1, UINT64_MAX,
			    "is not a packet count; write a number of at least 1",
			    &opts->max_packets);
}

const char *set_run_for(struct options *opts, const char *value)
{
	const char *wrong = parse_time(value, &opts->run_for_ns);

	if (!wrong && (opts->run_for_ns == 0 || opts->run_for_ns > INT64_MAX / 2))
		return "is not a valid duration; write one of more than 0 and less than 100 years";
	return wrong;
}

const char *set_snaplen(struct options *opts, const char *value)
{
	uint64_t bytes = 0;

	if (parse_size(value, 1, &bytes) || bytes > SNAPLEN_MOST)
		return "is not a snapshot length; write a number from 0 to 262144";
	opts->snaplen = (uint32_t)bytes;
	return NULL;
}

const char *set_direction(struct options *opts, const char *value)
{
	static const char *const names[] = {
		[FLT_DIRECTION_INOUT] = "inout",
		[FLT_DIRECTION_IN] = "in",
		[FLT_DIRECTION_OUT] = "out",
	};

	for (uint32_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		opts->direction = i;
		return NULL;
	}
	return "is not a direction; write in, out or inout";
}

const char *set_nano(struct options *opts, const char *value)
{
	(void)value;
	opts->nano = true;
	return NULL;
}

const char *set_micro(struct options *opts, const char *value)
{
	(void)value;
	opts->nano = false;
	return NULL;
}

const char *set_precision(struct options *opts, const char *value)
{
	if (strcmp(value, "nano") != 0 && strcmp(value, "micro") != 0)
		return "is not a precision; write micro or nano";
	opts->nano = value[0] == 'n';
	return NULL;
}

const char *set_clock(struct options *opts, const char *value)
{
	(void)opts;
	if (strcmp(value, "host") != 0)
		return "is not a supported clock; write host";
	return NULL;
}

const char *set_buffer(struct options *opts, const char *value)
{
	const char *wrong = parse_size(value, 1024, &opts->buffer_bytes);

	if (!wrong && opts->buffer_bytes == 0)
		return "is not a buffer size; write one above 0";
	return wrong;
}

/* ---- together ------------------------------------------------------------------------------- */

struct clash {
	enum option_id one;
	enum option_id other;
	const char *why;
};

/* clang-format off */
static const struct clash clashes[] = {
	{ OPT_read, OPT_interface,       "packets come from a file or from an interface" },
	{ OPT_read, OPT_list_interfaces, "a list of interfaces needs no file" },
	{ OPT_read, OPT_list_linktypes,  "-L lists the link types of an interface, not of a file" },
	{ OPT_read, OPT_list_clocks,     "-J lists the clocks of an interface, not of a file" },

	{ OPT_write, OPT_dump,            "-d shows a program and reads no packets" },
	{ OPT_write, OPT_list_interfaces, "a list of interfaces has no packets" },
	{ OPT_write, OPT_list_linktypes,  "a list of link types has no packets" },

	{ OPT_count_only, OPT_dump,      "-d shows a program and reads no packets" },
	{ OPT_count_only, OPT_print_too, "--count prints a number instead of packets" },
};
/* clang-format on */

/* -G 60 -W 1 is a capture of a minute. */
static bool is_one_file(const struct options *opts)
{
	uint64_t seconds, files;

	return opts->rotate_time && opts->rotate_files && !opts->given[OPT_rotate_size] &&
	       !parse_number(opts->rotate_time, 1, INT32_MAX, "", &seconds) &&
	       !parse_number(opts->rotate_files, 1, 1, "", &files);
}

static int check_later(const struct options *opts)
{
	char name[64];

	if (!opts->later)
		return DONE;
	if (is_one_file(opts))
		return say(USAGE,
			   "-G %s -W 1 is not in this version yet; to capture that long into one "
			   "file, write --for %s",
			   opts->rotate_time, opts->rotate_time);
	return say(USAGE, "%s (%s) is not in this version yet",
		   option_text(opts->later, name, sizeof(name)), opts->later->help);
}

static int check_clashes(const struct options *opts)
{
	char one[64], other[64];

	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++) {
		const struct clash *c = &clashes[i];

		if (opts->given[c->one] && opts->given[c->other])
			return say(USAGE, "%s and %s cannot be combined: %s",
				   option_text(&option_rows[c->one], one, sizeof(one)),
				   option_text(&option_rows[c->other], other, sizeof(other)),
				   c->why);
	}
	return DONE;
}

static bool is_dash(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

/* Standard input and standard output can each be one thing only. */
static int check_standard_streams(const struct options *opts)
{
	if (is_dash(opts->read_path) && is_dash(opts->filter_path))
		return say(USAGE, "-r - and -F - cannot be combined: both read standard input");
	if (is_dash(opts->write_path) && opts->print_too)
		return say(USAGE,
			   "-w - and --print cannot be combined: both write to standard output");
	if (is_dash(opts->write_path) && opts->count_only)
		return say(USAGE,
			   "-w - and --count cannot be combined: both write to standard output");
	if (is_dash(opts->write_path) && isatty(STDOUT_FILENO))
		return say(USAGE, "-w -: standard output is a terminal; name a file, or write to a "
				  "pipe: sniff -w - | sniff -r -");
	return DONE;
}

static int check_linktype(struct options *opts)
{
	if (!opts->linktype_name)
		return DONE;
	int64_t linktype = flt_linktype_find(opts->linktype_name);

	const char *near = flt_linktype_nearest(opts->linktype_name);

	if (linktype <= 0 && near)
		return say(USAGE, "-y: '%s' is not a link type; did you mean '%s'?",
			   opts->linktype_name, near);
	if (linktype <= 0)
		return say(USAGE, "-y: '%s' is not a link type; filterc linktypes lists them all",
			   opts->linktype_name);
	opts->linktype = (uint32_t)linktype;
	return DONE;
}

static int check_counts(const struct options *opts)
{
	if (opts->time_style > 5)
		return say(USAGE, "-t is given %u times; give it at most five times",
			   opts->time_style);
	return DONE;
}

int options_check(struct options *opts)
{
	int status = check_later(opts);

	if (status == DONE)
		status = check_clashes(opts);
	if (status == DONE)
		status = check_standard_streams(opts);
	if (status == DONE)
		status = check_counts(opts);
	if (status == DONE)
		status = check_linktype(opts);
	return status;
}
