/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiling.h"
#include "direction.h"
#include "expression.h"
#include "filter.h"
#include "say.h"
#include "say_error.h"

/* --names stands for the files of the machine and for its name servers. */
static int choose_resolver(struct filter *f)
{
	const char *directory = f->opts->names_dir;

	f->resolver = *flt_resolver_dns();
	int why = directory ? directory_resolver(directory, &f->resolver) : 0;

	return why ? say(USAGE, "--names: %s: %s", directory, strerror(why)) : DONE;
}

int filter_init(struct filter *f, const struct options *opts)
{
	*f = (struct filter){ .opts = opts };
	int status = choose_resolver(f);

	if (status == DONE && flt_lookups_new(&f->lookups, NULL) < 0)
		status = say(FAILED, "no memory");
	return status == DONE ? expression_read(opts, &f->text, &f->len) : status;
}

void filter_free(struct filter *f)
{
	for (uint32_t i = 0; i < f->count; i++) {
		flt_program_unref(f->rows[i].program);
		flt_program_unref(f->rows[i].direction);
	}
	flt_lookups_free(f->lookups);
	free(f->rows);
	free(f->verdicts);
	free(f->text);
}

/* ---- compiling ------------------------------------------------------------------------------ */

/* `sniff first.pcap`: the word in which the error lies is a file. */
static void hint_at_file(const struct filter *f, const struct flt_error *err)
{
	const char *word = expression_word(f->opts, err->offset);
	struct stat st;

	if (word && stat(word, &st) == 0 && S_ISREG(st.st_mode))
		say(USAGE, "'%s' is a file; use -r to read it", word);
}

static int show_error(const struct filter *f, const struct flt_error *err)
{
	int status = say_error(err, f->text);

	hint_at_file(f, err);
	return status;
}

/* Of a link type behind the first one: what comes before the reason. */
static void say_left_out(struct filter *f, uint32_t linktype)
{
	char name[LINKTYPE_TEXT];

	f->incomplete = true;
	say(FAILED, "the file also has packets of link type %s, which match nothing:",
	    linktype_text(linktype, name));
}

/* A filter that can match nothing is a mistake, most of the time. */
static int refuse_empty(const struct filter *f, const struct flt_program_info *info)
{
	say_empty(info, f->text);
	return say(USAGE, "use --allow-empty to run it anyway");
}

/* Look at a new program: an empty one is refused, what keeps all packets need not run. */
static int inspect(struct filter *f, struct filter_row *row)
{
	struct flt_program_info info = { .size = sizeof(info) };

	flt_program_info(row->program, &info);
	bool refused = (info.flags & FLT_PROGRAM_EMPTY) && !f->opts->allow_empty;

	if (refused && f->count == 0)
		return refuse_empty(f, &info);
	if (refused) {
		say_left_out(f, row->linktype);
		refuse_empty(f, &info);
	}
	row->keeps_all =
		(info.flags & FLT_PROGRAM_ALL) && f->opts->snaplen == 0 && !f->file_direction;
	return DONE;
}

/* Without a netmask (a file, an interface without an address) `ip broadcast` still knows
 * 255.255.255.255 and 0.0.0.0: it is taken for 0, which scripts rely on. */
static int compile(struct filter *f, uint32_t linktype, struct flt_program **program,
		   struct flt_error *err)
{
	struct flt_compile_opts opts = {
		.size = sizeof(opts),
		.linktype = linktype,
		.snaplen = f->opts->snaplen ? f->opts->snaplen : f->file_snaplen,
		.netmask = f->netmask,
		.flags = FLT_COMPILE_NETMASK | FLT_COMPILE_FILES | f->compile_flags |
			 (f->opts->no_optimize ? FLT_COMPILE_O0 : 0),
		.resolver = &f->resolver,
		.lookups = f->lookups,
		.max_nesting = nesting_limit(),
	};

	return flt_compile(program, f->text, f->len, &opts, err);
}

static int keep_row(struct filter *f, const struct filter_row *row)
{
	struct filter_row *rows = realloc(f->rows, (f->count + 1) * sizeof(*rows));

	if (!rows)
		return say(FAILED, "no memory");
	f->rows = rows;
	rows[f->count++] = *row;
	return DONE;
}

