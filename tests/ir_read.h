/* SPDX-License-Identifier: BSD-2-Clause */
/* Intermediate code from text. */
#ifndef IR_READ_H
#define IR_READ_H

#include "ir.h"

/* Reads what flt__ir_text() writes, in both forms; the form shows by itself. Spaces and ends of
 * lines may be anywhere between words, and "; bytes AT+LEN" may be missing. The numbers of blocks
 * and values stay; blocks that the text leaves out are empty, and nothing leads to them. The order
 * is worked out, nothing else is verified (flt__ir_check() does that). NULL: err has the line and
 * what is wrong. */
struct ir *ir_read(struct arena *arena, const char *text, struct flt_error *err);
/* Text in the arena. NULL: no memory. */
char *ir_write(struct arena *arena, const struct ir *ir);

#endif
