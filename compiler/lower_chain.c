/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protochain: the protocol anywhere in a packet's chain of headers. A program only goes forward,
 * so the walk is unrolled: PROTOCHAIN4_MAX and PROTOCHAIN6_MAX headers are followed, and what
 * comes after those is not found.
 */
#include "lower.h"

#define PROTOCHAIN4_MAX 8                /* authentication headers: nothing else chains in IPv4 */
#define PROTOCHAIN6_MAX 100

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define IP4_PROTO 9u
#define IP6_LEN  40u
#define IP6_NEXT 6u

#define IP_HOPOPTS  0u
#define IP_ROUTING  43u
#define IP_FRAGMENT 44u
#define IP_AH       51u
#define IP_DSTOPTS  60u

/* Where the walk is, in slots: the number that the last header gave, and where the next one
 * begins, counted from `base` bytes into the packet. Each step writes a slot that it does not
 * read, so that what it reads need not be copied. */
struct walk {
	uint32_t proto;
	uint32_t at;
	uint32_t next_at;
	uint32_t base;
};

static ir_val get(struct lower *g, uint32_t slot)
{
	return lower_off_value(g, (struct off){ .slot = slot });
}

static void lower_is(struct lower *g, const struct walk *w, uint32_t number, struct target to)
{
	lower_cmp(g, TEST_EQ, get(g, w->proto), number, to);
}

/* Over one header: byte 0 is the next one's number, (byte 1 + more) * unit the length of this
 * one. */
static void step(struct lower *g, const struct walk *w, uint32_t more, uint32_t unit)
{
	lower_set(g, w->proto, lower_load_at(g, get(g, w->at), w->base, 1));
	ir_val words =
		lower_alu_k(g, IR_ADD, lower_load_at(g, get(g, w->at), w->base + 1, 1), more);
	ir_val bytes = lower_alu_k(g, IR_MUL, words, unit);
	ir_val at = get(g, w->at);

	lower_set(g, w->next_at, lower_alu(g, IR_ADD, bytes, at));
}

/* An authentication header counts in words of 4 bytes, without its first two (RFC 4302). */
static void step_ah(struct lower *g, const struct walk *w)
{
	step(g, w, 2, 4);
}

/* The others in 8 bytes, without the first (RFC 8200); in a fragment header byte 1 is reserved,
 * 0. */
static void step_extension(struct lower *g, const struct walk *w)
{
	step(g, w, 1, 8);
}

/* Is it one of the headers of IPv6 that can be walked over, which count alike? */
static void lower_is_extension(struct lower *g, const struct walk *w, struct target to)
{
	static const uint8_t extensions[] = { IP_HOPOPTS, IP_DSTOPTS, IP_ROUTING, IP_FRAGMENT };

	for (size_t i = 0; i < sizeof(extensions); i++) {
		struct ir_block *next;
		lower_is(g, w, extensions[i], lower_else(g, to, &next));
		lower_start(g, next);
	}
	lower_goto(g, to.no);
}

static struct walk new_walk(const struct lower *g)
{
	return (struct walk){ SLOT_CHAIN_PROTO, SLOT_CHAIN_AT, SLOT_CHAIN_NEXT,
			      g->frame.net.const_part };
}

static void advance(struct walk *w)
{
	uint32_t at = w->at;

	w->at = w->next_at;
	w->next_at = at;
}

bool lower_protochain4(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *next;
	struct walk w = new_walk(g);

	if (!lower_linkproto(g, ETHERTYPE_IP, lower_then(g, to, &next)))
		return false;
	lower_start(g, next);
	lower_set(g, w.proto, lower_load(g, off_add(g->frame.net, IP4_PROTO), 1));
	lower_set(g, w.at, lower_ip4_hlen(g));
	for (int i = 0; i < PROTOCHAIN4_MAX; i++) {
		lower_is(g, &w, number, lower_else(g, to, &next));
		lower_start(g, next);
		lower_is(g, &w, IP_AH, lower_then(g, to, &next));
		lower_start(g, next);
		step_ah(g, &w);
		advance(&w);
	}
	lower_is(g, &w, number, to);
	return true;
}

/* One header of IPv6: *next begins behind it. */
static void lower_link6(struct lower *g, const struct walk *w, struct ir_block *no,
			struct ir_block **next)
{
	struct ir_block *extension = lower_block(g);
	struct ir_block *other = lower_block(g);
	struct ir_block *ah = lower_block(g);

	*next = lower_block(g);
	lower_is_extension(g, w, (struct target){ extension, other });
	lower_start(g, extension);
	step_extension(g, w);
	lower_goto(g, *next);
	lower_start(g, other);
	lower_is(g, w, IP_AH, (struct target){ ah, no });
	lower_start(g, ah);
	step_ah(g, w);
	lower_goto(g, *next);
}

bool lower_protochain6(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *next;
	struct walk w = new_walk(g);

	if (!lower_linkproto(g, ETHERTYPE_IP6, lower_then(g, to, &next)))
		return false;
	lower_start(g, next);
	lower_set(g, w.proto, lower_load(g, off_add(g->frame.net, IP6_NEXT), 1));
	ir_val net = lower_off_value(g, g->frame.net);

	lower_set(g, w.at,
		  net == IR_NONE ? lower_const(g, IP6_LEN) : lower_alu_k(g, IR_ADD, net, IP6_LEN));
	for (int i = 0; i < PROTOCHAIN6_MAX; i++) {
		lower_is(g, &w, number, lower_else(g, to, &next));
		lower_start(g, next);
		lower_link6(g, &w, to.no, &next);
		lower_start(g, next);
		advance(&w);
	}
	lower_is(g, &w, number, to);
	return true;
}
