/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of values and their names; the last row has no name. */
#ifndef VALNAME_H
#define VALNAME_H

#include <stdint.h>

#include "out.h"

struct valname {
	uint32_t value;
	const char *name;
};

/* The name, or other. */
const char *flt__valname(const struct valname *table, uint32_t value, const char *other);
/* The name, or other with the value in place of its one %u or %x. */
void flt__out_valname(struct out *out, const struct valname *table, const char *other,
		      uint32_t value);
/* The names of all bits that are set, in the table's order, or none if there are none. */
void flt__out_bits(struct out *out, const struct valname *table, uint32_t bits,
		   const char *separator, const char *none);

#endif
