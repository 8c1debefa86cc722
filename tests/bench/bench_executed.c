/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executed instructions a packet of the shared trace, for each expression, beside the better of
 * libpcap's two programs; then the same over its IPv6 packets alone.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define IPV6_MEAN_WANTED "at most 1.050"
#define ETHERTYPE_OFF    12u

/* Of each list, what is wanted for all packets of the trace. */
static const struct list {
	const char *file;
	const char *mean_wanted;
	double ratio_max;
} lists[] = {
	{ BENCH_TUNED, "at most 0.848", 1.008 },
	{ BENCH_UNSEEN, "at most 0.920", 1.000 },
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* What is needed throughout. */
struct bench {
	pcap_t *theirs;
	struct bench_expressions expressions[LISTS];
	struct packet_pool trace;
	struct flt_packet *ipv6; /* of the trace; the bytes are the trace's */
	uint32_t ipv6_count;
};

struct row {
	const char *text;
	uint32_t counts[COMPILERS];
	double executed[COMPILERS];
	double ratio; /* ours to the better of theirs */
};

struct summary {
	struct bench_ratios all, lists, others;
	double ratio_max;
	uint32_t over;
};

/* Hand-written and proved to mean the same. */
/* clang-format off */
static const struct known {
	const char *text;
	uint32_t count;
	const char *executed; /* a packet of the same trace */
} known[] = {
	{"tcp port 80", 16, "8.65"},
	{"port 22 or port 80 or port 443 or port 8080", 25, "15.6"},
	{"(tcp or udp) and not (port 22 or port 53)", 25, "14.2"},
	{"src net 10.0.0.0/8 and dst net 192.168.0.0/16", 14, "-"},
};
/* clang-format on */

/* ---- one expression ------------------------------------------------------------------------- */

static bool same_answers(const char *text, const struct bench_program programs[COMPILERS],
			 struct bench_packets packets)
{
	uint32_t differences = bench_differences(&programs[OURS], &programs[THEIRS_PLAIN], packets);

	if (differences)
		printf("%s: another answer than libpcap's for %u packets\n", text, differences);
	return differences == 0;
}

static bool compile_all(const struct bench *bench, const char *text,
			struct bench_program programs[COMPILERS])
{
	char error[BENCH_ERROR_BYTES];
	bool ok = true;

	for (enum bench_compiler by = OURS; by < COMPILERS; by++) {
		if (bench_compile(&programs[by], by, bench->theirs, text, error))
			continue;
		printf("%s: %s refuses it: %s\n", text, by == OURS ? "ours" : "libpcap", error);
		ok = false;
	}
	return ok;
}

static bool measure(const struct bench *bench, struct row *row, struct bench_packets packets)
{
	struct bench_program programs[COMPILERS];
	bool ok = compile_all(bench, row->text, programs) &&
		  same_answers(row->text, programs, packets);

	for (enum bench_compiler by = OURS; by < COMPILERS; by++) {
		row->counts[by] = programs[by].count;
		row->executed[by] = ok ? bench_mean_executed(&programs[by], packets) : 0;
		bench_program_free(&programs[by]);
	}
	double theirs = row->executed[THEIRS] < row->executed[THEIRS_PLAIN] ?
				row->executed[THEIRS] :
				row->executed[THEIRS_PLAIN];
	row->ratio = ok ? row->executed[OURS] / theirs : 0;
	return ok;
}

/* ---- tables --------------------------------------------------------------------------------- */

/* A mean has its rounding. */
static bool is_over(const struct row *row, double ratio_max)
{
	return row->ratio > ratio_max + 1e-9;
}

static void summarize(struct summary *summary, const struct row *row)
{
	bool is_list = bench_terms(row->text) > BENCH_LIST_TERMS;

	bench_ratio_add(&summary->all, row->ratio, row->text);
	bench_ratio_add(is_list ? &summary->lists : &summary->others, row->ratio, row->text);
	summary->over += is_over(row, summary->ratio_max);
}

static void print_head(const struct list *list, const char *title, struct bench_packets packets)
{
	printf("\n== Executed instructions of %s, mean of the %u %s\n", list->file, packets.count,
	       title);
	printf("   (plain: libpcap's without its optimizer; ratio: ours to the better of the two; "
	       "*: over %.3f)\n",
	       list->ratio_max);
	printf("   instructions        executed a packet\n"
	       " ours libpcap plain     ours libpcap   plain   ratio\n");
}

static void print_row(const struct row *row, double ratio_max)
{
	printf("%5u %7u %5u %8.2f %7.2f %7.2f %7.3f%c %s\n", row->counts[OURS], row->counts[THEIRS],
	       row->counts[THEIRS_PLAIN], row->executed[OURS], row->executed[THEIRS],
	       row->executed[THEIRS_PLAIN], row->ratio, is_over(row, ratio_max) ? '*' : ' ',
	       row->text);
}

static void print_summary(const struct summary *summary, const char *mean_wanted)
{
	printf("all %u: geometric mean %.3f (wanted: %s); %u over %.3f, worst %.3f: %s\n",
	       summary->all.count, bench_geometric_mean(&summary->all), mean_wanted, summary->over,
	       summary->ratio_max, summary->all.worst, summary->all.worst_of);
	printf("the %u lists of over %u tests: geometric mean %.3f, worst %.3f; the %u others: "
	       "%.3f, worst %.3f\n",
	       summary->lists.count, BENCH_LIST_TERMS, bench_geometric_mean(&summary->lists),
	       summary->lists.worst, summary->others.count, bench_geometric_mean(&summary->others),
	       summary->others.worst);
}

static bool print_table(const struct bench *bench, size_t which, const char *title,
			struct bench_packets packets, const char *mean_wanted)
{
	const struct bench_expressions *expressions = &bench->expressions[which];
	struct summary summary = { .ratio_max = lists[which].ratio_max };
	bool ok = true;

	print_head(&lists[which], title, packets);
	for (uint32_t i = 0; i < expressions->count; i++) {
		struct row row = { .text = expressions->list[i] };
		if (!measure(bench, &row, packets)) {
			ok = false;
			continue;
		}
		print_row(&row, summary.ratio_max);
		summarize(&summary, &row);
	}
	print_summary(&summary, mean_wanted);
	return ok;
}

static bool print_known(const struct bench *bench, struct bench_packets packets)
{
	bool ok = true;

	printf("\n== What is known to be possible, by hand\n"
	       "   instructions          executed a packet\n"
	       " ours by hand libpcap     ours by hand libpcap\n");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct row row = { .text = known[i].text };
		ok &= measure(bench, &row, packets);
		printf("%5u %7u %7u %8.2f %7s %7.2f  %s\n", row.counts[OURS], known[i].count,
		       row.counts[THEIRS], row.executed[OURS], known[i].executed,
		       row.executed[THEIRS], row.text);
	}
	return ok;
}

