/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages on a terminal break between words. Pipes and files get them as one line, which scripts
 * read. */
#ifndef WRAP_H
#define WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WRAP_USUAL   80u
#define WRAP_LEAST   20u
#define WRAP_COMMAND "write: " /* what follows is pasted: it stays in one piece */

/* Columns of a terminal; 0: it is none. */
static inline size_t wrap_width(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) != 0)
		return isatty(fd) ? WRAP_USUAL : 0;
	if (size.ws_col == 0)
		return WRAP_USUAL;
	return size.ws_col < WRAP_LEAST ? WRAP_LEAST : size.ws_col;
}

/* Characters, each taken for one column; bytes 10xxxxxx go on with one. */
static inline size_t wrap_columns(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

/* The word at `text`: up to a space, or what is to be pasted, up to the end. */
static inline size_t wrap_word(const char *line, size_t at, size_t len)
{
	size_t mark = strlen(WRAP_COMMAND);
	const char *space = memchr(line + at, ' ', len - at);

	if (at >= mark && memcmp(line + at - mark, WRAP_COMMAND, mark) == 0)
		return len - at;
	return space ? (size_t)(space - (line + at)) : len - at;
}

/* Spaces become newlines, so that no line is longer than width unless one word is. */
static inline void wrap_line(char *line, size_t len, size_t width)
{
	size_t column = 0;

	for (size_t at = 0; width && at < len;) {
		size_t word = wrap_word(line, at, len);
		size_t columns = wrap_columns(line + at, word);

		if (at > 0 && column > 0 && column + 1 + columns > width) {
			line[at - 1] = '\n';
			column = columns;
		} else {
			column += columns + (at > 0);
		}
		at += word + 1;
	}
}

#endif
