/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terms that are gathered into sets mean what they meant: random mixtures of list terms and others,
 * joined and negated at random, the unoptimized program against that of the gathered tree and that
 * of all passes, on packets cut at every length, by the truncation rule. What is refused is refused
 * with the same words, at the same place.
 *
 * RUNS=n (expressions), SEED=n replay.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet_pool.h"
#include "truncation.h"
#include "watched.h"

#define USUAL_RUNS 4000u
#define PACKETS    12u
#define STEERS     10u
#define TERMS_MAX  12u
#define DEPTH_MAX  3u
#define TEXT_BYTES 16384u
#define ERRORS_MAX 20u

#define LINKTYPE_IEEE802       6u
#define LINKTYPE_PPP           9u
#define LINKTYPE_WLAN          105u
#define LINKTYPE_WLAN_AVS      163u
#define LINKTYPE_JUNIPER_ETHER 178u

enum { PLAIN, GATHERED, BEST, PROGRAMS };

struct trial {
	struct packet_pool pool;
	struct random random;
	uint64_t seed;
	uint32_t linktype;
	char text[TEXT_BYTES], tree[TEXT_BYTES];
	bool is_gathered;
	uint64_t runs, gathered, refused, truncated, matches;
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->text, what, t->seed);
}

/* ---- texts -------------------------------------------------------------------------------- */

static const char *one_of(struct random *r, const char *const *list, uint32_t count)
{
	return list[random_below(r, count)];
}

