/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes that a span stands for, and how messages show them. */
#ifndef QUOTE_H
#define QUOTE_H

#include "context.h"

/* A span's text, the expression or a list that it names, and where in it the span begins. */
struct span_place {
	const char *text;
	uint32_t at;
};

struct span_place flt__span_place(const struct compile *c, struct span span);
/* The span's first byte. */
const char *flt__span_bytes(const struct compile *c, struct span span);

struct quote {
	char text[72];
};

/* The bytes of a span in single quotes, printable and not too long; "the end" for an empty span. */
struct quote flt__quote(const struct compile *c, struct span span);

#endif
