/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The optimizer keeps the truncation rule (tests/truncation.h). For random expressions, -O0 is held
 * against each pass alone, against a random choice of passes and against all of them, on packets
 * whole and cut at every length with the length on the wire held, in the interpreter; and against
 * all of them in the kernel at the same cut, where the packet ends with its bytes. Besides, the
 * library's interpreter and the tests' own one agree, compiling again gives the same program, and
 * the kernel takes every program of up to 4,096 instructions.
 *
 * First, the search is tried on pairs of expressions that break the rule: each must be found.
 *
 * RUNS=n (expressions), SEED=n replay.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "kernel.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "random_links.h"
#include "truncation.h"
#include "variants.h"

#define USUAL_RUNS        30000u
#define LEAST_COMPARISONS 1000000u /* of the usual runs */
#define DEPTH             8u
#define PACKETS           6u
#define KERNEL_PACKETS    1u
#define PLANTED_PACKETS   3000u
#define STEERS            6u
#define SNAPLEN           262144
#define ERRORS_MAX        20u

struct trial {
	struct packet_pool pool;
	struct random random;
	struct kernel kernel;
	struct truncation judge;
	uint64_t seed; /* of the expression at hand */
	char expression[RANDOM_FILTER_BYTES];
	const char *link;
	uint32_t linktype, flags;
	struct variant variants[VARIANTS];
	uint8_t bytes[POOL_BYTES];
	uint64_t refused, programs, insns[2], packets, truncated, compared, in_kernel;
	unsigned wrong;
};

#define PLAIN(t) (&(t)->variants[VARIANT_PLAIN])
#define BEST(t)  (&(t)->variants[VARIANT_BEST])

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%s%s: %s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->link,
		       t->flags & FLT_COMPILE_COOKED ? " (cooked)" :
		       t->flags & FLT_COMPILE_LIVE   ? " (live)" :
						       "",
		       t->expression, what, t->seed);
}

static void print_breach(struct trial *t, const char *engine, const char *passes,
			 const struct breach *breach)
{
	char what[256];

	snprintf(what, sizeof(what),
		 "passes '%s' in the %s: %" PRIu32 ", not %" PRIu32 ", at cut %" PRIu32
		 " of %" PRIu32 " (%" PRIu32 " on the wire)",
		 passes, engine, breach->got, breach->want, breach->cut, t->judge.len,
		 truncation_wirelen(&t->judge, breach->cut));
	wrong(t, what);
	for (uint32_t i = 0; i < t->judge.len && t->wrong <= ERRORS_MAX; i++)
		printf("%s%02x%s", i % 4 ? "" : " ", t->bytes[i],
		       i + 1 == t->judge.len ? "\n" : "");
}

/* ---- compiling ---------------------------------------------------------------------------- */

static struct flt_compile_opts options(const struct trial *t)
{
	static const struct flt_resolver nobody = { .size = sizeof(nobody) };

	return (struct flt_compile_opts){ .size = sizeof(struct flt_compile_opts),
					  .linktype = t->linktype,
					  .snaplen = SNAPLEN,
					  .netmask = 0xffffff00,
					  .flags = t->flags,
					  .resolver = &nobody };
}

/* False: it is refused. */
static bool compile_variants(struct trial *t)
{
	struct flt_compile_opts opts = options(t);
	bool is_odd;

	if (variants_compile(t->variants, &t->random, t->expression, &opts, &is_odd))
		return true;
	if (is_odd)
		wrong(t, "compiled with some passes it is refused, with others it is not");
	return false;
}

static void check_program(struct trial *t, const struct variant *v)
{
	struct flt_compile_opts opts = options(t);
	struct variant again = *v;
	int refusal =
		v->count <= BPF_KERNEL_LIMIT ? kernel_attach(&t->kernel, v->insns, v->count) : 0;

	t->programs++;
	if (refusal && refusal != ENOMEM) /* net.core.optmem_max is another matter */
		wrong(t, *v->passes ? "the kernel refuses it" : "the kernel refuses it at -O0");
	if (v != PLAIN(t) && v != BEST(t))
		return;
	t->insns[v == BEST(t)] += v->count;
	if (!variant_compile(&again, t->expression, &opts) || !variant_is_same(v, &again))
		wrong(t, "compiled again it is another program");
	flt_program_unref(again.prog);
}

/* ---- packets ------------------------------------------------------------------------------ */

static void random_meta(struct random *r, struct flt_meta *meta)
{
	*meta = (struct flt_meta){ .present =
					   FLT_META_DEVICE | FLT_META_PROTOCOL | FLT_META_PKTTYPE };
	if (random_one_in(r, 2))
		meta->present |= FLT_META_VLAN;
	meta->ifindex = random_below(r, 40);
	meta->hatype = (uint16_t)random_below(r, 4);
	meta->protocol = random_one_in(r, 2) ? 0x0800 : 0x86dd;
	meta->vlan_tci = (uint16_t)(random_one_in(r, 2) ? 5 : random_number(r));
	meta->vlan_tpid = 0x8100;
	meta->pkttype = (uint8_t)random_below(r, 5);
}

