/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of sniff: how their values are read, and which go together. */
#include <string.h>
#include <unistd.h>

#include "libfilter.h"
#include "options.h"
#include "say.h"
#include "sniff_options.h"
#include "units.h"

#define SNAPLEN_MOST 262144u

/* ---- one by one: NULL, or what is wrong with the value -------------------------------------- */

static const char *set_max_packets(void *values, const char *value)
{
	struct options *opts = values;

	return parse_number(value, 1, UINT64_MAX,
			    "is not a packet count; write a number of at least 1",
			    &opts->max_packets);
}

static const char *set_run_for(void *values, const char *value)
{
	struct options *opts = values;
	const char *wrong = parse_time(value, &opts->run_for_ns);

	if (!wrong && (opts->run_for_ns == 0 || opts->run_for_ns > INT64_MAX / 2))
		return "is not a valid duration; write one of more than 0 and less than 100 years";
	return wrong;
}

static const char *set_snaplen(void *values, const char *value)
{
	struct options *opts = values;
	uint64_t bytes = 0;

	if (parse_size(value, 1, &bytes) || bytes > SNAPLEN_MOST)
		return "is not a snapshot length; write a number from 0 to 262144";
	opts->snaplen = (uint32_t)bytes;
	return NULL;
}

static const char *set_direction(void *values, const char *value)
{
	struct options *opts = values;
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

static const char *set_nano(void *values, const char *value)
{
	struct options *opts = values;

	(void)value;
	opts->nano = true;
	return NULL;
}

static const char *set_micro(void *values, const char *value)
{
	struct options *opts = values;

	(void)value;
	opts->nano = false;
	return NULL;
}

static const char *set_precision(void *values, const char *value)
{
	struct options *opts = values;

	if (strcmp(value, "nano") != 0 && strcmp(value, "micro") != 0)
		return "is not a precision; write micro or nano";
	opts->nano = value[0] == 'n';
	return NULL;
}

static const char *set_clock(void *values, const char *value)
{
	(void)values;
	if (strcmp(value, "host") != 0)
		return "is not a supported clock; write host";
	return NULL;
}

static const char *set_buffer(void *values, const char *value)
{
	struct options *opts = values;
	const char *wrong = parse_size(value, 1024, &opts->buffer_bytes);

	if (!wrong && opts->buffer_bytes == 0)
		return "is not a buffer size; write one above 0";
	return wrong;
}

/* ---- the table ------------------------------------------------------------------------------ */

#define OPTION_VALUES struct options
#define OPTION        OPTION_ROW

static const struct option_row rows[OPT_COUNT] = {
#include "sniff_options.def"
};

#undef OPTION

const struct option_table option_table = { .rows = rows, .count = OPT_COUNT };

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
	const char *time = opts->given[OPT_rotate_time], *files = opts->given[OPT_rotate_files];
	uint64_t number;

	return time && files && !opts->given[OPT_rotate_size] &&
	       !parse_number(time, 1, INT32_MAX, "", &number) &&
	       !parse_number(files, 1, 1, "", &number);
}

/* later: the first option that is not in this version, or NULL. */
static int check_later(const struct options *opts, const struct option_row *later)
{
	char name[OPTION_TEXT_ROOM];

	if (!later)
		return DONE;
	if (is_one_file(opts))
		return say(USAGE,
			   "-G %s -W 1 is not in this version yet; to capture that long into one "
			   "file, write --for %s",
			   opts->given[OPT_rotate_time], opts->given[OPT_rotate_time]);
	return say(USAGE, "%s (%s) is not in this version yet", option_text(later, name),
		   later->help);
}

static int check_clashes(const struct options *opts)
{
	char one[OPTION_TEXT_ROOM], other[OPTION_TEXT_ROOM];

	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++) {
		const struct clash *c = &clashes[i];

		if (opts->given[c->one] && opts->given[c->other])
			return say(USAGE, "%s and %s cannot be combined: %s",
				   option_text(&rows[c->one], one),
				   option_text(&rows[c->other], other), c->why);
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

static int check(struct options *opts, const struct option_row *later)
{
	int status = check_later(opts, later);

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

int options_parse(struct options *opts, int argc, char **argv, bool strict)
{
	struct command_line line = {
		.table = option_table,
		.values = opts,
		.given = opts->given,
		.help = "sniff --help",
		.strict = strict,
	};

	memset(opts, 0, sizeof(*opts));
	int status = options_read(&line, argc, argv);

	opts->words = line.words;
	opts->word_count = line.word_count;
	return status == DONE ? check(opts, line.later) : status;
}
