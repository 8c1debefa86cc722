/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler's numbers beside the installed libpcap's, all of one run: `bench_compile` prints all
 * sections, `bench_compile NAME...` some. What is slow or long is shown, and never a failure: the
 * exit status is 0, or 77 without the shared trace, or 1 when something could not be measured.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define SKIPPED    77
#define PATH_BYTES 4096u

/* clang-format off */
static const struct section {
	const char *name;
	bool (*run)(void);
} sections[] = {
	{"executed", bench_executed},
	{"lists", bench_lists},
	{"times", bench_times},
};
/* clang-format on */

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

/* In a process of its own, so that none finds the memory of another. */
static bool run_section(const struct section *section)
{
	int status = 0;

	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		bool ok = section->run();
		fflush(stdout);
		_exit(ok ? 0 : 1);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0)
		return true;
	printf("section %s is not whole\n", section->name);
	return false;
}

static bool is_wanted(const char *name, int count, char **names)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return count == 0;
}

static bool is_section(const char *name)
{
	for (size_t i = 0; i < SECTIONS; i++)
		if (strcmp(name, sections[i].name) == 0)
			return true;
	return false;
}

static bool has_trace(void)
{
	char path[PATH_BYTES];

	bench_shared_path(path, sizeof(path), "traffic.pcap");
	if (access(path, R_OK) == 0)
		return true;
	printf("skipped: no trace at %s (set SHARED)\n", path);
	return false;
}

int main(int argc, char **argv)
{
	bool ok = true;

	for (int i = 1; i < argc; i++) {
		if (is_section(argv[i]))
			continue;
		printf("'%s' is no section; there are", argv[i]);
		for (size_t j = 0; j < SECTIONS; j++)
			printf(" %s", sections[j].name);
		printf("\n");
		return 1;
	}
	if (!has_trace())
		return SKIPPED;
	printf("%s beside %s\n", flt_version(), pcap_lib_version());
	for (size_t i = 0; i < SECTIONS; i++)
		if (is_wanted(sections[i].name, argc - 1, argv + 1))
			ok &= run_section(&sections[i]);
	return ok ? 0 : 1;
}
