/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences for the user, on standard error. Names in them come from outside: what could control a
 * terminal, or end the line, is shown as ^X (plain.h). */
#ifndef SAY_H
#define SAY_H

#include <stdarg.h>
#include <stddef.h>

#include "status.h"

/* At the very start: the name that stands before sentences. */
void say_as(const char *name);

/* "sniff: " and the sentence, as one line in one write. Returns the status:
 * `return say(...)`. */
int say(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for text of several lines that are the library's. */
void say_lines(const char *text, size_t len);
/* A line of the established interface: the words alone. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* On a terminal: in the place of the one before, until the next sentence erases it. */
void say_in_place(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Sentences go out through this writer from now on (NULL: write(2)). It returns how many bytes went
 * out, and is called once more for the rest. */
typedef size_t say_write_fn(void *context, int fd, const void *bytes, size_t len);
void say_through(say_write_fn *write, void *context);

#endif
