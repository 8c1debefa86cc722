/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From tree to intermediate code. A test is lowered with the two blocks that it ends in, so
 * that and/or/not cost nothing:
 *
 *	struct ir_block *then = flt__lower_block(g);
 *	if (!flt__lower_linkproto(g, 0x0800, (struct target){ then, to.no }))
 *		return false;
 *	flt__lower_start(g, then);
 *	ir_val proto = flt__lower_load(g, flt__off_add(g->frame.net, 9), 1);
 *	flt__lower_cmp(g, TEST_EQ, proto, 6, to);
 *
 * Every lower_*(g, ..., to) begins in g->at, which is open, and ends with all paths closed and
 * g->at NULL. A refusal sets the compile's error and returns false; what it leaves half built
 * is never used.
 *
 * Loads are exits, so their order is part of what an expression means: each test loads what it
 * needs, where it needs it, and nothing before. Doing so again and again is fine; removing
 * repetitions is the passes' work.
 */
#ifndef LOWERING_H
#define LOWERING_H

#include "ast.h"
#include "ir.h"
#include "link_layout.h"
#include "set.h"

/* ---- offsets and frames: values, never globals ------------------------------------------- */

/* A byte offset: const_part, plus what a slot holds at run time (OFF_NO_SLOT: nothing). */
struct off {
	uint32_t const_part;
	uint32_t slot; /* OFF_NO_SLOT or an ir slot */
};

#define OFF_NO_SLOT 0xffffffffu
/* Of a payload that nobody says the place of: from here up, no packet has bytes. */
#define OFF_NOWHERE 0x80000000u

#define PACKET_START ((struct off){ .const_part = 0, .slot = OFF_NO_SLOT })

struct encap;

/* Which headers the text up to here has led to. Passed on in the order of the text, whatever and,
 * or and not stand between. */
struct frame {
	const struct link_layout *link; /* of the innermost link header; NULL: unknown to us */
	struct off link_off;            /* innermost link header: `link[n]`, `ether host` */
	struct off type_off;            /* its type field; moved by vlan */
	struct off payload;             /* after the link header and VLAN tags; LLC begins here */
	struct off net;                 /* network header: payload, LLC with SNAP, MPLS labels */
	uint32_t vlan_depth;
	uint32_t label_depth; /* MPLS; not 0: there is no type field any more */
	bool is_tunnel;       /* geneve, vxlan: link_off is payload where there is no Ethernet */
	struct encap *encap;  /* the last header that the text has entered, or NULL */
};

/* Slots that hold something within one primitive only, which writes them before it reads them. All
 * others are for frames. */
enum {
	SLOT_CHAIN_PROTO,
	SLOT_CHAIN_AT,
	SLOT_CHAIN_NEXT, /* protochain */
	SLOT_TUNNEL,     /* geneve, vxlan: where their header is */
	SLOT_SET_KEY,    /* host with a set: the first address */
	SLOT_SET_BASE,   /* host, port with a set: where the next field is */
	SLOT_ARITH,      /* arithmetic: a part of what is long */
	SLOT_FRAMES,
	SLOT_FOUND = SLOT_FRAMES, /* which header was found last: lower_presence.c */
	SLOTS_FIRST
};

struct lower;

struct target {
	struct ir_block *yes, *no;
};

typedef bool lower_fn(struct lower *g, const struct ast *node, struct target to);

struct lower {
	struct compile *c;
	lower_fn *test; /* any yes-or-no node: lower.c, which names all files of keywords */
	struct ir *ir;
	struct ir_block *at; /* open block; NULL between tests */
	struct frame frame;
	const struct link_layout *outer;      /* of the packet itself, or NULL */
	struct off outer_link, outer_payload; /* of its frame; their slots are the prologue's */
	struct ir_block *accept, *reject;
	struct ir_block *nowhere; /* where a test goes on that reads what is OFF_NOWHERE; or NULL */
	uint32_t *zeros;          /* slots that are 0 at the entry, if anything reads them */
	uint32_t zero_count;
	size_t zero_capacity;
	bool is_empty;    /* the empty expression: nothing is asked of any packet */
	struct set arg;   /* of the keyword that is being lowered: flt__lower_arg_max() */
	struct span span; /* clause that is being lowered: new blocks carry it */
};

/* ---- lower_code.c: blocks, loads, comparisons -------------------------------------------- */

