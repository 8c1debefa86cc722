/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random expressions, compiled by the established library (unoptimized) and by ours (at -O0 and
 * optimized): both take them or both refuse them, and the programs give one answer for every packet
 * of the recorded captures and for random ones, where the established one does not read beyond the
 * packet. What is known to differ, and why, is in tests/differences.patterns.
 *
 * RUNS=n (expressions), SEED=n; DEPTH=n; LINKTYPE=NAME: of this one only, a row of
 * tests/random_links.def; WILD=1: also where libpcap is known to be wrong;
 * EXPLAINED=1 prints what is known, too; PAIRS=FILE stores the programs for a prover, a line each:
 * {"id":...,"a":[established],"b":[ours]}.
 */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known_differences.h"
#include "libfilter.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "random_links.h"
#include "reference.h"
#include "watched.h"

/* More than half of them are of the ten link types that are used most. */
#define WHOLE_RUNS 40000u
#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define USUAL_RUNS 4000u
#else
#define USUAL_RUNS WHOLE_RUNS
#endif
#define USUAL_SEED        1u
#define USUAL_DEPTH       6u
#define KNOWN_VERSION     "libpcap version 1.10."
#define SKIP              77
#define PACKETS           48u
#define STEERS            4u
#define WILD_ONE_IN       8u
#define SECOND_OPINIONS   64u /* one packet in so many is shown to libpcap's interpreter, too */
#define SNAPLEN           262144
#define CAPTURED_AT_LEAST 5000u /* packets, when the recorded captures are there */
#define ERRORS_MAX        (getenv("ERRORS") ? 1000000u : 20u)
#define LINKS_MAX         64u

struct judge {
	struct packet_pool pool;
	struct random random;
	struct known_differences known;
	FILE *pairs;
	uint64_t seed; /* of the expression at hand */
	uint32_t *verdicts[3];
	bool has_captures;
	unsigned both_refuse, both_take, unsound, explained, wrong;
	uint64_t packets, truncated;
	struct by_link {
		unsigned expressions, both_take, some;
	} links[LINKS_MAX];
};

/* An expression, compiled. */
struct trial {
	uint32_t link; /* of random_links */
	char expression[RANDOM_FILTER_BYTES];
	struct bpf_program a;        /* theirs */
	struct flt_program *theirs;  /* the same; NULL: the kernel would refuse it */
	struct flt_program *ours[2]; /* at -O0, optimized */
	bool is_tame;
	bool some, others; /* packets match; packets do not */
};

static void difference(struct judge *j, const struct trial *t, enum how how, const char *what)
{
	const char *linktype = random_links[t->link].name;

	if (known_differences_explain(&j->known, linktype, how, t->expression, what)) {
		j->explained++;
		if (!getenv("EXPLAINED"))
			return;
	} else if (j->wrong++ >= ERRORS_MAX) {
		return;
	}
	printf("%s\t%s\t%s\t%s (SEED=%" PRIu64 " RUNS=1)\n", linktype, how_name(how), t->expression,
	       what, j->seed);
}

/* ---- the two compilers -------------------------------------------------------------------------
 */

static struct flt_program *ours(uint32_t linktype, const char *expression, uint32_t flags,
				struct flt_error *err)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 WATCHED,
					 .linktype = linktype,
					 .snaplen = SNAPLEN,
					 .flags = flags };
	struct flt_resolver nobody = { .size = sizeof(nobody) };
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
			*insn = (struct bpf_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	}
	if (dead)
		pcap_close(dead);
	return ok;
}

/* ---- comparing ---------------------------------------------------------------------------------
 */

/* Theirs may read cells that nobody wrote (`geneve or tcp`): they count as 0 then. */
static uint32_t run_theirs(const struct trial *t, const uint8_t *bytes, uint32_t caplen,
			   uint32_t wirelen)
{
	if (t->theirs)
		return flt_run(t->theirs, bytes, caplen, wirelen, NULL);
	return reference_run((const void *)t->a.bf_insns, t->a.bf_len, bytes, caplen, wirelen, NULL)
		.value;
}

