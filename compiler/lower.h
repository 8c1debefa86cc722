/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From tree to intermediate code. A test is lowered with the two blocks that it ends in, so that and/or/not
 * cost nothing:
 *
 *	struct ir_block *then = lower_block(g);
 *	lower_ethertype(g, 0x0800, (struct target){ then, to.no });
 *	lower_start(g, then);
 *	ir_val proto = lower_load(g, off_add(g->frame.net, 9), 1);
 *	lower_cmp(g, TEST_EQ, proto, 6, to);
 *
 * Every lower_*(g, ..., to) begins in g->at, which is open, and ends with all ways closed and g->at NULL.
 * A refusal sets the compile's error and returns false; what it leaves half built is never used.
 */
#ifndef LOWER_H
#define LOWER_H

#include "ast.h"
#include "ir.h"

/* ---- offsets and frames: values, never globals ----------------------------------------------- */

/* A byte offset: const_part, plus what a slot holds at run time (OFF_NO_SLOT: nothing), plus what a
 * header's own length field says (`vary`, worked out where it is needed). */
struct off {
	uint32_t const_part;
	uint32_t slot;           /* OFF_NO_SLOT or an ir slot */
};

#define OFF_NO_SLOT 0xffffffffu

struct link_layout;              /* a row of links.def: link_layout.h */

/* Which headers the text up to here has led to. Passed down and handed on in the order of the text. */
struct frame {
	const struct link_layout *link;  /* of the innermost link header */
	uint32_t linktype;
	struct off link_off;     /* innermost link header */
	struct off type_off;     /* its type field: moved by vlan, mpls, pppoe */
	struct off net;          /* network header */
	struct off outer_link;   /* what `ether host` means: the link header before any vlan or mpls */
	uint32_t vlan_depth;
	uint32_t label_depth;    /* mpls */
	bool is_pppoe;
	bool is_tunnel;          /* behind geneve or vxlan */
	bool type_known;         /* false: no type field here (behind mpls) */
};

struct lower {
	struct compile *c;
	struct ir *ir;
	struct ir_block *at;     /* open block; NULL between tests */
	struct frame frame;
	struct ir_block *accept, *reject;
	struct span span;        /* clause that is being lowered: new blocks carry it */
};

struct target {
	struct ir_block *yes, *no;
};



/* ---- lower.c: blocks, loads, comparisons ------------------------------------------------------ */

#define lower_block      flt__lower_block
#define lower_start      flt__lower_start
#define lower_const      flt__lower_const
#define lower_load       flt__lower_load
#define lower_load_at    flt__lower_load_at
#define lower_alu        flt__lower_alu
#define lower_alu_k      flt__lower_alu_k
#define lower_off_value  flt__lower_off_value
#define lower_cmp        flt__lower_cmp
#define lower_cmp_value  flt__lower_cmp_value
#define lower_goto       flt__lower_goto
#define lower_invert     flt__lower_invert
#define off_add          flt__off_add

struct off off_add(struct off off, uint32_t more);
struct ir_block *lower_block(struct lower *g);
void lower_start(struct lower *g, struct ir_block *block);      /* g->at = block */
ir_val lower_const(struct lower *g, uint32_t k);
ir_val lower_load(struct lower *g, struct off off, uint32_t size);
/* At base + k; base IR_NONE: at k. */
ir_val lower_load_at(struct lower *g, ir_val base, uint32_t k, uint32_t size);
ir_val lower_alu(struct lower *g, enum ir_op op, ir_val a, ir_val b);
ir_val lower_alu_k(struct lower *g, enum ir_op op, ir_val a, uint32_t k);
/* The slot part of an offset as a value, IR_NONE when there is none; the constant part is left to the load's k. */
ir_val lower_off_value(struct lower *g, struct off off);
void lower_cmp(struct lower *g, enum ir_test test, ir_val a, uint32_t k, struct target to);
void lower_cmp_value(struct lower *g, enum ir_test test, ir_val a, ir_val b, struct target to);
void lower_goto(struct lower *g, struct ir_block *to);
struct target lower_invert(struct target to);

/* ---- lower_link.c: what the link header says -------------------------------------------------- */

#define lower_linkproto   flt__lower_linkproto
#define lower_macs        flt__lower_macs
#define lower_link_bcast  flt__lower_link_bcast
#define lower_link_mcast  flt__lower_link_mcast
#define lower_llc         flt__lower_llc

/* The packet's link type field says `number`: an EtherType above 1,500, else an LLC SAP; whatever the
 * encoding of this link type is (PPP numbers, address families, nothing at all). */
bool lower_linkproto(struct lower *g, uint32_t number, struct target to);
/* Source and/or destination MAC, by dir; refused on link types without them. word: for the message. */
bool lower_macs(struct lower *g, enum dir dir, const uint8_t mac[6], struct span span, struct target to);
bool lower_link_bcast(struct lower *g, const struct ast *node, struct target to);
bool lower_link_mcast(struct lower *g, const struct ast *node, struct target to);
bool lower_llc(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_encap.c: keywords that move the frame: vlan, mpls, pppoed, pppoes, geneve, vxlan ---- */

#define lower_encap       flt__lower_encap
bool lower_encap(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_net.c: hosts, nets, gateway, IP broadcast and multicast ------------------------------ */

#define lower_host_id     flt__lower_host_id
#define lower_net_bcast   flt__lower_net_bcast
#define lower_net_mcast   flt__lower_net_mcast
/* AST_ID with type host, net, gateway (or none, with a value that is an address or a name). */
bool lower_host_id(struct lower *g, const struct ast *node, struct target to);
bool lower_net_bcast(struct lower *g, const struct ast *node, struct target to);
bool lower_net_mcast(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_proto.c: protocols and ports --------------------------------------------------------- */

#define lower_proto_word  flt__lower_proto_word
#define lower_proto_id    flt__lower_proto_id
#define lower_port_id     flt__lower_port_id
#define lower_transport   flt__lower_transport
/* A protocol word alone: `tcp`, `arp`, `isis`, `l1`. */
bool lower_proto_word(struct lower *g, const struct ast *node, enum proto proto, struct target to);
/* AST_ID with type proto or protochain. */
bool lower_proto_id(struct lower *g, const struct ast *node, struct target to);
/* AST_ID with type port or portrange. */
bool lower_port_id(struct lower *g, const struct ast *node, struct target to);

/* ---- lower_index.c: arithmetic, byte access, relations, byte/less/greater ------------------------ */

#define lower_relation    flt__lower_relation
#define lower_byte_test   flt__lower_byte_test
#define lower_length_test flt__lower_length_test
bool lower_relation(struct lower *g, const struct ast *node, struct target to);
bool lower_byte_test(struct lower *g, const struct ast *node, struct target to);
bool lower_length_test(struct lower *g, const struct ast *node, struct target to);

#endif