/* Draw one for the judge, and change it so that one of the programs goes far into it. */
static void draw_packet(struct trial *t)
{
	const struct variant *v = &t->variants[random_below(&t->random, VARIANTS)];
	uint32_t len = packet_pool_draw(&t->pool, &t->random, t->linktype, t->bytes);

	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, v->insns, v->count, t->bytes, len);
	t->judge.bytes = t->bytes;
	t->judge.len = len;
	t->judge.wirelen = len + (random_one_in(&t->random, 4) ? 40 : 0);
	t->packets++;
}

/* The library's interpreter gives what the tests' own one does, on a truncated packet, too. */
static bool engines_agree(struct trial *t)
{
	struct breach breach;

	t->truncated += t->judge.free_count;
	for (uint32_t cut = 0; cut <= t->judge.len; cut++) {
		uint32_t got = flt__bpf_run(PLAIN(t)->insns, t->bytes, cut,
					    truncation_wirelen(&t->judge, cut), t->judge.meta);
		if (got == t->judge.value[cut])
			continue;
		breach = (struct breach){ cut, t->judge.value[cut], got };
		print_breach(t, "library's interpreter", "", &breach);
		return false;
	}
	return true;
}

static bool passes_keep_the_rule(struct trial *t)
{
	struct breach breach;

	for (size_t i = 1; i < VARIANTS; i++) {
		const struct variant *v = &t->variants[i];
		if (!v->is_new)
			continue;
		t->compared += t->judge.len + 1;
		if (!truncation_breach(&t->judge, v->insns, &breach))
			continue;
		print_breach(t, "interpreter", v->passes, &breach);
		return false;
	}
	return true;
}

static bool one_packet(struct trial *t)
{
	struct flt_meta meta;

	random_meta(&t->random, &meta);
	draw_packet(t);
	t->judge.meta = &meta;
	truncation_ask(&t->judge, PLAIN(t)->insns, PLAIN(t)->count);
	return engines_agree(t) && passes_keep_the_rule(t);
}

/* ---- the kernel --------------------------------------------------------------------------- */

/* On a unix socket these are no numbers, or no two times the same; without a device the first two
 * return what A happens to hold. */
static bool reads_what_varies(const struct variant *v)
{
	static const uint32_t varying[] = { SKF_AD_IFINDEX, SKF_AD_HATYPE, SKF_AD_RANDOM };

	for (uint32_t at = 0; at < v->count; at++)
		for (size_t i = 0; i < sizeof(varying) / sizeof(varying[0]); i++)
			if (v->insns[at].code <= (BPF_LD | BPF_ABS | BPF_B) &&
			    BPF_MODE(v->insns[at].code) == BPF_ABS &&
			    v->insns[at].k == BPF_OFF_META + varying[i])
				return true;
	return false;
}

/* What the attached program shows at each cut: a value of the reference, or what is none. */
static bool kernel_keeps_the_rule(struct trial *t, const struct variant *v)
{
	struct breach breach;

	if (kernel_attach(&t->kernel, v->insns, v->count) != 0)
		return true;
	for (uint32_t cut = 0; cut <= t->judge.len; cut++) {
		uint32_t want = t->judge.value[cut];
		int shown = kernel_run(&t->kernel, t->bytes, cut);
		int expected = !want ? KERNEL_DROPPED : (int)(want < cut ? want : cut);
		t->in_kernel++;
		if (shown == expected || !truncation_forbids(&t->judge, cut, !want, &breach))
			continue;
		print_breach(t, "kernel", v->passes, &breach);
		return false;
	}
	return true;
}

static bool one_packet_in_kernel(struct trial *t)
{
	struct flt_meta meta = { .present = FLT_META_CPU, .cpu = t->kernel.cpu };

	draw_packet(t);
	t->judge.wirelen = TRUNCATION_NO_WIRE;
	t->judge.meta = &meta;
	truncation_ask(&t->judge, PLAIN(t)->insns, PLAIN(t)->count);
	return kernel_keeps_the_rule(t, PLAIN(t)) &&
	       (variant_is_same(BEST(t), PLAIN(t)) || kernel_keeps_the_rule(t, BEST(t)));
}

static void in_kernel(struct trial *t)
{
	if (PLAIN(t)->count > BPF_KERNEL_LIMIT || BEST(t)->count > BPF_KERNEL_LIMIT ||
	    reads_what_varies(PLAIN(t)) || reads_what_varies(BEST(t)))
		return;
	for (unsigned i = 0; i < KERNEL_PACKETS && one_packet_in_kernel(t); i++) {
	}
}

