/* SPDX-License-Identifier: BSD-2-Clause */
/* show_program FORMAT < PROGRAM: a program in decimal form, written in the form of that number
 * (enum flt_format). */
#include <stdio.h>
#include <stdlib.h>

#include "libfilter.h"

int main(int argc, char **argv)
{
	static char text[1 << 20], form[1 << 20];
	enum flt_format format = (enum flt_format)(argc == 2 ? atoi(argv[1]) : 0);
	struct flt_program *prog = NULL;
	struct flt_error err;
	size_t len = fread(text, 1, sizeof(text), stdin);

	if (flt_program_parse(&prog, text, len, FLT_FORMAT_DECIMAL, NULL, &err) != FLT_OK) {
		fprintf(stderr, "show_program: %s\n", err.message);
		return 1;
	}
	int wanted = flt_program_format(prog, format, form, sizeof(form));
	flt_program_unref(prog);
	if (wanted < 0 || (size_t)wanted >= sizeof(form))
		return 1;
	return fwrite(form, 1, (size_t)wanted, stdout) != (size_t)wanted;
}
