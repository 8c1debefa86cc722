/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "inherited.h"
#include "units.h"

#define DESCRIPTORS_PATH "/proc/self/fd"
#define FIRST_INHERITED  (STDERR_FILENO + 1u)
#define MOST_DESCRIPTORS (1u << 20) /* of a process, unless fs.nr_open was raised */

/* ---- many at once --------------------------------------------------------------------------- */

#ifdef SYS_close_range
#define ONLY_AT_EXEC 4u /* CLOSE_RANGE_CLOEXEC */

static bool close_at_once(const struct descriptor_range *range, bool only_at_exec)
{
	return syscall(SYS_close_range, range->first, range->last,
		       only_at_exec ? ONLY_AT_EXEC : 0u) == 0;
}
#else
static bool close_at_once(const struct descriptor_range *range, bool only_at_exec)
{
	(void)range, (void)only_at_exec;
	return false;
}
#endif

static unsigned last_possible(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > MOST_DESCRIPTORS)
		return MOST_DESCRIPTORS;
	return (unsigned)limit.rlim_cur;
}

/* Kernels before 5.11, and sandboxes that do not know the call: one after another. */
static void close_range_of(const struct descriptor_range *range, bool only_at_exec)
{
	if (close_at_once(range, only_at_exec))
		return;
	unsigned last = range->last == UINT_MAX ? last_possible() : range->last;

	for (unsigned fd = range->first; fd <= last; fd++) {
		if (only_at_exec)
			fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		else
			close((int)fd);
	}
}

/* ---- the note ------------------------------------------------------------------------------- */

/* The kernel lists them in their order: most belong to the range before. */
static bool add(struct inherited *in, unsigned fd)
{
	if (in->count > 0 && in->ranges[in->count - 1].last + 1 == fd) {
		in->ranges[in->count - 1].last = fd;
		return true;
	}
	struct descriptor_range *more = realloc(in->ranges, (in->count + 1) * sizeof(*more));

	if (!more)
		return false;
	more[in->count++] = (struct descriptor_range){ fd, fd };
	in->ranges = more;
	return true;
}

static bool add_entry(struct inherited *in, const char *name, int own)
{
	uint64_t fd = 0;

	if (parse_number(name, FIRST_INHERITED, INT_MAX, "", &fd) || (int)fd == own)
		return true;
	return add(in, (unsigned)fd);
}

bool inherited_note(struct inherited *in)
{
	const struct descriptor_range all = { FIRST_INHERITED, UINT_MAX };
	DIR *directory = opendir(DESCRIPTORS_PATH);
	bool ok = directory || errno != ENOMEM;

	*in = (struct inherited){ NULL, 0 };
	if (!directory) {
		close_range_of(&all, false);
		return ok;
	}
	for (struct dirent *entry; ok && (entry = readdir(directory));)
		ok = add_entry(in, entry->d_name, dirfd(directory));
	closedir(directory);
	for (size_t i = 0; i < in->count; i++)
		close_range_of(&in->ranges[i], true);
	return ok;
}

void inherited_close(struct inherited *in)
{
	for (size_t i = 0; i < in->count; i++)
		close_range_of(&in->ranges[i], false);
	free(in->ranges);
	*in = (struct inherited){ NULL, 0 };
}