/* ---- one expression ----------------------------------------------------------------------- */

static void one_expression(struct trial *t)
{
	struct random_way way = random_links_draw_way(&t->random);
	struct random_style style = { .depth = random_below(&t->random, DEPTH + 1),
				      .own = way.own,
				      .has_ours = true };

	t->link = way.name;
	t->linktype = (uint32_t)flt_linktype_find(way.name);
	t->flags = way.flags;
	random_filter_of(&t->random, t->expression, &style);
	if (compile_variants(t)) {
		for (size_t i = 0; i < VARIANTS; i++)
			if (t->variants[i].is_new || &t->variants[i] == BEST(t))
				check_program(t, &t->variants[i]);
		for (unsigned i = 0; i < PACKETS && one_packet(t); i++) {
		}
		in_kernel(t);
	} else {
		t->refused++;
	}
	variants_drop(t->variants);
}

/* ---- the search is tried ------------------------------------------------------------------ */

/* What an optimizer could make of an expression, and must not. */
/* clang-format off */
static const struct {
	const char *expression, *planted;
} planted[] = {
	{"src host 10.0.0.1 or dst host 10.0.0.2", "dst host 10.0.0.2 or src host 10.0.0.1"},
	{"(ip[0] = 0x45 and ip[20] = 2) or ip[9] = 6",
	 "(ip[20] = 2 and ip[0] = 0x45) or ip[9] = 6"},
	{"0 / ip[8] = 0", "ip"},
	{"ether[0] / ether[1] & 0 = 0", "ether[1] >= 0"},
	{"not port 53", "not (tcp port 53 or udp port 53)"},
	{"port {22, 80, 443}", "port {22, 80, 442}"},
	{"net 10.0.0.0/8", "net 10.0.0.0/9"},
	{"ip[0] & 0 != 0", "ip[0] >= 0"},
	{"len <= 60 or ip", "ether[59] >= 0 or ip"},
};
/* clang-format on */

/* Pretend that the planted expression is what all passes made of the other one. */
static bool is_found(struct trial *t, const char *expression, const char *instead)
{
	struct flt_compile_opts opts = options(t);
	struct variant other = { .passes = "" };
	struct breach breach;
	struct flt_meta meta = { 0 };
	bool found = false;

	snprintf(t->expression, sizeof(t->expression), "%s", expression);
	if (!compile_variants(t) || !variant_compile(&other, instead, &opts))
		return false;
	for (unsigned i = 0; i < PLANTED_PACKETS && !found; i++) {
		draw_packet(t);
		t->judge.meta = &meta;
		truncation_ask(&t->judge, PLAIN(t)->insns, PLAIN(t)->count);
		found = truncation_breach(&t->judge, other.insns, &breach);
	}
	flt_program_unref(other.prog);
	variants_drop(t->variants);
	return found;
}

static void try_search(struct trial *t)
{
	t->link = "EN10MB";
	t->linktype = (uint32_t)flt_linktype_find(t->link);
	t->flags = 0;
	for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++)
		if (!is_found(t, planted[i].expression, planted[i].planted))
			wrong(t, "a planted breach was not found");
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool prepare(struct trial *t)
{
	const char *folder = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	char pcaps[4096];

	snprintf(pcaps, sizeof(pcaps), "%s/pcaps/*.pcap", folder);
	if (packet_pool_read(&t->pool, pcaps) && packet_pool_rehead(&t->pool) &&
	    kernel_open(&t->kernel) == 0)
		return true;
	printf("no packets in %s, or no socket\n", pcaps);
	return false;
}

static void print_counts(const struct trial *t, uint64_t runs)
{
	printf("%" PRIu64 " expressions, %" PRIu64 " refused, %" PRIu64 " programs (%" PRIu64
	       " instructions at -O0, %" PRIu64 " with all %zu passes)\n",
	       runs, t->refused, t->programs, t->insns[0], t->insns[1], PASSES);
	printf("%" PRIu64 " packets, each at all cuts (%" PRIu64 " of these truncated); %" PRIu64
	       " comparisons in the interpreter, %" PRIu64 " in the kernel; %u wrong\n",
	       t->packets, t->truncated, t->compared, t->in_kernel, t->wrong);
}

int main(void)
{
	static struct trial t;
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	if (!prepare(&t))
		return 1;
	random_seed(&t.random, seed);
	try_search(&t);
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	kernel_close(&t.kernel);
	packet_pool_free(&t.pool);
	print_counts(&t, runs);
	if (runs >= USUAL_RUNS && t.compared < LEAST_COMPARISONS)
		wrong(&t, "too few comparisons");
	return t.wrong == 0 && t.programs ? 0 : 1;
}
