/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nothing that is printed grows with a number in a packet that no bytes stand behind: packets of
 * captures, with bytes and numbers in them changed, are printed in all styles. The text of a
 * packet stays below TEXT_PER_BYTE bytes for each byte that was captured, and a little: far less
 * than where the printer would cut it off, which would hide what is looked for here.
 *
 * RUNS=n (packets), SEED=n replay. The packets are those of pcaps/ and of tests/fuzz/corpus/print.
 */
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "dissect.h"
#include "packet_pool.h"
#include "print_links.h"

#define USUAL_RUNS    60000u
#define BYTES_MAX     2048u /* of a packet that is tried */
#define TEXT_PER_BYTE 16u
#define TEXT_ALWAYS   4096u /* the printer's own limit */
#define TEXT_USUALLY  512u  /* what lines begin with, and what is short for its bytes */
#define ERRORS_MAX    10u
#define CHANGES_MAX   4u

struct trial {
	struct random random;
	uint64_t seed; /* of the packet at hand */
	struct out *out;
	struct packet_pool pool;
	uint8_t bytes[BYTES_MAX];
	struct flt_packet packet;
	struct print_opts opts;
	size_t longest; /* text beyond TEXT_PER_BYTE */
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what, size_t len)
{
	if (t->wrong++ >= ERRORS_MAX)
		return;
	printf("link type %u, -v %d, %u bytes: %s: %zu bytes of text; replay: SEED=%" PRIu64
	       " RUNS=1\n",
	       t->packet.linktype, t->opts.verbose, t->packet.caplen, what, len, t->seed);
	for (uint32_t i = 0; i < t->packet.caplen; i++)
		printf("%02x", t->packet.bytes[i]);
	printf("\n");
}

/* ---- packets that are wrong ---------------------------------------------------------------- */

static const uint8_t extremes[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

static void change(struct trial *t)
{
	struct flt_packet *packet = &t->packet;
	struct random *r = &t->random;
	uint32_t at = random_below(r, packet->caplen);
	uint32_t run = 1 + random_below(r, 4);

	switch (random_below(r, 4)) {
	case 0: t->bytes[at] ^= (uint8_t)(1u << random_below(r, 8)); break;
	case 1: t->bytes[at] = (uint8_t)random_below(r, 256); break;
	case 2: packet->caplen = at + 1; break;
	default:
		for (; run > 0 && at < packet->caplen; run--)
			t->bytes[at++] = extremes[random_below(r, sizeof(extremes))];
		break;
	}
}

static void draw(struct trial *t)
{
	struct random *r = &t->random;
	const struct flt_packet *from = &t->pool.packets[random_below(r, t->pool.count)];

	t->packet = *from;
	t->packet.bytes = t->bytes;
	if (t->packet.caplen > BYTES_MAX)
		t->packet.caplen = BYTES_MAX;
	memcpy(t->bytes, from->bytes, t->packet.caplen);
	for (uint32_t n = random_below(r, CHANGES_MAX + 1); n > 0 && t->packet.caplen > 0; n--)
		change(t);
	if (random_one_in(r, 2) || t->packet.wirelen < t->packet.caplen)
		t->packet.wirelen = t->packet.caplen;
}

/* ---- their text ----------------------------------------------------------------------------- */

static void draw_options(struct trial *t)
{
	struct random *r = &t->random;

	t->opts = (struct print_opts){
		.verbose = (int)random_below(r, 4),
		.link_header = random_one_in(r, 2),
		.quiet = random_one_in(r, 8),
		.number = random_one_in(r, 2),
		.numeric = true,
		.hex = random_one_in(r, 2) ? HEX_NONE : (enum hex_style)random_below(r, HEX_AA + 1),
		.time_style = (enum time_style)random_below(r, 6),
	};
}

static size_t dump_length(const struct trial *t)
{
	return t->opts.hex == HEX_NONE ? 0 : 5u * (size_t)t->packet.caplen;
}

static void check(struct trial *t)
{
	size_t len = flt__out_pending(t->out);
	size_t all = (size_t)TEXT_PER_BYTE * t->packet.caplen + TEXT_ALWAYS;
	size_t usual = (size_t)TEXT_PER_BYTE * t->packet.caplen + TEXT_USUALLY + dump_length(t);

	if (len == 0 || t->out->buffer[len - 1] != '\n')
		wrong(t, "no whole line", len);
	if (len > all)
		wrong(t, "more than the limit", len);
	if (len > usual)
		wrong(t, "more than the packet can stand for", len);
	if (len > t->longest + (size_t)TEXT_PER_BYTE * t->packet.caplen)
		t->longest = len - (size_t)TEXT_PER_BYTE * t->packet.caplen;
}

static void one_packet(struct trial *t)
{
	draw(t);
	draw_options(t);
	struct printer *p = flt__printer_new(&t->opts, t->out);

	if (!p)
		return;
	flt__printer_packet(p, &t->packet, t->seed);
	check(t);
	flt__out_flush(t->out);
	flt__printer_free(p);
}

/* ---- what they are drawn from --------------------------------------------------------------- */

/* tests/fuzz/fuzz_print.c says what is in an input. */
static void add_input(struct trial *t, const uint8_t *bytes, size_t len)
{
	struct cursor c = cur_make(bytes, len);
	uint32_t linktype = print_link(cur_u8(&c));

	cur_skip(&c, 3);
	while (cur_left(&c) > 0) {
		uint16_t caplen = cur_be16(&c);
		uint32_t wirelen = (uint32_t)caplen + cur_be16(&c);
		struct cursor packet = cur_sub(&c, caplen);

		packet_pool_add(&t->pool, linktype, packet.at, (uint32_t)cur_left(&packet),
				wirelen);
	}
}

static void read_input(struct trial *t, const char *path)
{
	static uint8_t bytes[1u << 16];
	FILE *file = fopen(path, "rb");

	if (!file)
		return;
	size_t len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	add_input(t, bytes, len);
}

static void read_inputs(struct trial *t, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		read_input(t, found.gl_pathv[i]);
	globfree(&found);
}

static bool set_up(struct trial *t)
{
	const char *top = getenv("TOP_SRCDIR");
	char pattern[1024];

	snprintf(pattern, sizeof(pattern), "%s/pcaps/*.pcap*", top ? top : ".");
	packet_pool_read(&t->pool, pattern);
	snprintf(pattern, sizeof(pattern), "%s/pcaps/print/*.pcap", top ? top : ".");
	uint32_t captured = packet_pool_read(&t->pool, pattern);
	snprintf(pattern, sizeof(pattern), "%s/tests/fuzz/corpus/print/*", top ? top : ".");
	read_inputs(t, pattern);
	t->out = flt__out_fd(-1);
	return captured > 0 && t->pool.count > captured && t->out;
}

int main(void)
{
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);
	struct trial t = { 0 };

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	if (!set_up(&t)) {
		printf("no captures\n");
		return 1;
	}
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_packet(&t);
	}
	printf("%" PRIu64
	       " packets from %u; at most %zu bytes of text beyond %u a byte; %u wrong\n",
	       runs, t.pool.count, t.longest, TEXT_PER_BYTE, t.wrong);
	packet_pool_free(&t.pool);
	flt__out_free(t.out);
	return t.wrong ? 1 : 0;
}
