/* SPDX-License-Identifier: BSD-2-Clause */
/* Random intermediate code, as lowering would leave it, and the numbers that it is made with. */
#ifndef IR_MAKE_H
#define IR_MAKE_H

#include "ir.h"

#define IR_MAKE_SLOTS 8u  /* at most */
#define IR_MAKE_REACH 96u /* it seldom asks for bytes behind */

/* All that is random comes from one seed. */
void ir_make_seed(uint64_t seed);
uint32_t ir_make_random(void);
uint32_t ir_make_below(uint32_t n);
/* A number that tests are apt to ask for. */
uint32_t ir_make_number(void);
/* A graph. NULL: no memory. */
struct ir *ir_make(struct arena *arena);

#endif
