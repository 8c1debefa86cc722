/* SPDX-License-Identifier: BSD-2-Clause */
/* Random filter expressions, drawn from the grammar in random_filter.def. */
#ifndef RANDOM_FILTER_H
#define RANDOM_FILTER_H

#include "random_program.h"

#define RANDOM_FILTER_BYTES 4096u

/* An expression of at most RANDOM_FILTER_BYTES - 1 bytes, NUL-terminated; depth: how often a row
 * may call for others before the plain ones are taken. */
void random_filter(struct random *r, char text[RANDOM_FILTER_BYTES], unsigned depth);
/* A number as people and attackers write it: small ones and edges, decimal, octal or hexadecimal.
 */
uint32_t random_number(struct random *r);

#endif
