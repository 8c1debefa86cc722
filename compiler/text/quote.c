/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of the expression in a message. */
#include "token.h"

#include <stdio.h>

#define QUOTE_BYTES 40u /* of the expression, at most */

struct quote flt__quote(const struct compile *c, struct span span)
{
	struct quote quote = { "the end" };
	size_t used = 1;

	if (!span.len)
		return quote;
	quote.text[0] = '\'';
	for (uint32_t i = 0; i < span.len && used < QUOTE_BYTES; i++) {
		char ch = c->text[span.at + i];
		if (ch >= ' ' && ch <= '~')
			quote.text[used++] = ch;
		else
			used += (size_t)snprintf(quote.text + used, 5, "\\x%02x", (uint8_t)ch);
	}
	snprintf(quote.text + used, sizeof(quote.text) - used,
		 span.len > QUOTE_BYTES ? "...'" : "'");
	return quote;
}
