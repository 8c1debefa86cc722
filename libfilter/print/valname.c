/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "valname.h"

const char *flt__valname(const struct valname *table, uint32_t value, const char *other)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return other;
}

void flt__out_valname(struct out *out, const struct valname *table, const char *other,
		      uint32_t value)
{
	const char *name = flt__valname(table, value, NULL);

	if (name) {
		flt__out_text(out, name);
		return;
	}
	for (; *other; other++) {
		if (*other != '%') {
			out_char(out, *other);
			continue;
		}
		other++;
		if (*other == 'x')
			flt__out_hex(out, value, 1);
		else
			flt__out_u32(out, value);
	}
}

void flt__out_bits(struct out *out, const struct valname *table, uint32_t bits,
		   const char *separator, const char *none)
{
	bool any = false;

	for (; table->name; table++) {
		if ((bits & table->value) == 0)
			continue;
		if (any)
			flt__out_text(out, separator);
		flt__out_text(out, table->name);
		any = true;
	}
	if (!any)
		flt__out_text(out, none);
}
