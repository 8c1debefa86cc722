/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random expressions, compiled by the established library (unoptimized) and by ours (at -O0 and
 * optimized): both take them or both refuse them, and the programs give one answer for random
 * packets, where the established one does not read beyond the packet. What is known to differ, and
 * why, is in tests/differences.patterns.
 *
 * RUNS=n (expressions), SEED=n; DEPTH=n; PAIRS=FILE stores the programs for a prover, a line each:
 * {"id":...,"a":[established],"b":[ours]}.
 */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "reference.h"

#define USUAL_RUNS    20000u
#define USUAL_SEED    1u
#define USUAL_DEPTH   6u
#define KNOWN_VERSION "libpcap version 1.10."
#define SKIP	      77
#define PACKETS	      48u
#define STEERS	      4u
#define SNAPLEN	      262144
#define KNOWN_MAX     64u
#define ERRORS_MAX    20u

/* ---- what is known to differ -------------------------------------------------------------------
 */

enum how { BOTH_TAKE, WE_REFUSE, WE_TAKE };

struct known {
	char linktype[16];
	enum how how;
	regex_t expression;
	unsigned seen;
};

struct judge {
	struct packet_pool pool;
	struct random random;
	struct known known[KNOWN_MAX];
	unsigned known_count;
	FILE *pairs;
	uint64_t seed; /* of the expression at hand */
	unsigned both_refuse, both_take, packets, truncated, unsound, explained, wrong;
};

static const struct {
	const char *name;
	enum how how;
} hows[] = {
	{"value", BOTH_TAKE},
	{"we-refuse", WE_REFUSE},
	{"we-take", WE_TAKE},
};

/* Link type, what differs, expression, reason; tabs between them. */
static bool read_known(struct judge *j, char *line)
{
	struct known *known = &j->known[j->known_count];
	char *rest = line;
	const char *linktype = strsep(&rest, "\t"), *how = strsep(&rest, "\t");
	const char *expression = strsep(&rest, "\t");

	if (!expression || !rest || j->known_count == KNOWN_MAX)
		return false;
	snprintf(known->linktype, sizeof(known->linktype), "%s", linktype);
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		if (strcmp(hows[i].name, how) != 0)
			continue;
		known->how = hows[i].how;
		j->known_count++;
		return regcomp(&known->expression, expression, REG_EXTENDED | REG_NOSUB) == 0;
	}
	return false;
}

static bool read_all_known(struct judge *j, const char *folder)
{
	char path[4096], line[1024];
	bool ok = true;

	snprintf(path, sizeof(path), "%s/tests/differences.patterns", folder);
	FILE *from = fopen(path, "r");
	while (from && ok && fgets(line, sizeof(line), from)) {
		ok = *line == '#' || *line == '\n' || read_known(j, line);
		if (!ok)
			printf("tests/differences.patterns: link type, what, expression, reason: "
			       "%s",
			       line);
	}
	if (from)
		fclose(from);
	return from && ok;
}

static bool is_known(struct judge *j, const char *linktype, enum how how, const char *expression)
{
	for (unsigned i = 0; i < j->known_count; i++) {
		struct known *known = &j->known[i];
		if (known->how != how ||
		    (strcmp(known->linktype, "*") != 0 && strcmp(known->linktype, linktype) != 0) ||
		    regexec(&known->expression, expression, 0, NULL, 0) != 0)
			continue;
		known->seen++;
		return true;
	}
	return false;
}

static void difference(struct judge *j, const char *linktype, enum how how, const char *expression,
		       const char *what)
{
	if (is_known(j, linktype, how, expression)) {
		j->explained++;
		return;
	}
	if (j->wrong++ < ERRORS_MAX)
		printf("%s\t%s\t%s\t%s (SEED=%" PRIu64 " RUNS=1)\n", linktype, hows[how].name,
		       expression, what, j->seed);
}

