/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of hosts, from ten to twenty thousand: what their programs are like, and what it costs to
 * compile them. Each compile has a process of its own, whose peak of memory is the compile's.
 */
#include "bench.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf.h"
#include "kernel.h"
#include "random_program.h"

#define RUNS           5u
#define ENOUGH_US      2e6 /* no further run of what took so long in all */
#define SECONDS_MAX    60u /* what takes longer is ended */
#define GENERATED_SEED 20000u
#define HOST_BYTES     (sizeof(" or host 255.255.255.255") - 1)
#define PATH_BYTES     4096u
#define DOUBLING_MAX   2.5

/* What one process found out. */
struct result {
	double us;
	double executed; /* a packet of the trace */
	uint32_t count, longest_path;
	int32_t kernel_errno; /* why the kernel does not take it; 0: it does */
	int64_t peak_kib;
	bool is_compiled;
};

struct list {
	uint32_t hosts;
	bool is_generated;    /* else from the shared folder */
	bool is_for_theirs;   /* libpcap takes 18 s for 500, 226 s for 1,000 */
	const char *by_hand;  /* known to be possible; NULL: nothing is */
	const char *recorded; /* what libpcap 1.11 made of it, where none is asked here */
	struct result ours;
};

/* clang-format off */
static const struct list all_lists[] = {
	{.hosts = 10, .is_for_theirs = true, .by_hand = "38 instructions, 17.0 executed"},
	{.hosts = 100, .is_for_theirs = true, .by_hand = "262 instructions, 24.1 executed"},
	{.hosts = 500,
	 .by_hand = "1282 instructions, 29.8 executed",
	 .recorded = "2759 instructions, 991 executed, 18.1 s"},
	{.hosts = 1000,
	 .by_hand = "2558 instructions, 32.7 executed",
	 .recorded = "5759 instructions, 1977 executed, 226 s, 68 MB, not for the kernel"},
	{.hosts = 2000, .recorded = "over 300 s"},
	{.hosts = 5000},
	{.hosts = 10000, .is_generated = true},
	{.hosts = 20000, .is_generated = true},
};
/* clang-format on */

#define LISTS (sizeof(all_lists) / sizeof(all_lists[0]))

/* Twice as many hosts: places in all_lists. */
static const struct doubling {
	size_t from, to;
} doublings[] = { { 2, 3 }, { 3, 4 }, { 5, 6 }, { 6, 7 } };

/* ---- in the process of a compile ----------------------------------------------------------- */

