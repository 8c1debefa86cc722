/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors: the first one sticks. Every function takes err = NULL, keeps what is there already, and
 * returns a code, so that a failure is one `return`. */
#ifndef DIAG_H
#define DIAG_H

#include "libfilter.h"

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

struct span { /* bytes of an expression */
	uint32_t at;
	uint32_t len;
};

/* Make err ready: no error. Public functions call it first, inner ones never. */
void flt__error_clear(struct flt_error *err);

int flt__fail(struct flt_error *err, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* At bytes [offset, offset + length) of an expression or a text. */
int flt__fail_at(struct flt_error *err, int code, uint64_t offset, uint64_t length, const char *fmt,
		 ...) PRINTF_LIKE(5, 6);
/* At an instruction of a program. */
int flt__fail_insn(struct flt_error *err, uint32_t insn, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* At a byte of a savefile. */
int flt__fail_file(struct flt_error *err, int code, uint64_t file_offset, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* A system call: the message gets ": " and the text of sys_errno. */
int flt__fail_sys(struct flt_error *err, int code, int sys_errno, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

#endif
