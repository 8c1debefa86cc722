/* SPDX-License-Identifier: BSD-2-Clause */
/* Why no packet can match. */
#ifndef EMPTY_H
#define EMPTY_H

#include "ast.h"
#include "ir.h"

/* Fill in the clauses of a program that came out empty: a smallest set of them that cannot be true
 * together, each of which is needed; none, when it is not found with bounded work. */
void flt__empty_explain(struct compile *c, const struct ast *tree, struct flt_program_info *info);

#endif
