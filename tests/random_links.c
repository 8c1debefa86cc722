/* SPDX-License-Identifier: BSD-2-Clause */
#include "random_links.h"

#include <stddef.h>

const struct random_link random_links[] = {
#define HEADER_CELLS                   "(tcp or not tcp) and "
#define LINK(name, weight, own, first) { name, weight, own, first },
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

/* clang-format off */
static const struct random_way ways[] = {
	{"EN10MB", FLT_COMPILE_NETMASK, 0},
	{"EN10MB", FLT_COMPILE_LIVE, 0},
	{"NULL", FLT_COMPILE_SWAPPED, 0},
	{"ENC", FLT_COMPILE_SWAPPED, 0},
	{"LINUX_SLL", FLT_COMPILE_LIVE | FLT_COMPILE_COOKED, 0},
	{"LINUX_SLL2", FLT_COMPILE_LIVE | FLT_COMPILE_COOKED, 0},
	{"IEEE802_11_RADIO", FLT_COMPILE_LIVE, 0},
};
/* clang-format on */

struct random_way random_links_draw_way(struct random *r)
{
	const struct random_link *link = &random_links[random_links_draw(r)];
	uint32_t way = random_below(r, 2 * sizeof(ways) / sizeof(ways[0]));

	if (way < sizeof(ways) / sizeof(ways[0]))
		return ways[way];
	return (struct random_way){ link->name, 0, link->own };
}
