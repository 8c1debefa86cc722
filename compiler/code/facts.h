/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of expressions at a place of the graph: bounds, bits, and what they are not. Facts
 * are learned on the way down the dominator tree and taken back on the way up. */
#ifndef FACTS_H
#define FACTS_H

#include "ir.h"

enum verdict { VERDICT_OPEN, VERDICT_YES, VERDICT_NO };

struct fact { /* of one expression */
	uint32_t min, max;
	uint32_t zeros, ones; /* bits that are so */
	uint32_t some;        /* not all of these are 0; 0: nothing is known */
};

#define ONE_OF_MAX 8u /* numbers that an expression is known to be one of */

/* An expression is one of these; count 0: nothing is known. */
struct one_of {
	ir_val id;
	uint32_t count;
	uint32_t k[ONE_OF_MAX];
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
/* It is one of some numbers; what is kept lives as long as the fact. */
void flt__facts_one_of(struct facts *facts, const struct one_of *one_of);
/* What is known so, or NULL. */
const struct one_of *flt__facts_is_one_of(const struct facts *facts, ir_val id);
enum verdict flt__facts_ask(struct facts *facts, const struct ir_exit *exit);

#endif
