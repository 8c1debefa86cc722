/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words that the text moves behind headers keep that place under and, or and not, and are a no
 * where a header is absent. The judge knows no more than what `and` joins: what one word says of a
 * packet is what `vlan and mpls and WORD` says of it, with all the headers that stand before the
 * word in the text, without their numbers. From these answers it works out what the whole
 * expression must say, live and of files, with and without the optimizer.
 *
 * RUNS=n (expressions), SEED=n replay.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet_pool.h"
#include "reference.h"
#include "watched.h"

#define USUAL_RUNS 6000u
#define PACKETS    24u
#define STEERS     12u
#define WORDS_MAX  7u
#define NODES_MAX  64u
#define TEXT_BYTES 2048u
#define ERRORS_MAX 20u

#define LINKTYPE_PPP    9u
#define LINKTYPE_WLAN   105u
#define LINKTYPE_SUNATM 123u

/* What a word is moved by. */
enum reach { BY_NOTHING, BY_LINKS, BY_ALL };

/* clang-format off */
static const struct word {
	const char *text;
	const char *bare;        /* of a header that moves: without its number */
	enum reach reach;
	bool moves_link;
	uint32_t linktype;       /* 0: any */
	uint32_t weight;
} words[] = {
	{ "vlan", "vlan", BY_ALL, false, 0, 6 },
	{ "vlan 5", "vlan", BY_ALL, false, 0, 6 },
	{ "vlan {5, 7-9}", "vlan", BY_ALL, false, 0, 1 },
	{ "mpls", "mpls", BY_ALL, false, 0, 3 },
	{ "mpls 16", "mpls", BY_ALL, false, 0, 3 },
	{ "pppoes", "pppoes", BY_ALL, true, 0, 2 },
	{ "pppoes 3", "pppoes", BY_ALL, true, 0, 2 },
	{ "geneve", "geneve", BY_ALL, true, 0, 2 },
	{ "geneve 3", "geneve", BY_ALL, true, 0, 2 },
	{ "vxlan", "vxlan", BY_ALL, true, 0, 2 },
	{ "vxlan 9", "vxlan", BY_ALL, true, 0, 2 },
	{ "lane", "lane", BY_NOTHING, true, LINKTYPE_SUNATM, 40 },
	{ "ip", NULL, BY_ALL, false, 0, 4 },
	{ "ip6", NULL, BY_ALL, false, 0, 2 },
	{ "arp", NULL, BY_ALL, false, 0, 2 },
	{ "tcp", NULL, BY_ALL, false, 0, 2 },
	{ "udp", NULL, BY_ALL, false, 0, 3 },
	{ "port 53", NULL, BY_ALL, false, 0, 2 },
	{ "port {80, 1000-1010, 2000, 3000, 4000, 5000}", NULL, BY_ALL, false, 0, 1 },
	{ "host 192.0.2.1", NULL, BY_ALL, false, 0, 2 },
	{ "src net 192.0.2.0/24", NULL, BY_ALL, false, 0, 1 },
	{ "host 2001:db8::1", NULL, BY_ALL, false, 0, 1 },
	{ "ip[8] != 64", NULL, BY_ALL, false, 0, 2 },
	{ "5 > ip[1]", NULL, BY_ALL, false, 0, 1 },
	{ "ether[0] = ip[8]", NULL, BY_ALL, false, 0, 1 },
	{ "udp[0:2] > 1000", NULL, BY_ALL, false, 0, 1 },
	{ "icmp6[0] = 128", NULL, BY_ALL, false, 0, 1 },
	{ "link proto 0x800", NULL, BY_ALL, false, 0, 1 },
	{ "link proto 0x42", NULL, BY_ALL, false, 0, 1 },
	{ "ip multicast", NULL, BY_ALL, false, 0, 1 },
	{ "ip proto 17", NULL, BY_ALL, false, 0, 1 },
	{ "iso", NULL, BY_ALL, false, 0, 1 },
	{ "llc", NULL, BY_ALL, false, 0, 1 },
	{ "pppoed", NULL, BY_ALL, false, 0, 1 },
	{ "ipx", NULL, BY_ALL, false, 0, 1 },
	{ "decnet host 1.1", NULL, BY_ALL, false, 0, 1 },
	{ "ether host 02:00:00:00:00:0a", NULL, BY_LINKS, false, 0, 2 },
	{ "ether multicast", NULL, BY_LINKS, false, 0, 1 },
	{ "broadcast", NULL, BY_LINKS, false, 0, 1 },
	{ "ether[0] & 1 = 0", NULL, BY_LINKS, false, 0, 2 },
	{ "byte 1 = 0", NULL, BY_LINKS, false, 0, 1 },
	{ "type data", NULL, BY_LINKS, false, LINKTYPE_WLAN, 3 },
	{ "dir tods", NULL, BY_LINKS, false, LINKTYPE_WLAN, 3 },
	{ "vpi 0", NULL, BY_NOTHING, false, LINKTYPE_SUNATM, 3 },
	{ "len > 60", NULL, BY_NOTHING, false, 0, 1 },
	{ "less 100", NULL, BY_NOTHING, false, 0, 1 },
	{ "1 = 1", NULL, BY_NOTHING, false, 0, 1 },
	{ "1 = 2", NULL, BY_NOTHING, false, 0, 1 },
};
/* clang-format on */

