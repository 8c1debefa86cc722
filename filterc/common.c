/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "plain.h"
#include "say.h"
#include "say_error.h"
#include "wrap.h"

#define PROGRAM_TEXT_MAX (64u << 20) /* 1,000,000 instructions need at most 30 bytes each */

#define OTHER_FORM "; write the program in the form of compile -f ddd"

void say_if_empty(const struct flt_program *prog, const char *expr)
{
	struct flt_program_info info = { .size = sizeof(info) };

	flt_program_info(prog, &info);
	say_empty(&info, expr);
}

size_t put_words(const char *text, size_t len)
{
	char shown[PLAIN_ROOM];
	size_t used = 0, shown_len;

	for (size_t i = 0; i < len; used += shown_len) {
		bool is_blank = memchr("\t\n\r", text[i], 3) != NULL;

		i += plain_next(is_blank ? " " : text + i, is_blank ? 1 : len - i, shown,
				&shown_len);
		fwrite(shown, 1, shown_len, stdout);
	}
	return used;
}

/* Up to a space: any, or in a formula one before an operator. */
static size_t piece_len(const char *text, size_t len, bool formula)
{
	size_t at = 0;

	while (at < len && (text[at] != ' ' || (formula && !strchr("=!<>|&^+-*/%", text[at + 1]))))
		at++;
	return at;
}

static int put_pieces(const char *text, size_t len, const struct column *col, int at, bool formula)
{
	bool is_first = true;

	while (len > 0) {
		size_t piece = piece_len(text, len, formula);
		int columns = (int)wrap_columns(text, piece);

		if (!is_first && at + 1 + columns > col->width)
			at = printf("\n%*s", col->indent, "") - 1;
		else if (!is_first)
			at += printf(" ");
		put_words(text, piece);
		at += columns;
		is_first = false;
		piece += piece < len;
		text += piece;
		len -= piece;
	}
	return at;
}

int put_wrapped(const char *text, size_t len, const struct column *col, int at)
{
	return put_pieces(text, len, col, at, false);
}

int put_note(const char *note, const struct column *col, int at)
{
	const char *and = strstr(note, " and ");

	if (and&&at + (int)strlen(note) > col->width) {
		put_pieces(note, (size_t)(and-note), col, at, true);
		at = printf("\n%*s", col->indent, "") - 1;
		note = and+1;
	}
	return put_pieces(note, strlen(note), col, at, true);
}

/* The whole stream; NULL with errno set. */
static char *read_all(FILE *from, size_t *len)
{
	size_t room = 1 << 16;
	char *text = malloc(room);

	*len = 0;
	while (text) {
		*len += fread(text + *len, 1, room - *len, from);
		if (*len < room)
			break;
		errno = EFBIG;
		char *larger = room < PROGRAM_TEXT_MAX ? realloc(text, room * 2) : NULL;
		if (!larger) {
			free(text);
			return NULL;
		}
		text = larger;
		room *= 2;
	}
	if (text && ferror(from)) {
		free(text);
		return NULL;
	}
	return text;
}

static char *read_file(const char *path, size_t *len)
{
	if (strcmp(path, "-") == 0)
		return read_all(stdin, len);
	FILE *from = fopen(path, "re");
	if (!from)
		return NULL;
	char *text = read_all(from, len);
	int reason = errno;
	fclose(from);
	errno = reason;
	return text;
}

static bool is_decimal(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && strchr(" \t\r\n", text[at]) && text[at])
		at++;
	return at < len && text[at] >= '0' && text[at] <= '9';
}

struct flt_program *read_program(const char *path, uint32_t linktype, int *status)
{
	const struct flt_program_opts opts = { .size = sizeof(opts), .linktype = linktype };
	struct flt_program *prog = NULL;
	struct flt_error err;
	size_t len = 0;

	char *text = read_file(path, &len);
	if (!text) {
		*status = say(FAILED, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (flt_program_parse(&prog, text, len, FLT_FORMAT_DECIMAL, &opts, &err) < 0)
		*status = say(FAILED, "%s: %s%s", path, err.message,
			      is_decimal(text, len) ? "" : OTHER_FORM);
	free(text);
	return prog;
}

static int write_program(const struct flt_program *prog, enum flt_format format, const char *expr,
			 char *text, size_t len)
{
	if (format == FLT_FORMAT_DOT)
		return flt_program_show_graph(prog, expr, text, len);
	return flt_program_format(prog, format, text, len);
}

bool print_program(const struct flt_program *prog, enum flt_format format, const char *expr)
{
	int len = write_program(prog, format, expr, NULL, 0);
	char *text = len >= 0 ? malloc((size_t)len + 1) : NULL;

	/* The second time, too, it may be refused what it needs. */
	bool is_written = text && write_program(prog, format, expr, text, (size_t)len + 1) == len;
	if (is_written)
		fwrite(text, 1, (size_t)len, stdout);
	else
		say(FAILED, "no memory to write the program");
	free(text);
	return is_written;
}

void put_json_text(const char *text)
{
	putchar('"');
	for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
		if (*at == '"' || *at == '\\')
			printf("\\%c", *at);
		/* bytes of the expression may be anything */
		else if (*at < ' ' || *at >= 0x7f)
			printf("\\u%04x", *at);
		else
			putchar(*at);
	}
	putchar('"');
}

void put_json_insns(const struct flt_program *prog)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);

	fputs("\"insns\":[", stdout);
	for (uint32_t i = 0; i < count; i++)
		printf("%s[%u,%u,%u,%lu]", i ? "," : "", insns[i].code, insns[i].jt, insns[i].jf,
		       (unsigned long)insns[i].k);
	putchar(']');
}

uint32_t find_clause(const struct flt_clause *list, uint32_t count, uint64_t offset,
		     uint64_t length)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (list[middle].offset + list[middle].length <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	bool is_inside = low < count && list[low].offset <= offset &&
			 offset + length <= list[low].offset + list[low].length;
	return is_inside && length ? low : NO_CLAUSE;
}

bool list_clauses(const char *expr, const struct flt_compile_opts *opts, struct flt_clause **list,
		  uint32_t *count)
{
	size_t len = strlen(expr);
	int64_t found = flt_clauses(expr, len, opts, NULL, 0, NULL);

	*list = found < 0 ? NULL : calloc((size_t)found + 1, sizeof(**list));
	*count = found < 0 ? 0 : (uint32_t)found;
	return *list && flt_clauses(expr, len, opts, *list, *count, NULL) == found;
}

/* ---- the end ------------------------------------------------------------------------------- */

/* Why a stream takes no more; 0: it took all. Of an earlier write that failed, musl's stdio keeps
 * neither the bytes nor the reason: one byte more, and the descriptor says it again. */
static int output_error(FILE *stream)
{
	if (fflush(stream) != 0)
		return errno;
	if (!ferror(stream))
		return 0;
	return write(fileno(stream), "\n", 1) < 0 ? errno : EIO;
}

int finish_output(int status)
{
	int out = output_error(stdout);

	if (out && out != EPIPE) {
		say(FAILED, "standard output: %s", strerror(out));
		status = status == DONE ? FAILED : status;
	}
	/* What was asked for may go there, too: --stats, --passes. Closed, it was not wanted. */
	int err = output_error(stderr);
	if (err && err != EPIPE && err != EBADF && status == DONE)
		status = FAILED;
	return status;
}
