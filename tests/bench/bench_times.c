/* SPDX-License-Identifier: BSD-2-Clause */
/* Compile times of the expressions, ours and libpcap's in turn: both meet the same machine. */
#include "bench.h"

#include <stdio.h>

#define ROUNDS      51u
#define WARM_UP     3u  /* rounds that do not count */
#define LARGE_TERMS 20u /* from here on ours has to be the faster one */
#define SMALL_RATIO 3.0
#define SMALL_US    25.0

struct timing {
	const char *text;
	uint32_t terms;
	double us[2]; /* OURS, THEIRS: medians */
	double ratio;
};

struct summary {
	struct bench_ratios small, large;
	uint32_t over_ratio, over_us, not_faster;
	double slowest_us; /* of the small ones */
};

/* Negative: refused. */
static double compile_us(enum bench_compiler by, pcap_t *theirs, const char *text)
{
	struct bench_program program;
	double began = bench_now_us();
	bool ok = bench_compile(&program, by, theirs, text, NULL);

	bench_program_free(&program);
	return ok ? bench_now_us() - began : -1;
}

static bool measure(struct timing *timing, pcap_t *theirs)
{
	double us[2][ROUNDS];

	for (uint32_t i = 0; i < WARM_UP + ROUNDS; i++) {
		uint32_t round = i < WARM_UP ? 0 : i - WARM_UP;
		for (enum bench_compiler by = OURS; by <= THEIRS; by++)
			us[by][round] = compile_us(by, theirs, timing->text);
		if (us[OURS][round] < 0 || us[THEIRS][round] < 0)
			return false;
	}
	for (enum bench_compiler by = OURS; by <= THEIRS; by++)
		timing->us[by] = bench_median(us[by], ROUNDS);
	timing->ratio = timing->us[OURS] / timing->us[THEIRS];
	return true;
}

static bool summarize(struct summary *summary, const struct timing *timing)
{
	bool is_slow = timing->ratio >= 1;

	if (timing->terms >= LARGE_TERMS) {
		bench_ratio_add(&summary->large, timing->ratio, timing->text);
		summary->not_faster += is_slow;
		return is_slow;
	}
	bench_ratio_add(&summary->small, timing->ratio, timing->text);
	summary->over_ratio += timing->ratio > SMALL_RATIO;
	summary->over_us += timing->us[OURS] > SMALL_US;
	if (timing->us[OURS] > summary->slowest_us)
		summary->slowest_us = timing->us[OURS];
	return timing->ratio > SMALL_RATIO || timing->us[OURS] > SMALL_US;
}

static void print_summary(const struct summary *summary)
{
	printf("%u of under %u tests: ratio %.2f in the geometric mean, %.2f at worst; %u over "
	       "%.0f times libpcap's, %u over %.0f us (none should be), slowest %.1f us\n",
	       summary->small.count, LARGE_TERMS, bench_geometric_mean(&summary->small),
	       summary->small.worst, summary->over_ratio, SMALL_RATIO, summary->over_us, SMALL_US,
	       summary->slowest_us);
	printf("%u of more: ratio %.2f in the geometric mean, %.2f at worst; %u not faster than "
	       "libpcap (none should be)\n",
	       summary->large.count, bench_geometric_mean(&summary->large), summary->large.worst,
	       summary->not_faster);
}

static bool print_times(const struct bench_expressions *expressions, pcap_t *theirs)
{
	struct summary summary = { 0 };
	bool ok = true;

	printf("\n== Compile times, medians of %u, in turn (*: over what is wanted)\n"
	       "tests    ours us libpcap us  ratio\n",
	       ROUNDS);
	for (uint32_t i = 0; i < expressions->count; i++) {
		struct timing timing = { .text = expressions->list[i],
					 .terms = bench_terms(expressions->list[i]) };
		if (!measure(&timing, theirs)) {
			printf("refused: %s\n", timing.text);
			ok = false;
			continue;
		}
		bool is_over = summarize(&summary, &timing);
		printf("%5u %10.1f %10.1f %6.2f%c %s\n", timing.terms, timing.us[OURS],
		       timing.us[THEIRS], timing.ratio, is_over ? '*' : ' ', timing.text);
	}
	print_summary(&summary);
	return ok;
}

bool bench_times(void)
{
	struct bench_expressions expressions = { 0 };
	pcap_t *theirs = bench_open_theirs();
	bool ok = theirs && bench_read_expressions(&expressions, BENCH_TUNED) &&
		  print_times(&expressions, theirs);

	bench_expressions_free(&expressions);
	if (theirs)
		pcap_close(theirs);
	return ok;
}
