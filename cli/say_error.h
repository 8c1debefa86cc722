/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of the library's, as the programs say them. */
#ifndef SAY_ERROR_H
#define SAY_ERROR_H

#include "libfilter.h"

/* What a program ends with when this kept it from its work: an expression that is wrong, or not
 * enough memory to know. */
int error_status(const struct flt_error *err);
/* The message, with the expression and carets below it when expr is not NULL. Returns
 * error_status(). */
int say_error(const struct flt_error *err, const char *expr);
/* Why no packet can match, if that is so. */
void say_empty(const struct flt_program_info *info, const char *expr);

/* What is wrong with an input: a path ("-": standard input) or an interface. Returns FAILED. */
int say_input(const char *path, const struct flt_error *err);
/* The same of a savefile that does not open; a compressed one with the pipe that lets the command
 * `reader` read it: "sniff". */
int say_open(const char *path, const struct flt_error *err, const char *reader);

#endif
