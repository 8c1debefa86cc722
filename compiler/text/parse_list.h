/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of a list that an expression names: `host @FILE`. */
#ifndef PARSE_LIST_H
#define PARSE_LIST_H

#include "token.h"

/* One line of c->text as an entry of a set with these qualifiers (NULL: numbers). The line is not
 * empty and has no comment. False: the error has its place in c->text. */
bool flt__parse_line(struct compile *c, struct words *words, const struct quals *quals,
		     struct span line, struct value *value);

#endif
