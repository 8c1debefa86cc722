/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX strerror_r(), which is the same in every C library. */
#undef _GNU_SOURCE
#define _POSIX_C_SOURCE 200809L

#include "diag.h"
#include "plain.h"
#include "show.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void flt__error_clear(struct flt_error *err)
{
	if (!err)
		return;
	memset(err, 0, sizeof(*err));
	err->insn = FLT_NO_INSN;
}

/* False when there is nobody to tell, or an earlier error is kept. */
static bool wants_error(const struct flt_error *err)
{
	return err && err->code == FLT_OK;
}

/* Bytes of a text that was cut, without the beginning of a character. */
static size_t whole_characters(const char *text, size_t len)
{
	size_t last = len;

	while (last > 0 && len - last < 4 && ((unsigned char)text[last - 1] & 0xc0) == 0x80)
		last--;
	return last > 0 && (unsigned char)text[last - 1] >= 0xc0 ? last - 1 : len;
}

/* Names of devices and files come from outside: none of them controls a terminal. */
static void set_message(struct flt_error *err, int code, const char *fmt, va_list args)
{
	char text[sizeof(err->message)];
	int len = vsnprintf(text, sizeof(text), fmt, args);
	size_t used = len < 0 ? 0 : (size_t)len;

	err->code = code;
	if (used >= sizeof(text))
		used = whole_characters(text, sizeof(text) - 1);
	plain_copy(err->message, sizeof(err->message), text, used, false);
}

int flt__fail(struct flt_error *err, int code, const char *fmt, ...)
{
	if (wants_error(err)) {
		va_list args;
		va_start(args, fmt);
		set_message(err, code, fmt, args);
		va_end(args);
	}
	return code;
}

int flt__fail_at(struct flt_error *err, int code, uint64_t offset, uint64_t length, const char *fmt,
		 ...)
{
	if (wants_error(err)) {
		va_list args;
		va_start(args, fmt);
		set_message(err, code, fmt, args);
		va_end(args);
		err->offset = offset;
		err->length = length;
	}
	return code;
}

int flt__fail_insn(struct flt_error *err, uint32_t insn, const char *fmt, ...)
{
	if (wants_error(err)) {
		va_list args;
		va_start(args, fmt);
		set_message(err, FLT_E_PROGRAM, fmt, args);
		va_end(args);
		err->insn = insn;
	}
	return FLT_E_PROGRAM;
}

int flt__fail_file(struct flt_error *err, int code, uint64_t file_offset, const char *fmt, ...)
{
	if (wants_error(err)) {
		va_list args;
		va_start(args, fmt);
		set_message(err, code, fmt, args);
		va_end(args);
		err->file_offset = file_offset;
	}
	return code;
}

int flt__fail_sys(struct flt_error *err, int code, int sys_errno, const char *fmt, ...)
{
	if (wants_error(err)) {
		va_list args;
		va_start(args, fmt);
		set_message(err, code, fmt, args);
		va_end(args);
		err->sys_errno = sys_errno;
		size_t used = strlen(err->message);
		char reason[96] = "";
		if (strerror_r(sys_errno, reason, sizeof(reason)) != 0)
			snprintf(reason, sizeof(reason), "error %d", sys_errno);
		snprintf(err->message + used, sizeof(err->message) - used, ": %s", reason);
	}
	return code;
}

/* ---- showing -------------------------------------------------------------------------------- */

/* Some errors are of no place; those of an expression have one even if it is its end. */
static bool has_place(const struct flt_error *err)
{
	return err->length || err->code == FLT_E_SYNTAX || err->code == FLT_E_MEANING ||
	       err->code == FLT_E_NAME || err->code == FLT_E_LIMIT ||
	       err->code == FLT_E_UNSUPPORTED;
}

static void show_place(struct text *t, const struct flt_error *err, const char *expr)
{
	size_t len = strlen(expr);
	struct mark mark = { err->offset < len ? (size_t)err->offset : len, err->length };
	size_t number = flt__show_line_number(expr, mark.at);
	char words[40];

	if (number) {
		snprintf(words, sizeof(words), " (line %zu)", number);
		flt__text_words(t, words);
	}
	flt__text_words(t, "\n");
	flt__show_marks(t, expr, &mark, 1);
}

int flt_error_show(const struct flt_error *err, const char *expr, char *buf, size_t len)
{
	struct text t = { buf, len, 0 };

	if (!err || (!buf && len))
		return FLT_E_ARGUMENT;
	flt__text_words(&t, err->message);
	if (expr && has_place(err))
		show_place(&t, err, expr);
	else
		flt__text_words(&t, "\n");
	return flt__text_end(&t);
}

const char *flt_strerror(int code)
{
#define ROW(code) [-(code)] = #code
	/* clang-format off */
	static const char *const names[] = {
		ROW(FLT_OK), ROW(FLT_END), ROW(FLT_E_NOMEM), ROW(FLT_E_ARGUMENT),
		ROW(FLT_E_SYNTAX), ROW(FLT_E_MEANING), ROW(FLT_E_NAME), ROW(FLT_E_LIMIT),
		ROW(FLT_E_PROGRAM), ROW(FLT_E_FORMAT), ROW(FLT_E_CUT), ROW(FLT_E_SYSTEM),
		ROW(FLT_E_PERMISSION), ROW(FLT_E_DEVICE), ROW(FLT_E_KERNEL), ROW(FLT_E_UNSUPPORTED),
		ROW(FLT_E_BUG),
	};
	/* clang-format on */
#undef ROW
	size_t row = code <= 0 ? (size_t) - (int64_t)code : sizeof(names);

	return row < sizeof(names) / sizeof(names[0]) ? names[row] : "FLT_E_UNKNOWN";
}