#define WORDS (sizeof(words) / sizeof(words[0]))

struct node {
	enum { WORD, NOT, AND, OR } kind;
	uint32_t word; /* WORD: which, in the text */
	uint32_t a, b;
};

struct trial {
	struct packet_pool pool;
	struct random random;
	uint64_t seed;
	uint32_t linktype, flags;
	struct node nodes[NODES_MAX];
	uint32_t node_count;
	const struct word *text_words[WORDS_MAX];
	uint32_t word_count;
	char text[TEXT_BYTES];
	struct flt_program *parts[WORDS_MAX];
	struct flt_program *whole[2]; /* at -O0, optimized */
	uint64_t packets, matches, refused, free_packets;
	unsigned wrong;
};

/* ---- expressions -------------------------------------------------------------------------- */

static void add(char text[TEXT_BYTES], const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, TEXT_BYTES - used, "%s", more);
}

static const struct word *draw_word(struct trial *t)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < WORDS; i++)
		if (!words[i].linktype || words[i].linktype == t->linktype)
			sum += words[i].weight;
	uint32_t at = random_below(&t->random, sum);
	for (size_t i = 0;; i++) {
		if (words[i].linktype && words[i].linktype != t->linktype)
			continue;
		if (at < words[i].weight)
			return &words[i];
		at -= words[i].weight;
	}
}

static uint32_t new_node(struct trial *t, struct node node)
{
	t->nodes[t->node_count] = node;
	return t->node_count++;
}

/* An expression of count words; it writes itself on the way, in the order of the text. */
static uint32_t draw(struct trial *t, uint32_t count)
{
	struct node node = { .kind = WORD, .word = t->word_count };

	if (random_one_in(&t->random, 4)) {
		add(t->text, "not (");
		node = (struct node){ .kind = NOT, .a = draw(t, count) };
		add(t->text, ")");
		return new_node(t, node);
	}
	if (count == 1) {
		t->text_words[t->word_count] = draw_word(t);
		add(t->text, t->text_words[t->word_count++]->text);
		return new_node(t, node);
	}
	uint32_t left = 1 + random_below(&t->random, count - 1);

	node.kind = random_one_in(&t->random, 3) ? AND : OR;
	add(t->text, "(");
	node.a = draw(t, left);
	add(t->text, node.kind == AND ? ") and (" : ") or (");
	node.b = draw(t, count - left);
	add(t->text, ")");
	return new_node(t, node);
}

/* The headers that have moved a word, and the word. */
static void write_part(const struct trial *t, uint32_t at, char text[TEXT_BYTES])
{
	uint32_t first = 0, last = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < at; i++) {
		if (t->text_words[i]->moves_link && t->text_words[i]->reach == BY_NOTHING)
			first = i; /* it is where the packet begins */
		bool moves = t->text_words[at]->reach == BY_ALL ? t->text_words[i]->bare != NULL :
								  t->text_words[i]->moves_link;
		if (moves && t->text_words[at]->reach != BY_NOTHING)
			last = i + 1;
	}
	for (uint32_t i = first; i < last; i++) {
		if (!t->text_words[i]->bare)
			continue;
		add(text, t->text_words[i]->bare);
		add(text, " and ");
	}
	add(text, t->text_words[at]->text);
}

/* ---- programs ----------------------------------------------------------------------------- */

static struct flt_program *compile(const struct trial *t, const char *text, uint32_t flags)
{
	struct flt_compile_opts opts = {
		.size = sizeof(opts), WATCHED, .linktype = t->linktype, .flags = t->flags | flags
	};
	struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_program *prog = NULL;
	struct flt_error err;

	opts.resolver = &nobody;
	flt_compile(&prog, text, strlen(text), &opts, &err);
	return prog;
}

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%u %s%s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->linktype,
		       t->flags ? "live " : "", t->text, what, t->seed);
}