struct off flt__off_add(struct off off, uint32_t more);
struct ir_block *flt__lower_block(struct lower *g);
void flt__lower_start(struct lower *g, struct ir_block *block); /* g->at = block */
ir_val flt__lower_const(struct lower *g, uint32_t k);
/* Length on the wire, as the established tools count it: with the header that a cooked socket
 * leaves out. */
ir_val flt__lower_len(struct lower *g);
/* The metadata word at `what`: SKF_AD_*, without SKF_AD_OFF. */
ir_val flt__lower_meta(struct lower *g, uint32_t what);
/* A constant offset that is metadata on a live socket: ether[-4048]. */
bool flt__lower_is_meta(const struct lower *g, uint32_t off);
ir_val flt__lower_load(struct lower *g, struct off off, uint32_t size);
/* At base + k, which wraps; base IR_NONE: at k. A constant of 2^31 and more is no byte of any
 * packet: on a live socket one of metadata is that; in a payload of no known place the test is a
 * no; any other ends the program with 0. */
ir_val flt__lower_load_at(struct lower *g, ir_val base, uint32_t k, uint32_t size);
ir_val flt__lower_alu(struct lower *g, enum ir_op op, ir_val a, ir_val b);
ir_val flt__lower_alu_k(struct lower *g, enum ir_op op, ir_val a, uint32_t k);
/* The slot part of an offset as a value, IR_NONE when there is none; the constant part is left to
 * the load's k. */
ir_val flt__lower_off_value(struct lower *g, struct off off);
void flt__lower_set(struct lower *g, uint32_t slot, ir_val value);
void flt__lower_cmp(struct lower *g, enum ir_test test, ir_val a, uint32_t k, struct target to);
void flt__lower_cmp_value(struct lower *g, enum ir_test test, ir_val a, ir_val b, struct target to);
/* The size bytes at off are k; the same of their bits in mask. */
void flt__lower_field(struct lower *g, struct off off, uint32_t size, uint32_t k, struct target to);
void flt__lower_field_mask(struct lower *g, struct off off, uint32_t size, uint32_t mask,
			   uint32_t k, struct target to);
void flt__lower_goto(struct lower *g, struct ir_block *to);
struct target flt__lower_invert(struct target to);
/* Targets of the first half of `this and then what follows`, `this or else what follows`; what
 * follows goes into *next. */
struct target flt__lower_then(struct lower *g, struct target to, struct ir_block **next);
struct target flt__lower_else(struct lower *g, struct target to, struct ir_block **next);
/* One more edge to a block: what is known of headers there is what all edges agree on. */
void flt__lower_edge(const struct ir_block *from, struct ir_block *to);
/* All bytes of one address. */
void flt__lower_mac_at(struct lower *g, struct off off, const uint8_t mac[6], struct target to);
/* Room for so many more tests; else refused, with the span to blame. */
bool flt__lower_has_room(struct lower *g, struct span span, uint64_t more);
/* The slot is read on paths that have not written it: there it is 0. */
void flt__lower_zero_first(struct lower *g, uint32_t slot);
bool flt__lower_is_live(const struct lower *g);
/* For messages. */
const char *flt__lower_link_name(const struct lower *g);
/* The innermost link type allows this (ALLOW_*). */
bool flt__lower_has(const struct lower *g, enum layout_allows what);
/* Refuse what the innermost link type has not ("VLAN tags"), or what we do not know; false. */
bool flt__lower_lacks(struct lower *g, struct span span, const char *what);
/* Refuse a word that is for other link types ("802.11"); false. */
bool flt__lower_only(struct lower *g, struct span span, const char *links);
/* Bytes of the link header can be read; else refused. */
bool flt__lower_has_link(struct lower *g, struct span span);

/* ---- lower_header.c: entering a link header ---------------------------------------------- */

/* The frame from here on: a header of this layout begins at start. */
void flt__lower_enter(struct lower *g, const struct link_layout *link, struct off start);
/* The first frame; link NULL: a link type that we do not know. */
void flt__lower_enter_packet(struct lower *g, const struct link_layout *link);
/* What comes before the expression: the checks of the link type as a whole, where something is
 * asked at all, and the lengths that the packet says. Goes on in g->at. Lowered last, as it does
 * only what turned out to be needed. */
void flt__lower_prologue(struct lower *g);
void flt__lower_check(struct lower *g, const struct link_check *check, struct off start,
		      struct target to);
