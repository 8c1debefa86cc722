/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "valname.h"

const char *valname(const struct valname *table, uint32_t value, const char *other)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return other;
}

void out_valname(struct out *out, const struct valname *table, const char *other, uint32_t value)
{
	const char *name = valname(table, value, NULL);

	if (name) {
		out_text(out, name);
		return;
	}
	for (; *other; other++) {
		if (*other != '%') {
			out_char(out, *other);
			continue;
		}
		other++;
		if (*other == 'x')
			out_hex(out, value, 1);
		else
			out_u32(out, value);
	}
}

void out_bits(struct out *out, const struct valname *table, uint32_t bits, const char *separator,
	      const char *none)
{
	bool any = false;

	for (; table->name; table++) {
		if ((bits & table->value) == 0)
			continue;
		if (any)
			out_text(out, separator);
		out_text(out, table->name);
		any = true;
	}
	if (!any)
		out_text(out, none);
}
