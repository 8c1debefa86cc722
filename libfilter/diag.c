/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX strerror_r(), which is the same in every C library. */
#undef _GNU_SOURCE
#define _POSIX_C_SOURCE 200809L

#include "diag.h"

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

static void set_message(struct flt_error *err, int code, const char *fmt, va_list args)
{
	err->code = code;
	vsnprintf(err->message, sizeof(err->message), fmt, args);
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

/* Appends as snprintf() does: counts what did not fit. */
struct text {
	char *buf;
	size_t len;
	size_t used;
};

static void text_bytes(struct text *t, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++, t->used++)
		if (t->used + 1 < t->len)
			t->buf[t->used] = bytes[i];
}

#define SHOWN_BYTES  240u        /* of a line; a longer one is cut around the fault */
#define SHOWN_BEFORE 120u

/* What is shown of an expression: the bytes start..end around the fault at `at`. */
struct place {
	const char *expr;
	size_t start, at, end;
	bool cut_start, cut_end; /* the line goes on there */
};

/* Continuation bytes of UTF-8 take no column. */
static bool takes_column(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

static void shorten_line(struct place *p)
{
	if (p->end - p->start <= SHOWN_BYTES)
		return;
	if (p->at - p->start > SHOWN_BEFORE) {
		p->start = p->at - SHOWN_BEFORE;
		p->cut_start = true;
	}
	while (p->start < p->at && !takes_column(p->expr[p->start]))
		p->start++;
	if (p->end - p->start > SHOWN_BYTES) {
		p->end = p->start + SHOWN_BYTES;
		p->cut_end = true;
	}
	while (p->cut_end && p->end > p->at && !takes_column(p->expr[p->end]))
		p->end--;
}

/* The line that holds the fault. */
static struct place find_place(const struct flt_error *err, const char *expr)
{
	size_t len = strlen(expr);
	struct place p = { .expr = expr, .at = err->offset < len ? (size_t)err->offset : len };

	for (p.start = p.at; p.start > 0 && expr[p.start - 1] != '\n';)
		p.start--;
	for (p.end = p.at; p.end < len && expr[p.end] != '\n';)
		p.end++;
	shorten_line(&p);
	return p;
}

static void show_line(struct text *t, const struct place *p)
{
	if (p->cut_start)
		text_bytes(t, "...", 3);
	for (size_t i = p->start; i < p->end; i++) {
		unsigned char byte = (unsigned char)p->expr[i];
		text_bytes(t, byte < ' ' || byte == 127 ? " " : &p->expr[i], 1);
	}
	if (p->cut_end)
		text_bytes(t, "...", 3);
	text_bytes(t, "\n", 1);
}

static void show_caret(struct text *t, const struct place *p, uint64_t length)
{
	if (p->cut_start)
		text_bytes(t, "   ", 3);
	for (size_t i = p->start; i < p->at; i++)
		if (takes_column(p->expr[i]))
			text_bytes(t, " ", 1);
	text_bytes(t, "^", 1);
	for (size_t i = p->at + 1; i < p->end && i - p->at < length; i++)
		if (takes_column(p->expr[i]))
			text_bytes(t, "~", 1);
	text_bytes(t, "\n", 1);
}

/* The line of the expression around the fault, control characters shown as blanks, and the
 * caret. */
static void show_place(struct text *t, const struct flt_error *err, const char *expr)
{
	struct place p = find_place(err, expr);

	show_line(t, &p);
	show_caret(t, &p, err->length);
}

static bool has_place(const struct flt_error *err)
{
	return err->code == FLT_E_SYNTAX || err->code == FLT_E_MEANING || err->code == FLT_E_NAME ||
	       err->code == FLT_E_LIMIT || err->code == FLT_E_UNSUPPORTED;
}

int flt_error_show(const struct flt_error *err, const char *expr, char *buf, size_t len)
{
	struct text t = { buf, len, 0 };

	if (!err || (!buf && len))
		return FLT_E_ARGUMENT;
	text_bytes(&t, err->message, strlen(err->message));
	text_bytes(&t, "\n", 1);
	if (expr && has_place(err))
		show_place(&t, err, expr);
	if (len)
		buf[t.used < len ? t.used : len - 1] = '\0';
	return t.used > 0x7fffffff ? 0x7fffffff : (int)t.used;
}

const char *flt_strerror(int code)
{
	static const char *const names[] = {
		"FLT_OK", "FLT_END", "FLT_E_NOMEM", "FLT_E_ARGUMENT", "FLT_E_SYNTAX",
		"FLT_E_MEANING", "FLT_E_NAME", "FLT_E_LIMIT", "FLT_E_PROGRAM", "FLT_E_FORMAT",
		"FLT_E_CUT", "FLT_E_SYSTEM", "FLT_E_PERMISSION", "FLT_E_DEVICE", "FLT_E_KERNEL",
		"FLT_E_UNSUPPORTED", "FLT_E_BUG",
	};
	size_t row = code <= 0 ? (size_t)-(int64_t)code : sizeof(names);

	return row < sizeof(names) / sizeof(names[0]) ? names[row] : "FLT_E_UNKNOWN";
}
