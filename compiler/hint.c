/* SPDX-License-Identifier: BSD-2-Clause */
#include "hint.h"

#include <stdio.h>
#include <string.h>

#include "suggest.h"

static const struct habit {
	enum hint_place place;
	const char *words;
	const char *instead;
} habits[] = {
#define HABIT(place, words, instead) { HINT_##place, words, instead },
#include "habits.def"
};

static const struct {
	const char *chars;
	const char *hint;
} odd_chars[] = {
#define CHARS(chars, hint) { chars, hint },
#include "habits.def"
};

/* ---- words of other tools --------------------------------------------------------------- */

/* ASCII only, whatever the locale says; b is lower case. */
static bool same_word(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char low = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + ('a' - 'A')) : a[i];
		if (low != b[i])
			return false;
	}
	return true;
}

/* Is the word one of those, which commas separate? */
static bool is_in(const char *words, const char *word, size_t len)
{
	while (*words) {
		size_t one = strcspn(words, ",");
		if (one == len && same_word(word, words, len))
			return true;
		words += one + (words[one] == ',');
	}
	return false;
}

static const char *find_habit(const char *word, size_t len, enum hint_place place)
{
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		if (habits[i].place == place && is_in(habits[i].words, word, len))
			return habits[i].instead;
	return NULL;
}

/* ---- words run together ----------------------------------------------------------------- */

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* `port80`: the length of the word before the digits, if it is one that takes a number. */
static size_t glued_word(const char *word, size_t len)
{
	static const char *const takes[] = { "port", "proto", "net", "host", "vlan", "less",
					     "greater", "mpls", "portrange", "ifindex", "byte" };
	size_t letters = 0;

	while (letters < len && !is_digit(word[letters]))
		letters++;
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		if (letters < len && letters == strlen(takes[i]) &&
		    same_word(word, takes[i], letters))
			return letters;
	return 0;
}

/* `5-3` is a name: '-' joins words. */
static bool looks_like_minus(const char *word, size_t len)
{
	const char *minus = memchr(word, '-', len);

	return minus && minus + 1 < word + len && is_digit(minus[1]);
}

/* ---- hints ------------------------------------------------------------------------------ */

struct hint flt__hint_word(const struct compile *c, struct span span, enum hint_place place)
{
	const char *word = c->text + span.at;
	const char *instead = find_habit(word, span.len, place);
	size_t glued = glued_word(word, span.len);
	struct hint hint = { "" };
	struct nearest near;

	flt__nearest_begin(&near, word, span.len);
	flt__words_try(&near, place == HINT_NUMBER);
	struct suggestion suggestion = flt__nearest_text(&near);
	if (instead)
		snprintf(hint.text, sizeof(hint.text), "; write '%s'", instead);
	else if (glued && span.len < 60)
		snprintf(hint.text, sizeof(hint.text), "; did you mean '%.*s %.*s'?", (int)glued,
			 word, (int)(span.len - glued), word + glued);
	else if (*suggestion.text)
		snprintf(hint.text, sizeof(hint.text), "%s", suggestion.text);
	else if (looks_like_minus(word, span.len))
		snprintf(hint.text, sizeof(hint.text),
			 ": it is one word (to subtract, put blanks around the '-')");
	return hint;
}

struct hint flt__hint_port(const struct compile *c, struct span span)
{
	const char *instead = find_habit(c->text + span.at, span.len, HINT_TEST);
	struct hint hint = { "" };

	if (instead && strstr(instead, "port "))
		snprintf(hint.text, sizeof(hint.text), "; write '%s'", instead);
	return hint;
}

struct hint flt__hint_chars(const char *chars, size_t len)
{
	struct hint hint = { "" };

	for (size_t i = 0; i < sizeof(odd_chars) / sizeof(odd_chars[0]); i++)
		if (strlen(odd_chars[i].chars) == len && !memcmp(chars, odd_chars[i].chars, len))
			snprintf(hint.text, sizeof(hint.text), "; %s", odd_chars[i].hint);
	return hint;
}
