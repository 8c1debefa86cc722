/* SPDX-License-Identifier: BSD-2-Clause */
#include "ir_scan.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX (1u << 20) /* numbers of blocks, values and slots are smaller */

/* ---- words and numbers ---------------------------------------------------------------------- */

static uint32_t line_of(const struct scan *s)
{
	uint32_t line = 1;

	for (const char *at = s->text; at < s->at; at++)
		line += *at == '\n';
	return line;
}

void scan_fail(struct scan *s, const char *problem)
{
	if (!s->failed)
		flt__fail(s->err, FLT_E_SYNTAX, "line %" PRIu32 ": %s", line_of(s), problem);
	s->failed = true;
}

void scan_fail_for(struct scan *s, const char *wanted)
{
	int len = (int)strcspn(s->at, " \t\n");

	if (s->failed)
		return;
	s->failed = true;
	if (len)
		flt__fail(s->err, FLT_E_SYNTAX,
			  "line %" PRIu32 ": found '%.*s' where %s was expected", line_of(s), len,
			  s->at, wanted);
	else
		flt__fail(s->err, FLT_E_SYNTAX,
			  "line %" PRIu32 ": found the end where %s was expected", line_of(s),
			  wanted);
}

void scan_skip(struct scan *s)
{
	s->at += strspn(s->at, " \t\n");
}

/* A sign, or a word that ends there. */
bool scan_take(struct scan *s, const char *what)
{
	size_t len = strlen(what);

	scan_skip(s);
	if (s->failed || strncmp(s->at, what, len) != 0)
		return false;
	if (isalpha((unsigned char)what[len - 1]) && isalnum((unsigned char)s->at[len]))
		return false;
	s->at += len;
	return true;
}

void scan_want(struct scan *s, const char *what)
{
	char quoted[16];

	if (scan_take(s, what))
		return;
	snprintf(quoted, sizeof(quoted), "'%s'", what);
	scan_fail_for(s, quoted);
}

bool scan_take_number(struct scan *s, uint32_t *number)
{
	uint64_t n = 0;

	scan_skip(s);
	if (s->failed || !isdigit((unsigned char)*s->at))
		return false;
	for (; isdigit((unsigned char)*s->at); s->at++)
		n = n > UINT32_MAX ? n : 10 * n + (uint64_t)(*s->at - '0');
	if (n > UINT32_MAX)
		scan_fail(s, "a number has more than 32 bits");
	*number = (uint32_t)n;
	return true;
}

uint32_t scan_want_number(struct scan *s)
{
	uint32_t number = 0;

	if (!scan_take_number(s, &number))
		scan_fail_for(s, "a number");
	return number;
}

/* Letters with a number directly behind them. */
bool scan_take_name(struct scan *s, const char *letters, uint32_t *number)
{
	size_t len = strlen(letters);

	scan_skip(s);
	if (s->failed || strncmp(s->at, letters, len) != 0 || !isdigit((unsigned char)s->at[len]))
		return false;
	s->at += len;
	return scan_take_number(s, number);
}

uint32_t scan_want_name(struct scan *s, const char *letters, const char *wanted)
{
	uint32_t number = 0;

	if (!scan_take_name(s, letters, &number))
		scan_fail_for(s, wanted);
	return number;
}

/* ---- the first walk ------------------------------------------------------------------------- */

static void note_number(struct scan *s, uint32_t *most, uint32_t number)
{
	if (number >= NAMES_MAX)
		scan_fail(s, "the number of a name is too large");
	*most = *most > number ? *most : number + 1;
}

static void survey_name(struct scan *s, struct scan_most *most, char letter)
{
	uint32_t number;

	if (!scan_take_number(s, &number))
		return;
	if (letter == 'b')
		note_number(s, &most->blocks, number);
	else if (letter == 's')
		note_number(s, &most->slots, number);
	else if (letter == 'v')
		note_number(s, &most->values, number);
	if (*s->at != '.')
		return;
	s->at++;
	note_number(s, &most->values, scan_want_number(s));
}

struct scan_most scan_survey(struct scan *s)
{
	struct scan_most most = { 1, 0, 1 };

	while (*s->at && !s->failed) {
		const char *word = s->at;
		while (isalpha((unsigned char)*s->at))
			s->at++;
		size_t len = (size_t)(s->at - word);
		if (len && isdigit((unsigned char)*s->at))
			survey_name(s, &most, len == 1 ? word[0] : '\0');
		else if (!len)
			s->at++;
	}
	s->at = s->text;
	return most;
}
