/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the text of the expression comes from, and the text of a link type. */
#ifndef EXPRESSION_H
#define EXPRESSION_H

#include <stddef.h>
#include <stdint.h>

#include "sniff_options.h"

/* The words of the command line joined by spaces, or the file of -F. *text is the caller's to free,
 * NUL behind it. An exit status. */
int expression_read(const struct options *opts, char **text, size_t *len);
/* The word of the command line in which the byte at offset of that text lies, or NULL. */
const char *expression_word(const struct options *opts, uint64_t offset);
/* "EN10MB (Ethernet)", or the number of a link type without a name. */
#define LINKTYPE_TEXT 160
const char *linktype_text(uint32_t linktype, char buf[LINKTYPE_TEXT]);

#endif