/* What must hold before the innermost link header says anything; else to `no`. Goes on in g->at. */
void flt__lower_guard(struct lower *g, struct ir_block *no);

/* ---- lower_link.c, lower_llc.c: what the link header says; lower_mac.c: whose addresses it
 * holds; lower_direction.c ------------------------------------------------------------------ */

/* The payload is `number`: an EtherType above 1,500, else an LLC SAP; in the link type's way. */
bool flt__lower_linkproto(struct lower *g, uint32_t number, struct target to);
/* The same for a number that was written: it must fit into the type field. */
bool flt__lower_linkproto_id(struct lower *g, uint32_t number, struct span span, struct target to);
/* The type field holds this code, as it stands there. */
void flt__lower_type_code(struct lower *g, uint32_t code, struct target to);
/* No packet is taken for one of two protocols, as one field tells them apart. */
bool flt__lower_tells_protos(const struct lower *g);
bool flt__lower_llc(struct lower *g, const struct ast *node, struct target to);
/* An LLC header follows, by the type field. */
void flt__lower_is_llc(struct lower *g, struct target to);
/* It has this service access point; it is SNAP with this protocol of this organization. */
void flt__lower_llc_sap(struct lower *g, uint32_t sap, struct target to);
void flt__lower_snap(struct lower *g, uint32_t oui, uint32_t number, struct target to);
/* Source and/or destination MAC, by dir; refused on link types without them. */
bool flt__lower_macs(struct lower *g, enum dir dir, const uint8_t mac[6], struct span span,
		     struct target to);
/* The same for a set of two words: the last four bytes of an address, and the first two. The link
 * type has such addresses. */
bool flt__lower_mac_set(struct lower *g, enum dir dir, const struct set *macs, struct target to);
/* The same for an address of 8 bits. */
bool flt__lower_mac8(struct lower *g, enum dir dir, const uint8_t *address, struct span span,
		     struct target to);
