/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A set means what its entries mean when they are joined by `or`: random sets, without and with the
 * optimizer, against the unoptimized program of the chain, on packets cut at every length, by the
 * truncation rule. `src and dst` means that each of the two is in the set.
 *
 * RUNS=n (sets), SEED=n replay.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet_pool.h"
#include "reference.h"
#include "watched.h"

#define USUAL_RUNS  3000u
#define PACKETS     8u
#define STEERS      8u
#define ENTRIES     24u
#define ENTRY_BYTES 64u
#define TEXT_BYTES  8192u
#define ERRORS_MAX  20u

#define LINKTYPE_JUNIPER_ETHER 178u /* where a packet may be of any protocol */

enum kind { IPV4, IPV6, MAC, PORT, PORT_NAME, KINDS };

struct trial {
	struct packet_pool pool;
	struct random random;
	uint64_t seed;
	uint32_t linktype;
	enum kind kind;
	bool is_sparse; /* the entries leave gaps: large trees; else they swallow each other */
	const char *proto, *dir, *type;
	char entries[ENTRIES][ENTRY_BYTES];
	uint32_t entry_count;
	char set[TEXT_BYTES], chain[TEXT_BYTES];
	uint64_t runs, truncated, matches;
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%s: %s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->set, t->chain, what,
		       t->seed);
}

/* ---- entries ------------------------------------------------------------------------------ */

static const char *one_of(struct random *r, const char *const *list, uint32_t count)
{
	return list[random_below(r, count)];
}

#define ONE_OF(r, ...)                                                                             \
	one_of(r, (const char *const[]){ __VA_ARGS__ },                                            \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* Close together, so that entries touch and hold each other; the captures have some of them. */
static void draw_ipv4(struct random *r, bool is_sparse, char text[ENTRY_BYTES])
{
	static const uint8_t lens[] = { 32, 32, 32, 31, 30, 25, 24, 17, 16, 8, 1, 0 };
	uint32_t len = lens[random_below(r, is_sparse ? 4 : sizeof(lens))];
	uint32_t mask = len ? 0xffffffffu << (32 - len) : 0;
	uint32_t base = random_one_in(r, 2) ? 0xc0000200 : 0x0a00ff00; /* 192.0.2.0, 10.0.255.0 */
	uint32_t addr =
		(base + random_below(r, is_sparse || random_one_in(r, 3) ? 0x300 : 16)) & mask;

	snprintf(text, ENTRY_BYTES, "%u.%u.%u.%u/%u", addr >> 24, addr >> 16 & 255, addr >> 8 & 255,
		 addr & 255, len);
}

static void draw_ipv6(struct random *r, char text[ENTRY_BYTES])
{
	static const char *const groups[] = { "0", "1", "ffff" };
	const char *third = one_of(r, groups, 3), *fourth = one_of(r, groups, 3);
	const char *seventh = one_of(r, groups, 3);

	switch (random_below(r, 6)) {
	case 0: snprintf(text, ENTRY_BYTES, "2001:db8:%s::/48", third); break;
	case 1: snprintf(text, ENTRY_BYTES, "2001:db8:%s:%s::/64", third, fourth); break;
	case 2:
		snprintf(text, ENTRY_BYTES, "2001:db8:%s:%s::%s:0/112", third, fourth, seventh);
		break;
	case 3:
		snprintf(text, ENTRY_BYTES, "%s", ONE_OF(r, "::/0", "fe80::/10", "2001::/16"));
		break;
	default:
		snprintf(text, ENTRY_BYTES, "2001:db8:%s:%s::%s:%x/128", third, fourth, seventh,
			 random_below(r, 4));
	}
}

static void draw_port(struct random *r, bool is_sparse, char text[ENTRY_BYTES])
{
	uint32_t near = random_one_in(r, 2) ? random_below(r, 90) : 65520 + random_below(r, 16);
	uint32_t low = random_one_in(r, 3) ? random_below(r, 65536) : near;
	uint32_t high = low + random_below(r, !is_sparse && random_one_in(r, 3) ? 60000 : 4);

	snprintf(text, ENTRY_BYTES, "%u-%u", low, high > 65535 ? 65535 : high);
}

static void draw_entry(struct trial *t, char text[ENTRY_BYTES])
{
	struct random *r = &t->random;

	switch (t->kind) {
	case IPV4: draw_ipv4(r, t->is_sparse, text); return;
	case IPV6: draw_ipv6(r, text); return;
	case MAC:
		snprintf(text, ENTRY_BYTES, "02:00:00:0%u:00:0%x", random_below(r, 2),
			 random_below(r, 16));
		return;
	case PORT: draw_port(r, t->is_sparse, text); return;
	default:
		snprintf(text, ENTRY_BYTES, "%s",
			 ONE_OF(r, "22", "53", "ssh", "domain", "http", "80", "8080", "443"));
	}
}

/* ---- texts -------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add(char *text, const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + used, TEXT_BYTES - used, fmt, args);
	va_end(args);
}

static void add_chain(struct trial *t, const char *dir)
{
	for (uint32_t i = 0; i < t->entry_count; i++)
		add(t->chain, "%s%s %s %s %s", i ? " or " : "(", t->proto, dir, t->type,
		    t->entries[i]);
	add(t->chain, ")");
}

static void draw_words(struct trial *t)
{
	struct random *r = &t->random;

	t->kind = (enum kind)random_below(r, KINDS);
	t->is_sparse = random_one_in(r, 2);
	t->dir = ONE_OF(r, "", "src", "dst", "src or dst", "src and dst");
	t->proto = t->kind == IPV4 ? ONE_OF(r, "", "", "ip", "arp", "rarp") :
		   t->kind == IPV6 ? ONE_OF(r, "", "ip6") :
		   t->kind == MAC  ? "ether" :
				     ONE_OF(r, "", "", "tcp", "udp");
	t->type = t->kind == MAC       ? "host" :
		  t->kind == PORT      ? "portrange" :
		  t->kind == PORT_NAME ? "port" :
					 "net";
	t->linktype = FLT_LINKTYPE_EN10MB;
	if (t->kind != MAC && random_one_in(r, 2))
		t->linktype = strcmp(t->dir, "src and dst") == 0 ? FLT_LINKTYPE_LINUX_SLL :
								   LINKTYPE_JUNIPER_ETHER;
	/* ssh is TCP's, domain of both */
	if (t->kind == PORT_NAME && strcmp(t->proto, "udp") == 0)
		t->proto = "";
}

