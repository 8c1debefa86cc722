/* SPDX-License-Identifier: BSD-2-Clause */
/* The passes. */
#ifndef OPTIMIZE_H
#define OPTIMIZE_H

#include "context.h"

struct ir;

/* The form that emission knows, and, unless FLT_COMPILE_O0 is set, the passes over it. */
bool flt__optimize(struct compile *c, struct ir *ir);
/* Does the caller want to see what this letter stands for? */
bool flt__is_traced(const struct compile *c, char letter);

#endif
