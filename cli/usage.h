/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of help: text in columns, and options from their rows. */
#ifndef USAGE_H
#define USAGE_H

#include "option_row.h"

#define PAGE_WIDTH  80
#define HELP_COLUMN 30 /* where the help of an option begins */

struct page {
	void (*put)(void *to, const char *bytes, size_t len);
	void *to;
	size_t column; /* where the next byte goes */
};

void page_put(struct page *page, const char *text);
void page_put_bytes(struct page *page, const char *bytes, size_t len);
/* Spaces up to the column; on the next line, unless two go before it. */
void page_pad(struct page *page, size_t column);
/* A word of a paragraph that begins at `indent`: behind a space, or in a new line. */
void page_word(struct page *page, size_t indent, const char *word, size_t len);
/* A paragraph that begins here, and the end of its last line. */
void page_text(struct page *page, const char *text);

/* An option with its help. */
void page_option(struct page *page, const struct option_row *row);
/* Its short form: "-i INTERFACE". */
void page_short_option(struct page *page, const struct option_row *row);
/* A title, and all options that have this effect. */
void page_effect(struct page *page, const struct option_table *table, const char *title,
		 enum option_effect effect);

#endif