/* The row takes the program over, also when that fails. */
static int add_program(struct filter *f, uint32_t linktype, struct flt_program *program)
{
	struct filter_row row = { .linktype = linktype, .program = program };
	int status = inspect(f, &row);

	if (status == DONE)
		status = direction_compile(f, &row);
	if (status == DONE)
		status = keep_row(f, &row);
	if (status == DONE)
		return DONE;
	flt_program_unref(program);
	flt_program_unref(row.direction);
	return status;
}

/* Packets that the filter has no program for; there may be good ones behind them. */
static int leave_out(struct filter *f, uint32_t linktype, const struct flt_error *err)
{
	const struct filter_row row = { .linktype = linktype };

	say_left_out(f, linktype);
	show_error(f, err);
	return keep_row(f, &row);
}

static int compile_row(struct filter *f, uint32_t linktype)
{
	struct flt_program *program = NULL;
	struct flt_error err = { 0 };
	int code = compile(f, linktype, &program, &err);

	if (code < 0 && f->count > 0 && code != FLT_E_NOMEM && code != FLT_E_BUG)
		return leave_out(f, linktype, &err);
	if (code < 0)
		return show_error(f, &err);
	return add_program(f, linktype, program);
}

static const struct filter_row *find_row(const struct filter *f, uint32_t linktype)
{
	for (uint32_t i = 0; i < f->count; i++)
		if (f->rows[i].linktype == linktype)
			return &f->rows[i];
	return NULL;
}

int filter_program(struct filter *f, uint32_t linktype, struct flt_program **program)
{
	const struct filter_row *row = find_row(f, linktype);
	int status = row ? DONE : compile_row(f, linktype);

	if (status != DONE)
		return status;
	*program = find_row(f, linktype)->program;
	return DONE;
}

int filter_check_direction(const struct filter *f, uint32_t linktype)
{
	return direction_check(f, find_row(f, linktype));
}

int filter_live_program(struct filter *f, const struct flt_interface *in,
			struct flt_program **program)
{
	struct flt_error err = { 0 };
	bool cooked = in->flags & FLT_IF_COOKED;

	f->compile_flags |= FLT_COMPILE_LIVE | (cooked ? FLT_COMPILE_COOKED : 0);
	int code = compile(f, in->linktype, program, &err);

	if (code == FLT_E_UNSUPPORTED && cooked) {
		f->compile_flags &= ~FLT_COMPILE_COOKED;
		code = compile(f, in->linktype, program, &err);
	}
	if (code < 0)
		return show_error(f, &err);
	return add_program(f, in->linktype, *program);
}

/* ---- running -------------------------------------------------------------------------------- */

static int make_room(struct filter *f, uint32_t count)
{
	if (count <= f->room)
		return DONE;
	uint32_t *verdicts = realloc(f->verdicts, count * sizeof(*verdicts));

	if (!verdicts)
		return say(FAILED, "no memory");
	f->verdicts = verdicts;
	f->room = count;
	return DONE;
}

/* How many packets from here on have the link type of the first. */
static uint32_t same_linktype(const struct flt_packet *packets, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && packets[n].linktype == packets[0].linktype)
		n++;
	return n;
}

static int judge_run(struct filter *f, const struct flt_packet *packets, uint32_t count,
		     struct judgement *j)
{
	uint32_t *verdicts = f->verdicts + j->judged;
	struct flt_program *program = NULL;
	int status = filter_program(f, packets->linktype, &program);
	uint32_t matched = 0;

	if (status != DONE)
		return status;
	if (program)
		matched = flt_run_batch(program, packets, count, verdicts);
	else
		memset(verdicts, 0, count * sizeof(*verdicts));
	if (f->file_direction)
		matched = direction_judge(f, find_row(f, packets->linktype), packets, count,
					  verdicts);
	j->matched += matched;
	j->judged += count;
	return DONE;
}

int filter_judge(struct filter *f, const struct flt_packet *packets, uint32_t count,
		 uint64_t enough, struct judgement *j)
{
	const struct filter_row *first = find_row(f, packets->linktype);
	uint32_t run = same_linktype(packets, count);

	*j = (struct judgement){ .judged = count, .matched = count };
	if (first && first->keeps_all && run == count)
		return DONE;
	int status = make_room(f, count);

	*j = (struct judgement){ .verdicts = f->verdicts };
	while (status == DONE && j->judged < count && j->matched < enough) {
		const struct flt_packet *at = packets + j->judged;

		status = judge_run(f, at, same_linktype(at, count - j->judged), j);
	}
	return status;
}