#define ONE_OF(r, ...)                                                                             \
	one_of(r, (const char *const[]){ __VA_ARGS__ },                                            \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

__attribute__((format(printf, 2, 3))) static void add(struct trial *t, const char *fmt, ...)
{
	size_t used = strlen(t->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(t->text + used, TEXT_BYTES - used, fmt, args);
	va_end(args);
}

static const char *draw_host(struct random *r)
{
	switch (random_below(r, 8)) {
	case 0:
		return ONE_OF(r, "host ::1", "host 2001:db8::1", "host 2001:db8::2",
			      "host 2001:db8:0:1::1", "host fe80::1", "net 2001:db8::/33");
	case 1:
		return ONE_OF(r, "net 10.0.0.0/8", "net 10", "net 192.0.2.0/24", "net 0.0.0.0/0",
			      "net 10.0.0.0 mask 255.0.255.0", "net 10.1", "net lab");
	case 2:
		return ONE_OF(r, "host one.test", "host two.test", "host three.test",
			      "host many.test");
	case 3:
		return ONE_OF(r, "host {10.0.0.7, 10.0.0.9-10.0.0.12}", "net {::/3, 10.9.0.0/16}",
			      "host {one.test, 192.0.2.9}");
	default:
		return ONE_OF(r, "host 10.0.0.1", "host 10.0.0.2", "host 192.0.2.1",
			      "host 192.0.2.2", "host 192.0.2.77", "host 10.0.0.3");
	}
}

static const char *draw_port(struct random *r)
{
	switch (random_below(r, 6)) {
	case 0:
		return ONE_OF(r, "portrange 80-90", "portrange 9-3", "portrange 0-65535",
			      "portrange 22", "port {53, 60-70}", "portrange web-8010");
	case 1: return ONE_OF(r, "port web", "port both", "port signal", "port split");
	default:
		return ONE_OF(r, "port 80", "port 22", "port 53", "port 443", "port 0x50",
			      "port 8000", "port 9001");
	}
}

/* With qualifiers that go with it. */
static void add_bound(struct trial *t, const char *dir)
{
	struct random *r = &t->random;

	switch (random_below(r, 5)) {
	case 0:
		add(t, "ip6 %s %s", dir,
		    ONE_OF(r, "host ::1", "host 2001:db8::1", "host three.test", "net fe80::/10"));
		break;
	case 1:
		add(t, "tcp %s %s", dir,
		    ONE_OF(r, "port 80", "port 22", "port web", "portrange 20-25", "port split"));
		break;
	case 2:
		add(t, "udp %s %s", dir,
		    ONE_OF(r, "port 53", "port 80", "port both", "portrange 60-69", "port split"));
		break;
	case 3:
		add(t, "%s",
		    ONE_OF(r, "tcp", "udp", "sctp", "ah", "proto 44", "proto 47", "icmp",
			   "ip proto 2", "ip proto 44", "icmp6", "ip6 proto 44", "ip protochain 6",
			   "ip protochain 51", "ip protochain 17"));
		break;
	default:
		add(t, "%s %s %s", ONE_OF(r, "ip", "arp", "rarp"), dir,
		    ONE_OF(r, "host 10.0.0.1", "host 10.0.0.2", "net 192.0.2.0/24", "host one.test",
			   "host 192.0.2.1"));
	}
}

/* What is gathered: few kinds at a time, so that it meets its like. */
static void add_list_term(struct trial *t, const char *dir)
{
	struct random *r = &t->random;
	bool has_macs = t->linktype == FLT_LINKTYPE_EN10MB || t->linktype == LINKTYPE_IEEE802;

	switch (random_below(r, has_macs ? 6 : 5)) {
	case 0:
	case 1: add(t, "%s %s", dir, draw_host(r)); break;
	case 2:
	case 3: add(t, "%s %s", dir, draw_port(r)); break;
	case 4: add_bound(t, dir); break;
	default:
		add(t, "ether %s host %s", dir,
		    ONE_OF(r, "02:00:00:00:00:01", "02:00:00:00:00:02", "00:00:00:00:00:01",
			   "02:01:00:00:00:01", "one.test", "two.test"));
	}
}

static void add_other_term(struct trial *t)
{
	struct random *r = &t->random;
	bool has_tags = t->linktype == FLT_LINKTYPE_EN10MB;

	if (random_one_in(r, 20))
		add(t, "%s", ONE_OF(r, "1 = 1", "1 = 2", "not 1 = 1", "less 0"));
	else if (random_one_in(r, 100))
		add(t, "%s",
		    ONE_OF(r, "host nosuch.test", "port 70000", "net 10.1.2.3/8",
			   "tcp host 10.0.0.1", "host 10.0.0.0/8", "port nosuch",
			   "host {10.0.0.1, nosuch}", "arp host ::1", "port 80-90",
			   "tcp port signal", "ip host three.test", "ip6 net lab",
			   "arp host nosuch.test", "ether host 10.0.0.1", "host 80"));
	else if (random_one_in(r, 10))
		add(t, "%s",
		    ONE_OF(r, "ip[8] / ip[9] = 1", "1 / ip[8] = 0", "ether[ip[9]] = 1",
			   "ether[0xfffff000] = 1", "tcp[0xfffffff0] = 1", "geneve",
			   "ip6 protochain 6", "vxlan"));
	else if (has_tags && random_one_in(r, 10))
		add(t, "%s", ONE_OF(r, "vlan", "vlan 5", "vlan", "mpls", "pppoes"));
	else
		add(t, "%s",
		    ONE_OF(r, "tcp", "udp", "arp", "ip6", "ip", "less 60", "ip proto 1",
			   "greater 90", "ip[8] & 3 = 1", "icmp", "ip multicast",
			   "tcp[13] & 2 != 0", "link proto 0x800", "ip6[6] = 17", "proto 47",
			   "src and dst host 10.0.0.1"));
}

static void add_term(struct trial *t, unsigned depth, const char *dir);

static void add_chain(struct trial *t, unsigned depth, const char *dir)
{
	struct random *r = &t->random;
	uint32_t count = 1 + random_below(r, TERMS_MAX / depth);
	const char *usual = ONE_OF(r, " or ", " or ", " and ");

	for (uint32_t i = 0; i < count; i++) {
		if (i)
			add(t, "%s", random_one_in(r, 6) ? ONE_OF(r, " or ", " and ") : usual);
		if (usual[1] == 'a' ? !random_one_in(r, 4) : random_one_in(r, 8))
			add(t, "not ");
		add_term(t, depth, dir);
	}
}

static void add_term(struct trial *t, unsigned depth, const char *dir)
{
	struct random *r = &t->random;

	if (depth < DEPTH_MAX && random_one_in(r, 6)) {
		add(t, "(");
		add_chain(t, depth + 1, dir);
		add(t, ")");
	} else if (random_one_in(r, 5)) {
		add_other_term(t);
	} else {
		add_list_term(t, random_one_in(r, 5) ? ONE_OF(r, "", "src", "dst") : dir);
	}
}

static void draw_text(struct trial *t)
{
	static const uint32_t linktypes[] = { FLT_LINKTYPE_EN10MB,    FLT_LINKTYPE_EN10MB,
					      FLT_LINKTYPE_EN10MB,    FLT_LINKTYPE_EN10MB,
					      FLT_LINKTYPE_EN10MB,    LINKTYPE_IEEE802,
					      FLT_LINKTYPE_LINUX_SLL, FLT_LINKTYPE_RAW,
					      LINKTYPE_WLAN,          LINKTYPE_JUNIPER_ETHER,
					      LINKTYPE_WLAN_AVS,      LINKTYPE_PPP };

	t->text[0] = '\0';
	t->linktype = linktypes[random_below(&t->random, sizeof(linktypes) / sizeof(linktypes[0]))];
	add_chain(t, 1, ONE_OF(&t->random, "", "", "src", "dst", "src or dst", "src and dst"));
}

/* ---- programs ----------------------------------------------------------------------------- */

static void take_tree(void *context, char letter, const char *text)
{
	struct trial *t = context;

	if (letter == 'a')
		snprintf(t->tree, TEXT_BYTES, "%s", text);
	else
		t->is_gathered = strncmp(t->tree, text, TEXT_BYTES - 1) != 0;
}

static struct flt_program *compile(struct trial *t, int which, struct flt_error *err)
{
	const char *top = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	char folder[4096];
	struct flt_resolver names = *flt_resolver_files();
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 WATCHED,
					 .linktype = t->linktype,
					 .flags = which == PLAIN ? FLT_COMPILE_O0 : 0,
					 .passes = which == GATHERED ? "g" : NULL,
					 .resolver = &names };
	struct flt_program *prog = NULL;

	snprintf(folder, sizeof(folder), "%s/tests/names", top);
	names.context = folder;
	if (which == GATHERED) {
		opts.trace = take_tree;
		opts.trace_context = t;
		opts.trace_letters = "ag";
	}
	flt_compile(&prog, t->text, strlen(t->text), &opts, err);
	return prog;
}

static bool is_same_error(const struct flt_error *one, const struct flt_error *other)
{
	return one->code == other->code && one->offset == other->offset &&
	       one->length == other->length && strcmp(one->message, other->message) == 0;
}

static bool one_packet(struct trial *t, struct flt_program *const progs[PROGRAMS])
{
	uint8_t bytes[POOL_BYTES];
	uint32_t count, len = packet_pool_draw(&t->pool, &t->random, t->linktype, bytes);
	const struct flt_insn *insns =
		flt_program_insns(progs[random_below(&t->random, PROGRAMS)], &count);
	struct truncation rule = { .bytes = bytes, .len = len };
	struct breach breach;
	char what[200];

	rule.wirelen = random_one_in(&t->random, 2) ? len : TRUNCATION_NO_WIRE;
	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, insns, count, bytes, len);
	insns = flt_program_insns(progs[PLAIN], &count);
	truncation_ask(&rule, insns, count);
	t->runs += len + 1;
	t->truncated += rule.free_count;
	t->matches += rule.value[len] != 0;
	for (int i = GATHERED; i < PROGRAMS; i++) {
		if (!truncation_breach(&rule, flt_program_insns(progs[i], &count), &breach))
			continue;
		snprintf(what, sizeof(what), "link type %u, %s: %u instead of %u at %u of %u",
			 t->linktype, i == GATHERED ? "gathered" : "optimized", breach.got,
			 breach.want, breach.cut, len);
		wrong(t, what);
		return false;
	}
	return true;
}

