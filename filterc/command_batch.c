/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc batch: one request a line, one JSON answer a line, for programs that compile many
 * filters. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"

#define FIELDS       5
#define SENTENCE_MAX 1024 /* why no packet can match: eight clauses at most */

/* ---- answers ------------------------------------------------------------------------------- */

static void answer_error(const struct flt_error *err)
{
	printf("{\"ok\":false,\"offset\":%llu,\"length\":%llu,\"error\":",
	       (unsigned long long)err->offset, (unsigned long long)err->length);
	put_json_text(err->message);
	printf(",\"code\":\"%s\"}\n", flt_strerror(err->code));
}

/* "empty":true, the clauses that exclude each other, and the sentence that says so. */
static void put_empty(const struct flt_program_info *info, const char *expr)
{
	char reason[SENTENCE_MAX] = "";

	flt_program_show_empty(info, expr, reason, sizeof(reason));
	reason[strcspn(reason, "\n")] = '\0';
	fputs("\"empty\":true,\"clauses\":[", stdout);
	for (uint32_t i = 0; i < info->clause_count && i < FLT_CLAUSES_MAX; i++)
		printf("%s[%llu,%llu]", i ? "," : "", (unsigned long long)info->clause_offset[i],
		       (unsigned long long)info->clause_length[i]);
	fputs("],\"reason\":", stdout);
	put_json_text(reason);
	putchar(',');
}

static void answer_program(const struct flt_program *prog, const char *expr)
{
	struct flt_program_info info = { .size = sizeof(info) };

	flt_program_info(prog, &info);
	fputs("{\"ok\":true,", stdout);
	if (info.flags & FLT_PROGRAM_EMPTY)
		put_empty(&info, expr);
	put_json_insns(prog);
	puts("}");
}

/* ---- requests ------------------------------------------------------------------------------ */

static bool read_flag(struct request *req, const char *word, struct flt_error *err)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} flags[] = {
		{ "O0", FLT_COMPILE_O0 },           { "live", FLT_COMPILE_LIVE },
		{ "swapped", FLT_COMPILE_SWAPPED }, { "unswapped", FLT_COMPILE_UNSWAPPED },
		{ "cooked", FLT_COMPILE_COOKED },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(flags[i].word, word) != 0)
			continue;
		req->opts.flags |= flags[i].flag;
		return true;
	}
	snprintf(err->message, sizeof(err->message),
		 "unknown flag '%s'; the flags are O0, live, swapped, unswapped and cooked", word);
	return false;
}

static bool read_flags(struct request *req, char *list, struct flt_error *err)
{
	char *rest = NULL;

	for (char *word = strtok_r(list, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		if (!read_flag(req, word, err))
			return false;
	return true;
}

/* Cut the line at its first four tabs. False: there are fewer. */
static bool split(char *line, char *field[FIELDS])
{
	for (int i = 0; i < FIELDS - 1; i++) {
		field[i] = line;
		char *tab = strchr(line, '\t');
		if (!tab)
			return false;
		*tab = '\0';
		line = tab + 1;
	}
	field[FIELDS - 1] = line;
	return true;
}

static bool read_fields(struct request *req, char *field[FIELDS], struct flt_error *err)
{
	if (*field[0] && !request_linktype(req, field[0], err->message, sizeof(err->message)))
		return false;
	if (*field[1] && !request_snaplen(req, field[1], err->message, sizeof(err->message)))
		return false;
	if (*field[2] && !request_netmask(req, field[2], err->message, sizeof(err->message)))
		return false;
	return read_flags(req, field[3], err);
}

/* What became of the request: FLT_OK, or the code of the error that is the answer. */
static int answer(const struct request *defaults, char *line, size_t len)
{
	struct request req = *defaults;
	/* if a request is wrong before there is an expression to point into */
	struct flt_error err = { .code = FLT_E_ARGUMENT };
	struct flt_program *prog;
	char *field[FIELDS];

	if (!split(line, field)) {
		snprintf(err.message, sizeof(err.message),
			 "a request has five fields separated by tabs: link type, "
			 "snaplen, netmask, flags, expression");
		answer_error(&err);
		return err.code;
	}
	if (!read_fields(&req, field, &err)) {
		answer_error(&err);
		return err.code;
	}
	/* The expression may hold a NUL; its length is what the line says. */
	size_t expr_len = len - (size_t)(field[FIELDS - 1] - line);
	if (flt_compile(&prog, field[FIELDS - 1], expr_len, &req.opts, &err) < 0) {
		answer_error(&err);
		return err.code;
	}
	answer_program(prog, field[FIELDS - 1]);
	flt_program_unref(prog);
	return FLT_OK;
}

/* ---- lines --------------------------------------------------------------------------------- */

struct lines {
	char *buf;
	size_t used, room;
	uint64_t refused; /* requests that there was no memory for: their answers say so */
};

/* Nothing more is waiting: whoever asked waits for the answers. */
static void flush_at_pause(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	if (poll(&in, 1, 0) <= 0)
		fflush(stdout);
}

static bool read_more(struct lines *l, ssize_t *got)
{
	if (l->room - l->used < 2) {
		size_t room = l->room ? l->room * 2 : 1 << 16;
		char *buf = realloc(l->buf, room);
		if (!buf) {
			say(FAILED, "no memory for a request of %zu bytes", l->used);
			return false;
		}
		l->buf = buf;
		l->room = room;
	}
	flush_at_pause();
	*got = 0;
	if (ferror(stdout))
		return true; /* nobody takes answers any more */
	do
		*got = read(STDIN_FILENO, l->buf + l->used, l->room - l->used - 1);
	while (*got < 0 && errno == EINTR);
	if (*got > 0)
		l->used += (size_t)*got;
	if (*got < 0)
		say(FAILED, "standard input: %s", strerror(errno));
	return *got >= 0;
}

/* Answer all whole lines; at the end of the input the last one needs no newline. */
static void answer_lines(const struct request *req, struct lines *l, size_t searched, bool at_end)
{
	size_t from = 0;

	for (;;) {
		size_t look = from > searched ? from : searched;
		char *newline = memchr(l->buf + look, '\n', l->used - look);
		if (!newline && !(at_end && from < l->used))
			break;
		size_t len = newline ? (size_t)(newline - (l->buf + from)) : l->used - from;
		l->buf[from + len] = '\0';
		l->refused += answer(req, l->buf + from, len) == FLT_E_NOMEM;
		from += newline ? len + 1 : len;
	}
	memmove(l->buf, l->buf + from, l->used - from);
	l->used -= from;
}

int command_batch(struct request *req)
{
	struct lines l = { NULL, 0, 0, 0 };
	bool ok = true;

	for (ssize_t got = 1; got > 0 && !ferror(stdout);) {
		size_t searched = l.used;
		ok = read_more(&l, &got);
		if (!ok)
			break;
		answer_lines(req, &l, searched, got == 0);
	}
	free(l.buf);
	if (l.refused)
		say(FAILED, "no memory for %llu of the requests", (unsigned long long)l.refused);
	return ok && !l.refused ? DONE : FAILED;
}
