/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a command line of sniff: byte 0 says whether the first word ends the options, then
 * arguments, each ended by a NUL. It is understood, or refused with exit status 2.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sniff_options.h"
#include "say.h"

#define MOST_ARGUMENTS 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Sentences about wrong options go nowhere; the descriptor that has them comes back. */
static int silence(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int kept = dup(STDERR_FILENO);

	dup2(nowhere, STDERR_FILENO);
	close(nowhere);
	return kept;
}

static void speak(int kept)
{
	dup2(kept, STDERR_FILENO);
	close(kept);
}

static int split(char *text, size_t len, char **argv)
{
	static char program[] = "sniff";
	int argc = 0;

	argv[argc++] = program;
	for (size_t at = 0; at < len && argc < MOST_ARGUMENTS; at += strlen(text + at) + 1)
		argv[argc++] = text + at;
	argv[argc] = NULL;
	return argc;
}

static void parse(int argc, char **argv, bool strict)
{
	struct options opts;
	int kept = silence();
	int status = options_parse(&opts, argc, argv, strict);

	speak(kept);
	if ((status != DONE && status != USAGE) || opts.word_count >= argc)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *argv[MOST_ARGUMENTS + 1];

	if (len == 0)
		return 0;
	/* Not a byte to spare behind the last one, so that a sanitizer sees the first too many. */
	char *text = malloc(len);
	if (!text)
		return 0;
	memcpy(text, bytes + 1, len - 1);
	text[len - 1] = '\0';
	parse(split(text, len, argv), argv, bytes[0] & 1);
	free(text);
	return 0;
}
