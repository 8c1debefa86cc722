/* SPDX-License-Identifier: BSD-2-Clause */
/* What sniff says about its own options. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libfilter.h"
#include "options.h"

#define COLUMN 30                /* where the help of an option begins */
#define WIDTH 80
#define NAME_LIMIT 40            /* longer names resemble nothing */

const char *option_text(const struct option_row *row, char *buf, size_t len)
{
	if (row->letter)
		snprintf(buf, len, "-%c", row->letter);
	else
		snprintf(buf, len, "--%s", row->name);
	return buf;
}

/* ---- the nearest ---------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must change, come or go to make a of b; both at most NAME_LIMIT long. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[NAME_LIMIT + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

const struct option_row *nearest_option(const char *name, size_t len)
{
	const struct option_row *best = NULL;
	size_t best_distance = len < 4 ? 2 : len / 2 + 1;  /* only what is nearer resembles it */

	for (size_t i = 0; len <= NAME_LIMIT && i < OPT_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		size_t row_len = strlen(row->name);

		if (row_len == 0 || row_len > NAME_LIMIT)
			continue;
		size_t d = distance(name, len, row->name, row_len);
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

/* ---- -h ------------------------------------------------------------------------------------- */

static bool is_listed(const struct option_row *row)
{
	return row->effect < NOTHING;
}

static int print_names(const struct option_row *row)
{
	int width = row->letter ? printf("  -%c", row->letter) : printf("    ");

	if (*row->name)
		width += printf("%s--%s", row->letter ? ", " : "  ", row->name);
	if (*row->argument)
		width += printf(" %s", row->argument);
	return width;
}

static void pad(int from)
{
	if (from + 2 > COLUMN) {
		putchar('\n');
		from = 0;
	}
	printf("%*s", COLUMN - from, "");
}

/* From COLUMN on, in lines of at most WIDTH columns. */
static void print_wrapped(const char *text)
{
	size_t column = COLUMN;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column > COLUMN && column + 1 + word > WIDTH) {
			putchar('\n');
			pad(0);
			column = COLUMN;
		}
		column += (size_t)printf("%s%.*s", column > COLUMN ? " " : "", (int)word, text);
		text += word;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_letters(const char *title, enum effect effect)
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
	pad(printf("%s", title));
	print_wrapped(names);
}

void options_version(void)
{
	printf("sniff version %s\n", flt_version());
}

void options_help(void)
{
	options_version();
	puts("Usage: sniff [option ...] [expression]\n");
	for (size_t i = 0; i < OPT_COUNT; i++) {
		if (!is_listed(&option_rows[i]))
			continue;
		pad(print_names(&option_rows[i]));
		print_wrapped(option_rows[i].help);
	}
	putchar('\n');
	print_letters("Accepted, without effect:", NOTHING);
	print_letters("Not in this version yet:", LATER);
	print_letters("Not supported:", NEVER);
	puts("\nThe expression says which packets to keep: see sniff-filter(7).");
}
