/* SPDX-License-Identifier: BSD-2-Clause */
#include "quote.h"

#include <stdio.h>

#define QUOTE_BYTES 40u /* of the expression, at most */

struct span_place flt__span_place(const struct compile *c, struct span span)
{
	const struct list_text *list = c->lists;

	while (list && span.at < list->begin)
		list = list->before;
	return list ? (struct span_place){ list->text, span.at - list->begin } :
		      (struct span_place){ c->text, span.at };
}

const char *flt__span_bytes(const struct compile *c, struct span span)
{
	struct span_place place = flt__span_place(c, span);

	return place.text + place.at;
}

struct quote flt__quote(const struct compile *c, struct span span)
{
	struct quote quote = { "the end" };
	const char *bytes = flt__span_bytes(c, span);
	size_t used = 1;

	if (!span.len)
		return quote;
	quote.text[0] = '\'';
	for (uint32_t i = 0; i < span.len && used < QUOTE_BYTES; i++) {
		char ch = bytes[i];
		if (ch >= ' ' && ch <= '~')
			quote.text[used++] = ch;
		else
			used += (size_t)snprintf(quote.text + used, 5, "\\x%02x", (uint8_t)ch);
	}
	snprintf(quote.text + used, sizeof(quote.text) - used,
		 span.len > QUOTE_BYTES ? "...'" : "'");
	return quote;
}
