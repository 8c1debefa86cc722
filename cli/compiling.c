/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compiling.h"
#include "libfilter.h"

#define NESTING_MAX   2000
#define NESTING_BYTES 1024 /* more stack than a level takes */

uint32_t nesting_limit(void)
{
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) < 0 || stack.rlim_cur >= NESTING_MAX * NESTING_BYTES)
		return NESTING_MAX;
	return stack.rlim_cur < NESTING_BYTES ? 1 : (uint32_t)(stack.rlim_cur / NESTING_BYTES);
}

int directory_resolver(const char *directory, struct flt_resolver *resolver)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	*resolver = *flt_resolver_files();
	resolver->context = (void *)(uintptr_t)directory;
	return 0;
}

char *join_words(char **words)
{
	size_t room = 1;

	for (char **word = words; *word; word++)
		room += strlen(*word) + 1;
	char *text = malloc(room);
	char *at = text;

	for (char **word = words; text && *word; word++) {
		size_t len = strlen(*word);

		if (word != words)
			*at++ = ' ';
		memcpy(at, *word, len);
		at += len;
	}
	if (text)
		*at = '\0';
	return text;
}