/* libpcap looks for PPP's protocol behind ff03 only, and for two bytes of it. */
static bool is_whole_ppp(const struct flt_packet *packet)
{
	return packet->caplen >= 3 && packet->bytes[0] == 0xff && packet->bytes[1] == 0x03 &&
	       !(packet->bytes[2] & 1);
}

/* It pads the 802.11 header as if that began where the packet does. */
static bool is_padded(const struct flt_packet *packet)
{
	const uint8_t *b = packet->bytes;

	if (packet->caplen < 17 || !(b[4] & 2))
		return packet->caplen < 17;
	return b[7] & 0x80 || b[b[4] & 1 ? 16 : 8] & 0x20;
}

/* Whether libpcap looks for headers where they are not: tests/corrected.py. Proofs are of these. */
static bool is_elsewhere(const struct trial *t, const struct flt_packet *packet)
{
	const char *name = random_links[t->link].name;

	bool is_ppp = strcmp(name, "PPP") == 0 || strcmp(name, "PPP_SERIAL") == 0;

	return (is_ppp && !is_whole_ppp(packet)) ||
	       (strcmp(name, "IEEE802_11_RADIO") == 0 && is_padded(packet));
}

/* Whether theirs reads beyond the packet, or below it, where in a savefile there is nothing. */
static bool is_free(struct judge *j, const struct trial *t, const struct flt_packet *packet)
{
	struct reference answer =
		reference_run((const void *)t->a.bf_insns, t->a.bf_len, packet->bytes,
			      packet->caplen, packet->wirelen, NULL);

	j->truncated += answer.is_truncated;
	return answer.is_truncated || answer.has_special || is_elsewhere(t, packet);
}

/* libpcap's interpreter of its own program says what ours says of it. */
static bool second_opinion(struct judge *j, const struct trial *t, const struct flt_packet *packet,
			   uint32_t verdict)
{
	struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->wirelen };

	return (uint32_t)pcap_offline_filter(&t->a, &header, packet->bytes) == verdict ||
	       is_free(j, t, packet);
}

/* Every packet of the link type that there is. */
static const char *all_packets(struct judge *j, struct trial *t)
{
	int64_t linktype = flt_linktype_find(random_links[t->link].name);
	uint32_t count;
	const struct flt_packet *packets = packet_pool_of(&j->pool, (uint32_t)linktype, &count);

	for (uint32_t i = 0; i < count; i++)
		j->verdicts[0][i] =
			run_theirs(t, packets[i].bytes, packets[i].caplen, packets[i].wirelen);
	flt_run_batch(t->ours[0], packets, count, j->verdicts[1]);
	flt_run_batch(t->ours[1], packets, count, j->verdicts[2]);
	j->packets += count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t verdict = j->verdicts[0][i];
		t->some |= verdict != 0;
		t->others |= verdict == 0;
		if ((j->verdicts[1][i] != verdict || j->verdicts[2][i] != verdict) &&
		    !is_free(j, t, &packets[i]))
			return "another answer for a captured packet";
		/* Wild offsets: the kernel's wrap at 32 bits, libpcap's end the program. */
		if (t->theirs && t->is_tame && random_one_in(&j->random, SECOND_OPINIONS) &&
		    !second_opinion(j, t, &packets[i], verdict))
			return "another answer in libpcap's own interpreter";
	}
	return NULL;
}

/* One that is made for the programs. */
static bool one_packet(struct judge *j, struct trial *t)
{
	int64_t linktype = flt_linktype_find(random_links[t->link].name);
	uint8_t bytes[POOL_BYTES];
	uint32_t len = packet_pool_draw(&j->pool, &j->random, (uint32_t)linktype, bytes);
	uint32_t count;

	for (uint32_t i = random_below(&j->random, STEERS); i > 0; i--)
		reference_steer(&j->random, (const void *)t->a.bf_insns, t->a.bf_len, bytes, len);
	const struct flt_insn *our_insns = flt_program_insns(t->ours[0], &count);
	if (random_one_in(&j->random, 4))
		reference_steer(&j->random, our_insns, count, bytes, len);
	if (random_one_in(&j->random, 4))
		len = random_below(&j->random, len + 1);
	uint32_t wirelen = len + (random_one_in(&j->random, 4) ? random_number(&j->random) : 0);
	uint32_t verdict = run_theirs(t, bytes, len, wirelen);
	j->packets++;
	t->some |= verdict != 0;
	t->others |= verdict == 0;
	return (flt_run(t->ours[0], bytes, len, wirelen, NULL) == verdict &&
		flt_run(t->ours[1], bytes, len, wirelen, NULL) == verdict) ||
	       is_free(j, t,
		       &(struct flt_packet){ .bytes = bytes, .caplen = len, .wirelen = wirelen });
}

