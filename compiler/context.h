/* SPDX-License-Identifier: BSD-2-Clause */
/* One compile: a text, one arena, the first error. Every stage takes it and hands its result to the
 * next; a stage that failed has set err and returns NULL or false, and nothing more is done. */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <stdbool.h>

#include "arena.h"
#include "diag.h"
#include "libfilter.h"
#include "lookups.h"

/* The text of a list that the expression names, `@PATH`. Spans of what is in it count on from the
 * expression's end: its first byte is at `begin`. (quote.h: flt__span_place()) */
struct list_text {
	struct list_text *before;
	const char *text;
	uint32_t begin, len;
};

struct compile {
	struct arena arena; /* everything that the compile allocates */
	/* never NULL in here: flt_compile() lends one when the caller has none */
	struct flt_error *err;
	const char *text; /* len bytes, not NUL-terminated */
	uint32_t len;
	uint32_t list_count;              /* files that it names */
	uint64_t list_bytes;              /* of those that have been read */
	struct list_text *lists;          /* likewise; the last one first */
	struct flt_compile_opts opts;     /* the caller's, with all defaults filled in */
	const struct flt_resolver *names; /* opts.resolver, never NULL; or `kept` before it */
	struct kept_names kept;           /* with opts.lookups */
	struct flt_compile_stats stats;   /* counted as it goes */
	/* Does this text compile with the same options? What is advised should. NULL: yes. */
	bool (*compiles)(const struct compile *c, const char *text);
};

/* Fail at a span; always false, so that `return COMPILE_FAIL(...)` ends a stage. */
#define COMPILE_FAIL(c, code, span, ...)                                                           \
	(flt__fail_at((c)->err, code, (span).at, (span).len, __VA_ARGS__), false)

#endif
