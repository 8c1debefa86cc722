/* SPDX-License-Identifier: BSD-2-Clause */
/* Encapsulating headers: words inside them ask that they are there. */
#ifndef LOWER_PRESENCE_H
#define LOWER_PRESENCE_H

#include "lowering.h"

struct tunnel;

/* A header that later words are inside of: `vlan`, `mpls`. They also ask that it is
 * there: its type, not its number. */
struct encap {
	struct encap *before;
	uint32_t depth;        /* 1: the first */
	uint32_t first;        /* headers before this one say nothing of its place */
	uint32_t link_depth;   /* of the last one that has moved the link header, too; or 0 */
	uint32_t tunnel_depth; /* of the last tunnel; or 0 */
	bool is_tunnel;        /* it takes many tests to find it, and all places are in slots */
	bool is_zeroed;        /* these are 0 at the entry */
	/* Asks for it, in the frame `outside`. */
	bool (*find)(struct lower *g, const struct encap *header, struct target to);
	struct frame outside, inside;
	const struct tunnel *tunnel; /* lower_tunnel.c */
};

/* A header that comes next in this frame; NULL: no memory. flt__lower_enter_encap() goes inside it.
 *  */
struct encap *flt__lower_new_encap(struct lower *g,
				   bool (*find)(struct lower *g, const struct encap *header,
						struct target to));
void flt__lower_enter_encap(struct lower *g, struct encap *header);
/* Its slots are 0, until it is found. */
void flt__lower_fill(struct lower *g, struct encap *header);
/* In g->at it is there; what leads to `absent` has not found it, and goes on at `no`. */
void flt__lower_found(struct lower *g, const struct encap *header);
void flt__lower_absent(struct lower *g, struct ir_block *absent, struct ir_block *no);
/* Ask for it, and go on in g->at where it is there. */
bool flt__lower_find(struct lower *g, const struct encap *header, struct ir_block *no);
/* A word inside a header is a no where that header is absent. Goes on in g->at. */
bool flt__lower_require_encaps(struct lower *g, const struct ast *node, struct ir_block *no);

/* ---- lower_encap.c: keywords that move the frame; lower_tunnel.c: those with computed offsets  */

bool flt__lower_vlan(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_mpls(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_pppoed(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_pppoes(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_geneve(struct lower *g, const struct ast *node, struct target to);
bool flt__lower_vxlan(struct lower *g, const struct ast *node, struct target to);

#endif
