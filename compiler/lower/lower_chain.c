/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protochain: the protocol anywhere in a packet's chain of headers. A program only goes forward,
 * so the walk is unrolled: PROTOCHAIN4_MAX and PROTOCHAIN6_MAX headers are followed, and what
 * comes after those is not found.
 */
#include "lowering.h"

#define PROTOCHAIN4_MAX 8 /* authentication headers: nothing else chains in IPv4 */
#define PROTOCHAIN6_MAX 100

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define IP4_PROTO     9u
#define IP6_LEN       40u
#define IP6_NEXT      6u

#define IP_HOPOPTS  0u
#define IP_ROUTING  43u
#define IP_FRAGMENT 44u
#define IP_AH       51u
#define IP_DSTOPTS  60u

/* Where the walk is, in slots: the number that the last header gave, and where the next one
 * begins, counted from `base` bytes into the packet. Each step writes a slot that it does not
 * read, so that what it reads need not be copied. */
struct walk {
	const struct set *numbers; /* that are looked for */
	struct set passed;         /* those of them that are walked over */
	uint32_t proto;
	uint32_t at;
	uint32_t next_at;
	uint32_t base;
	struct target to;
	struct ir_block *end; /* where the number that ends the walk is looked for */
};

static ir_val get(struct lower *g, uint32_t slot)
{
	return flt__lower_off_value(g, (struct off){ .slot = slot });
}

static void lower_is(struct lower *g, const struct walk *w, uint32_t number, struct target to)
{
	flt__lower_cmp(g, TEST_EQ, get(g, w->proto), number, to);
}

static bool lower_is_in(struct lower *g, const struct walk *w, const struct set *set,
			struct target to)
{
	struct set_field number = { .kind = FIELD_VALUE };

	if (!set->count) {
		flt__lower_goto(g, to.no);
		return true;
	}
	number.value = get(g, w->proto);
	return flt__lower_member(g, set, &number, to);
}

/* ---- one header -------------------------------------------------------------------------- */

/* Over one header: byte 0 is the next one's number, (byte 1 + more) * unit the length of this
 * one. */
