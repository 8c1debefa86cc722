/* SPDX-License-Identifier: BSD-2-Clause */
/* The walker of ring blocks over blocks that a kernel would not make. Needs no privilege. */
#include "ring.h"

#include <inttypes.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK    4096u
#define ROUNDS   200000u
#define FIRST_AT 48u /* behind the block's header */
#define FRAME    128u
#define MAC_AT   96u

static unsigned checks, failures;

static bool expect(bool ok, const char *what, uint64_t value)
{
	checks++;
	if (!ok && ++failures <= 20)
		printf("%s (%" PRIu64 ")\n", what, value);
	return ok;
}

static void put_block(uint8_t *block, uint32_t packets, uint32_t first_at)
{
	struct tpacket_hdr_v1 head = { .block_status = TP_STATUS_USER,
				       .num_pkts = packets,
				       .offset_to_first_pkt = first_at };

	memcpy(block + offsetof(struct tpacket_block_desc, hdr), &head, sizeof(head));
}

static void put_frame(uint8_t *block, uint32_t at, uint32_t next, uint16_t mac, uint32_t caplen)
{
	struct tpacket3_hdr head = { .tp_next_offset = next,
				     .tp_snaplen = caplen,
				     .tp_len = caplen,
				     .tp_mac = mac,
				     .tp_net = (uint16_t)(mac + 14) };

	memcpy(block + at, &head, sizeof(head));
}

/* Every byte that the walker names must be one of the block's: the sum reads them all. */
static uint32_t touch(uint8_t *block, uint32_t len, const struct ring_frame *frame)
{
	uint32_t sum = 0;

	expect(frame->bytes - frame->front >= block, "front of the block", frame->front);
	expect(frame->bytes + frame->caplen <= block + len, "behind the block", frame->caplen);
	for (uint32_t i = 0; i < frame->caplen; i++)
		sum += frame->bytes[i];
	for (uint32_t i = 1; i <= frame->front; i++)
		sum += *(frame->bytes - i);
	return sum;
}

/* Walks to the end; returns how many packets there were, or an error. */
static int walk_all(uint8_t *block, uint32_t len)
{
	struct ring_walk walk;
	struct ring_frame frame;
	int count = 0, got = flt__ring_walk(&walk, block, len, NULL);

	while (got == FLT_OK && (got = flt__ring_next(&walk, &frame, NULL)) == 1) {
		touch(block, len, &frame);
		count++;
		got = FLT_OK;
	}
	return got < 0 ? got : count;
}

struct row {
	const char *what;
	uint32_t len; /* of the block */
	uint32_t packets, first_at;
	uint32_t next; /* from the first packet to the second */
	uint16_t mac;  /* of the first */
	uint32_t caplen;
	int expected;
};