static void one_expression(struct trial *t)
{
	struct flt_program *progs[PROGRAMS];
	struct flt_error err[PROGRAMS];
	bool all = true;

	draw_text(t);
	t->is_gathered = false;
	for (int i = 0; i < PROGRAMS; i++) {
		progs[i] = compile(t, i, &err[i]);
		all &= progs[i] != NULL;
		if (!progs[i] != !progs[0] || (!progs[i] && !is_same_error(&err[i], &err[0])))
			wrong(t, progs[i] ? "is refused at -O0 alone" : err[i].message);
	}
	t->gathered += t->is_gathered;
	t->refused += !all;
	for (unsigned i = 0; all && i < PACKETS && one_packet(t, progs); i++) {
	}
	for (int i = 0; i < PROGRAMS; i++)
		flt_program_unref(progs[i]);
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
	if (!packet_pool_read(&t.pool, pcaps) || !packet_pool_rehead(&t.pool)) {
		printf("no packets in %s\n", pcaps);
		return 1;
	}
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	packet_pool_free(&t.pool);
	printf("%" PRIu64 " expressions, %" PRIu64 " of them gathered, %" PRIu64 " refused; "
	       "%" PRIu64 " packets, %" PRIu64 " of them truncated, %" PRIu64 " match; %u wrong\n",
	       runs, t.gathered, t.refused, t.runs, t.truncated, t.matches, t.wrong);
	return t.wrong || !t.matches || (runs > 100 && t.gathered < runs / 10) ? 1 : 0;
}
