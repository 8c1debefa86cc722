/* SPDX-License-Identifier: BSD-2-Clause */
/* What sniff says about its own options. */
#include <stdio.h>
#include <string.h>

#include "distance.h"
#include "libfilter.h"
#include "sniff_options.h"
#include "out.h"

#define COLUMN       30 /* where the help of an option begins */
#define SHORT_COLUMN 24 /* the same in -h */
#define WIDTH        80

const char *option_text(const struct option_row *row, char *buf, size_t len)
{
	if (row->letter)
		snprintf(buf, len, "-%c", row->letter);
	else
		snprintf(buf, len, "--%s", row->name);
	return buf;
}

/* ---- the nearest ---------------------------------------------------------------------------- */

const struct option_row *nearest_option(const char *name, size_t len)
{
	const struct option_row *best = NULL;
	unsigned best_distance =
		len < 4 ? 2 : (unsigned)len / 2 + 1; /* only what is nearer resembles it */

	for (size_t i = 0; len <= DISTANCE_MOST && i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		size_t row_len = strlen(row->name);

		if (row_len == 0 || row_len > DISTANCE_MOST)
			continue;
		unsigned d = edit_distance(name, len, row->name, row_len);
		if (d >= best_distance)
			continue;
		best = row;
		best_distance = d;
	}
	return best;
}

static char other_case(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : '\0';
}

const struct option_row *nearest_letter(char letter)
{
	char other = other_case(letter);

	for (size_t i = 0; other && i < OPT_COUNT; i++)
		if (option_rows[i].letter == other)
			return &option_rows[i];
	for (size_t i = 0; i < OPT_COUNT; i++)
		if (letter && option_rows[i].name[0] == letter)
			return &option_rows[i];
	return NULL;
}

const struct option_row *option_called(const char *word, size_t len)
{
	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		if (!*row->name && row->effect < NOTHING && strlen(row->word) == len &&
		    memcmp(row->word, word, len) == 0)
			return row;
	}
	return NULL;
}

/* ---- -h and --help --------------------------------------------------------------------------- */

static bool is_listed(const struct option_row *row)
{
	return row->effect < NOTHING;
}

static size_t print_names(struct out *out, const struct option_row *row)
{
	size_t begin = flt__out_pending(out);

	if (row->letter)
		flt__out_fmt(out, "  -%c", row->letter);
	else
		OUT(out, "    ");
	if (*row->name)
		flt__out_fmt(out, "%s--%s", row->letter ? ", " : "  ", row->name);
	if (*row->argument)
		flt__out_fmt(out, " %s", row->argument);
	return flt__out_pending(out) - begin;
}

static void pad(struct out *out, size_t from)
{
	if (from + 2 > COLUMN) {
		out_char(out, '\n');
		from = 0;
	}
	for (; from < COLUMN; from++)
		out_char(out, ' ');
}

/* From COLUMN on, in lines of at most WIDTH columns. */
static void print_wrapped(struct out *out, const char *text)
{
	size_t column = COLUMN;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column > COLUMN && column + 1 + word > WIDTH) {
			out_char(out, '\n');
			pad(out, 0);
			column = COLUMN;
		}
		if (column > COLUMN) {
			out_char(out, ' ');
			column++;
		}
		flt__out_chars(out, text, word);
		column += word;
		text += word;
		text += strspn(text, " ");
	}
	out_char(out, '\n');
}

static void print_letters(struct out *out, const char *title, enum effect effect)
{
	char names[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		char name[64];

		if (row->effect != effect || used > sizeof(names) - sizeof(name) - 1)
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s ",
					 option_text(row, name, sizeof(name)));
	}
	flt__out_text(out, title);
	pad(out, strlen(title));
	print_wrapped(out, names);
}

void options_version(struct out *out)
{
	flt__out_fmt(out, "sniff version %s\n", flt_version());
}

/* A line of -h. */
static void print_short(struct out *out, enum option_id id, const char *text)
{
	const struct option_row *row = &option_rows[id];
	size_t from = flt__out_pending(out);
	char name[64];

	flt__out_fmt(out, "  %s", option_text(row, name, sizeof(name)));
	if (*row->argument)
		flt__out_fmt(out, " %s", row->argument);
	while (flt__out_pending(out) - from < SHORT_COLUMN)
		out_char(out, ' ');
	flt__out_fmt(out, "%s\n", text);
}

void options_short_help(struct out *out)
{
	OUT(out, "Usage: sniff [option ...] [expression]\n");
#define SHORT(id, text) print_short(out, OPT_##id, text);
#include "short.def"
#undef SHORT
	OUT(out, "Example: sniff -i eth0 'tcp port 80'\n");
}

void options_help(struct out *out)
{
	options_version(out);
	OUT(out, "Usage: sniff [option ...] [expression]\n\n");
	for (size_t i = 0; i < OPT_COUNT; i++) {
		if (!is_listed(&option_rows[i]))
			continue;
		pad(out, print_names(out, &option_rows[i]));
		print_wrapped(out, option_rows[i].help);
	}
	out_char(out, '\n');
	print_letters(out, "Accepted, without effect:", NOTHING);
	print_letters(out, "Not in this version yet:", LATER);
	print_letters(out, "Not supported:", NEVER);
	OUT(out, "\nThe expression says which packets to keep: see sniff-filter(7).\n");
}
