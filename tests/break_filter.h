/* SPDX-License-Identifier: BSD-2-Clause */
/* Mistakes in expressions: bytes, and the ones that people make with words. */
#ifndef BREAK_FILTER_H
#define BREAK_FILTER_H

#include "random_filter.h"

#define BROKEN_FILTER_BYTES (2 * RANDOM_FILTER_BYTES)

struct broken {
	char text[BROKEN_FILTER_BYTES]; /* no NUL behind it; there may be some in it */
	uint32_t len;
};

/* A good expression for link types of a style, with no to three mistakes in it, mostly one. */
void break_filter(struct random *r, struct broken *b, const struct random_style *style);

#endif
