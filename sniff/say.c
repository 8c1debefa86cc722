/* SPDX-License-Identifier: BSD-2-Clause */
/* One line is one write(), so that lines of several processes do not mix. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

#define LINE_LIMIT 8192          /* two paths and a sentence */

static void write_line(char *line, size_t len)
{
	if (len > LINE_LIMIT - 2)
		len = LINE_LIMIT - 2;
	line[len] = '\n';
	while (write(STDERR_FILENO, line, len + 1) < 0 && errno == EINTR)
		;
}

static size_t format_line(char *line, size_t at, const char *format, va_list args)
{
	int len = vsnprintf(line + at, LINE_LIMIT - at, format, args);

	return at + (len < 0 ? 0 : (size_t)len);
}

int say(int status, const char *format, ...)
{
	char line[LINE_LIMIT] = "sniff: ";
	va_list args;

	va_start(args, format);
	size_t len = format_line(line, strlen(line), format, args);
	va_end(args);
	write_line(line, len);
	return (int)status;
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
