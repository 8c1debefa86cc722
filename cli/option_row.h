/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of a program, as rows of a table that it includes (*.def). */
#ifndef OPTION_ROW_H
#define OPTION_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * OPTION(id, letter or 0, long name or "", its argument or "", match, effect, help)
 *   id              what the table calls it, for the program's own enum
 *   argument        "[=ARGUMENT]" may be left out
 *   OLD, NEW        the long name goes by any unambiguous beginning, as scripts do it; or in full
 *   FLAG(field)     the field becomes true      BITS(field, bits)  these bits of it are set
 *   COUNT(field)    one more                    TEXT(field)        the last one counts
 *   ONCE(field)     a text; a second one is refused
 *   CALL(function)  the value is parsed: NULL, or what is wrong, behind the option and the value
 *   READ(function)  the same; what is wrong is a whole sentence
 *   STOP            nothing behind it is read; every command takes it
 *   NOTHING         accepted, without effect
 *   LATER           not in this version: the help says what it will do
 *   NEVER           refused: the help says why
 */
enum option_match { OLD, NEW };
/* Those before NOTHING do what their help says. */
enum option_effect { FLAG, BITS, COUNT, TEXT, ONCE, CALL, READ, STOP, NOTHING, LATER, NEVER };

struct option_row {
	const char *word; /* the id */
	char letter;
	const char *name;
	const char *argument;
	enum option_match match;
	enum option_effect effect;
	const char *help;
	size_t field; /* where in the struct of values */
	uint32_t bits;
	const char *(*call)(void *values, const char *value);
	bool (*read)(void *values, const char *value, char *why, size_t why_len);
};

/* A table of options is included with OPTION as this, and OPTION_VALUES as the struct of values. */
#define OPTION_ROW(id, letter_, name_, argument_, match_, effect_, help_)                          \
	{ .word = #id,                                                                             \
	  .letter = letter_,                                                                       \
	  .name = name_,                                                                           \
	  .argument = argument_,                                                                   \
	  .match = match_,                                                                         \
	  .help = help_,                                                                           \
	  OPTION_##effect_ },
#define OPTION_FLAG(name) .effect = FLAG, .field = offsetof(OPTION_VALUES, name)
#define OPTION_BITS(name, value)                                                                   \
	.effect = BITS, .field = offsetof(OPTION_VALUES, name), .bits = value
#define OPTION_COUNT(name)    .effect = COUNT, .field = offsetof(OPTION_VALUES, name)
#define OPTION_TEXT(name)     .effect = TEXT, .field = offsetof(OPTION_VALUES, name)
#define OPTION_ONCE(name)     .effect = ONCE, .field = offsetof(OPTION_VALUES, name)
#define OPTION_CALL(function) .effect = CALL, .call = function
#define OPTION_READ(function) .effect = READ, .read = function
#define OPTION_STOP           .effect = STOP
#define OPTION_NOTHING        .effect = NOTHING
#define OPTION_LATER          .effect = LATER
#define OPTION_NEVER          .effect = NEVER

struct option_table {
	const struct option_row *rows;
	size_t count;
	const char *synopsis; /* of a command: the options that it takes; NULL: all are taken */
};

/* A word of a synopsis: the long name of an option, or an operand. Marks stand between. */
#define SYNOPSIS_MARKS " []()|"
bool synopsis_has(const char *synopsis, const char *word);

bool option_is_taken(const struct option_table *table, const struct option_row *row);
bool option_is_optional(const struct option_row *row); /* its value */

/* "-i" or "--for", as the user would write it. */
#define OPTION_TEXT_ROOM 64
const char *option_text(const struct option_row *row, char text[OPTION_TEXT_ROOM]);

#endif