static void draw_texts(struct trial *t)
{
	const char *not = random_one_in(&t->random, 4) ? "not " : "";
	bool is_pair = strcmp(t->dir, "src and dst") == 0;

	t->entry_count = 1 + random_below(&t->random, ENTRIES);
	snprintf(t->set, TEXT_BYTES, "%s%s %s %s {", not, t->proto, t->dir, t->type);
	for (uint32_t i = 0; i < t->entry_count; i++) {
		draw_entry(t, t->entries[i]);
		add(t->set, "%s%s", i ? "," : "", t->entries[i]);
	}
	add(t->set, "}");
	snprintf(t->chain, TEXT_BYTES, "%s(", not );
	add_chain(t, is_pair ? "src" : t->dir);
	if (is_pair) {
		add(t->chain, " and ");
		add_chain(t, "dst");
	}
	add(t->chain, ")");
}

/* ---- programs ----------------------------------------------------------------------------- */

static struct flt_program *compile(struct trial *t, const char *text, uint32_t flags)
{
	/* the built-in ports: this machine's files may say anything */
	static char no_folder[] = "/nonexistent";
	struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_resolver built_in = *flt_resolver_files();
	struct flt_compile_opts opts = {
		.size = sizeof(opts), WATCHED, .flags = flags, .linktype = t->linktype
	};
	struct flt_program *prog = NULL;
	struct flt_error err;

	built_in.context = no_folder;
	opts.resolver = t->kind == PORT_NAME ? &built_in : &nobody;
	if (flt_compile(&prog, text, strlen(text), &opts, &err) < 0)
		wrong(t, err.message);
	return prog;
}

static bool one_length(struct trial *t, struct flt_program *const progs[3], const uint8_t *bytes,
		       uint32_t len)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(progs[0], &count);
	struct reference want = reference_run(insns, count, bytes, len, POOL_BYTES, NULL);

	t->runs++;
	t->truncated += want.is_truncated;
	t->matches += want.value != 0;
	for (int i = 1; i < 3 && !want.is_truncated; i++) {
		if (flt_run(progs[i], bytes, len, POOL_BYTES, NULL) == want.value)
			continue;
		wrong(t, i == 1 ? "differs at -O0" : "differs when optimized");
		return false;
	}
	return true;
}

static bool one_packet(struct trial *t, struct flt_program *const progs[3])
{
	uint8_t bytes[POOL_BYTES];
	uint32_t count, len = packet_pool_draw(&t->pool, &t->random, t->linktype, bytes);
	const struct flt_insn *insns =
		flt_program_insns(progs[random_below(&t->random, 3)], &count);

	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, insns, count, bytes, len);
	for (uint32_t cut = 0; cut <= len; cut++)
		if (!one_length(t, progs, bytes, cut))
			return false;
	return true;
}

static void one_set(struct trial *t)
{
	draw_words(t);
	draw_texts(t);
	struct flt_program *progs[3] = { compile(t, t->chain, FLT_COMPILE_O0),
					 compile(t, t->set, FLT_COMPILE_O0),
					 compile(t, t->set, 0) };
	bool all = progs[0] && progs[1] && progs[2];

	for (unsigned i = 0; all && i < PACKETS && one_packet(t, progs); i++) {
	}
	for (int i = 0; i < 3; i++)
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
		one_set(&t);
	}
	packet_pool_free(&t.pool);
	printf("%" PRIu64 " sets, %" PRIu64 " packets, %" PRIu64 " of them truncated, %" PRIu64
	       " match; %u wrong\n",
	       runs, t.runs, t.truncated, t.matches, t.wrong);
	return t.wrong || !t.matches ? 1 : 0;
}