/* The same by a name, which ethers(5) has. */
bool flt__lower_mac_name(struct lower *g, const struct ast *node, struct target to);
/* Refuse an address of the link layer ("ether") where a network stands; false. */
bool flt__lower_no_net(struct lower *g, const struct value *value, const char *layer);
bool flt__lower_link_bcast(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_link_mcast(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_direction(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_ifindex(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_wlan.c: 802.11, where the innermost link type is one of its ------------------- */

/* By dir, which may be any: where source and destination are depends on the frame. */
void flt__lower_wlan_macs(struct lower *g, enum dir dir, const uint8_t mac[6], struct target to);
/* The destination is a group. */
void flt__lower_wlan_mcast(struct lower *g, struct target to);
bool flt__lower_wlan_type(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_wlan_subtype(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_wlan_dir(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_set.c: is a field in a set?; lower_list.c: numbers of keywords ---------------- */

/* A field, word by word. */
struct set_field {
	enum set_field_kind {
		FIELD_WORDS, /* words of four bytes at off */
		FIELD_PORT,  /* two bytes at off */
		FIELD_PORT4, /* two bytes at off, after an IPv4 header */
		FIELD_MAC,   /* six bytes at off; their last four are the first word */
		FIELD_VALUE  /* one word: value */
	} kind;
	struct off off;
	ir_val value;
};

/* A closed set has the field. False: no memory. */
bool flt__lower_member(struct lower *g, const struct set *set, const struct set_field *field,
		       struct target to);
/* The same for fields[0], the source, and/or fields[1], the destination, by dir. */
bool flt__lower_members(struct lower *g, const struct set *set, enum dir dir,
			const struct set_field fields[2], struct target to);

bool flt__lower_has_arg(const struct ast *node);
/* Make ready the optional number of a keyword, or its set. They are at most max; `what` they are,
 * for the message. */
bool flt__lower_arg_max(struct lower *g, const struct ast *node, uint32_t max, const char *what);
/* The value is that number, or one of the set, shifted to the left. */
void flt__lower_arg_is(struct lower *g, ir_val value, uint32_t shift, struct target to);

/* ---- lower_host.c: which kind of address; lower_net.c: its tests; lower_decnet.c --------- */

/* AST_ID with type host, net, gateway (or none, with a value that is an address or a name). */
bool flt__lower_host_id(struct lower *g, const struct ast *node, struct target to);
/* Refusals: `tcp host 1.2.3.4`; always false. */
bool flt__lower_bad_quals(struct lower *g, const struct ast *node, const char *meant);
/* 802.11's directions are refused; false. */
bool flt__lower_check_dir(struct lower *g, const struct quals *quals);

struct net4 { /* a host (mask all ones) or a network */
	uint32_t addr, mask;
};

struct net6 {
	uint32_t addr[4], mask[4];
};

/* In IPv4, ARP and RARP packets, or in those of proto (PROTO_IP, PROTO_ARP, PROTO_RARP) only. */
bool flt__lower_net4(struct lower *g, enum proto proto, enum dir dir, const struct net4 *net,
		     struct target to);
bool flt__lower_net6(struct lower *g, enum dir dir, const struct net6 *net, struct target to);
/* The same for closed sets of addresses; `others`: packets of other protocols. */
bool flt__lower_set4(struct lower *g, enum proto proto, enum dir dir, const struct set *addrs,
		     struct target to, struct ir_block *others);
bool flt__lower_set6(struct lower *g, enum dir dir, const struct set *addrs, struct target to);
bool flt__lower_ip_bcast(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_ip_mcast(struct lower *g, struct target to);
bool flt__lower_ip6_mcast(struct lower *g, struct target to);
bool flt__lower_decnet_host(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_proto.c: protocols; lower_chain.c: protochain; lower_port.c: ports ------------ */

/* A protocol word alone: `tcp`, `arp`, `isis`, `l1`. */
bool flt__lower_proto_word(struct lower *g, const struct ast *node, struct target to);
/* AST_ID with type proto or protochain. */
bool flt__lower_proto_id(struct lower *g, const struct ast *node, struct target to);
/* AST_ID with type port or portrange. */
bool flt__lower_port_id(struct lower *g, const struct ast *node, struct target to);
/* One of the numbers is in the packet's chain of headers. */
bool flt__lower_protochain4(struct lower *g, const struct set *numbers, struct target to);
bool flt__lower_protochain6(struct lower *g, const struct set *numbers, struct target to);
/* IPv4, and its protocol is number. */
bool flt__lower_ip4_proto(struct lower *g, uint32_t number, struct target to);
/* The fragment offset is 0, so a transport header follows. */
void flt__lower_first_fragment(struct lower *g, struct target to);
/* Length of the IPv4 header, from its own field, plus the network header's slot: a load's base. */
ir_val flt__lower_ip4_hlen(struct lower *g);

/* ---- lower_index.c: byte access and relations; lower_arith.c: arithmetic ----------------- */

bool flt__lower_relation(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_byte_test(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_less(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_greater(struct lower *g, const struct ast *node, struct target to);

/* A number of the expression: value + k; value IR_NONE: the constant k. */
struct arith {
	ir_val value;
	uint32_t k;
	uint32_t height; /* of operations in value, since a slot */
};

/* a relop b, unsigned. */
void flt__lower_compare(struct lower *g, enum relop relop, struct arith a, struct arith b,
			struct target to);
/* What node is worth; guards for its byte accesses have been tested. */
bool flt__lower_arith(struct lower *g, const struct ast *node, struct arith *out);
ir_val flt__lower_arith_value(struct lower *g, struct arith a);
/* `tcp[13]` means nothing unless the packet is TCP: test that for all byte accesses in node, in
 * text order, and go to `no` if one does not hold. */
bool flt__lower_guards(struct lower *g, const struct ast *node, struct ir_block *no);

/* ---- lower_fields.c, lower_pflog.c, lower_atm.c, lower_mtp.c: what one link type has ------ */

enum field_id { /* fields.def */
#define FIELD(tag, ...) FIELD_##tag,
#include "fields.def"
#undef FIELD
};

/* The field holds number; a number from low to high. The capture has the field. */
void flt__lower_field_is(struct lower *g, enum field_id id, uint32_t number, struct target to);
void flt__lower_field_range(struct lower *g, enum field_id id, uint32_t low, uint32_t high,
			    struct target to);
/* `vpi 10`, `opc != 5`, `sls (3 or 4)`, `rnr 7`. */
bool flt__lower_field_keyword(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_pf_reason(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_pf_action(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_pf_text(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_atm_channel(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_atm_message(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_lane(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_signal_unit(struct lower *g, const struct ast *node, struct target to);

#endif
