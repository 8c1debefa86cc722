/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists that expressions name: whole text files, in an arena. */
#ifndef LIST_FILE_H
#define LIST_FILE_H

#include "arena.h"
#include "diag.h"

struct list_file {
	char *text; /* len bytes, not NUL-terminated; comments are blanks */
	size_t len;
};

/* Read a regular file of at most `most` bytes. What begins with '#' is a comment up to the line's
 * end. Messages say what became of it ("cannot be opened: ..."), not its name. Errors:
 * FLT_E_SYSTEM, FLT_E_LIMIT, FLT_E_NOMEM, FLT_E_MEANING (no regular file). */
int flt__list_file_read(struct list_file *file, const char *path, uint64_t most,
			struct arena *arena, struct flt_error *err);

#endif
