/* SPDX-License-Identifier: BSD-2-Clause */
/* A compile that somebody watches verifies the intermediate code between all passes. */
#ifndef WATCHED_H
#define WATCHED_H

static inline void watched_text(void *context, char letter, const char *text)
{
	(void)context;
	(void)letter;
	(void)text;
}

/* Of struct flt_compile_opts: watched, but no pass is written down. */
#define WATCHED .trace = watched_text, .trace_letters = ""

#endif
