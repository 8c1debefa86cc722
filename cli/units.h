/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes and times as users write them. One parser for every option. */
#ifndef UNITS_H
#define UNITS_H

#include <stdint.h>

/* All return NULL, or the rest of a sentence about the text: what would be right. */

/* "64M", "1.5Gi", "100": k, M, G, T are 1000s, Ki, Mi, Gi, Ti 1024s, a B may follow; a bare number
 * counts units of bare_unit bytes. */
const char *parse_size(const char *text, uint64_t bare_unit, uint64_t *bytes);
/* "10s", "500ms", "1.5h": ns, us, ms, s, m, h, d; a bare number is seconds. */
const char *parse_time(const char *text, uint64_t *ns);
/* A plain number from least to most; `wanted` is the sentence when it is not one. */
const char *parse_number(const char *text, uint64_t least, uint64_t most, const char *wanted,
			 uint64_t *number);

#endif
