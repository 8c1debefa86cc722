/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protochain: the protocol anywhere in a packet's chain of headers. A program only goes forward, so the walk is
 * unrolled: PROTOCHAIN_MAX extension headers are followed, and what comes after those is not found.
 */
#include "lower.h"

#define PROTOCHAIN_MAX 10

#define ETHERTYPE_IP6 0x86ddu
#define IP6_LEN  40u
#define IP6_NEXT 6u

#define IP_HOPOPTS  0u
#define IP_ROUTING  43u
#define IP_FRAGMENT 44u
#define IP_AH       51u
#define IP_DSTOPTS  60u

/* Where the walk is: the header after the one that named `proto` begins at the network header + slot `at`. */
struct walk {
	ir_val proto;
	uint32_t at;
	uint32_t base;           /* offset of the network header */
};

static ir_val load_header(struct lower *g, const struct walk *w, uint32_t k, uint32_t size)
{
	ir_val at = lower_off_value(g, (struct off){ .slot = w->at });

	return lower_load_at(g, at, w->base + k, size);
}

/* The header's length is (byte 1 + more) * unit: go behind it. */
static void step(struct lower *g, const struct walk *w, ir_val len, uint32_t more, uint32_t unit)
{
	ir_val bytes = lower_alu_k(g, IR_MUL, lower_alu_k(g, IR_ADD, len, more), unit);
	ir_val at = lower_off_value(g, (struct off){ .slot = w->at });

	lower_set(g, w->at, lower_alu(g, IR_ADD, bytes, at));
}

/* An authentication header counts in words, without its first two (RFC 4302). */
static void step_ah(struct lower *g, struct walk *w)
{
	ir_val next = load_header(g, w, 0, 1);
	ir_val len = load_header(g, w, 1, 1);

	step(g, w, len, 2, 4);
	w->proto = next;
}

/* Is it one of the headers that can be walked over? Goes on in *found if so. */
static void lower_is_extension(struct lower *g, const struct walk *w, struct target to)
{
	static const uint8_t extensions[] = { IP_HOPOPTS, IP_DSTOPTS, IP_ROUTING, IP_FRAGMENT };

	for (size_t i = 0; i < sizeof(extensions); i++) {
		struct ir_block *next;
		lower_cmp(g, TEST_EQ, w->proto, extensions[i], lower_else(g, to, &next));
		lower_start(g, next);
	}
	lower_cmp(g, TEST_EQ, w->proto, IP_AH, to);
}

/* All extension headers begin with the next one's number and a length; only the unit differs. */
static void step_extension(struct lower *g, struct walk *w)
{
	struct ir_block *ah = lower_block(g);
	struct ir_block *other = lower_block(g);
	struct ir_block *join = lower_block(g);
	ir_val next = load_header(g, w, 0, 1);
	ir_val len = load_header(g, w, 1, 1);

	lower_cmp(g, TEST_EQ, w->proto, IP_AH, (struct target){ ah, other });
	lower_start(g, ah);
	step(g, w, len, 2, 4);
	lower_goto(g, join);
	lower_start(g, other);
	step(g, w, len, 1, 8);
	lower_goto(g, join);
	lower_start(g, join);
	w->proto = next;
}

bool lower_protochain4(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *ip, *next;
	struct walk w = { .at = flt__ir_slot(g->ir), .base = g->frame.net.const_part };

	if (!lower_linkproto(g, 0x0800, lower_then(g, to, &ip)))
		return false;
	lower_start(g, ip);
	w.proto = lower_load(g, off_add(g->frame.net, 9), 1);
	lower_set(g, w.at, lower_ip4_hlen(g));
	for (int i = 0; i < PROTOCHAIN_MAX; i++) {
		lower_cmp(g, TEST_EQ, w.proto, number, lower_else(g, to, &next));
		lower_start(g, next);
		lower_cmp(g, TEST_EQ, w.proto, IP_AH, lower_then(g, to, &next));
		lower_start(g, next);
		step_ah(g, &w);
	}
	lower_cmp(g, TEST_EQ, w.proto, number, to);
	return true;
}

bool lower_protochain6(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *ip6, *next;
	struct walk w = { .at = flt__ir_slot(g->ir), .base = g->frame.net.const_part };

	if (!lower_linkproto(g, ETHERTYPE_IP6, lower_then(g, to, &ip6)))
		return false;
	lower_start(g, ip6);
	w.proto = lower_load(g, off_add(g->frame.net, IP6_NEXT), 1);
	ir_val net = lower_off_value(g, g->frame.net);

	lower_set(g, w.at, net == IR_NONE ? lower_const(g, IP6_LEN) : lower_alu_k(g, IR_ADD, net, IP6_LEN));
	for (int i = 0; i < PROTOCHAIN_MAX; i++) {
		lower_cmp(g, TEST_EQ, w.proto, number, lower_else(g, to, &next));
		lower_start(g, next);
		lower_is_extension(g, &w, lower_then(g, to, &next));
		lower_start(g, next);
		step_extension(g, &w);
	}
	lower_cmp(g, TEST_EQ, w.proto, number, to);
	return true;
}
