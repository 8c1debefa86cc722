/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc compile --stats: what a program takes, what its compile took, and how far it runs over
 * the packets of a savefile. A key and its value a line, or one JSON object. */
#include <inttypes.h>
#include <linux/filter.h>
#include <string.h>

#include "command_stats.h"
#include "common.h"

/* ---- counting ------------------------------------------------------------------------------ */

/* Cells of M[] that the program writes. */
static unsigned count_cells(const struct flt_program *prog)
{
	uint32_t count, written = 0;
	const struct flt_insn *insns = flt_program_insns(prog, &count);

	for (uint32_t i = 0; i < count; i++)
		if (BPF_CLASS(insns[i].code) == BPF_ST || BPF_CLASS(insns[i].code) == BPF_STX)
			written |= 1u << insns[i].k;
	return (unsigned)__builtin_popcount(written);
}

static void count_packet(struct stats *stats, const struct flt_program *prog, uint32_t linktype,
			 const struct flt_packet *packet)
{
	uint32_t executed;

	if (packet->linktype != linktype) {
		stats->skipped++;
		return;
	}
	stats->packets++;
	stats->matches += flt_run_counted(prog, packet->bytes, packet->caplen, packet->wirelen,
					  packet->meta, &executed) != 0;
	stats->executed += executed;
	if (executed > stats->most)
		stats->most = executed;
}

bool stats_run(struct stats *stats, const struct flt_program *prog, struct flt_source *src,
	       struct flt_error *err)
{
	struct flt_program_info info = { .size = sizeof(info) };
	const struct flt_packet *packets;
	uint32_t count;
	int code;

	stats->has_capture = true;
	flt_program_info(prog, &info);
	while ((code = flt_source_read(src, &packets, &count, -1, err)) > 0)
		for (uint32_t i = 0; i < count; i++)
			count_packet(stats, prog, info.linktype, &packets[i]);
	return code == FLT_END;
}

/* ---- as text ------------------------------------------------------------------------------- */

static double mean_path(const struct stats *stats)
{
	return stats->packets ? (double)stats->executed / (double)stats->packets : 0;
}

void stats_print(FILE *to, const struct stats *stats, const struct flt_program *prog)
{
	struct flt_program_info info = { .size = sizeof(info) };

	flt_program_info(prog, &info);
	fprintf(to, "instructions %" PRIu32 "\nlongest-path %" PRIu32 "\ncells %u\n", info.count,
		info.longest_path, count_cells(prog));
	fprintf(to, "microseconds %" PRIu64 "\nmemory %" PRIu64 "\n", stats->microseconds,
		stats->compile.memory);
	fprintf(to, "work %" PRIu64 "\nrounds %" PRIu32 "\n", stats->compile.work,
		stats->compile.rounds);
	for (uint32_t i = 0; i < stats->compile.pass_count; i++) {
		const struct flt_pass_stats *pass = &stats->compile.passes[i];
		fprintf(to, "pass %c %" PRIu32 " %" PRIu32 " %s\n", (char)pass->letter,
			pass->changes, pass->runs, pass->what);
	}
	if (!stats->has_capture)
		return;
	fprintf(to, "packets %" PRIu64 "\nskipped %" PRIu64 "\nmatches %" PRIu64 "\n",
		stats->packets, stats->skipped, stats->matches);
	fprintf(to, "mean-path %.2f\nmost-executed %" PRIu32 "\n", mean_path(stats), stats->most);
}

/* ---- as JSON ------------------------------------------------------------------------------- */

static void put_passes(const struct flt_compile_stats *stats)
{
	fputs(",\"passes\":[", stdout);
	for (uint32_t i = 0; i < stats->pass_count; i++) {
		const struct flt_pass_stats *pass = &stats->passes[i];
		printf("%s{\"letter\":\"%c\",\"changes\":%" PRIu32, i ? "," : "",
		       (char)pass->letter, pass->changes);
		printf(",\"runs\":%" PRIu32 ",\"what\":", pass->runs);
		put_json_text(pass->what);
		putchar('}');
	}
	putchar(']');
}

void stats_print_json(const struct stats *stats, const struct flt_program *prog)
{
	struct flt_program_info info = { .size = sizeof(info) };

	flt_program_info(prog, &info);
	putchar('{');
	put_json_insns(prog);
	printf(",\"stats\":{\"instructions\":%" PRIu32 ",\"longest_path\":%" PRIu32 ",\"cells\":%u",
	       info.count, info.longest_path, count_cells(prog));
	printf(",\"microseconds\":%" PRIu64 ",\"memory\":%" PRIu64 ",\"work\":%" PRIu64
	       ",\"rounds\":%" PRIu32,
	       stats->microseconds, stats->compile.memory, stats->compile.work,
	       stats->compile.rounds);
	put_passes(&stats->compile);
	if (stats->has_capture) {
		printf(",\"packets\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"matches\":%" PRIu64,
		       stats->packets, stats->skipped, stats->matches);
		printf(",\"mean_path\":%.2f,\"most_executed\":%" PRIu32, mean_path(stats),
		       stats->most);
	}
	puts("}}");
}
