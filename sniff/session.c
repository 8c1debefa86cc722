/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of things: source, file, confinement, "listening", packets, counts. */
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "running.h"
#include "say.h"
#include "stop.h"

/* The one that shows most wins, wherever it stands. */
static enum hex_style hex_style(const struct options *opts)
{
	if (opts->hex_text)
		return opts->hex_text > 1 ? HEX_CAP_XX : HEX_CAP_X;
	if (opts->hex)
		return opts->hex > 1 ? HEX_XX : HEX_X;
	if (opts->text)
		return opts->text > 1 ? HEX_AA : HEX_A;
	return HEX_NONE;
}

static struct print_opts print_opts(const struct options *opts)
{
	return (struct print_opts){
		.verbose = (int)opts->verbose,
		.time_style = (enum time_style)opts->time_style,
		.hex = hex_style(opts),
		.link_header = opts->link_header,
		.numeric = opts->numeric,
		.join_lines = opts->join_lines,
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
	s->out = flt__out_fd(STDOUT_FILENO);
	if (s->out) {
		s->out->write = output_write;
		s->out->write_context = &s->screen;
	}
	s->printer = s->out ? flt__printer_new(&opts, s->out) : NULL;
	return s->printer ? DONE : say(FAILED, "no memory");
}

static void close_screen(struct session *s)
{
	flt__printer_free(s->printer);
	if (s->out)
		flt__out_free(s->out);
	ifnames_free(&s->ifnames);
	netnames_free(&s->netnames);
}

static int open_input(struct session *s)
{
	if (s->opts->read_path)
		return input_open_file(&s->input, s->opts, s->filter);
	return input_open_live(&s->input, s->opts, s->filter);
}

static int open_all(struct session *s, const struct identity *who, struct inherited *inherited)
{
	int status = open_input(s);

	if (status == DONE)
		status = store_open(&s->store, s->opts, who, &s->input.info);
	if (status == DONE)
		status = open_screen(s);
	downs_init(&s->downs, s->opts);
	progress_init(&s->progress, s->opts, s->printer != NULL);
	tzset(); /* the zone is a file, too */
	if (status == DONE)
		status = confine(who, inherited);
	return status;
}

static int run(struct session *s)
{
	int status = stop_open(s->input.source, s->opts->run_for_ns);

	if (status != DONE)
		return status;
	if (s->input.live)
		input_announce(&s->input);
	return finish(s, loop(s));
}

static void close_all(struct session *s)
{
	stop_close();
	close_screen(s);
	store_close(&s->store);
	input_close(&s->input);
	say_through(NULL, NULL);
}

static struct output output_of(struct session *s, void (*attends)(void *))
{
	return (struct output){ .patience_ms = OUTPUT_PATIENCE_MS,
				.attend = attends,
				.context = s };
}

int capture(const struct options *opts, struct filter *f, struct inherited *inherited)
{
	struct session s = {
		.opts = opts,
		.filter = f,
	};
	struct identity who;
	int status = confine_plan(&who, opts->user);

	s.screen = output_of(&s, attend_screen);
	s.store.output = output_of(&s, attend);
	say_through(output_write, &s.sentences); /* which have no patience after a stop */
	if (status == DONE)
		status = open_all(&s, &who, inherited);
	if (status == DONE)
		status = run(&s);
	close_all(&s);
	return status;
}
