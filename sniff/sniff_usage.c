/* SPDX-License-Identifier: BSD-2-Clause */
/* What sniff says about its own options. */
#include "libfilter.h"
#include "out.h"
#include "sniff_options.h"
#include "sniff_usage.h"
#include "usage.h"

#define SHORT_COLUMN 24 /* where the help of an option begins in -h */

static void put(void *to, const char *bytes, size_t len)
{
	flt__out_chars(to, bytes, len);
}

void usage_version(struct out *out)
{
	flt__out_fmt(out, "sniff version %s\n", flt_version());
}

/* A line of -h. */
static void print_short(struct page *page, enum option_id id, const char *text)
{
	page_put(page, "  ");
	page_short_option(page, &option_table.rows[id]);
	page_pad(page, SHORT_COLUMN);
	page_put(page, text);
	page_put(page, "\n");
}

void usage_short(struct out *out)
{
	struct page page = { .put = put, .to = out };

	page_put(&page, "Usage: sniff [option ...] [expression]\n");
#define SHORT(id, text) print_short(&page, OPT_##id, text);
#include "short.def"
#undef SHORT
	page_put(&page, "Example: sniff -i eth0 'tcp port 80'\n");
}

void usage_whole(struct out *out)
{
	struct page page = { .put = put, .to = out };

	usage_version(out);
	page_put(&page, "Usage: sniff [option ...] [expression]\n\n");
	for (size_t i = 0; i < option_table.count; i++)
		if (option_table.rows[i].effect < NOTHING)
			page_option(&page, &option_table.rows[i]);
	page_put(&page, "\n");
	page_effect(&page, &option_table, "Accepted, without effect:", NOTHING);
	page_effect(&page, &option_table, "Not in this version yet:", LATER);
	page_effect(&page, &option_table, "Not supported:", NEVER);
	page_put(&page, "\nThe expression says which packets to keep: see sniff-filter(7).\n");
}
