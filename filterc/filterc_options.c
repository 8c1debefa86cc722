/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of the command line, and options read by them. */
#include "filterc_options.h"
#include "say.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>

const struct command command_rows[] = {
#define COMMAND(name, synopsis, help) { #name, synopsis, help, command_##name },
#include "commands.def"
#undef COMMAND
	{ NULL, NULL, NULL, NULL },
};

const struct option_row option_rows[] = {
#define FIELD_FLAGS(bits) FLAGS, bits, 0, NULL
#define FIELD_ON(field)   ON, 0, offsetof(struct request, field), NULL
#define FIELD_TEXT(field) TEXT, 0, offsetof(struct request, field), NULL
#define FIELD_CALL(name)  CALL, 0, 0, name
#define FIELD_HELP        HELP, 0, 0, NULL
#define FIELD_VERSION     VERSION, 0, 0, NULL
#define OPTION(letter, name, argument, effect, help)                                               \
	{ letter, name, argument, FIELD_##effect, help },
#include "filterc_options.def"
#undef OPTION
	{ 0, NULL, NULL, HELP, 0, 0, NULL, NULL },
};

const struct word word_rows[] = {
#define WORD(argument, word, value, help) { argument, word, value, help },
#include "words.def"
#undef WORD
	{ NULL, NULL, 0, NULL },
};

#define OPTION_COUNT (sizeof(option_rows) / sizeof(option_rows[0]) - 1)

/* What getopt_long() returns for a long name: this and the number of the row. */
#define LONG_FIRST 0x100

const struct command *find_command(const char *name)
{
	for (const struct command *row = command_rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

bool synopsis_has(const struct command *command, const char *word)
{
	const char *at = command->synopsis + strspn(command->synopsis, SYNOPSIS_MARKS);

	while (*at) {
		size_t len = strcspn(at, SYNOPSIS_MARKS);
		if (len == strlen(word) && memcmp(at, word, len) == 0)
			return true;
		at += len;
		at += strspn(at, SYNOPSIS_MARKS);
	}
	return false;
}

/* ---- getopt's tables ------------------------------------------------------------------------ */

struct getopt_tables {
	char letters[3 * OPTION_COUNT + 2];
	struct option names[OPTION_COUNT + 1];
};

static int argument_kind(const struct option_row *row)
{
	if (!*row->argument)
		return no_argument;
	return *row->argument == '[' ? optional_argument : required_argument;
}

static void make_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;

	*letter++ = ':'; /* getopt() says nothing: each libc has other words */
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		int kind = argument_kind(row);

		tables->names[i] = (struct option){ row->name, kind, NULL, LONG_FIRST + (int)i };
		if (!row->letter)
			continue;
		*letter++ = row->letter;
		for (int colons = 0; colons < kind; colons++)
			*letter++ = ':';
	}
	*letter = '\0';
	tables->names[OPTION_COUNT] = (struct option){ NULL, 0, NULL, 0 };
}

/* The row of what getopt_long() returned. */
static const struct option_row *row_of(int code)
{
	const struct option_row *row = option_rows;

	if (code >= LONG_FIRST)
		return &option_rows[code - LONG_FIRST];
	while (row->name && row->letter != code)
		row++;
	return row;
}

/* ---- effects -------------------------------------------------------------------------------- */

static bool apply(const struct option_row *row, struct request *req, const char *value)
{
	char *field = (char *)req + row->field;
	char why[256];

	switch (row->effect) {
	case FLAGS: req->opts.flags |= row->flags; return true;
	case ON: *(bool *)field = true; return true;
	case TEXT: *(const char **)(void *)field = value; return true;
	case CALL:
		if (row->call(req, value, why, sizeof(why)))
			return true;
		say(USAGE, "%s", why);
		return false;
	case HELP:
	case VERSION: break; /* print_page() */
	}
	return false;
}

static bool tells(const struct option_row *row)
{
	return row->effect == HELP || row->effect == VERSION;
}

/* What an option asks for that says something and ends; command is NULL where there is none. whole:
 * it was written as a long option. */
static int print_page(const struct option_row *row, const struct command *command, bool whole)
{
	if (row->effect == VERSION)
		printf("filterc %s\n", flt_version());
	else if (command)
		print_command(command);
	else if (row->effect == HELP && whole)
		print_all_commands(stdout);
	else
		print_commands(stdout);
	return DONE;
}

static int end_with(int status)
{
	return -1 - (int)status;
}

/* What is wrong with the option that getopt_long() could not take: it left a letter, the code of a
 * row, or, for a name that is none, 0. */
static void complain_option(int code, const char *word)
{
	char text[64];

	if (code == ':')
		say(USAGE, "%s needs a value", option_text(row_of(optopt), text, sizeof(text)));
	else if (optopt == 0)
		say(USAGE, "unknown or ambiguous option '%s'", word);
	else if (strncmp(word, "--", 2) == 0)
		say(USAGE, "%.*s takes no value", (int)strcspn(word, "="), word);
	else
		say(USAGE, "invalid option -- '%c'", optopt);
}

static int read_option(const struct command *command, struct request *req, int code,
		       const char *word)
{
	char text[64];

	if (code == '?' || code == ':') {
		complain_option(code, word);
		say_usage(command);
		return end_with(USAGE);
	}
	const struct option_row *row = row_of(code);
	if (tells(row))
		return end_with(print_page(row, command, true));
	if (synopsis_has(command, row->name))
		return apply(row, req, optarg) ? 0 : end_with(USAGE);
	say(USAGE, "%s does not take %s", command->name, option_text(row, text, sizeof(text)));
	say_usage(command);
	return end_with(USAGE);
}

int read_options(const struct command *command, struct request *req, int argc, char **argv)
{
	struct getopt_tables tables;
	int code;

	make_tables(&tables);
	while ((code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		int result = read_option(command, req, code, argv[optind - 1]);
		if (result < 0)
			return result;
	}
	return optind;
}

static bool is_option(const char *word, const struct option_row *row)
{
	if (strncmp(word, "--", 2) == 0)
		return strcmp(word + 2, row->name) == 0;
	return row->letter && word[0] == '-' && word[1] == row->letter && !word[2];
}

int no_command(const char *word)
{
	if (!word) {
		print_commands(stderr);
		return USAGE;
	}
	for (const struct option_row *row = option_rows; row->name; row++)
		if (tells(row) && is_option(word, row))
			return print_page(row, NULL, word[1] == '-');
	return say(USAGE, "unknown command '%s'; filterc -h lists the commands", word);
}
