/* SPDX-License-Identifier: BSD-2-Clause */
/* The link types of tests/random_links.def. */
#ifndef RANDOM_LINKS_H
#define RANDOM_LINKS_H

#include "random_program.h"

struct random_link {
	const char *name;
	uint8_t weight;
	char own;          /* for struct random_style */
	const char *first; /* what stands before a tame expression; may be NULL */
};

extern const struct random_link random_links[];
uint32_t random_links_count(void);
/* Which row, by weight. */
uint32_t random_links_draw(struct random *r);

/* A link type, and how it is captured or read. */
struct random_way {
	const char *name;
	uint32_t flags; /* of FLT_COMPILE_* those that change what is compiled */
	char own;       /* for struct random_style */
};

/* Any link type of the table in the plain way, or one that has others in one of these. */
struct random_way random_links_draw_way(struct random *r);

#endif
