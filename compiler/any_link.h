/* SPDX-License-Identifier: BSD-2-Clause */
/* Expressions that mean the same whatever the link type is. */
#ifndef ANY_LINK_H
#define ANY_LINK_H

#include "context.h"

struct ast;

/* Does it ask for bytes from the first one on (link[...]) and for lengths, and for no header? Such
 * a program can go where nothing has the headers of a link type. */
bool flt__any_link(const struct compile *c, const struct ast *tree);

#endif
