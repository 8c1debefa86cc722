/* SPDX-License-Identifier: BSD-2-Clause */
/* One compile: a text, one arena, the first error. Every stage takes it and hands its result to the
 * next; a stage that failed has set err and returns NULL or false, and nothing more is done. */
#ifndef COMPILE_H
#define COMPILE_H

#include <stdbool.h>

#include "arena.h"
#include "diag.h"
#include "libfilter.h"
#include "lookups.h"

/* A list that the expression names, `@PATH`. */
struct list_name {
	struct list_name *next;
	const char *path;
	struct span span;
};

struct compile {
	struct arena arena; /* everything that the compile allocates */
	/* never NULL in here: flt_compile() lends one when the caller has none */
	struct flt_error *err;
	const char *text; /* len bytes, not NUL-terminated */
	uint32_t len;
	uint64_t list_bytes; /* of the files that it names, as far as they have been read */
	struct flt_compile_opts opts;     /* the caller's, with all defaults filled in */
	const struct flt_resolver *names; /* opts.resolver, never NULL; or `kept` before it */
	struct kept_names kept;           /* with opts.lookups */
	struct list_name *lists;          /* all of the expression's; the last one first */
	struct flt_compile_stats stats;   /* counted as it goes */
	/* Does this text compile with the same options? What is advised should. NULL: yes. */
	bool (*compiles)(const struct compile *c, const char *text);
};

struct ast;
struct bpf_code;
struct ir;

/* Check the options, fill in the defaults, make the arena (which has nothing to release when this
 * fails). function: the public one that was called, for messages. */
int flt__compile_begin(struct compile *c, const char *function, const char *expr, size_t len,
		       const struct flt_compile_opts *opts);
/* A stage failed: its error; when memory ran out, wherever that was, the same one. */
int flt__compile_failure(struct compile *c);

/* Text to tree. NULL: err says where and why. */
struct ast *flt__parse(struct compile *c);

/* Tree to intermediate code, by the link type in c->opts. Names are resolved here. */
struct ir *flt__lower(struct compile *c, const struct ast *tree);

/* With opts.lookups: read the lists that lowering has not come to, because it failed; another link
 * type may want them when they can't be read any more. (lower_list.c) */
bool flt__read_lists(struct compile *c);

/* The form that emission knows, and, unless FLT_COMPILE_O0 is set, the passes over it.
 * (optimize.c) */
bool flt__optimize(struct compile *c, struct ir *ir);
/* Does the caller want to see what this letter stands for? */
bool flt__is_traced(const struct compile *c, char letter);

/* Intermediate code to instructions and their clauses (in the arena), checked by the caller. */
bool flt__emit(struct compile *c, struct ir *ir, struct bpf_code *code);

/* Fail at a span; always false, so that `return COMPILE_FAIL(...)` ends a stage. */
#define COMPILE_FAIL(c, code, span, ...)                                                           \
	(flt__fail_at((c)->err, code, (span).at, (span).len, __VA_ARGS__), false)

#endif
