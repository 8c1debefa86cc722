/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists that were written as terms: `host A or host B or host C` becomes `host {A, B, C}`. */
#ifndef GROUP_H
#define GROUP_H

#include "ast.h"

/* The same test, with a set in the place of terms of alike kind. The tree that is given stays as it
 * is; what did not change is shared. NULL: no memory. */
struct ast *flt__group(struct compile *c, struct ast *tree);

#endif
