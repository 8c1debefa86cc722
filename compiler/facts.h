/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of expressions at a place of the graph: bounds, bits, and what they are not. Facts
 * are learned on the way down the tree of dominators and taken back on the way up. */
#ifndef FACTS_H
#define FACTS_H

#include "ir.h"

enum verdict { VERDICT_OPEN, VERDICT_YES, VERDICT_NO };

struct fact {                    /* of one expression */
	uint32_t min, max;
	uint32_t zeros, ones;    /* bits that are so */
	uint32_t some;           /* not all of these are 0; 0: nothing is known */
};

struct facts;

/* NULL: no memory. */
struct facts *flt__facts_new(const struct ir *ir, struct arena *room);
/* Where to go back to. */
size_t flt__facts_mark(const struct facts *facts);
void flt__facts_back(struct facts *facts, size_t mark);
/* The test of the branch was answered. */
void flt__facts_learn(struct facts *facts, const struct ir_exit *exit, bool yes);
/* What the test was asked of has been loaded: the packet is as long as that. */
void flt__facts_loaded(struct facts *facts, ir_val id);
enum verdict flt__facts_ask(struct facts *facts, const struct ir_exit *exit);

#endif
