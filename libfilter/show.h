/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of a text with marks below it: what people see of a diagnostic. */
#ifndef SHOW_H
#define SHOW_H

#include <stdint.h>
#include <stddef.h>

/* Appends as snprintf() does: counts what did not fit. */
struct text {
	char *buf;
	size_t len;
	size_t used;
};

#define REORDERED_BYTES 256u /* of an expression that is proposed */

/* Bytes of the text that are underlined; at may be its end. */
struct mark {
	size_t at;
	uint64_t len;
};

void flt__text_bytes(struct text *t, const char *bytes, size_t count);
void flt__text_words(struct text *t, const char *words);
/* NUL behind what there is; the length of the whole, for the caller to return. */
int flt__text_end(struct text *t);

/* One character at `bytes`, of which `left` are there (at least one): how many it takes, and what
 * is shown for it: itself, a blank for a control character, '?' for what is no UTF-8. */
size_t flt__show_char(const char *bytes, size_t left, const char **shown, size_t *shown_len);

/* The number of the line that holds byte `at`, from 1 on; 0: there is one line only. */
size_t flt__show_line_number(const char *expr, size_t at);
/*
 * The line that holds the first mark, and below it a caret under each mark that is on that line.
 * At most 78 columns: of a longer line what is around the first mark, with dots where it goes on.
 * Control characters are shown as blanks, what is no UTF-8 as '?'.
 */
void flt__show_marks(struct text *t, const char *expr, const struct mark *marks, size_t count);
/* Clauses joined by `and`, those whose bits are in `movers` at the end. */
void flt__show_reordered(struct text *t, const char *expr, const struct mark *clauses,
			 uint32_t count, uint32_t movers);
/* Are all marks on one line that is shown whole? */
int flt__show_fits(const char *expr, const struct mark *marks, size_t count);

#endif
