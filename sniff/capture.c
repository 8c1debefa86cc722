/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of things: source, file, confinement, "listening", packets, counts. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "loop.h"
#include "say.h"
#include "stop.h"

static enum hex_style hex_style(const struct options *opts)
{
	if (opts->text)
		return opts->text > 1 ? HEX_AA : HEX_A;
	if (opts->hex_text)
		return opts->hex_text > 1 ? HEX_CAP_XX : HEX_CAP_X;
	if (opts->hex)
		return opts->hex > 1 ? HEX_XX : HEX_X;
	return HEX_NONE;
}

static struct print_opts print_opts(const struct options *opts)
{
	return (struct print_opts){
		.verbose = (int)opts->verbose,
		.time_style = (int)opts->time_style,
		.hex = hex_style(opts),
		.link_header = opts->link_header,
		.numeric = opts->numeric,
		.quiet = opts->quiet,
		.absolute_seq = opts->absolute_seq,
		.number = opts->number,
		.no_checksums = opts->no_checksums,
		.nano = opts->nano,
		.terminal = isatty(STDOUT_FILENO),
	};
}

static bool prints(const struct options *opts)
{
	return !opts->count_only && (!opts->write_path || opts->print_too);
}

static void add_names(struct session *s, struct print_opts *opts)
{
	if (s->input.live) {
		opts->interface_name = ifnames_find;
		opts->interface_context = &s->ifnames;
	}
	if (s->opts->resolve) {
		opts->host_name = netnames_host;
		opts->port_name = netnames_port;
		opts->names_context = &s->netnames;
		s->netnames.no_domains = s->opts->no_domains;
	}
}

static int open_screen(struct session *s)
{
	struct print_opts opts = print_opts(s->opts);

	if (!prints(s->opts))
		return DONE;
	add_names(s, &opts);
	s->out = out_fd(STDOUT_FILENO);
	s->printer = s->out ? printer_new(&opts, s->out) : NULL;
	return s->printer ? DONE : say(FAILED, "no memory");
}

static void close_screen(struct session *s)
{
	printer_free(s->printer);
	if (s->out)
		out_free(s->out);
	ifnames_free(&s->ifnames);
	netnames_free(&s->netnames);
}

static int open_input(struct session *s)
{
	if (s->opts->read_path)
		return input_open_file(&s->input, s->opts, s->filter);
	return input_open_live(&s->input, s->opts, s->filter);
}

static int open_all(struct session *s, const struct identity *who)
{
	int status = open_input(s);

	if (status == DONE)
		status = store_open(&s->store, s->opts, &s->input.info);
	if (status == DONE)
		status = open_screen(s);
	downs_init(&s->downs, s->opts);
	tzset();                        /* the zone is a file, too */
	if (status == DONE)
		status = confine(who);
	return status;
}

static int finish(struct session *s, int status)
{
	int closed = store_close(&s->store);

	if (stop_interrupted() && isatty(STDERR_FILENO))
		tell("%s", "");             /* the terminal has shown ^C */
	if (s->opts->count_only)
		printf("%" PRIu64 " packet%s\n", s->matched, s->matched == 1 ? "" : "s");
	fflush(stdout);
	if (s->input.live)
		input_counts(&s->input, s->matched);
	if (status == DONE)
		status = closed;
	return status == DONE && s->filter->incomplete ? FAILED : status;
}

static int run(struct session *s)
{
	stop_on_signals(s->input.source);
	if (s->input.live)
		input_announce(&s->input);
	return finish(s, loop(s));
}

int capture(const struct options *opts, struct filter *f)
{
	struct session s = { .opts = opts, .filter = f };
	struct identity who;
	int status = confine_plan(&who, opts->user);

	if (status == DONE)
		status = open_all(&s, &who);
	if (status == DONE)
		status = run(&s);
	stop_on_signals(NULL);
	close_screen(&s);
	store_close(&s.store);
	input_close(&s.input);
	return status;
}