/* ---- the section ---------------------------------------------------------------------------- */

static bool is_ipv6(const struct flt_packet *packet)
{
	return packet->caplen >= ETHERTYPE_OFF + 2 && packet->bytes[ETHERTYPE_OFF] == 0x86 &&
	       packet->bytes[ETHERTYPE_OFF + 1] == 0xdd;
}

static bool pick_ipv6(struct bench *bench)
{
	bench->ipv6 = calloc(bench->trace.count, sizeof(*bench->ipv6));
	for (uint32_t i = 0; bench->ipv6 && i < bench->trace.count; i++)
		if (is_ipv6(&bench->trace.packets[i]))
			bench->ipv6[bench->ipv6_count++] = bench->trace.packets[i];
	return bench->ipv6_count > 0;
}

static bool print_tables(const struct bench *bench)
{
	struct bench_packets all = { bench->trace.packets, bench->trace.count };
	struct bench_packets ipv6 = { bench->ipv6, bench->ipv6_count };
	bool ok = true;

	for (size_t i = 0; i < LISTS; i++)
		ok &= print_table(bench, i, "packets of traffic.pcap", all, lists[i].mean_wanted);
	for (size_t i = 0; i < LISTS; i++)
		ok &= print_table(bench, i, "IPv6 packets of it", ipv6, IPV6_MEAN_WANTED);
	return print_known(bench, all) && ok;
}

static bool read_lists(struct bench *bench)
{
	bool ok = true;

	for (size_t i = 0; i < LISTS; i++)
		ok &= bench_read_expressions(&bench->expressions[i], lists[i].file);
	return ok;
}

bool bench_executed(void)
{
	struct bench bench = { .theirs = bench_open_theirs() };
	bool ok = bench.theirs && read_lists(&bench) && bench_read_trace(&bench.trace) &&
		  pick_ipv6(&bench) && print_tables(&bench);

	free(bench.ipv6);
	packet_pool_free(&bench.trace);
	for (size_t i = 0; i < LISTS; i++)
		bench_expressions_free(&bench.expressions[i]);
	if (bench.theirs)
		pcap_close(bench.theirs);
	return ok;
}
