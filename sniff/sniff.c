/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <unistd.h>

#include "confine.h"
#include "filter.h"
#include "lists.h"
#include "running.h"
#include "sniff_options.h"
#include "sniff_usage.h"
#include "out.h"
#include "say.h"
#include "stop.h"

typedef int page_fn(const struct options *opts, struct out *out);

/* Everything that is not a packet. */
static int run_page(const struct options *opts, page_fn *fill)
{
	struct out *out = flt__out_fd(STDOUT_FILENO);

	if (!out)
		return say(FAILED, "no memory");
	int status = fill(opts, out);
	int why = flt__out_flush(out);

	flt__out_free(out);
	return status != DONE ? status : screen_status(why);
}

static int help(const struct options *opts, struct out *out)
{
	(void)opts;
	usage_whole(out);
	return DONE;
}

static int short_help(const struct options *opts, struct out *out)
{
	(void)opts;
	usage_short(out);
	return DONE;
}

static int version(const struct options *opts, struct out *out)
{
	(void)opts;
	usage_version(out);
	return DONE;
}

static int program(const struct options *opts, struct out *out)
{
	struct filter filter;
	int status = filter_init(&filter, opts);

	if (status == DONE)
		status = show_program(opts, &filter, out);
	filter_free(&filter);
	return status;
}

static int packets(const struct options *opts, struct inherited *inherited)
{
	struct filter filter;
	int status = filter_init(&filter, opts);

	if (status == DONE)
		status = capture(opts, &filter, inherited);
	filter_free(&filter);
	return status;
}

/* What is asked for besides packets, in this order. */
static page_fn *wanted_page(const struct options *opts)
{
	const struct {
		bool wanted;
		page_fn *fill;
	} rows[] = {
		{ opts->help, help },
		{ opts->short_help, short_help },
		{ opts->version, version },
		{ opts->list_interfaces, show_interfaces },
		{ opts->list_linktypes, show_linktypes },
		{ opts->list_clocks, show_clocks },
		{ opts->dump, program },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].wanted)
			return rows[i].fill;
	return NULL;
}

static int run(const struct options *opts, struct inherited *inherited)
{
	page_fn *fill = wanted_page(opts);

	return fill ? run_page(opts, fill) : packets(opts, inherited);
}

int main(int argc, char **argv)
{
	struct inherited inherited;
	struct options opts;

	say_as("sniff");
	confine_start(&inherited);
	stop_prepare();
	int status = options_parse(&opts, argc, argv, getenv("POSIXLY_CORRECT") != NULL);

	if (status == DONE)
		status = run(&opts, &inherited);
	inherited_close(&inherited);
	return status;
}
