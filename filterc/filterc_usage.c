/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "filterc_options.h"
#include "filterc_usage.h"
#include "request.h"
#include "usage.h"

#define COMMAND_COLUMN 11  /* where the help of a command begins */
#define WORD_COLUMN    10  /* right of that of an option: of a word that it takes */
#define UNIT_MAX       256 /* bytes of a bracket of the synopsis */

static void put_to_file(void *to, const char *bytes, size_t len)
{
	fwrite(bytes, 1, len, to);
}

static struct page page_of(FILE *to)
{
	return (struct page){ .put = put_to_file, .to = to };
}

/* ---- the synopsis --------------------------------------------------------------------------- */

struct buffer {
	char text[UNIT_MAX];
	size_t used;
};

static void put(void *to, const char *text, size_t len)
{
	struct buffer *buffer = to;

	if (len >= sizeof(buffer->text) - buffer->used)
		len = sizeof(buffer->text) - buffer->used - 1;
	memcpy(buffer->text + buffer->used, text, len);
	buffer->used += len;
}

/* A word of the synopsis: an option by its long name, or an operand. */
static void put_item(struct page *unit, const char *word, size_t len)
{
	for (size_t i = 0; i < option_table.count; i++) {
		const struct option_row *row = &option_table.rows[i];

		if (strlen(row->name) != len || memcmp(row->name, word, len) != 0)
			continue;
		page_short_option(unit, row);
		return;
	}
	page_put_bytes(unit, word, len);
}

/* What stays on one line: up to the next space that is in no brackets. */
static size_t unit_len(const char *text)
{
	size_t len = 0;

	for (int depth = 0; text[len] && (depth > 0 || text[len] != ' '); len++) {
		depth += text[len] == '[' || text[len] == '(';
		depth -= text[len] == ']' || text[len] == ')';
	}
	return len;
}

static void put_unit(struct page *page, size_t indent, const char *at, const char *end)
{
	struct buffer buffer = { .used = 0 };
	struct page unit = { .put = put, .to = &buffer };

	while (at < end) {
		size_t len = strcspn(at, SYNOPSIS_MARKS);

		if (len > 0)
			put_item(&unit, at, len);
		else
			page_put_bytes(&unit, at, len = 1);
		at += len;
	}
	page_word(page, indent, buffer.text, buffer.used);
}

static void print_synopsis(struct page *page, const char *before, const struct command *command)
{
	const char *at = command->synopsis;

	page_put(page, before);
	page_put(page, "filterc ");
	page_put(page, command->name);
	page_put(page, *at ? " " : "");
	for (size_t indent = page->column; *at;) {
		size_t len = unit_len(at);

		put_unit(page, indent, at, at + len);
		at += len;
		at += *at == ' ';
	}
	page_put(page, "\n");
}

void say_usage(const struct command *command)
{
	struct page page = page_of(stderr);

	print_synopsis(&page, "filterc: usage: ", command);
}

/* ---- -h and --help --------------------------------------------------------------------------- */

static void print_list(struct page *page)
{
	for (const struct command *row = command_rows; row->name; row++) {
		page_put(page, row->name);
		page_pad(page, COMMAND_COLUMN);
		page_text(page, row->help);
	}
	page_put(
		page,
		"\nfilterc COMMAND -h explains a command and its options, filterc(1) all of them;\n"
		"sniff-filter(7) describes the language of expressions.\n");
}

void print_commands(FILE *to)
{
	struct page page = page_of(to);

	page_put(&page, "usage: filterc COMMAND [option ...] (filterc --help lists the options of "
			"each)\n\n");
	print_list(&page);
}

void print_all_commands(FILE *to)
{
	struct page page = page_of(to);

	for (const struct command *row = command_rows; row->name; row++)
		print_synopsis(&page, row == command_rows ? "usage: " : "       ", row);
	page_put(&page, "\n");
	print_list(&page);
}

static void print_words(struct page *page, const char *argument)
{
	for (const struct word *row = word_rows; row->argument; row++) {
		if (strcmp(row->argument, argument) != 0)
			continue;
		page_pad(page, HELP_COLUMN + 2);
		page_put(page, row->word);
		page_pad(page, HELP_COLUMN + WORD_COLUMN);
		page_text(page, row->help);
	}
}

void print_command(const struct command *command)
{
	struct option_table table = option_table;
	struct page page = page_of(stdout);

	table.synopsis = command->synopsis;
	print_synopsis(&page, "usage: ", command);
	page_put(&page, "\n");
	page_text(&page, command->help);
	page_put(&page, "\n");
	for (size_t i = 0; i < table.count; i++) {
		if (!option_is_taken(&table, &table.rows[i]))
			continue;
		page_option(&page, &table.rows[i]);
		print_words(&page, table.rows[i].argument);
	}
}
