/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests/memory_library.c calls while memory fails. */
#ifndef MEMORY_CALLS_H
#define MEMORY_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libfilter.h"

#define RESULT_BYTES (1u << 20)

/* Which allocations fail. */
struct failing {
	uint64_t count;    /* of allocations so far */
	uint64_t fails_at; /* this one; 0: none */
	bool all;          /* and all behind it */
};
extern struct failing memory;

/* Names in expressions. */
extern struct flt_resolver names;

/* All that a call gave. */
struct result {
	int code;
	size_t used;
	char text[RESULT_BYTES];
};

struct row {
	const char *name;
	void (*run)(const struct row *row, struct result *r);
	const char *text; /* an expression, a path below the sources */
	uint32_t linktype, flags;
};

void memory_compile(const struct row *row, struct result *r);
void memory_trace(const struct row *row, struct result *r);
void memory_clauses(const struct row *row, struct result *r);
void memory_notes(const struct row *row, struct result *r);
void memory_format(const struct row *row, struct result *r);
void memory_superset(const struct row *row, struct result *r);
void memory_parse(const struct row *row, struct result *r);
void memory_attach(const struct row *row, struct result *r);
void memory_source(const struct row *row, struct result *r);
void memory_many_interfaces(const struct row *row, struct result *r);
void memory_sink(const struct row *row, struct result *r);
void memory_interfaces(const struct row *row, struct result *r);
void memory_live(const struct row *row, struct result *r);
void memory_print(const struct row *row, struct result *r);
void memory_ifnames(const struct row *row, struct result *r);

#endif
