/* SPDX-License-Identifier: BSD-2-Clause */
/* Which names somebody may have meant who wrote one that is unknown. Candidates are tried one after
 * another, from whatever table they are in; the nearest are kept. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#define SUGGEST_MOST 2 /* equally near ones that are named */

struct nearest {
	const char *word; /* what was written; not NUL-terminated */
	size_t word_len;
	uint32_t score; /* of those below; further ones are not near enough */
	uint32_t count;
	const char *name[SUGGEST_MOST];
	size_t name_len[SUGGEST_MOST];
};

/* "; did you mean 'host'?" or "" when nothing is near. */
struct suggestion {
	char text[112];
};

void flt__nearest_begin(struct nearest *n, const char *word, size_t len);
/* One more candidate; names: one or several with commas between; NULL: none. They are borrowed. */
void flt__nearest_try(struct nearest *n, const char *names);
void flt__nearest_try_bytes(struct nearest *n, const char *name, size_t len);
struct suggestion flt__nearest_text(const struct nearest *n);

#endif
