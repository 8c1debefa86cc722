/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as a program's text, decimal and JSON: a program, or an error with its place. */
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_format(const char *text, size_t len, enum flt_format format)
{
	struct flt_program *prog = NULL;
	struct flt_error err;
	int code = flt_program_parse(&prog, text, len, format, NULL, &err);

	if ((code == FLT_OK) != (prog != NULL) ||
	    (code != FLT_OK && (err.code != code || !err.message[0])))
		abort();
	if (code == FLT_E_FORMAT && (err.offset > len || err.length > len - err.offset))
		abort();
	flt_program_unref(prog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A block of its own, without a NUL behind it. */
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	for (int format = FLT_FORMAT_TEXT; format <= FLT_FORMAT_DOT; format++)
		try_format(text, size, (enum flt_format)format);
	free(text);
	return 0;
}
