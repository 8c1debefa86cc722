/* SPDX-License-Identifier: BSD-2-Clause */
/* What filterc says about its own commands and options. */
#include "filterc_options.h"

#include <string.h>

#define WIDTH          80
#define COMMAND_COLUMN 11 /* where the help of a command begins, and of an option */
#define OPTION_COLUMN  30
#define WORD_COLUMN    10  /* further right: of a word that it takes */
#define UNIT_MAX       256 /* bytes of a bracket of the synopsis */

const char *option_text(const struct option_row *row, char *text, size_t size)
{
	if (row->letter)
		snprintf(text, size, "-%c", row->letter);
	else
		snprintf(text, size, "--%s", row->name);
	return text;
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* Lines of at most WIDTH columns that begin at `indent`; the first one has come that far. */
struct paragraph {
	FILE *to;
	int indent;
	int column;
};

static void put_word(struct paragraph *par, const char *word, size_t len)
{
	if (par->column > par->indent && par->column + 1 + (int)len > WIDTH) {
		fprintf(par->to, "\n%*s", par->indent, "");
		par->column = par->indent;
	} else if (par->column > par->indent) {
		par->column += fprintf(par->to, " ");
	}
	par->column += fprintf(par->to, "%.*s", (int)len, word);
}

static void print_text(FILE *to, const char *text, int indent)
{
	struct paragraph par = { to, indent, indent };

	while (*text) {
		size_t len = strcspn(text, " ");

		put_word(&par, text, len);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

/* From `column` to the one where the help begins, on the next line when two blanks do not fit. */
static void pad(FILE *to, int column, int help_column)
{
	if (column + 2 > help_column) {
		fputc('\n', to);
		column = 0;
	}
	fprintf(to, "%*s", help_column - column, "");
}

/* ---- the synopsis --------------------------------------------------------------------------- */

struct buffer {
	char text[UNIT_MAX];
	size_t used;
};

static void put(struct buffer *to, const char *text, size_t len)
{
	if (len >= sizeof(to->text) - to->used)
		len = sizeof(to->text) - to->used - 1;
	memcpy(to->text + to->used, text, len);
	to->used += len;
}

static void put_option(struct buffer *to, const struct option_row *row)
{
	char name[64];

	option_text(row, name, sizeof(name));
	put(to, name, strlen(name));
	if (*row->argument && *row->argument != '[')
		put(to, " ", 1);
	put(to, row->argument, strlen(row->argument));
}

/* A word of the synopsis: an option by its long name, or an operand. */
static void put_item(struct buffer *to, const char *word, size_t len)
{
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (strlen(row->name) != len || memcmp(row->name, word, len) != 0)
			continue;
		put_option(to, row);
		return;
	}
	put(to, word, len);
}

/* What stays on one line: up to the next blank that is in no brackets. */
static size_t unit_len(const char *text)
{
	size_t len = 0;

	for (int depth = 0; text[len] && (depth > 0 || text[len] != ' '); len++) {
		depth += text[len] == '[' || text[len] == '(';
		depth -= text[len] == ']' || text[len] == ')';
	}
	return len;
}

static void put_unit(struct paragraph *par, const char *at, const char *end)
{
	struct buffer unit = { .used = 0 };

	while (at < end) {
		size_t len = strcspn(at, SYNOPSIS_MARKS);

		if (len > 0)
			put_item(&unit, at, len);
		else
			put(&unit, at, len = 1);
		at += len;
	}
	put_word(par, unit.text, unit.used);
}

/* `column`: how wide what stands before it in its first line is. */
static void print_synopsis(FILE *to, const struct command *command, int column)
{
	const char *at = command->synopsis;

	column += fprintf(to, "filterc %s%s", command->name, *at ? " " : "");
	struct paragraph par = { to, column, column };
	while (*at) {
		size_t len = unit_len(at);

		put_unit(&par, at, at + len);
		at += len;
		at += *at == ' ';
	}
	fputc('\n', to);
}

void say_usage(const struct command *command)
{
	print_synopsis(stderr, command, fprintf(stderr, "filterc: usage: "));
}

/* ---- -h and --help --------------------------------------------------------------------------- */

static void print_list(FILE *to)
{
	for (const struct command *row = command_rows; row->name; row++) {
		pad(to, fprintf(to, "%s", row->name), COMMAND_COLUMN);
		print_text(to, row->help, COMMAND_COLUMN);
	}
	fputs("\nfilterc COMMAND -h explains a command and its options, filterc(1) all;\n"
	      "sniff-filter(7) describes the language of expressions.\n",
	      to);
}

void print_commands(FILE *to)
{
	fputs("usage: filterc COMMAND [option ...] (filterc --help shows those of each)\n\n", to);
	print_list(to);
}

void print_all_commands(FILE *to)
{
	for (const struct command *row = command_rows; row->name; row++)
		print_synopsis(to, row, fprintf(to, row == command_rows ? "usage: " : "       "));
	fputc('\n', to);
	print_list(to);
}

static void print_words(const char *argument)
{
	for (const struct word *row = word_rows; row->argument; row++) {
		if (strcmp(row->argument, argument) != 0)
			continue;
		printf("%*s", OPTION_COLUMN, "");
		pad(stdout, OPTION_COLUMN + printf("  %s", row->word), OPTION_COLUMN + WORD_COLUMN);
		print_text(stdout, row->help, OPTION_COLUMN + WORD_COLUMN);
	}
}

static void print_option(const struct option_row *row)
{
	int column = row->letter ? printf("  -%c, ", row->letter) : printf("      ");

	column += printf("--%s", row->name);
	if (*row->argument)
		column += printf("%s%s", *row->argument == '[' ? "" : " ", row->argument);
	pad(stdout, column, OPTION_COLUMN);
	print_text(stdout, row->help, OPTION_COLUMN);
	print_words(row->argument);
}

void print_command(const struct command *command)
{
	print_synopsis(stdout, command, printf("usage: "));
	fputc('\n', stdout);
	print_text(stdout, command->help, 0);
	fputc('\n', stdout);
	for (const struct option_row *row = option_rows; row->name; row++)
		if (row->effect == HELP || row->effect == VERSION ||
		    synopsis_has(command, row->name))
			print_option(row);
}
