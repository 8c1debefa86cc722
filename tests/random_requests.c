/* SPDX-License-Identifier: BSD-2-Clause */
/* random_requests COUNT: that many random expressions as requests to `filterc batch`. The first is
 * drawn with SEED, the next with SEED + 1, and so on. */
#include <stdio.h>
#include <stdlib.h>

#include "random_filter.h"
#include "random_links.h"

#define DEPTH 6u

/* clang-format off */
static const struct {
	uint32_t flag;
	const char *word;
} words[] = {
	{FLT_COMPILE_LIVE, "live"},
	{FLT_COMPILE_COOKED, "cooked"},
	{FLT_COMPILE_SWAPPED, "swapped"},
};
/* clang-format on */

static void print_request(const struct random_way *way, const char *expression)
{
	const char *comma = "";

	printf("%s\t\t%s\t", way->name, way->flags & FLT_COMPILE_NETMASK ? "255.255.255.0" : "");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(way->flags & words[i].flag))
			continue;
		printf("%s%s", comma, words[i].word);
		comma = ",";
	}
	printf("\t%s\n", expression);
}

int main(int argc, char **argv)
{
	uint64_t seed = random_seed_from_environment();
	unsigned count = argc == 2 ? (unsigned)atoi(argv[1]) : 0;
	char expression[RANDOM_FILTER_BYTES];
	struct random r;

	for (unsigned i = 0; i < count; i++) {
		random_seed(&r, seed + i);
		struct random_way way = random_links_draw_way(&r);
		struct random_style style = { .depth = random_below(&r, DEPTH + 1),
					      .own = way.own,
					      .has_ours = true };
		random_filter_of(&r, expression, &style);
		print_request(&way, expression);
	}
	return !count;
}
