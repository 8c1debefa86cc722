/* SPDX-License-Identifier: BSD-2-Clause */
#include "quote.h"
#include "names.h"
#include "suggest.h"

static bool unknown(struct compile *c, const struct named_list *names, struct span span)
{
	struct nearest near;

	flt__nearest_begin(&near, flt__span_bytes(c, span), span.len);
	for (size_t i = 0; i < names->count; i++)
		flt__nearest_try(&near, names->list[i].words);
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown %s %s%s", names->what,
			    flt__quote(c, span).text,
			    near.count ? flt__nearest_text(&near).text : names->hint);
}

bool flt__name_listed(struct compile *c, const struct named_list *names, const char *name,
		      struct span span, uint32_t *number)
{
	for (size_t i = 0; i < names->count; i++) {
		if (!flt__name_among(names->list[i].words, name))
			continue;
		*number = names->list[i].number;
		return true;
	}
	return unknown(c, names, span);
}
