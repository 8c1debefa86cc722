/* SPDX-License-Identifier: BSD-2-Clause */
/* The link types of tests/random_links.def. */
#ifndef RANDOM_LINKS_H
#define RANDOM_LINKS_H

#include "random_program.h"

struct random_link {
	const char *name;
	uint8_t weight;
	char own;	   /* for struct random_style */
	const char *first; /* what stands before a tame expression; may be NULL */
};

extern const struct random_link random_links[];
uint32_t random_links_count(void);
/* Which row, by weight. */
uint32_t random_links_draw(struct random *r);

#endif
