/* SPDX-License-Identifier: BSD-2-Clause */
#include "show.h"

#include <stdbool.h>
#include <string.h>

#include "plain.h"

#define SHOWN_COLUMNS 78u /* a terminal has 80 */
#define DOTS          "..."
#define DOTS_COLUMNS  3u
#define CUT_COLUMNS   (SHOWN_COLUMNS - 2 * DOTS_COLUMNS) /* of a line that is cut */

/* ---- text ----------------------------------------------------------------------------------- */

void flt__text_bytes(struct text *t, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++, t->used++)
		if (t->used + 1 < t->len)
			t->buf[t->used] = bytes[i];
}

void flt__text_words(struct text *t, const char *words)
{
	flt__text_bytes(t, words, strlen(words));
}

int flt__text_end(struct text *t)
{
	if (t->len)
		t->buf[t->used < t->len ? t->used : t->len - 1] = '\0';
	return t->used > 0x7fffffff ? 0x7fffffff : (int)t->used;
}

/* ---- cells: what takes a place on a terminal ------------------------------------------------ */

struct cell {
	size_t len; /* bytes of the expression */
	uint32_t columns;
	const char *shown;
	size_t shown_len;
};

/* Characters that do not take one column: combining marks, East Asian and pictures. */
static uint32_t char_columns(uint32_t ch)
{
	static const struct {
		uint32_t first, last, columns;
	} odd[] = {
		{ 0x0300, 0x036f, 0 },   { 0x1100, 0x115f, 2 }, { 0x200b, 0x200f, 0 },
		{ 0x20d0, 0x20ff, 0 },   { 0x2e80, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 },
		{ 0xf900, 0xfaff, 2 },   { 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 },
		{ 0xff00, 0xff60, 2 },   { 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 },
		{ 0x20000, 0x3fffd, 2 },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (ch >= odd[i].first && ch <= odd[i].last)
			return odd[i].columns;
	return 1;
}

static struct cell char_at(const char *bytes, size_t left)
{
	unsigned char byte = (unsigned char)*bytes;
	uint32_t ch;

	if (byte >= ' ' && byte < 127)
		return (struct cell){ 1, 1, bytes, 1 };
	if (byte < 128)
		return (struct cell){ 1, 1, " ", 1 };
	size_t len = plain_utf8((const unsigned char *)bytes, left, &ch);
	if (!len)
		return (struct cell){ 1, 1, "?", 1 };
	if (plain_hides(ch))
		return (struct cell){ len, 1, "?", 1 };
	return (struct cell){ len, char_columns(ch), bytes, len };
}

size_t flt__show_char(const char *bytes, size_t left, const char **shown, size_t *shown_len)
{
	struct cell cell = char_at(bytes, left);

	*shown = cell.shown;
	*shown_len = cell.shown_len;
	return cell.len;
}

/* A character with the combining marks behind it; what follows nothing gets a column of its own. */
static struct cell cell_at(const char *bytes, size_t left)
{
	struct cell cell = char_at(bytes, left);

	if (cell.shown == bytes && cell.columns > 0) {
		while (cell.len < left && (bytes[cell.len] & 0x80)) {
			struct cell next = char_at(bytes + cell.len, left - cell.len);
			if (next.columns > 0)
				break;
			cell.len += next.len;
		}
		cell.shown_len = cell.len;
	}
	if (cell.columns == 0)
		cell.columns = 1;
	return cell;
}

/* ---- the line, and what is shown of it ------------------------------------------------------ */

struct line {
	const char *expr;
	size_t start, end; /* bytes */
	size_t columns;
	size_t from, to; /* columns that are shown */
};

/* The column in which the byte at `at` is. */
static size_t column_of(const struct line *line, size_t at)
{
	size_t column = 0;

	for (size_t i = line->start; i < line->end;) {
		struct cell cell = cell_at(line->expr + i, line->end - i);
		i += cell.len;
		if (i > at)
			break;
		column += cell.columns;
	}
	return column;
}

/* Keep what is around a column. */
static void cut_line(struct line *line, size_t column)
{
	size_t before = CUT_COLUMNS / 2;

	line->from = column > before ? column - before : 0;
	if (line->columns - line->from < CUT_COLUMNS)
		line->from = line->columns - CUT_COLUMNS;
	line->to = line->from + CUT_COLUMNS;
}

static struct line find_line(const char *expr, size_t at)
{
	const char *end = strchr(expr + at, '\n');
	struct line line = { .expr = expr, .start = at };

	line.end = end ? (size_t)(end - expr) : at + strlen(expr + at);
	while (line.start > 0 && expr[line.start - 1] != '\n')
		line.start--;
	line.columns = line.to = column_of(&line, line.end);
	if (line.columns > SHOWN_COLUMNS)
		cut_line(&line, column_of(&line, at));
	return line;
}

/* Is the cell at this column shown? */
static bool is_shown(const struct line *line, size_t column, const struct cell *cell)
{
	return column >= line->from && column + cell->columns <= line->to;
}

static void show_line(struct text *t, const struct line *line)
{
	size_t column = 0;

	if (line->from > 0)
		flt__text_words(t, DOTS);
	for (size_t i = line->start; i < line->end;) {
		struct cell cell = cell_at(line->expr + i, line->end - i);
		if (is_shown(line, column, &cell))
			flt__text_bytes(t, cell.shown, cell.shown_len);
		column += cell.columns;
		i += cell.len;
	}
	flt__text_words(t, line->to < line->columns ? DOTS "\n" : "\n");
}

/* ---- marks ---------------------------------------------------------------------------------- */

/* What stands below the len bytes at `at`: a caret where a mark begins. */
static char mark_below(size_t at, size_t len, const struct mark *marks, size_t count)
{
	char below = ' ';

	for (size_t i = 0; i < count; i++) {
		if (marks[i].at >= at && marks[i].at < at + len)
			return '^';
		if (at > marks[i].at && at - marks[i].at < marks[i].len)
			below = '~';
	}
	return below;
}

/* Blanks wait until something follows them. */
static void put_below(struct text *t, size_t *blanks, char below, uint32_t columns)
{
	for (; columns > 0; columns--) {
		if (below == ' ') {
			++*blanks;
			continue;
		}
		for (; *blanks > 0; --*blanks)
			flt__text_words(t, " ");
		flt__text_bytes(t, &below, 1);
		below = below == '^' ? '~' : below;
	}
}

static void show_below(struct text *t, const struct line *line, const struct mark *marks,
		       size_t count)
{
	size_t column = 0, blanks = line->from > 0 ? DOTS_COLUMNS : 0;

	for (size_t i = line->start; i < line->end;) {
		struct cell cell = cell_at(line->expr + i, line->end - i);
		if (is_shown(line, column, &cell))
			put_below(t, &blanks, mark_below(i, cell.len, marks, count), cell.columns);
		column += cell.columns;
		i += cell.len;
	}
	if (line->to >= line->columns)
		put_below(t, &blanks, mark_below(line->end, 1, marks, count) == '^' ? '^' : ' ', 1);
	flt__text_words(t, "\n");
}

size_t flt__show_line_number(const char *expr, size_t at)
{
	size_t before = 0, all = 0;

	for (size_t i = 0; expr[i]; i++) {
		all += expr[i] == '\n' && expr[i + 1];
		before += expr[i] == '\n' && i < at;
	}
	return all ? before + 1 : 0;
}

void flt__show_marks(struct text *t, const char *expr, const struct mark *marks, size_t count)
{
	struct line line = find_line(expr, marks[0].at);

	show_line(t, &line);
	show_below(t, &line, marks, count);
}

int flt__show_fits(const char *expr, const struct mark *marks, size_t count)
{
	struct line line = find_line(expr, marks[0].at);
	bool fits = line.columns <= SHOWN_COLUMNS;

	for (size_t i = 0; i < count && fits; i++)
		fits = marks[i].at >= line.start && marks[i].at <= line.end;
	return fits;
}
