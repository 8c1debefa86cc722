/* SPDX-License-Identifier: BSD-2-Clause */
/* Random filter expressions, drawn from the grammar in random_filter.def. */
#ifndef RANDOM_FILTER_H
#define RANDOM_FILTER_H

#include "random_program.h"

#define RANDOM_FILTER_BYTES 4096u

struct random_style {
	unsigned depth;    /* how often a row may call for others before the plain ones are taken */
	char own;          /* the letter of what only one family of link types knows; 0: none */
	bool has_ours;     /* with rows that the established language does not have */
	bool is_tame;      /* rows that are known to differ from libpcap 1.10 are left out */
	const char *first; /* what stands before a tame expression; may be NULL */
};

/* An expression of at most RANDOM_FILTER_BYTES - 1 bytes, NUL-terminated. */
void random_filter_of(struct random *r, char text[RANDOM_FILTER_BYTES],
		      const struct random_style *style);
/* The same for any link type, nothing left out. */
void random_filter(struct random *r, char text[RANDOM_FILTER_BYTES], unsigned depth);
/* A number as people and attackers write it: small ones and edges, decimal, octal or hexadecimal.
 */
uint32_t random_number(struct random *r);

#endif
