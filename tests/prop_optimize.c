/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The optimizer keeps the truncation rule: for random expressions, and packets cut at every length,
 * the optimized program returns what the unoptimized one does wherever that one reads no byte that
 * a longer packet would have. The library's interpreter and the tests' own one agree, compiling
 * again gives the same program, and the kernel takes every program of up to 4,096 instructions.
 *
 * RUNS=n (expressions), SEED=n replay.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"
#include "kernel.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "random_links.h"
#include "reference.h"

#define USUAL_RUNS 6000u
#define DEPTH 8u
#define PACKETS 6u
#define STEERS 6u
#define SNAPLEN 262144
#define ERRORS_MAX 20u

struct trial {
	struct packet_pool pool;
	struct random random;
	struct kernel kernel;
	uint64_t seed; /* of the expression at hand */
	char expression[RANDOM_FILTER_BYTES];
	const char *link;
	uint32_t linktype, flags;
	uint64_t refused, programs, insns[2], runs, truncated;
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%s%s: %s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->link,
		       t->flags & FLT_COMPILE_COOKED ? " (cooked)"
		       : t->flags & FLT_COMPILE_LIVE ? " (live)"
						     : "",
		       t->expression, what, t->seed);
}

/* ---- compiling ---------------------------------------------------------------------------- */

/* How the link type is captured or read, beside its name: flags that change what is compiled. */
static const struct {
	const char *name;
	uint32_t flags;
} ways[] = {
	{"EN10MB", FLT_COMPILE_NETMASK},
	{"EN10MB", FLT_COMPILE_LIVE},
	{"NULL", FLT_COMPILE_SWAPPED},
	{"ENC", FLT_COMPILE_SWAPPED},
	{"LINUX_SLL", FLT_COMPILE_LIVE | FLT_COMPILE_COOKED},
	{"LINUX_SLL2", FLT_COMPILE_LIVE | FLT_COMPILE_COOKED},
	{"IEEE802_11_RADIO", FLT_COMPILE_LIVE},
};

/* Any link type of the table, or of its ways one. */
static void draw_link(struct trial *t, struct random_style *style)
{
	const struct random_link *link = &random_links[random_links_draw(&t->random)];
	uint32_t way = random_below(&t->random, 2 * sizeof(ways) / sizeof(ways[0]));

	t->flags = 0;
	t->link = link->name;
	style->own = link->own;
	if (way < sizeof(ways) / sizeof(ways[0])) {
		t->link = ways[way].name;
		t->flags = ways[way].flags;
		style->own = '\0';
	}
	t->linktype = (uint32_t)flt_linktype_find(t->link);
}

static struct flt_program *compile(const struct trial *t, uint32_t flags)
{
	struct flt_resolver nobody = {.size = sizeof(nobody)};
	struct flt_compile_opts opts = {.size = sizeof(opts),
					.linktype = t->linktype,
					.snaplen = SNAPLEN,
					.netmask = 0xffffff00,
					.flags = t->flags | flags};
	struct flt_program *prog = NULL;

	opts.resolver = &nobody;
	flt_compile(&prog, t->expression, strlen(t->expression), &opts, NULL);
	return prog;
}

static void check_program(struct trial *t, const struct flt_program *prog, uint32_t flags)
{
	struct flt_program *again = compile(t, flags);
	uint32_t count, again_count = 0;
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	const struct flt_insn *same = again ? flt_program_insns(again, &again_count) : NULL;

	t->programs++;
	t->insns[flags & FLT_COMPILE_O0 ? 0 : 1] += count;
	if (!same || count != again_count || memcmp(insns, same, count * sizeof(*insns)) != 0)
		wrong(t, "compiled again it is another program");
	int refusal = count <= BPF_KERNEL_LIMIT ? kernel_attach(&t->kernel, insns, count) : 0;
	if (refusal && refusal != ENOMEM)        /* net.core.optmem_max is another matter */
		wrong(t, flags ? "the kernel refuses it at -O0" : "the kernel refuses it");
	flt_program_unref(again);
}

