/* SPDX-License-Identifier: BSD-2-Clause */
/* Bundles, attached values, long names by an unambiguous beginning, options behind words. getopt()
 * can neither abbreviate some names and not others, nor say which known option an unknown one
 * resembles. */
#include <stdio.h>
#include <string.h>

#include "option_near.h"
#include "options.h"
#include "say.h"

#define COUNT_MOST 100

struct parse {
	struct command_line *line;
	char **argv;
	int argc;
	int at;          /* the argument to look at next */
	bool words_only; /* no more options */
};

/* ---- effects -------------------------------------------------------------------------------- */

static int count_once_more(unsigned *field)
{
	if (*field < COUNT_MOST)
		(*field)++;
	return DONE;
}

static int keep_once(const struct option_row *row, const char **field, const char *value)
{
	char name[OPTION_TEXT_ROOM];

	if (*field && strcmp(*field, value) != 0)
		return say(USAGE,
			   "%s is given twice, '%s' and '%s'; more than one is not supported yet",
			   option_text(row, name), *field, value);
	*field = value;
	return DONE;
}

static int call(const struct option_row *row, void *values, const char *value)
{
	char name[OPTION_TEXT_ROOM];
	const char *wrong = row->call(values, value);

	if (!wrong)
		return DONE;
	return say(USAGE, "%s: '%s' %s", option_text(row, name), value, wrong);
}

static int call_read(const struct option_row *row, void *values, const char *value)
{
	char why[256];

	return row->read(values, value, why, sizeof(why)) ? DONE : say(USAGE, "%s", why);
}

static int refuse(const struct option_row *row)
{
	char name[OPTION_TEXT_ROOM];

	return say(USAGE, "%s is not supported: %s", option_text(row, name), row->help);
}

static int act(struct command_line *line, const struct option_row *row, const char *value)
{
	void *field = (char *)line->values + row->field;

	switch (row->effect) {
	case FLAG: *(bool *)field = true; return DONE;
	case BITS: *(uint32_t *)field |= row->bits; return DONE;
	case COUNT: return count_once_more(field);
	case TEXT: *(const char **)field = value; return DONE;
	case ONCE: return keep_once(row, field, value);
	case CALL: return call(row, line->values, value);
	case READ: return call_read(row, line->values, value);
	case STOP: line->stop = row; return DONE;
	case NOTHING: return DONE;
	/* Refused when all are read: what to write instead may depend on two of them. */
	case LATER: line->later = line->later ? line->later : row; return DONE;
	case NEVER: return refuse(row);
	}
	return DONE;
}

/* Not a value is wrong, but what the line is made of. */
static int misread(struct command_line *line, int status)
{
	line->misread = true;
	return status;
}

static int apply(struct command_line *line, const struct option_row *row, const char *value)
{
	char name[OPTION_TEXT_ROOM];

	if (!option_is_taken(&line->table, row))
		return misread(line, say(USAGE, "%s does not take %s", line->command,
					 option_text(row, name)));
	if (line->given)
		line->given[row - line->table.rows] = value ? value : "";
	return act(line, row, value);
}

/* ---- -abc ------------------------------------------------------------------------------------ */

static const struct option_row *find_letter(const struct option_table *table, char letter)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].letter == letter)
			return &table->rows[i];
	return NULL;
}

/* The help, without the colon that leads to a list. */
static int help_len(const struct option_row *row)
{
	size_t len = strlen(row->help);

	return (int)(len > 0 && row->help[len - 1] == ':' ? len - 1 : len);
}

static int unknown_letter(const struct command_line *line, char letter)
{
	const struct option_row *near = option_near_letter(&line->table, letter);
	char name[OPTION_TEXT_ROOM];

	if (!near)
		return say(USAGE, "unknown option -%c; %s lists the options", letter, line->help);
	return say(USAGE, "unknown option -%c; did you mean %s (%.*s)?", letter,
		   option_text(near, name), help_len(near), near->help);
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
	char name[OPTION_TEXT_ROOM];

	if (option_is_optional(row))
		return apply(p->line, row, attached);
	const char *value = take_value(p, attached);

	if (value || row->effect == LATER || row->effect == NEVER)
		return apply(p->line, row, value);
	return misread(p->line,
		       say(USAGE, "%s needs a value: %s", option_text(row, name), row->argument));
}

