/* SPDX-License-Identifier: BSD-2-Clause */
/* One line is one write(), so that lines of several processes do not mix. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plain.h"
#include "say.h"
#include "wrap.h"
#include "write_all.h"

#define LINE_LIMIT     8192 /* two paths and a sentence */
#define IN_PLACE_LIMIT 64

static const char *program = "";

/* How sentences are written. */
static say_write_fn *writer = write_all;
static void *writer_context;
static size_t in_place; /* columns of a line that the next one erases */

void say_as(const char *name)
{
	program = name;
}

void say_through(say_write_fn *write, void *context)
{
	writer = write ? write : write_all;
	writer_context = context;
}

/* Of several lines the first one is the sentence; what is shown below it stays as it is. */
static void wrap_sentence(char *line, size_t len)
{
	const char *end = memchr(line, '\n', len);

	wrap_line(line, end ? (size_t)(end - line) : len, wrap_width(STDERR_FILENO));
}

static void write_bytes(const char *bytes, size_t len)
{
	size_t done = writer(writer_context, STDERR_FILENO, bytes, len);

	if (done < len)
		writer(writer_context, STDERR_FILENO, bytes + done, len - done);
}

/* With what the terminal shows of control-C behind it. */
static void erase_in_place(void)
{
	char blanks[IN_PLACE_LIMIT + sizeof("\r^C\r")];
	size_t len = in_place + strlen("^C");

	if (!in_place)
		return;
	in_place = 0;
	memset(blanks, ' ', sizeof(blanks));
	blanks[0] = blanks[len + 1] = '\r';
	write_bytes(blanks, len + 2);
}

static void write_line(char *line, size_t len)
{
	erase_in_place();
	wrap_sentence(line, len);
	line[len] = '\n';
	write_bytes(line, len + 1);
}

/* The line from `at` on; room for the newline is left. */
static size_t add_plain(char *line, size_t at, const char *text, size_t len, bool keep_newlines)
{
	return at + plain_copy(line + at, LINE_LIMIT - 1 - at, text, len, keep_newlines);
}

static size_t format_line(char *line, size_t at, const char *format, va_list args)
{
	char text[LINE_LIMIT];
	int len = vsnprintf(text, sizeof(text), format, args);

	size_t used = len < 0 ? 0 : (size_t)len;

	if (used >= sizeof(text))
		used = sizeof(text) - 1;
	return add_plain(line, at, text, used, false);
}

/* "sniff: " */
static size_t begin_line(char *line)
{
	return (size_t)snprintf(line, LINE_LIMIT, "%s: ", program);
}

int say(int status, const char *format, ...)
{
	char line[LINE_LIMIT];
	size_t at = begin_line(line);
	va_list args;

	va_start(args, format);
	size_t len = format_line(line, at, format, args);
	va_end(args);
	write_line(line, len);
	return status;
}

void say_lines(const char *text, size_t len)
{
	char line[LINE_LIMIT];

	write_line(line, add_plain(line, begin_line(line), text, len, true));
}

void tell(const char *format, ...)
{
	char line[LINE_LIMIT];
	va_list args;

	va_start(args, format);
	size_t len = format_line(line, 0, format, args);
	va_end(args);
	write_line(line, len);
}

void say_in_place(const char *format, ...)
{
	char line[IN_PLACE_LIMIT] = "\r";
	va_list args;

	va_start(args, format);
	int len = vsnprintf(line + 1, sizeof(line) - 1, format, args);
	va_end(args);
	if (len <= 0 || (size_t)len >= sizeof(line) - 1)
		return;
	in_place = (size_t)len;
	write_bytes(line, in_place + 1);
}
