/* SPDX-License-Identifier: BSD-2-Clause */
/* Intermediate code to a program. */
#ifndef EMIT_H
#define EMIT_H

#include "context.h"

struct bpf_code;
struct ir;

/* Instructions and their clauses (in the arena), checked by the caller. */
bool flt__emit(struct compile *c, struct ir *ir, struct bpf_code *code);

#endif
