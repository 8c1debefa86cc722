/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "compressed.h"
#include "say.h"
#include "say_error.h"
#include "shell_word.h"

#define SHOWN 4096 /* bytes of a sentence, and of at most eight lines with carets */

int error_status(const struct flt_error *err)
{
	return err->code == FLT_E_NOMEM || err->code == FLT_E_BUG ? FAILED : USAGE;
}

/* ---- expressions ---------------------------------------------------------------------------- */

/* Lines of the library's, of which it wanted to write `len` bytes; the last newline is left to
 * say_lines(). */
static void say_shown(const char *shown, int len)
{
	size_t used = len < SHOWN ? (size_t)len : SHOWN - 1;

	while (used > 0 && shown[used - 1] == '\n')
		used--;
	say_lines(shown, used);
}

int say_error(const struct flt_error *err, const char *expr)
{
	char shown[SHOWN];
	int len = flt_error_show(err, expr, shown, sizeof(shown));

	if (len > 0)
		say_shown(shown, len);
	return error_status(err);
}

void say_empty(const struct flt_program_info *info, const char *expr)
{
	char shown[SHOWN];
	int len = flt_program_show_empty(info, expr, shown, sizeof(shown));

	if (len > 0)
		say_shown(shown, len);
}

/* ---- input ---------------------------------------------------------------------------------- */

static bool is_standard(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* The library names the file that it cannot open, as "NAME: reason", but not one that it reads. */
static bool says_name(const struct flt_error *err, const char *name)
{
	size_t len = strlen(name);

	return err->sys_errno && strncmp(err->message, name, len) == 0 &&
	       strncmp(err->message + len, ": ", 2) == 0;
}

int say_input(const char *path, const struct flt_error *err)
{
	const char *name = is_standard(path) ? "standard input" : path;

	if (says_name(err, name))
		return say(FAILED, "%s", err->message);
	return say(FAILED, "%s: %s", name, err->message);
}

/* The command line with a pipe in front of it that uncompresses the file; err says of what kind it
 * is. */
static int say_compressed(const char *path, const struct flt_error *err, const char *reader,
			  const char *unpack)
{
	char *word = malloc(SHELL_WORD_ROOM(strlen(path)));

	if (!word)
		return say_input(path, err);
	shell_word(word, path);
	say(FAILED, "%s: %s; write: %s %s | %s -r - ...", path, err->message, unpack, word, reader);
	free(word);
	return FAILED;
}

int say_open(const char *path, const struct flt_error *err, const char *reader)
{
	const struct compressed *kind = compressed_told(err->message);

	if (!kind)
		return say_input(path, err);
	if (!is_standard(path))
		return say_compressed(path, err, reader, kind->unpack);
	return say(FAILED, "standard input: %s; write: ... | %s | %s -r - ...", err->message,
		   kind->unpack_input, reader);
}
