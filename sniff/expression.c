/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>

#include "compiling.h"
#include "expression.h"
#include "libfilter.h"
#include "say.h"

#define FIRST_ROOM 65536u

const char *expression_word(const struct options *opts, uint64_t offset)
{
	uint64_t at = 0;

	for (int i = 0; i < opts->word_count && !opts->filter_path; i++) {
		size_t n = strlen(opts->words[i]);

		if (offset >= at && offset < at + n)
			return opts->words[i];
		at += n + 1;
	}
	return NULL;
}

/* Comments become spaces, so that offsets in errors still point into the file. */
static void blank_comments(char *text, size_t len)
{
	bool comment = false;

	for (size_t i = 0; i < len; i++) {
		comment = text[i] != '\n' && (comment || text[i] == '#');
		if (comment)
			text[i] = ' ';
	}
}

static ssize_t read_some(int fd, char *buf, size_t room)
{
	ssize_t n;

	do {
		n = read(fd, buf, room);
	} while (n < 0 && errno == EINTR);
	return n;
}

/* All of a descriptor, with a NUL behind it; -1 with errno. */
static int read_all(int fd, char **text, size_t *len)
{
	size_t room = FIRST_ROOM;

	*text = malloc(room);
	for (*len = 0; *text;) {
		ssize_t n = read_some(fd, *text + *len, room - *len - 1);

		if (n < 0)
			return -1;
		(*text)[ *len += (size_t)n] = '\0';
		if (n == 0)
			return 0;
		if (room - *len > 1)
			continue;
		char *more = realloc(*text, room *= 2);
		if (!more)
			return -1;
		*text = more;
	}
	return -1;
}

static int read_path(const char *path, char **text, size_t *len)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return say(FAILED, "-F: %s: %s", path, strerror(errno));
	int code = read_all(fd, text, len);
	int why = errno;

	if (!standard)
		close(fd);
	if (code < 0)
		return say(FAILED, "-F: %s: %s", path, strerror(why));
	blank_comments(*text, *len);
	return DONE;
}

int expression_read(const struct options *opts, char **text, size_t *len)
{
	if (!opts->filter_path) {
		*text = join_words(opts->words);
		*len = *text ? strlen(*text) : 0;
		return *text ? DONE : say(FAILED, "no memory");
	}
	if (opts->word_count > 0 && opts->verbose)
		say(DONE, "the expression comes from %s; the one on the command line is ignored",
		    opts->filter_path);
	return read_path(opts->filter_path, text, len);
}

const char *linktype_text(uint32_t linktype, char buf[LINKTYPE_TEXT])
{
	const char *name = flt_linktype_name(linktype);
	const char *description = flt_linktype_describe(linktype);

	if (name)
		snprintf(buf, LINKTYPE_TEXT, "%s (%s)", name, description ? description : name);
	else
		snprintf(buf, LINKTYPE_TEXT, "%" PRIu32, linktype);
	return buf;
}
