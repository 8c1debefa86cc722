/* SPDX-License-Identifier: BSD-2-Clause */
/* One compile from its options on: what flt_compile() and its like share. */
#ifndef COMPILE_H
#define COMPILE_H

#include "context.h"

/* Check the options, fill in the defaults, make the arena (which has nothing to release when this
 * fails). function: the public one that was called, for messages. */
int flt__compile_begin(struct compile *c, const char *function, const char *expr, size_t len,
		       const struct flt_compile_opts *opts);
/* A stage failed: its error; when memory ran out, wherever that was, the same one. */
int flt__compile_failure(struct compile *c);

#endif
