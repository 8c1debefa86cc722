/* SPDX-License-Identifier: BSD-2-Clause */
#include "random_links.h"

#include <stddef.h>

const struct random_link random_links[] = {
#define HEADER_CELLS "(tcp or not tcp) and "
#define LINK(name, weight, own, first) {name, weight, own, first},
#include "random_links.def"
#undef LINK
#undef HEADER_CELLS
};

uint32_t random_links_count(void)
{
	return sizeof(random_links) / sizeof(random_links[0]);
}

uint32_t random_links_draw(struct random *r)
{
	uint32_t weights = 0, row = 0;

	for (uint32_t i = 0; i < random_links_count(); i++)
		weights += random_links[i].weight;
	uint32_t at = random_below(r, weights);
	for (; at >= random_links[row].weight; row++)
		at -= random_links[row].weight;
	return row;
}