/* Refused where a part is, and nowhere else. */
static bool compile_all(struct trial *t)
{
	char part[TEXT_BYTES];
	bool all = true;

	for (uint32_t i = 0; i < t->word_count; i++) {
		write_part(t, i, part);
		t->parts[i] = compile(t, part, FLT_COMPILE_O0);
		all &= t->parts[i] != NULL;
	}
	t->whole[0] = compile(t, t->text, FLT_COMPILE_O0);
	t->whole[1] = compile(t, t->text, 0);
	if (!t->whole[0] != !all || !t->whole[1] != !all)
		wrong(t, all ? "is refused, and no part of it" : "is taken, and a part is not");
	return all && t->whole[0] && t->whole[1];
}

static void free_all(struct trial *t)
{
	for (uint32_t i = 0; i < t->word_count; i++)
		flt_program_unref(t->parts[i]);
	flt_program_unref(t->whole[0]);
	flt_program_unref(t->whole[1]);
	memset(t->parts, 0, sizeof(t->parts));
	memset(t->whole, 0, sizeof(t->whole));
}

/* ---- packets ------------------------------------------------------------------------------ */

static bool holds(const struct trial *t, uint32_t at, const bool answers[WORDS_MAX])
{
	const struct node *node = &t->nodes[at];

	switch (node->kind) {
	case WORD: return answers[node->word];
	case NOT: return !holds(t, node->a, answers);
	case AND: return holds(t, node->a, answers) && holds(t, node->b, answers);
	default: return holds(t, node->a, answers) || holds(t, node->b, answers);
	}
}

static bool is_cut(const struct flt_program *prog, const uint8_t *bytes, uint32_t len,
		   const struct flt_meta *meta)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);

	return reference_run(insns, count, bytes, len, len, meta).is_truncated;
}

static void steer(struct trial *t, const struct flt_program *prog, uint8_t *bytes, uint32_t len)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);

	reference_steer(&t->random, insns, count, bytes, len);
}

static bool one_packet(struct trial *t, uint32_t root)
{
	struct random *r = &t->random;
	struct flt_meta meta = { .present = FLT_META_VLAN, .vlan_tci = 5, .vlan_tpid = 0x8100 };
	const struct flt_meta *about = t->flags && random_one_in(r, 2) ? &meta : NULL;
	uint8_t bytes[POOL_BYTES];
	uint32_t len = packet_pool_draw(&t->pool, r, t->linktype, bytes);
	bool answers[WORDS_MAX], cut = false;

	for (uint32_t i = random_below(r, STEERS); i > 0; i--)
		steer(t,
		      random_one_in(r, 2) ? t->whole[0] : t->parts[random_below(r, t->word_count)],
		      bytes, len);
	for (uint32_t i = 0; i < t->word_count; i++) {
		answers[i] = flt_run(t->parts[i], bytes, len, len, about) != 0;
		cut |= is_cut(t->parts[i], bytes, len, about);
	}
	cut |= is_cut(t->whole[0], bytes, len, about);
	t->packets++;
	t->free_packets += cut;
	if (cut)
		return true;
	bool want = holds(t, root, answers);
	t->matches += want;
	for (int i = 0; i < 2; i++) {
		if ((flt_run(t->whole[i], bytes, len, len, about) != 0) == want)
			continue;
		wrong(t, i ? "optimized, another answer" : "at -O0, another answer");
		return false;
	}
	return true;
}

static void one_expression(struct trial *t)
{
	/* clang-format off */
	static const struct {
		uint32_t linktype, flags;
	} ways[] = {
		{ FLT_LINKTYPE_EN10MB, 0 }, { FLT_LINKTYPE_EN10MB, 0 },
		{ FLT_LINKTYPE_EN10MB, FLT_COMPILE_LIVE },
		{ FLT_LINKTYPE_EN10MB, FLT_COMPILE_LIVE },
		{ FLT_LINKTYPE_LINUX_SLL, 0 }, { LINKTYPE_PPP, 0 }, { LINKTYPE_WLAN, 0 },
		{ LINKTYPE_SUNATM, 0 },
	};
	/* clang-format on */
	uint32_t way = random_below(&t->random, sizeof(ways) / sizeof(ways[0]));

	t->linktype = ways[way].linktype;
	t->flags = ways[way].flags;
	t->text[0] = '\0';
	t->node_count = t->word_count = 0;
	uint32_t root = draw(t, 1 + random_below(&t->random, WORDS_MAX));
	bool taken = compile_all(t);
	t->refused += !taken;
	for (unsigned i = 0; taken && i < PACKETS && one_packet(t, root); i++) {
	}
	free_all(t);
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
	printf("%" PRIu64 " expressions, %" PRIu64 " refused; %" PRIu64 " packets, %" PRIu64
	       " of them cut, %" PRIu64 " match; %u wrong\n",
	       runs, t.refused, t.packets, t.free_packets, t.matches, t.wrong);
	return t.wrong || (runs > 100 && (!t.matches || t.refused > runs / 2)) ? 1 : 0;
}