static const struct row rows[] = {
	{ "two packets", BLOCK, 2, FIRST_AT, FRAME, MAC_AT, 32, 2 },
	{ "no packet, no place", BLOCK, 0, 0, 0, MAC_AT, 32, 0 },
	{ "no room for a header", 40, 1, FIRST_AT, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "a header and nothing else", FIRST_AT, 1, FIRST_AT, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "first inside the header", BLOCK, 1, 8, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "first behind the block", BLOCK, 1, BLOCK + 1, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "first at 4 GiB", BLOCK, 1, 0xffffffff, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "first cut by the end", BLOCK, 1, BLOCK - 60, FRAME, MAC_AT, 32, FLT_E_FORMAT },
	{ "next goes nowhere", BLOCK, 2, FIRST_AT, 0, MAC_AT, 32, FLT_E_FORMAT },
	{ "next inside the header", BLOCK, 2, FIRST_AT, 20, MAC_AT, 32, FLT_E_FORMAT },
	{ "next behind the block", BLOCK, 2, FIRST_AT, BLOCK, MAC_AT, 32, FLT_E_FORMAT },
	{ "next goes round", BLOCK, 2, FIRST_AT, 0xffffffd0, MAC_AT, 32, FLT_E_FORMAT },
	{ "the last one's next is not used", BLOCK, 1, FIRST_AT, 0xffffffff, MAC_AT, 32, 1 },
	{ "bytes inside the header", BLOCK, 1, FIRST_AT, FRAME, 60, 32, FLT_E_FORMAT },
	{ "bytes right behind it", BLOCK, 1, FIRST_AT, FRAME, 68, 32, 1 },
	{ "bytes behind the block", BLOCK, 1, FIRST_AT, FRAME, 65535, 1, FLT_E_FORMAT },
	{ "as long as the block", BLOCK, 1, FIRST_AT, FRAME, MAC_AT, BLOCK - FIRST_AT - MAC_AT, 1 },
	{ "a byte longer", BLOCK, 1, FIRST_AT, FRAME, MAC_AT, BLOCK - FIRST_AT - MAC_AT + 1,
	  FLT_E_FORMAT },
	{ "4 GiB long", BLOCK, 1, FIRST_AT, FRAME, MAC_AT, 0xffffffff, FLT_E_FORMAT },
	{ "more packets than there are", BLOCK, 0xffffffff, FIRST_AT, FRAME, MAC_AT, 32,
	  FLT_E_FORMAT },
};

static void run_row(const struct row *row)
{
	uint8_t *block = calloc(1, row->len < BLOCK ? row->len : BLOCK);
	uint8_t whole[BLOCK] = { 0 };

	put_block(whole, row->packets, row->first_at);
	put_frame(whole, FIRST_AT, row->next, row->mac, row->caplen);
	put_frame(whole, FIRST_AT + FRAME, 0, MAC_AT, 32);
	/* In a block of exactly its size, so that a sanitizer sees the first byte too many. */
	memcpy(block, whole, row->len);
	expect(walk_all(block, row->len) == row->expected, row->what, (uint64_t)row->expected);
	free(block);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Well-made blocks with a few words overwritten: most of them by numbers near a limit. */
static uint32_t random_word(uint64_t *state)
{
	static const uint32_t limits[] = { 0,         1,     48,        68,         96,        128,
					   BLOCK - 1, BLOCK, BLOCK + 1, 0x80000000, 0xffffffff };
	uint64_t r = next_random(state);

	if (r % 4 == 0)
		return (uint32_t)(r >> 32);
	return limits[(r >> 8) % (sizeof(limits) / sizeof(limits[0]))] + (uint32_t)(r >> 40) % 3 -
	       1;
}

static void run_random(uint64_t seed)
{
	uint8_t *block = calloc(1, BLOCK);
	uint64_t state = seed ? seed : 1;
	unsigned whole = 0, refused = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t packets = (uint32_t)(next_random(&state) % 20);
		put_block(block, packets, FIRST_AT);
		for (uint32_t p = 0; p < 20; p++)
			put_frame(block, FIRST_AT + p * FRAME, FRAME, MAC_AT, 32);
		for (uint64_t n = next_random(&state) % 4; n > 0; n--) {
			uint32_t word = random_word(&state);
			memcpy(block + next_random(&state) % (BLOCK / 8) * 4, &word, sizeof(word));
		}
		int got = walk_all(block, BLOCK);
		whole += got >= 0;
		refused += got == FLT_E_FORMAT;
		expect(got >= 0 || got == FLT_E_FORMAT, "neither walked nor refused", i);
	}
	expect(whole && refused, "both kinds of blocks", refused);
	printf("%u random blocks walked, %u refused, SEED=%" PRIu64 "\n", whole, refused, seed);
	free(block);
}

int main(void)
{
	const char *seed = getenv("SEED");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&rows[i]);
	run_random(seed ? strtoull(seed, NULL, 0) : 20261123);
	printf("%zu rows, %u checks, %u failures\n", sizeof(rows) / sizeof(rows[0]), checks,
	       failures);
	return failures ? 1 : 0;
}
