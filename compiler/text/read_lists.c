/* SPDX-License-Identifier: BSD-2-Clause */
#include "read_lists.h"

#include <stdio.h>
#include <string.h>

#include "list_file.h"
#include "parse_list.h"

#define PATH_SHOWN 80u /* bytes of a path in a message */

struct reader {
	struct compile *c;
	struct words *words; /* of the language; one set for all lists */
};

/* ---- messages ---------------------------------------------------------------------------- */

struct path_shown {
	char text[PATH_SHOWN + 4];
};

/* The end of a long path says more than its beginning. */
static struct path_shown show_path(const char *path)
{
	size_t len = strlen(path);
	size_t skip = len > PATH_SHOWN ? len - PATH_SHOWN : 0;
	struct path_shown shown;

	snprintf(shown.text, sizeof(shown.text), "%s%s", skip ? "..." : "", path + skip);
	for (char *ch = shown.text; *ch; ch++)
		if ((uint8_t)*ch < ' ' || *ch == 127)
			*ch = '?';
	return shown;
}

void flt__refuse_line(struct flt_error *err, const struct value *file, uint32_t line,
		      const struct flt_error *why)
{
	flt__fail_at(err, why->code, file->span.at, file->span.len, "%s line %u: %s",
		     show_path(file->text).text, line, why->message);
}

static void refuse_file(struct flt_error *err, const struct value *file,
			const struct flt_error *why)
{
	flt__fail_at(err, why->code, file->span.at, file->span.len, "%s %s",
		     show_path(file->text).text, why->message);
	err->sys_errno = why->sys_errno;
}

/* ---- files ------------------------------------------------------------------------------- */

static int read_file(struct compile *c, const char *path, struct list_file *file,
		     struct flt_error *err)
{
	if (!(c->opts.flags & FLT_COMPILE_FILES))
		return flt__fail(err, FLT_E_MEANING,
				 "cannot be read: files in expressions are not allowed here");
	if (c->opts.lookups)
		return flt__lookups_file(c->opts.lookups, file, path, c->opts.max_expression, err);
	return flt__list_file_read(file, path, c->opts.max_expression, &c->arena, err);
}

/* Where spans in the next list begin. */
static uint64_t next_begin(const struct compile *c)
{
	uint64_t end = c->lists ? (uint64_t)c->lists->begin + c->lists->len : c->len;

	return end + 1;
}

/* The text of a file becomes one of the compile's. */
static int open_list(struct compile *c, const char *path, struct flt_error *err)
{
	uint64_t begin = next_begin(c);
	struct list_file file;

	if (read_file(c, path, &file, err) != FLT_OK)
		return err->code;
	if (begin + file.len > UINT32_MAX)
		return flt__fail(err, FLT_E_LIMIT,
				 "cannot be read: the lists of an expression have at most 4 GiB");
	struct list_text *list = flt__arena_alloc(&c->arena, sizeof(*list));
	if (!list)
		return flt__fail(err, FLT_E_NOMEM, "cannot be read: no memory");
	*list = (struct list_text){ c->lists, file.text, (uint32_t)begin, (uint32_t)file.len };
	c->lists = list;
	c->list_bytes += file.len;
	return FLT_OK;
}

/* ---- lines ------------------------------------------------------------------------------- */

struct lines {
	const char *text;
	size_t len, at;
	uint32_t number; /* of the line that was found last */
};

/* Editors of other systems put a byte order mark before the first line. */
static struct lines lines_of(const struct list_text *list)
{
	bool is_marked = list->len >= 3 && memcmp(list->text, "\xef\xbb\xbf", 3) == 0;

	return (struct lines){ .text = list->text, .len = list->len, .at = is_marked ? 3 : 0 };
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r';
}

static struct span trim(const char *text, size_t at, size_t end)
{
	while (at < end && is_blank(text[at]))
		at++;
	while (end > at && is_blank(text[end - 1]))
		end--;
	return (struct span){ (uint32_t)at, (uint32_t)(end - at) };
}