/* ---- the two compilers -------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	int dlt;
	uint32_t linktype;
} links[] = {
	{"EN10MB", DLT_EN10MB, FLT_LINKTYPE_EN10MB},
	{"EN10MB", DLT_EN10MB, FLT_LINKTYPE_EN10MB},
	{"EN10MB", DLT_EN10MB, FLT_LINKTYPE_EN10MB},
	{"RAW", DLT_RAW, FLT_LINKTYPE_RAW},
	{"IPV4", DLT_IPV4, FLT_LINKTYPE_IPV4},
	{"IPV6", DLT_IPV6, FLT_LINKTYPE_IPV6},
	{"NULL", DLT_NULL, FLT_LINKTYPE_NULL},
	{"LOOP", DLT_LOOP, FLT_LINKTYPE_LOOP},
	{"LINUX_SLL", DLT_LINUX_SLL, FLT_LINKTYPE_LINUX_SLL},
	{"LINUX_SLL2", DLT_LINUX_SLL2, FLT_LINKTYPE_LINUX_SLL2},
	{"PPP", DLT_PPP, FLT_LINKTYPE_PPP},
};

static struct flt_program *ours(uint32_t linktype, const char *expression, uint32_t flags,
				struct flt_error *err)
{
	struct flt_compile_opts opts = {
		.size = sizeof(opts), .linktype = linktype, .snaplen = SNAPLEN, .flags = flags};
	struct flt_resolver nobody = {.size = sizeof(nobody)};
	struct flt_program *prog = NULL;

	opts.resolver = &nobody;
	flt_compile(&prog, expression, strlen(expression), &opts, err);
	return prog;
}

/* Instructions to be freed with pcap_freecode(). Constant offsets of 2^31 and more, which no
 * savefile has, become what they mean there. */
static bool theirs(int dlt, const char *expression, struct bpf_program *prog,
		   char error[PCAP_ERRBUF_SIZE])
{
	pcap_t *dead = pcap_open_dead(dlt, SNAPLEN);
	bool ok = dead && pcap_compile(dead, prog, expression, 0, PCAP_NETMASK_UNKNOWN) == 0;

	if (!ok)
		snprintf(error, PCAP_ERRBUF_SIZE, "%s", dead ? pcap_geterr(dead) : "no memory");
	for (u_int i = 0; ok && i < prog->bf_len; i++) {
		struct bpf_insn *insn = &prog->bf_insns[i];
		if (BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS &&
		    insn->k >> 31)
			*insn = (struct bpf_insn){BPF_RET | BPF_K, 0, 0, 0};
	}
	if (dead)
		pcap_close(dead);
	return ok;
}

/* ---- comparing ---------------------------------------------------------------------------------
 */

static bool one_packet(struct judge *j, uint32_t linktype, const struct bpf_program *a,
		       struct flt_program *const b[2])
{
	const struct flt_insn *insns = (const void *)a->bf_insns;
	uint8_t bytes[POOL_BYTES];
	uint32_t len = packet_pool_draw(&j->pool, &j->random, linktype, bytes);
	uint32_t count;

	for (uint32_t i = random_below(&j->random, STEERS); i > 0; i--)
		reference_steer(&j->random, insns, a->bf_len, bytes, len);
	const struct flt_insn *our_insns = flt_program_insns(b[0], &count);
	if (random_one_in(&j->random, 4))
		reference_steer(&j->random, our_insns, count, bytes, len);
	if (random_one_in(&j->random, 4))
		len = random_below(&j->random, len + 1);
	uint32_t wirelen = len + (random_one_in(&j->random, 4) ? random_number(&j->random) : 0);
	struct reference answer = reference_run(insns, a->bf_len, bytes, len, wirelen, NULL);
	j->packets++;
	j->truncated += answer.is_truncated;
	/* Below the packet there is nothing in a savefile; in a socket there is. */
	return answer.is_truncated || answer.has_special ||
	       (flt_run(b[0], bytes, len, wirelen, NULL) == answer.value &&
		flt_run(b[1], bytes, len, wirelen, NULL) == answer.value);
}

static void print_insns(FILE *out, const char *key, const struct flt_insn *insns, uint32_t count)
{
	fprintf(out, ",\"%s\":[", key);
	for (uint32_t i = 0; i < count; i++)
		fprintf(out, "%s[%u,%u,%u,%u]", i ? "," : "", insns[i].code, insns[i].jt,
			insns[i].jf, insns[i].k);
	fprintf(out, "]");
}

