/* SPDX-License-Identifier: BSD-2-Clause */
/* Text to tree. */
#ifndef PARSE_H
#define PARSE_H

#include "ast.h"

/* NULL: err says where and why. */
struct ast *flt__parse(struct compile *c);

#endif