static const char *made_packets(struct judge *j, struct trial *t)
{
	for (unsigned i = 0; i < PACKETS; i++)
		if (!one_packet(j, t))
			return "another answer for a made packet";
	return NULL;
}

static void print_insns(FILE *out, const char *key, const struct flt_insn *insns, uint32_t count)
{
	fprintf(out, ",\"%s\":[", key);
	for (uint32_t i = 0; i < count; i++)
		fprintf(out, "%s[%u,%u,%u,%u]", i ? "," : "", insns[i].code, insns[i].jt,
			insns[i].jf, insns[i].k);
	fprintf(out, "]");
}

static void store_pairs(struct judge *j, const struct trial *t)
{
	for (unsigned i = 0; j->pairs && t->theirs && i < 2; i++) {
		uint32_t count;
		const struct flt_insn *insns = flt_program_insns(t->ours[i], &count);
		fprintf(j->pairs, "{\"id\":\"%s %s ", i ? "opt" : "O0", random_links[t->link].name);
		for (const char *at = t->expression; *at; at++)
			fprintf(j->pairs, *at == '\\' ? "\\\\" : "%c", *at);
		fprintf(j->pairs, "\"");
		print_insns(j->pairs, "a", (const void *)t->a.bf_insns, t->a.bf_len);
		print_insns(j->pairs, "b", insns, count);
		fprintf(j->pairs, "}\n");
	}
}

static void both_take(struct judge *j, struct trial *t)
{
	struct by_link *link = &j->links[t->link];

	j->both_take++;
	link->both_take++;
	if (flt_program_new(&t->theirs, (const void *)t->a.bf_insns, t->a.bf_len, NULL, NULL) < 0)
		j->unsound++;
	store_pairs(j, t);
	const char *why = all_packets(j, t);
	if (!why)
		why = made_packets(j, t);
	if (why)
		difference(j, t, BOTH_TAKE, why);
	link->some += t->some && t->others;
}