static void step(struct lower *g, const struct walk *w, uint32_t more, uint32_t unit)
{
	flt__lower_set(g, w->proto, flt__lower_load_at(g, get(g, w->at), w->base, 1));
	ir_val words = flt__lower_alu_k(g, IR_ADD,
					flt__lower_load_at(g, get(g, w->at), w->base + 1, 1), more);
	ir_val bytes = flt__lower_alu_k(g, IR_MUL, words, unit);
	ir_val at = get(g, w->at);

	flt__lower_set(g, w->next_at, flt__lower_alu(g, IR_ADD, bytes, at));
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

/* The headers of IPv6 that can be walked over and count alike. */
static const uint8_t extensions[] = { IP_HOPOPTS, IP_DSTOPTS, IP_ROUTING, IP_FRAGMENT };

static void lower_is_extension(struct lower *g, const struct walk *w, struct target to)
{
	for (size_t i = 0; i < sizeof(extensions); i++) {
		struct ir_block *next;
		lower_is(g, w, extensions[i], flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
}

/* An authentication header, which is all that chains in IPv4. *next begins after it. */
static void lower_link4(struct lower *g, const struct walk *w, struct ir_block *no,
			struct ir_block **next)
{
	struct ir_block *ah = flt__lower_block(g);

	*next = flt__lower_block(g);
	lower_is(g, w, IP_AH, (struct target){ ah, no });
	flt__lower_start(g, ah);
	step_ah(g, w);
	flt__lower_goto(g, *next);
}

/* One header of IPv6: *next begins after it. */
static void lower_link6(struct lower *g, const struct walk *w, struct ir_block *no,
			struct ir_block **next)
{
	struct ir_block *extension = flt__lower_block(g);
	struct ir_block *other = flt__lower_block(g);
	struct ir_block *ah = flt__lower_block(g);

	*next = flt__lower_block(g);
	lower_is_extension(g, w, (struct target){ extension, other });
	flt__lower_start(g, extension);
	step_extension(g, w);
	flt__lower_goto(g, *next);
	flt__lower_start(g, other);
	lower_is(g, w, IP_AH, (struct target){ ah, no });
	flt__lower_start(g, ah);
	step_ah(g, w);
	flt__lower_goto(g, *next);
}

/* ---- all of them ------------------------------------------------------------------------- */

static bool set_has(const struct set *set, uint32_t number)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->ranges[i].low[0] <= number && number <= set->ranges[i].high[0])
			return true;
	return false;
}

static bool add_passed(struct walk *w, uint32_t number)
{
	struct set_range range = { .low = { number }, .high = { number } };

	return !set_has(w->numbers, number) || flt__set_add(&w->passed, &range);
}

static bool new_walk(struct lower *g, const struct set *numbers, struct target to, struct walk *w)
{
	*w = (struct walk){ .numbers = numbers,
			    .proto = SLOT_CHAIN_PROTO,
			    .at = SLOT_CHAIN_AT,
			    .next_at = SLOT_CHAIN_NEXT,
			    .base = g->frame.net.const_part,
			    .to = to,
			    .end = flt__lower_block(g) };
	flt__set_init(&w->passed, &g->c->arena, 1);
	bool ok = add_passed(w, IP_AH);
	for (size_t i = 0; i < sizeof(extensions); i++)
		ok = ok && add_passed(w, extensions[i]);
	flt__set_close(&w->passed);
	return ok;
}

static void advance(struct walk *w)
{
	uint32_t at = w->at;

	w->at = w->next_at;
	w->next_at = at;
}

/*
 * One number is asked for at each header. Several are so at the first, which mostly is the only
 * one; of the others only what is walked over needs to be looked for there, and the header that is
 * not ends the walk: one search for all of them.
 */
static bool lower_walk(struct lower *g, struct walk *w, uint32_t most,
		       void (*link)(struct lower *, const struct walk *, struct ir_block *no,
				    struct ir_block **next))
{
	const struct set_range *first = w->numbers->ranges;
	bool is_one = w->numbers->count == 1 && first->low[0] == first->high[0];

	for (uint32_t i = 0; i < most; i++) {
		bool asks_all = i == 0 || is_one;
		struct ir_block *next;
		struct target found = flt__lower_else(g, w->to, &next);
		if (!lower_is_in(g, w, asks_all ? w->numbers : &w->passed, found))
			return false;
		flt__lower_start(g, next);
		link(g, w, asks_all ? w->to.no : w->end, &next);
		flt__lower_start(g, next);
		advance(w);
	}
	flt__lower_goto(g, w->end);
	flt__lower_start(g, w->end);
	return lower_is_in(g, w, w->numbers, w->to);
}

bool flt__lower_protochain4(struct lower *g, const struct set *numbers, struct target to)
{
	struct ir_block *ip;
	struct walk w;

	if (!new_walk(g, numbers, to, &w) ||
	    !flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	flt__lower_set(g, w.proto, flt__lower_load(g, flt__off_add(g->frame.net, IP4_PROTO), 1));
	flt__lower_set(g, w.at, flt__lower_ip4_hlen(g));
	return lower_walk(g, &w, PROTOCHAIN4_MAX, lower_link4);
}

bool flt__lower_protochain6(struct lower *g, const struct set *numbers, struct target to)
{
	struct ir_block *ip6;
	struct walk w;

	if (!new_walk(g, numbers, to, &w) ||
	    !flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	flt__lower_set(g, w.proto, flt__lower_load(g, flt__off_add(g->frame.net, IP6_NEXT), 1));
	ir_val net = flt__lower_off_value(g, g->frame.net);

	flt__lower_set(g, w.at,
		       net == IR_NONE ? flt__lower_const(g, IP6_LEN) :
					flt__lower_alu_k(g, IR_ADD, net, IP6_LEN));
	return lower_walk(g, &w, PROTOCHAIN6_MAX, lower_link6);
}