/* ---- packets ------------------------------------------------------------------------------ */

static void random_meta(struct random *r, struct flt_meta *meta)
{
	*meta = (struct flt_meta){.present =
					  FLT_META_DEVICE | FLT_META_PROTOCOL | FLT_META_PKTTYPE};
	if (random_one_in(r, 2))
		meta->present |= FLT_META_VLAN;
	meta->ifindex = random_below(r, 40);
	meta->hatype = (uint16_t)random_below(r, 4);
	meta->protocol = random_one_in(r, 2) ? 0x0800 : 0x86dd;
	meta->vlan_tci = (uint16_t)(random_one_in(r, 2) ? 5 : random_number(r));
	meta->vlan_tpid = 0x8100;
	meta->pkttype = (uint8_t)random_below(r, 5);
}

static bool one_length(struct trial *t, struct flt_program *const progs[2], const uint8_t *bytes,
		       uint32_t len, const struct flt_meta *meta)
{
	uint32_t count, wirelen = len + (random_one_in(&t->random, 4) ? 40 : 0);
	const struct flt_insn *insns = flt_program_insns(progs[0], &count);
	struct reference want = reference_run(insns, count, bytes, len, wirelen, meta);

	t->runs++;
	t->truncated += want.is_truncated;
	if (flt_run(progs[0], bytes, len, wirelen, meta) != want.value) {
		wrong(t, "the two interpreters differ");
		return false;
	}
	if (want.is_truncated || flt_run(progs[1], bytes, len, wirelen, meta) == want.value)
		return true;
	wrong(t, "-O0 and optimized differ");
	return false;
}

static bool one_packet(struct trial *t, struct flt_program *const progs[2])
{
	uint8_t bytes[POOL_BYTES];
	uint32_t count, len = packet_pool_draw(&t->pool, &t->random, t->linktype, bytes);
	const struct flt_insn *insns =
		flt_program_insns(progs[random_below(&t->random, 2)], &count);
	struct flt_meta meta;

	random_meta(&t->random, &meta);
	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, insns, count, bytes, len);
	for (uint32_t cut = 0; cut <= len; cut++)
		if (!one_length(t, progs, bytes, cut, &meta))
			return false;
	return true;
}

/* ---- one expression ----------------------------------------------------------------------- */

static void one_expression(struct trial *t)
{
	struct random_style style = {.depth = random_below(&t->random, DEPTH + 1),
				     .has_ours = true};

	draw_link(t, &style);
	random_filter_of(&t->random, t->expression, &style);
	struct flt_program *progs[2] = {compile(t, FLT_COMPILE_O0), compile(t, 0)};
	if (!progs[0] != !progs[1])
		wrong(t, "-O0 and optimized: one refuses it");
	if (progs[0] && progs[1]) {
		check_program(t, progs[0], FLT_COMPILE_O0);
		check_program(t, progs[1], 0);
		for (unsigned i = 0; i < PACKETS && one_packet(t, progs); i++) {
		}
	} else {
		t->refused++;
	}
	flt_program_unref(progs[0]);
	flt_program_unref(progs[1]);
}

int main(void)
{
	static struct trial t;
	const char *folder = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);
	char pcaps[4096];

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	snprintf(pcaps, sizeof(pcaps), "%s/pcaps/*.pcap", folder);
	if (!packet_pool_read(&t.pool, pcaps) || !packet_pool_rehead(&t.pool) ||
	    kernel_open(&t.kernel) != 0) {
		printf("no packets in %s, or no socket\n", pcaps);
		return 1;
	}
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	kernel_close(&t.kernel);
	packet_pool_free(&t.pool);
	printf("%" PRIu64 " expressions, %" PRIu64 " refused, %" PRIu64 " programs (%" PRIu64
	       " instructions at -O0, %" PRIu64 " optimized), %" PRIu64 " packets, %" PRIu64
	       " of them truncated; %u wrong\n",
	       runs, t.refused, t.programs, t.insns[0], t.insns[1], t.runs, t.truncated, t.wrong);
	return t.wrong == 0 && t.programs ? 0 : 1;
}
