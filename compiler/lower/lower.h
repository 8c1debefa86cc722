/* SPDX-License-Identifier: BSD-2-Clause */
/* Tree to intermediate code. */
#ifndef LOWER_H
#define LOWER_H

#include "ast.h"

struct ir;

/* By the link type in c->opts. Names are resolved here. NULL: err says where and why. */
struct ir *flt__lower(struct compile *c, const struct ast *tree);

#endif