/* The next line that is not empty. False: there is none. */
static bool next_line(struct lines *lines, struct span *line)
{
	while (lines->at < lines->len) {
		const char *rest = lines->text + lines->at;
		const char *newline = memchr(rest, '\n', lines->len - lines->at);
		size_t end = newline ? (size_t)(newline - lines->text) : lines->len;
		*line = trim(lines->text, lines->at, end);
		lines->at = end + 1;
		lines->number++;
		if (line->len)
			return true;
	}
	return false;
}

static uint32_t count_lines(const struct list_text *list)
{
	struct lines lines = lines_of(list);
	struct span line;
	uint32_t count = 0;

	while (next_line(&lines, &line))
		count++;
	return count;
}

/* ---- lists ------------------------------------------------------------------------------- */

/* The values of all lines up to the first that is wrong; *wrong is its number. */
static bool parse_lines(struct compile *c, struct words *words, const struct quals *quals,
			struct value_list *values, uint32_t begin, uint32_t *wrong)
{
	struct lines lines = lines_of(&(struct list_text){ .text = c->text, .len = c->len });
	struct span line;

	while (next_line(&lines, &line)) {
		struct value *value = &values->entries[values->count];
		*wrong = lines.number;
		if (!flt__parse_line(c, words, quals, line, value))
			return false;
		value->span.at += begin;
		value->prefix_span.at += begin;
		values->count++;
	}
	return true;
}

/* To the parser, the list is the text that is compiled. */
static void read_lines(struct reader *r, const struct quals *quals, const struct value *file,
		       struct value_list *values, struct flt_error *err)
{
	const struct list_text *list = r->c->lists;
	struct flt_error why = { .code = FLT_OK };
	struct compile own = *r->c;
	uint32_t wrong;

	own.err = &why;
	own.text = list->text;
	own.len = list->len;
	own.lists = NULL;
	if (!parse_lines(&own, r->words, quals, values, list->begin, &wrong) && why.code != FLT_OK)
		flt__refuse_line(err, file, wrong, &why);
	r->c->arena = own.arena; /* the values are the compile's */
}

static bool read_list(struct reader *r, const struct quals *quals, struct value *file)
{
	struct arena *arena = &r->c->arena;
	struct value_list *values = flt__arena_alloc(arena, sizeof(*values));
	struct flt_error err, why = { .code = FLT_OK };

	if (!values)
		return false;
	flt__error_clear(&err);
	if (open_list(r->c, file->text, &why) != FLT_OK) {
		refuse_file(&err, file, &why);
	} else {
		values->entries =
			flt__arena_array(arena, count_lines(r->c->lists), sizeof(*values->entries));
		if (!values->entries)
			return false;
		read_lines(r, quals, file, values, &err);
	}
	file->set = values;
	if (err.code == FLT_OK)
		return !arena->failed;
	struct flt_error *refused = flt__arena_alloc(arena, sizeof(*refused));
	values->refused = refused;
	if (refused)
		*refused = err;
	return refused != NULL;
}

/* ---- the tree ---------------------------------------------------------------------------- */

/* quals NULL: numbers of a keyword. */
static bool read_set(struct reader *r, const struct quals *quals, const struct value *value)
{
	if (!value || value->kind != VAL_SET)
		return true;
	for (uint32_t i = 0; i < value->set->count; i++) {
		struct value *entry = &value->set->entries[i];
		if (entry->kind == VAL_FILE && !read_list(r, quals, entry))
			return false;
	}
	return true;
}

static bool read_node(struct reader *r, struct ast *node)
{
	while (node->kind == AST_NOT)
		node = node->a;
	if (node->kind != AST_CHAIN)
		return read_set(r, node->kind == AST_ID ? &node->quals : NULL, node->value);
	for (uint32_t i = 0; i < node->term_count; i++)
		if (!read_node(r, node->terms[i].node))
			return false;
	return true;
}

bool flt__read_lists(struct compile *c, struct ast *tree)
{
	struct reader r = { .c = c };

	if (!c->list_count)
		return true;
	r.words = flt__words_new(c);
	return r.words && read_node(&r, tree);
}
