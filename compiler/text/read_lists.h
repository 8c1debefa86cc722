/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists that an expression names, `host @FILE`, are read before anything looks at the tree. */
#ifndef READ_LISTS_H
#define READ_LISTS_H

#include "ast.h"

/* Give each VAL_FILE of the tree its lines. What is wrong with one of them, or with the file, is
 * kept beside them, for lowering to come to it in the order of the text. False: no memory. */
bool flt__read_lists(struct compile *c, struct ast *tree);
/* What is wrong with a line is an error of the file's name in the expression. */
void flt__refuse_line(struct flt_error *err, const struct value *file, uint32_t line,
		      const struct flt_error *why);

#endif
