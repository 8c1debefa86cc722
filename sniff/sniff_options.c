/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the command line by the table sniff_options.def: bundles, attached values, long names by an
 * unambiguous beginning, options behind the expression. getopt() can neither abbreviate some names
 * and not others, nor say which known option an unknown one resembles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option_calls.h"
#include "sniff_options.h"
#include "say.h"

#define FIELD_FLAG(field)  FLAG, offsetof(struct options, field), NULL
#define FIELD_COUNT(field) COUNT, offsetof(struct options, field), NULL
#define FIELD_TEXT(field)  TEXT, offsetof(struct options, field), NULL
#define FIELD_ONCE(field)  ONCE, offsetof(struct options, field), NULL
#define FIELD_CALL(name)   CALL, 0, name
#define FIELD_NOTHING      NOTHING, 0, NULL
#define FIELD_LATER        LATER, 0, NULL
#define FIELD_NEVER        NEVER, 0, NULL
#define OPTION(id, letter, name, argument, match, effect, help)                                    \
	{ OPT_##id, #id, letter, name, argument, match, FIELD_##effect, help },

const struct option_row option_rows[OPT_COUNT] = {
#include "sniff_options.def"
};

#undef OPTION

struct parse {
	struct options *opts;
	char **argv;
	int argc;
	int at;          /* the argument to look at next */
	bool words_only; /* no more options */
	bool strict;
};

static int count_once_more(unsigned *field)
{
	if (*field < 100)
		(*field)++;
	return DONE;
}

static int keep_once(const struct option_row *row, const char **field, const char *value)
{
	char name[64];

	if (*field && strcmp(*field, value) != 0)
		return say(USAGE,
			   "%s is given twice, '%s' and '%s'; more than one is not supported yet",
			   option_text(row, name, sizeof(name)), *field, value);
	*field = value;
	return DONE;
}

static int call_setter(struct options *opts, const struct option_row *row, const char *value)
{
	char name[64];
	const char *wrong = row->call(opts, value);

	if (!wrong)
		return DONE;
	return say(USAGE, "%s: '%s' %s", option_text(row, name, sizeof(name)), value, wrong);
}

static int refuse(const struct option_row *row)
{
	char name[64];

	return say(USAGE, "%s is not supported: %s", option_text(row, name, sizeof(name)),
		   row->help);
}

/* Refused when all are read: what to write instead may depend on two of them. */
static int note_later(struct options *opts, const struct option_row *row, const char *value)
{
	if (!opts->later)
		opts->later = row;
	if (row->id == OPT_rotate_time)
		opts->rotate_time = value;
	if (row->id == OPT_rotate_files)
		opts->rotate_files = value;
	return DONE;
}

static int apply(struct options *opts, const struct option_row *row, const char *value)
{
	char *field = (char *)opts + row->field;

	opts->given[row->id] = true;
	switch (row->effect) {
	case FLAG: *(bool *)field = true; return DONE;
	case COUNT: return count_once_more((unsigned *)(void *)field);
	case TEXT: *(const char **)(void *)field = value; return DONE;
	case ONCE: return keep_once(row, (const char **)(void *)field, value);
	case CALL: return call_setter(opts, row, value);
	case NOTHING: return DONE;
	case LATER: return note_later(opts, row, value);
	case NEVER: return refuse(row);
	}
	return DONE;
}

/* ---- -abc ------------------------------------------------------------------------------------ */

static const struct option_row *find_letter(char letter)
{
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

static int unknown_letter(char letter)
{
	const struct option_row *near = nearest_letter(letter);
	char name[64];

	if (!near)
		return say(USAGE, "unknown option -%c; sniff --help lists the options", letter);
	return say(USAGE, "unknown option -%c; did you mean %s (%s)?", letter,
		   option_text(near, name, sizeof(name)), near->help);
}

/* The value of an option: what is attached to it, or else the next argument. */
static const char *take_value(struct parse *p, const char *attached)
{
	if (attached)
		return attached;
	return p->at < p->argc ? p->argv[p->at++] : NULL;
}

static int apply_with_value(struct parse *p, const struct option_row *row, const char *attached)
{
	char name[64];
	const char *value = take_value(p, attached);

	if (!value && row->effect != LATER && row->effect != NEVER)
		return say(USAGE, "%s needs a value: %s", option_text(row, name, sizeof(name)),
			   row->argument);
	return apply(p->opts, row, value);
}

static int parse_bundle(struct parse *p, const char *letters)
{
	for (; *letters; letters++) {
		const struct option_row *row = find_letter(*letters);

		if (!row)
			return unknown_letter(*letters);
		if (*row->argument)
			return apply_with_value(p, row, letters[1] ? letters + 1 : NULL);
		int status = apply(p->opts, row, NULL);
		if (status != DONE)
			return status;
	}
	return DONE;
}

/* ---- --name ---------------------------------------------------------------------------------- */

static bool is_name(const struct option_row *row, const char *name, size_t len)
{
	return *row->name && strlen(row->name) == len && memcmp(row->name, name, len) == 0;
}

static bool may_be_short_for(const struct option_row *row, const char *name, size_t len)
{
	return row->match == OLD && *row->name && strncmp(row->name, name, len) == 0;
}

static int ambiguous(const char *name, size_t len)
{
	char list[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < OPT_COUNT; i++)
		if (may_be_short_for(&option_rows[i], name, len) && used < sizeof(list) - 64)
			used += (size_t)snprintf(list + used, sizeof(list) - used, " --%s",
						 option_rows[i].name);
	return say(USAGE, "--%.*s is ambiguous:%s", (int)len, name, list);
}

static int unknown_name(const char *name, size_t len)
{
	const struct option_row *near = option_called(name, len);
	char letter[64];

	if (near)
		return say(USAGE, "unknown option --%.*s; did you mean %s (%s)?", (int)len, name,
			   option_text(near, letter, sizeof(letter)), near->help);
	near = nearest_option(name, len);
	if (!near)
		return say(USAGE, "unknown option --%.*s; sniff --help lists the options", (int)len,
			   name);
	return say(USAGE, "unknown option --%.*s; did you mean --%s (%s)?", (int)len, name,
		   near->name, near->help);
}

/* The row of a long name. Without one: NULL, and *status says that it was reported. */
static const struct option_row *find_name(const char *name, size_t len, int *status)
{
	const struct option_row *found = NULL;

	for (size_t i = 0; i < OPT_COUNT; i++)
		if (is_name(&option_rows[i], name, len))
			return &option_rows[i];
	for (size_t i = 0; len > 0 && i < OPT_COUNT; i++) {
		if (!may_be_short_for(&option_rows[i], name, len))
			continue;
		if (found) {
			*status = ambiguous(name, len);
			return NULL;
		}
		found = &option_rows[i];
	}
	if (!found)
		*status = unknown_name(name, len);
	return found;
}

static int parse_name(struct parse *p, const char *name)
{
	size_t len = strcspn(name, "=");
	int status = DONE;
	const struct option_row *row = find_name(name, len, &status);

	if (!row)
		return status;
	if (*row->argument)
		return apply_with_value(p, row, name[len] ? name + len + 1 : NULL);
	if (name[len])
		return say(USAGE, "--%s takes no value", row->name);
	return apply(p->opts, row, NULL);
}

/* ---- the line -------------------------------------------------------------------------------- */

static int keep_word(struct parse *p, char *word)
{
	p->opts->words[p->opts->word_count++] = word;
	p->words_only |= p->strict;
	return DONE;
}

static int parse_argument(struct parse *p, char *arg)
{
	if (p->words_only || arg[0] != '-' || arg[1] == '\0')
		return keep_word(p, arg);
	if (arg[1] != '-')
		return parse_bundle(p, arg + 1);
	if (arg[2] != '\0')
		return parse_name(p, arg + 2);
	p->words_only = true;
	return DONE;
}

int options_parse(struct options *opts, int argc, char **argv, bool strict)
{
	struct parse p = { .opts = opts, .argv = argv, .argc = argc, .at = 1, .strict = strict };
	int status = DONE;

	memset(opts, 0, sizeof(*opts));
	opts->words = calloc((size_t)argc + 1, sizeof(*opts->words));
	if (!opts->words)
		return say(FAILED, "no memory");
	while (status == DONE && p.at < argc)
		status = parse_argument(&p, argv[p.at++]);
	return status == DONE ? options_check(opts) : status;
}

void options_free(struct options *opts)
{
	free(opts->words);
	opts->words = NULL;
}