static int64_t peak_kib(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

static int32_t kernel_says(const struct bench_program *program)
{
	struct kernel kernel;
	int error = kernel_open(&kernel);

	if (error)
		return error;
	error = kernel_attach(&kernel, program->insns, program->count);
	kernel_close(&kernel);
	return error;
}

/* Once the peak is known: this needs more memory than the compile. */
static void look_closer(struct result *result, const struct bench_program *program)
{
	struct packet_pool trace = { 0 };

	result->count = program->count;
	result->longest_path = flt__bpf_longest_path(program->insns, program->count);
	if (bench_read_trace(&trace))
		result->executed = bench_mean_executed(
			program, (struct bench_packets){ trace.packets, trace.count });
	result->kernel_errno = kernel_says(program);
	packet_pool_free(&trace);
}

static void compile_here(struct result *result, enum bench_compiler by, const char *text,
			 bool is_first)
{
	struct bench_program program;
	char error[BENCH_ERROR_BYTES];
	pcap_t *theirs = by == OURS ? NULL : bench_open_theirs();
	double began = bench_now_us();

	alarm(SECONDS_MAX);
	result->is_compiled = bench_compile(&program, by, theirs, text, error);
	alarm(0);
	result->us = bench_now_us() - began;
	result->peak_kib = peak_kib();
	if (!result->is_compiled)
		printf("refused: %s\n", error);
	else if (is_first)
		look_closer(result, &program);
	fflush(stdout);
}

/* ---- around it ------------------------------------------------------------------------------ */

/* False: it was ended, or refused, or there is no process to be had. */
static bool compile_apart(struct result *result, enum bench_compiler by, const char *text,
			  bool is_first)
{
	int ends[2];
	ssize_t got = 0;

	fflush(stdout);
	if (pipe(ends) < 0)
		return false;
	pid_t child = fork();
	if (child == 0) {
		compile_here(result, by, text, is_first);
		ssize_t put = write(ends[1], result, sizeof(*result));
		_exit(put == (ssize_t)sizeof(*result) ? 0 : 1);
	}
	close(ends[1]);
	if (child > 0) {
		got = read(ends[0], result, sizeof(*result));
		waitpid(child, NULL, 0);
	}
	close(ends[0]);
	return got == (ssize_t)sizeof(*result) && result->is_compiled;
}

/* The first run's findings, with the median of the times. */
static bool measure(struct result *result, enum bench_compiler by, const char *text)
{
	double us[RUNS], sum = 0;
	uint32_t runs = 0;

	*result = (struct result){ 0 };
	if (!compile_apart(result, by, text, true))
		return false;
	us[runs++] = sum = result->us;
	while (runs < RUNS && sum < ENOUGH_US) {
		struct result again = { 0 };
		if (!compile_apart(&again, by, text, false))
			return false;
		us[runs++] = again.us;
		sum += again.us;
	}
	result->us = bench_median(us, runs);
	return true;
}

/* ---- lists --------------------------------------------------------------------------------- */

static char *generate(uint32_t hosts)
{
	struct random random;
	char *text = malloc(hosts * HOST_BYTES + 1);
	size_t len = 0;

	random_seed(&random, GENERATED_SEED);
	for (uint32_t i = 0; text && i < hosts; i++) {
		uint32_t address = random_below(&random, UINT32_MAX);
		len += (size_t)snprintf(text + len, HOST_BYTES + 1, "%shost %u.%u.%u.%u",
					i ? " or " : "", address >> 24, address >> 16 & 0xff,
					address >> 8 & 0xff, address & 0xff);
	}
	return text;
}

static char *text_of(const struct list *list)
{
	char name[64], path[PATH_BYTES];

	if (list->is_generated)
		return generate(list->hosts);
	snprintf(name, sizeof(name), "hosts-%u.txt", list->hosts);
	bench_shared_path(path, sizeof(path), name);
	return bench_read_text(path);
}

static void print_result(const struct list *list, const char *by, const struct result *result,
			 const struct result *empty)
{
	printf("%6u %-8s %6u %6u %8.2f %10.2f %8" PRId64 " %8" PRId64 "  %s%s\n", list->hosts, by,
	       result->count, result->longest_path, result->executed, result->us / 1e3,
	       result->peak_kib, result->peak_kib - empty->peak_kib,
	       result->kernel_errno ? "no: " : "yes",
	       result->kernel_errno ? strerror(result->kernel_errno) : "");
}

/* One compiler on one list. What takes too long is told, and no error. */
static void print_one(const struct list *list, enum bench_compiler by, const char *text,
		      const struct result *empty, struct result *result)
{
	const char *who = by == OURS ? "ours" : "libpcap";

	if (measure(result, by, text))
		print_result(list, who, result, empty);
	else
		printf("%6u %-8s refused, or not done in %u s\n", list->hosts, who, SECONDS_MAX);
}

static bool print_list(struct list *list, const struct result empty[2])
{
	char *text = text_of(list);
	struct result theirs;

	if (!text)
		return false;
	print_one(list, OURS, text, &empty[OURS], &list->ours);
	if (list->is_for_theirs)
		print_one(list, THEIRS, text, &empty[THEIRS], &theirs);
	if (list->recorded)
		printf("%6u recorded libpcap 1.11: %s\n", list->hosts, list->recorded);
	if (list->by_hand)
		printf("%6u possible by hand: %s\n", list->hosts, list->by_hand);
	free(text);
	return true;
}

static void print_wanted(const struct list lists[LISTS], const struct result *empty)
{
	const struct result *thousand = &lists[3].ours;

	printf("1000 hosts: %u instructions (at most 2700), longest path %u (at most 45), %.1f ms "
	       "(under 50), %" PRId64 " KiB above an empty compile (under 32768)\n",
	       thousand->count, thousand->longest_path, thousand->us / 1e3,
	       thousand->peak_kib - empty->peak_kib);
	printf("10000 hosts: %.1f ms (under 1000)\n", lists[6].ours.us / 1e3);
	for (size_t i = 0; i < sizeof(doublings) / sizeof(doublings[0]); i++) {
		const struct list *from = &lists[doublings[i].from], *to = &lists[doublings[i].to];
		printf("%u to %u hosts: %.2f times the time (at most %.1f)\n", from->hosts,
		       to->hosts, from->ours.us > 0 ? to->ours.us / from->ours.us : 0,
		       DOUBLING_MAX);
	}
}

bool bench_lists(void)
{
	struct list lists[LISTS];
	struct result empty[2];
	bool ok = measure(&empty[OURS], OURS, "") && measure(&empty[THEIRS], THEIRS, "");

	memcpy(lists, all_lists, sizeof(lists));
	printf("\n== Lists of hosts: each compile in a process of its own, median time of %u\n"
	       "   (peak KiB of the process, and how much that is above an empty compile's: "
	       "%" PRId64 " ours, %" PRId64 " libpcap's)\n"
	       " hosts           insns   path executed         ms     peak    above  kernel takes "
	       "it\n",
	       RUNS, empty[OURS].peak_kib, empty[THEIRS].peak_kib);
	for (size_t i = 0; i < LISTS; i++)
		ok &= print_list(&lists[i], empty);
	print_wanted(lists, &empty[OURS]);
	return ok;
}
