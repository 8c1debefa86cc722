/* SPDX-License-Identifier: BSD-2-Clause */
/* Executed instructions, answers, and what is made of many numbers. */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "reference.h"

static struct reference run(const struct bench_program *program, const struct flt_packet *packet)
{
	return reference_run(program->insns, program->count, packet->bytes, packet->caplen,
			     packet->wirelen, NULL);
}

double bench_mean_executed(const struct bench_program *program, struct bench_packets packets)
{
	uint64_t executed = 0;

	for (uint32_t i = 0; i < packets.count; i++)
		executed += run(program, &packets.list[i]).executed;
	return packets.count ? (double)executed / packets.count : 0;
}

uint32_t bench_differences(const struct bench_program *a, const struct bench_program *b,
			   struct bench_packets packets)
{
	uint32_t differences = 0;

	for (uint32_t i = 0; i < packets.count; i++) {
		struct reference theirs = run(b, &packets.list[i]);
		differences +=
			!theirs.is_truncated && run(a, &packets.list[i]).value != theirs.value;
	}
	return differences;
}

void bench_ratio_add(struct bench_ratios *ratios, double ratio, const char *of)
{
	ratios->logs += log(ratio);
	ratios->count++;
	if (ratio > ratios->worst) {
		ratios->worst = ratio;
		ratios->worst_of = of;
	}
}

double bench_geometric_mean(const struct bench_ratios *ratios)
{
	return ratios->count ? exp(ratios->logs / ratios->count) : 1;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, uint32_t count)
{
	qsort(values, count, sizeof(*values), by_size);
	return count ? values[count / 2] : 0;
}

double bench_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}