static void store_pairs(struct judge *j, const char *linktype, const char *expression,
			const struct bpf_program *a, struct flt_program *const b[2])
{
	for (unsigned i = 0; j->pairs && i < 2; i++) {
		uint32_t count;
		const struct flt_insn *insns = flt_program_insns(b[i], &count);
		fprintf(j->pairs, "{\"id\":\"%s %s ", i ? "opt" : "O0", linktype);
		for (const char *at = expression; *at; at++)
			fprintf(j->pairs, *at == '\\' ? "\\\\" : "%c", *at);
		fprintf(j->pairs, "\"");
		print_insns(j->pairs, "a", (const void *)a->bf_insns, a->bf_len);
		print_insns(j->pairs, "b", insns, count);
		fprintf(j->pairs, "}\n");
	}
}

static void both_take(struct judge *j, unsigned link, const char *expression,
		      const struct bpf_program *a, struct flt_program *const b[2])
{
	bool same = true;

	j->both_take++;
	/* Theirs may read cells that nobody wrote (`geneve or tcp`): there is no right answer then.
	 */
	if (flt_check((const void *)a->bf_insns, a->bf_len, NULL) < 0) {
		j->unsound++;
		return;
	}
	store_pairs(j, links[link].name, expression, a, b);
	for (unsigned i = 0; i < PACKETS && same; i++)
		same = one_packet(j, links[link].linktype, a, b);
	if (!same)
		difference(j, links[link].name, BOTH_TAKE, expression, "another answer");
}

static void one_expression(struct judge *j, unsigned depth)
{
	char expression[RANDOM_FILTER_BYTES], error[PCAP_ERRBUF_SIZE];
	unsigned link = random_below(&j->random, sizeof(links) / sizeof(links[0]));
	struct flt_error err = {.message = ""};
	struct bpf_program a = {0, NULL};

	random_filter(&j->random, expression, random_below(&j->random, depth + 1));
	bool they_take = theirs(links[link].dlt, expression, &a, error);
	struct flt_program *b[2] = {
		ours(links[link].linktype, expression, FLT_COMPILE_O0, &err),
		ours(links[link].linktype, expression, 0, &err),
	};
	if (!b[0] != !b[1])
		difference(j, links[link].name, BOTH_TAKE, expression,
			   "-O0 and optimized do not agree");
	else if (!they_take && b[0])
		difference(j, links[link].name, WE_TAKE, expression, error);
	else if (they_take && !b[0])
		difference(j, links[link].name, WE_REFUSE, expression, err.message);
	else if (they_take)
		both_take(j, link, expression, &a, b);
	else
		j->both_refuse++;
	if (they_take)
		pcap_freecode(&a);
	flt_program_unref(b[0]);
	flt_program_unref(b[1]);
}

static bool set_up(struct judge *j)
{
	const char *folder = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	const char *pairs = getenv("PAIRS");
	char pcaps[4096];

	snprintf(pcaps, sizeof(pcaps), "%s/pcaps", folder);
	if (!packet_pool_read(&j->pool, pcaps) || !read_all_known(j, folder)) {
		printf("%s: no packets, or no tests/differences.patterns\n", folder);
		return false;
	}
	j->pairs = pairs ? fopen(pairs, "w") : NULL;
	return !pairs || j->pairs;
}

int main(void)
{
	static struct judge j;
	/* The same ones each time, unless told: a new difference is news, not a failure. */
	uint64_t seed = getenv("SEED") ? random_seed_from_environment() : USUAL_SEED;
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);
	unsigned depth = getenv("DEPTH") ? (unsigned)atoi(getenv("DEPTH")) : USUAL_DEPTH;

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	if (!strstr(pcap_lib_version(), KNOWN_VERSION)) {
		printf("tests/differences.patterns speaks of %s, this is %s\n", KNOWN_VERSION,
		       pcap_lib_version());
		return SKIP;
	}
	if (!set_up(&j))
		return 1;
	for (uint64_t i = 0; i < runs; i++) {
		j.seed = seed + i;
		random_seed(&j.random, j.seed);
		one_expression(&j, depth);
	}
	if (j.pairs)
		fclose(j.pairs);
	for (unsigned i = 0; i < j.known_count; i++)
		regfree(&j.known[i].expression);
	printf("%" PRIu64
	       " expressions: both take %u (%u not sound), both refuse %u, %u explained, %u wrong; "
	       "%u packets, %u truncated\n",
	       runs, j.both_take, j.unsound, j.both_refuse, j.explained, j.wrong, j.packets,
	       j.truncated);
	return j.wrong == 0 && j.both_take > j.unsound ? 0 : 1;
}
