/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "usage.h"

/* ---- text ------------------------------------------------------------------------------------ */

void page_put_bytes(struct page *page, const char *bytes, size_t len)
{
	const char *newline = memrchr(bytes, '\n', len);

	page->put(page->to, bytes, len);
	page->column = newline ? (size_t)(bytes + len - newline - 1) : page->column + len;
}

void page_put(struct page *page, const char *text)
{
	page_put_bytes(page, text, strlen(text));
}

static void put_spaces(struct page *page, size_t column)
{
	while (page->column < column)
		page_put(page, " ");
}

void page_pad(struct page *page, size_t column)
{
	if (page->column + 2 > column)
		page_put(page, "\n");
	put_spaces(page, column);
}

void page_word(struct page *page, size_t indent, const char *word, size_t len)
{
	if (page->column > indent && page->column + 1 + len > PAGE_WIDTH) {
		page_put(page, "\n");
		put_spaces(page, indent);
	} else if (page->column > indent) {
		page_put(page, " ");
	}
	page_put_bytes(page, word, len);
}

void page_text(struct page *page, const char *text)
{
	size_t indent = page->column;

	while (*text) {
		size_t len = strcspn(text, " ");

		page_word(page, indent, text, len);
		text += len;
		text += strspn(text, " ");
	}
	page_put(page, "\n");
}

/* ---- options --------------------------------------------------------------------------------- */

/* "[=LETTERS]" needs no space before it. */
static void put_argument(struct page *page, const struct option_row *row)
{
	if (*row->argument && !option_is_optional(row))
		page_put(page, " ");
	page_put(page, row->argument);
}

void page_option(struct page *page, const struct option_row *row)
{
	char name[OPTION_TEXT_ROOM];

	page_put(page, row->letter ? "  " : "      ");
	page_put(page, option_text(row, name));
	if (row->letter && *row->name) {
		page_put(page, ", --");
		page_put(page, row->name);
	}
	put_argument(page, row);
	page_pad(page, HELP_COLUMN);
	page_text(page, row->help);
}

void page_short_option(struct page *page, const struct option_row *row)
{
	char name[OPTION_TEXT_ROOM];

	page_put(page, option_text(row, name));
	put_argument(page, row);
}

void page_effect(struct page *page, const struct option_table *table, const char *title,
		 enum option_effect effect)
{
	char name[OPTION_TEXT_ROOM];

	page_put(page, title);
	page_pad(page, HELP_COLUMN);
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].effect == effect) {
			option_text(&table->rows[i], name);
			page_word(page, HELP_COLUMN, name, strlen(name));
		}
	page_put(page, "\n");
}
