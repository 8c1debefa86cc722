/* SPDX-License-Identifier: BSD-2-Clause */
/* A path as a word of the shell, for commands that messages propose. */
#ifndef SHELL_WORD_H
#define SHELL_WORD_H

#include "plain.h"

#define SHELL_WORD_ROOM(path_len) (4 * (path_len) + sizeof("$'./'"))

static inline bool shell_word_is_tame(const char *path)
{
	static const char tame[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_-./:@%+,=";

	return *path && path[strspn(path, tame)] == '\0';
}

/* A terminal shows it as it is. */
static inline bool shell_word_is_plain(const char *path)
{
	char shown[PLAIN_ROOM];
	size_t left = strlen(path), shown_len = 0;

	while (left > 0) {
		size_t len = plain_next(path, left, shown, &shown_len);

		if (len != shown_len || memcmp(path, shown, len) != 0)
			return false;
		path += len;
		left -= len;
	}
	return true;
}

/* Between $' and ': what a terminal would not show becomes a number. */
static inline size_t shell_word_escape(char *to, unsigned char c)
{
	if (c >= ' ' && c <= '~' && c != '\'' && c != '\\') {
		to[0] = (char)c;
		return 1;
	}
	to[0] = '\\';
	to[1] = (char)('0' + (c >> 6));
	to[2] = (char)('0' + (c >> 3 & 7));
	to[3] = (char)('0' + (c & 7));
	return 4;
}

static inline size_t shell_word_quote(char *to, char c)
{
	if (c == '\'') {
		memcpy(to, "'\\''", 4);
		return 4;
	}
	to[0] = c;
	return 1;
}

static inline size_t shell_word_put(char *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len + 1);
	return len;
}

/* No command takes the word for an option. to has SHELL_WORD_ROOM(strlen(path)) bytes. */
static inline void shell_word(char *to, const char *path)
{
	bool tame = shell_word_is_tame(path), plain = shell_word_is_plain(path);

	to += shell_word_put(to, tame ? "" : plain ? "'" : "$'");
	to += shell_word_put(to, *path == '-' ? "./" : "");
	for (; *path; path++)
		to += plain ? shell_word_quote(to, *path) :
			      shell_word_escape(to, (unsigned char)*path);
	shell_word_put(to, tame ? "" : "'");
}

#endif
