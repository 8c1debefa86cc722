/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences for the user, on standard error. */
#ifndef SAY_H
#define SAY_H

#include <stdarg.h>

/* Exit statuses, which scripts rely on. */
enum status { DONE = 0, FAILED = 1, USAGE = 2 };

/* "sniff: " and the sentence, as one line in one write. Returns the status:
 * `return say(...)`. */
int say(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A line of the established interface: the words alone. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
