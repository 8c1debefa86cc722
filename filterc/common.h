/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands share. */
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libfilter.h"

#define NO_CLAUSE 0xffffffffu

/* The clause of the list that these bytes of the text are in: its number, or NO_CLAUSE. */
uint32_t find_clause(const struct flt_clause *list, uint32_t count, uint64_t offset,
		     uint64_t length);
/* Say why no packet can match, if that is so. */
void say_if_empty(const struct flt_program *prog, const char *expr);
/* Read a program in -ddd form; NULL: what is wrong has been said, *status is set. */
struct flt_program *read_program(const char *path, uint32_t linktype, int *status);
/* A program as text, a graph with the clauses of expr. False: no memory. */
bool print_program(const struct flt_program *prog, enum flt_format format, const char *expr);
/* Words of an expression on standard output, on one line, as a terminal may have them. Returns the
 * bytes written. */
size_t put_words(const char *text, size_t len);
#define OUTPUT_WIDTH 80
/* Lines of at most `width` columns, the second and later ones indented. */
struct column {
	int indent;
	int width;
};
/* As put_words(), from column `at` on, broken between words. The column where it ends. */
int put_wrapped(const char *text, size_t len, const struct column *col, int at);
/* The same for a note, which is broken before its `and`, or before an operator. */
int put_note(const char *note, const struct column *col, int at);
/* A JSON string on standard output; "insns": and the program's. */
void put_json_text(const char *text);
void put_json_insns(const struct flt_program *prog);
/* The clauses of an expression that has been compiled, to be freed, and one row more. False: no
 * memory. */
bool list_clauses(const char *expr, const struct flt_compile_opts *opts, struct flt_clause **list,
		  uint32_t *count);
/* At the very end: hand over what was printed, and see that all of it was taken; a reader that has
 * gone away is no error. The status to end with. */
int finish_output(int status);

#endif