static int parse_bundle(struct parse *p, const char *letters)
{
	for (; *letters && !p->line->stop; letters++) {
		const struct option_row *row = find_letter(&p->line->table, *letters);

		if (!row)
			return misread(p->line, unknown_letter(p->line, *letters));
		if (*row->argument)
			return apply_with_value(p, row, letters[1] ? letters + 1 : NULL);
		int status = apply(p->line, row, NULL);
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

static int ambiguous(const struct option_table *table, const char *name, size_t len)
{
	char list[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < table->count; i++)
		if (may_be_short_for(&table->rows[i], name, len) && used < sizeof(list) - 64)
			used += (size_t)snprintf(list + used, sizeof(list) - used, " --%s",
						 table->rows[i].name);
	return say(USAGE, "--%.*s is ambiguous:%s", (int)len, name, list);
}

static int unknown_name(const struct command_line *line, const char *name, size_t len)
{
	const struct option_row *near = option_called(&line->table, name, len);
	char letter[OPTION_TEXT_ROOM];

	if (near)
		return say(USAGE, "unknown option --%.*s; did you mean %s (%.*s)?", (int)len, name,
			   option_text(near, letter), help_len(near), near->help);
	near = option_near_name(&line->table, name, len);
	if (!near)
		return say(USAGE, "unknown option --%.*s; %s lists the options", (int)len, name,
			   line->help);
	return say(USAGE, "unknown option --%.*s; did you mean --%s (%.*s)?", (int)len, name,
		   near->name, help_len(near), near->help);
}

/* The row of a long name. Without one: NULL, and *status says that it was reported. */
static const struct option_row *find_name(const struct command_line *line, const char *name,
					  size_t len, int *status)
{
	const struct option_table *table = &line->table;
	const struct option_row *found = NULL;

	for (size_t i = 0; i < table->count; i++)
		if (is_name(&table->rows[i], name, len))
			return &table->rows[i];
	for (size_t i = 0; len > 0 && i < table->count; i++) {
		if (!may_be_short_for(&table->rows[i], name, len))
			continue;
		if (found) {
			*status = ambiguous(table, name, len);
			return NULL;
		}
		found = &table->rows[i];
	}
	if (!found)
		*status = unknown_name(line, name, len);
	return found;
}

static int parse_name(struct parse *p, const char *name)
{
	size_t len = strcspn(name, "=");
	int status = DONE;
	const struct option_row *row = find_name(p->line, name, len, &status);

	if (!row)
		return misread(p->line, status);
	if (*row->argument)
		return apply_with_value(p, row, name[len] ? name + len + 1 : NULL);
	if (name[len])
		return misread(p->line, say(USAGE, "--%s takes no value", row->name));
	return apply(p->line, row, NULL);
}

/* ---- the line -------------------------------------------------------------------------------- */

static int parse_argument(struct parse *p, char *arg)
{
	struct command_line *line = p->line;

	if (p->words_only || arg[0] != '-' || arg[1] == '\0') {
		line->words[line->word_count++] = arg;
		p->words_only |= line->strict;
		return DONE;
	}
	if (arg[1] != '-')
		return parse_bundle(p, arg + 1);
	if (arg[2] != '\0')
		return parse_name(p, arg + 2);
	p->words_only = true;
	return DONE;
}

int options_read(struct command_line *line, int argc, char **argv)
{
	struct parse p = { .line = line, .argv = argv, .argc = argc, .at = 1 };
	int status = DONE;

	line->words = argv + (argc > 0);
	while (status == DONE && !line->stop && p.at < argc)
		status = parse_argument(&p, argv[p.at++]);
	line->words[line->word_count] = NULL;
	return status;
}