static void one_expression(struct judge *j, const struct random_style *style)
{
	const char *only = getenv("LINKTYPE");
	struct trial t = { .link = random_links_draw(&j->random) };
	const char *name = random_links[t.link].name;
	if (only && strcmp(only, name) != 0)
		return;
	uint32_t linktype = (uint32_t)flt_linktype_find(name);
	struct random_style own = { .depth = random_below(&j->random, style->depth + 1),
				    .own = random_links[t.link].own,
				    .first = random_links[t.link].first,
				    .is_tame = style->is_tame &&
					       !random_one_in(&j->random, WILD_ONE_IN) };
	struct flt_error err = { .message = "" };
	char error[PCAP_ERRBUF_SIZE];

	t.is_tame = own.is_tame;
	random_filter_of(&j->random, t.expression, &own);
	bool they_take = theirs(pcap_datalink_name_to_val(name), t.expression, &t.a, error);
	t.ours[0] = ours(linktype, t.expression, FLT_COMPILE_O0, &err);
	t.ours[1] = ours(linktype, t.expression, 0, &err);
	j->links[t.link].expressions++;
	if (!t.ours[0] != !t.ours[1])
		difference(j, &t, BOTH_TAKE, "-O0 and optimized do not agree");
	else if (!they_take && t.ours[0])
		difference(j, &t, WE_TAKE, error);
	else if (they_take && !t.ours[0])
		difference(j, &t, WE_REFUSE, err.message);
	else if (they_take)
		both_take(j, &t);
	else
		j->both_refuse++;
	if (they_take)
		pcap_freecode(&t.a);
	flt_program_unref(t.theirs);
	flt_program_unref(t.ours[0]);
	flt_program_unref(t.ours[1]);
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

static bool read_packets(struct judge *j, const char *folder)
{
	static const char *const captures[] = { "conformance/dissect/*", "conformance/savefiles/*",
						"bench/*.pcap" };
	const char *shared = getenv("SHARED");
	char pattern[4096];

	snprintf(pattern, sizeof(pattern), "%s/pcaps/*.pcap", folder);
	uint32_t count = packet_pool_read(&j->pool, pattern);
	for (size_t i = 0; shared && i < sizeof(captures) / sizeof(captures[0]); i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s", shared, captures[i]);
		count = packet_pool_read(&j->pool, pattern);
	}
	if (!count || !packet_pool_rehead(&j->pool)) {
		printf("no packets, or tests/link_headers.def is wrong\n");
		return false;
	}
	for (size_t i = 0; i < sizeof(j->verdicts) / sizeof(j->verdicts[0]); i++)
		j->verdicts[i] = calloc(j->pool.count, sizeof(uint32_t));
	j->has_captures = shared && count >= CAPTURED_AT_LEAST;
	printf("%u packets of captures, %u more behind other headers\n", count,
	       j->pool.count - count);
	return j->verdicts[0] && j->verdicts[1] && j->verdicts[2];
}

static bool set_up(struct judge *j)
{
	const char *folder = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	const char *pairs = getenv("PAIRS");

	if (!read_packets(j, folder) || !known_differences_read(&j->known, folder))
		return false;
	j->pairs = pairs ? fopen(pairs, "w") : NULL;
	return !pairs || j->pairs;
}

static void tear_down(struct judge *j)
{
	if (j->pairs)
		fclose(j->pairs);
	for (size_t i = 0; i < sizeof(j->verdicts) / sizeof(j->verdicts[0]); i++)
		free(j->verdicts[i]);
	packet_pool_free(&j->pool);
	known_differences_free(&j->known);
}

/* Returns how many link types none of the expressions told apart. */
static unsigned print_links(const struct judge *j)
{
	unsigned vacuous = 0;

	printf("%-20s %8s %11s %10s %10s\n", "", "packets", "expressions", "both take",
	       "match some");
	for (uint32_t i = 0; i < random_links_count(); i++) {
		int64_t linktype = flt_linktype_find(random_links[i].name);
		uint32_t packets;
		packet_pool_of(&j->pool, (uint32_t)linktype, &packets);
		printf("%-20s %8u %11u %10u %10u\n", random_links[i].name, packets,
		       j->links[i].expressions, j->links[i].both_take, j->links[i].some);
		vacuous += !j->links[i].some;
	}
	return vacuous;
}

static bool judge(struct judge *j, uint64_t seed, uint64_t runs)
{
	struct random_style style = { .depth = USUAL_DEPTH, .is_tame = !getenv("WILD") };

	if (getenv("DEPTH"))
		style.depth = (unsigned)atoi(getenv("DEPTH"));
	for (uint64_t i = 0; i < runs; i++) {
		j->seed = seed + i;
		random_seed(&j->random, j->seed);
		one_expression(j, &style);
	}
	unsigned vacuous = print_links(j);
	unsigned unused = known_differences_print(&j->known);
	printf("%" PRIu64
	       " expressions: both take %u (%u not sound), both refuse %u, %u explained, %u wrong; "
	       "%" PRIu64 " packets, %" PRIu64 " of them where the answer is free\n",
	       runs, j->both_take, j->unsound, j->both_refuse, j->explained, j->wrong, j->packets,
	       j->truncated);
	/* Less than the usual need not show everything. */
	bool is_whole = runs >= WHOLE_RUNS && j->has_captures && !getenv("LINKTYPE");
	return j->wrong == 0 && (!is_whole || (!vacuous && !unused));
}

int main(void)
{
	static struct judge j;
	/* The same ones each time, unless told: a new difference is news, not a failure. */
	uint64_t seed = getenv("SEED") ? random_seed_from_environment() : USUAL_SEED;
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	if (!strstr(pcap_lib_version(), KNOWN_VERSION)) {
		printf("tests/differences.patterns speaks of %s, this is %s\n", KNOWN_VERSION,
		       pcap_lib_version());
		return SKIP;
	}
	bool ok = set_up(&j) && judge(&j, seed, runs);
	tear_down(&j);
	return ok ? 0 : 1;
}
