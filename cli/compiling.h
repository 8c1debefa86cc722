/* SPDX-License-Identifier: BSD-2-Clause */
/* What both programs hand to flt_compile(). */
#ifndef COMPILING_H
#define COMPILING_H

#include <stddef.h>
#include <stdint.h>

struct flt_resolver;

/* How deep parentheses may stand inside each other: the library's default is for threads with small
 * stacks, and this is the main one. */
uint32_t nesting_limit(void);
/* Names from the files of a directory, which must stay: 0, or why it cannot be read (errno). */
int directory_resolver(const char *directory, struct flt_resolver *resolver);
/* The words of the command line, up to a NULL, joined by spaces; to be freed. NULL: no memory. */
char *join_words(char **words);

#endif
