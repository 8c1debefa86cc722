/* SPDX-License-Identifier: BSD-2-Clause */
/* What sets are made of: their entries one after another, those of files too; sets of numbers. */
#include "lower_list.h"

#include <stdio.h>
#include <string.h>

#include "list_file.h"
#include "parse_list.h"

#define PATH_SHOWN 80u /* bytes of a path in a message */

/* ---- files ------------------------------------------------------------------------------- */

struct list {                      /* a file while its lines are read */
	const struct value *entry; /* its name in the expression */
	struct list_file file;
	uint32_t line;
};

/* The end of a long path says more than its beginning. */
static void show_path(char shown[PATH_SHOWN + 4], const char *path)
{
	size_t len = strlen(path);
	size_t skip = len > PATH_SHOWN ? len - PATH_SHOWN : 0;

	snprintf(shown, PATH_SHOWN + 4, "%s%s", skip ? "..." : "", path + skip);
	for (char *ch = shown; *ch; ch++)
		if ((uint8_t)*ch < ' ' || *ch == 127)
			*ch = '?';
}

static int read_file(struct compile *c, const char *path, struct list_file *file,
		     struct flt_error *err)
{
	if (c->opts.lookups)
		return flt__lookups_file(c->opts.lookups, file, path, c->opts.max_expression, err);
	return flt__list_file_read(file, path, c->opts.max_expression, &c->arena, err);
}

static bool open_list(struct compile *c, const char *path, struct span span, struct list_file *file)
{
	struct flt_error own = { .code = FLT_OK };
	char shown[PATH_SHOWN + 4];

	show_path(shown, path);
	if (!(c->opts.flags & FLT_COMPILE_FILES))
		return COMPILE_FAIL(c, FLT_E_MEANING, span,
				    "%s cannot be read: files in expressions are not allowed here",
				    shown);
	if (read_file(c, path, file, &own) == FLT_OK)
		return true;
	flt__fail_at(c->err, own.code, span.at, span.len, "%s %s", shown, own.message);
	c->err->sys_errno = own.sys_errno;
	return false;
}

bool flt__read_lists(struct compile *c)
{
	bool ok = true;

	if (!c->opts.lookups || !(c->opts.flags & FLT_COMPILE_FILES))
		return true;
	for (const struct list_name *name = c->lists; name && ok; name = name->next) {
		struct list_file file;

		ok = open_list(c, name->path, name->span, &file);
	}
	return ok;
}

/* An error in the file becomes one of its name in the expression. */
static bool blame_line(struct lower *g, const struct list *list, const struct flt_error *own)
{
	char path[PATH_SHOWN + 4];

	if (own->code == FLT_OK) /* no memory */
		return false;
	show_path(path, list->entry->text);
	return COMPILE_FAIL(g->c, own->code, list->entry->span, "%s line %u: %s", path, list->line,
			    own->message);
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

/* Editors of other systems put a byte order mark before the first line. */
static size_t first_line(const struct list_file *file)
{
	return file->len >= 3 && memcmp(file->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static bool read_lines(struct lower *g, struct list *list, const struct entries *e)
{
	struct words *words = flt__words_new(g->c);
	const char *text = list->file.text;
	bool ok = words != NULL;

	for (size_t at = first_line(&list->file); ok && at < list->file.len;) {
		const char *newline = memchr(text + at, '\n', list->file.len - at);
		size_t end = newline ? (size_t)(newline - text) : list->file.len;
		struct span line = trim(text, at, end);
		struct value value;
		list->line++;
		ok = !line.len || (flt__parse_line(g->c, words, e->quals, line, &value) &&
				   e->take(g, &value, e->context));
		at = end + 1;
	}
	return ok;
}

/* Spans of what is in a file are places in that: while it is read, it is the compile's text. */
static bool read_list(struct lower *g, const struct value *entry, const struct entries *e)
{
	struct list list = { .entry = entry };
	struct flt_error own = { .code = FLT_OK };
	struct compile *c = g->c;
	const char *text = c->text;
	struct flt_error *err = c->err;
	uint32_t len = c->len;

	if (!open_list(g->c, entry->text, entry->span, &list.file))
		return false;
	c->list_bytes += list.file.len;
	c->text = list.file.text;
	c->len = (uint32_t)list.file.len;
	c->err = &own;
	bool ok = read_lines(g, &list, e);
	c->text = text;
	c->len = len;
	c->err = err;
	return ok || blame_line(g, &list, &own);
}

bool flt__lower_entries(struct lower *g, const struct value_list *set, const struct entries *e)
{
	for (uint32_t i = 0; i < set->count; i++) {
		const struct value *value = &set->entries[i];
		bool ok = value->kind == VAL_FILE ? read_list(g, value, e) :
						    e->take(g, value, e->context);
		if (!ok || g->c->arena.failed)
			return false;
	}
	return true;
}

/* ---- numbers ----------------------------------------------------------------------------- */

struct numbers {
	struct set *set;
	uint32_t max;
	const char *what; /* "a VLAN identifier" */
};

static bool take_number(struct lower *g, const struct value *value, void *context)
{
	const struct numbers *n = context;
	uint32_t high = value->kind == VAL_NUMBERS ? value->high_number : value->number;
	struct set_range range = { .low = { value->number }, .high = { high } };

	if (high > n->max)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span, "%s is at most %u", n->what,
				    n->max);
	return flt__set_add(n->set, &range);
}

bool flt__lower_arg_max(struct lower *g, const struct ast *node, uint32_t max, const char *what)
{
	struct numbers n = { &g->arg, max, what };
	struct entries e = { .take = take_number, .context = &n };

	flt__set_init(&g->arg, &g->c->arena, 1);
	if (node->value && !flt__lower_entries(g, node->value->set, &e))
		return false;
	if (node->argc && !take_number(g, &node->args[0], &n))
		return false;
	flt__set_close(&g->arg);
	return true;
}

bool flt__lower_has_arg(const struct ast *node)
{
	return node->argc || node->value;
}

void flt__lower_arg_is(struct lower *g, ir_val value, uint32_t shift, struct target to)
{
	struct set_field field = { .kind = FIELD_VALUE, .value = value };
	struct set shifted;

	flt__set_init(&shifted, &g->c->arena, 1);
	for (uint32_t i = 0; i < g->arg.count; i++) {
		struct set_range range = g->arg.ranges[i];
		range.low[0] <<= shift;
		range.high[0] <<= shift;
		flt__set_add(&shifted, &range);
	}
	flt__lower_member(g, &shifted, &field, to);
}

/* ---- one test an entry ------------------------------------------------------------------- */

struct each {
	const struct ast *node;
	enum dir dir;
	struct target to;
};

static bool take_each(struct lower *g, const struct value *value, void *context)
{
	const struct each *each = context;
	struct value own = *value;
	struct ast id = *each->node;
	struct ir_block *next;

	id.value = &own;
	id.quals.dir = each->dir;
	if (!flt__lower_has_room(g, each->node->span, 0) ||
	    !g->test(g, &id, flt__lower_else(g, each->to, &next)))
		return false;
	flt__lower_start(g, next);
	return true;
}

static bool lower_any(struct lower *g, const struct ast *node, enum dir dir, struct target to)
{
	struct each each = { node, dir, to };
	struct entries e = { take_each, &each, &node->quals };

	if (!flt__lower_entries(g, node->value->set, &e))
		return false;
	flt__lower_goto(g, to.no);
	return true;
}

bool flt__lower_each(struct lower *g, const struct ast *node, struct target to)
{
	struct ir_block *dst;

	if (node->quals.dir != DIR_SRC_AND_DST)
		return lower_any(g, node, node->quals.dir, to);
	if (!lower_any(g, node, DIR_SRC, flt__lower_then(g, to, &dst)))
		return false;
	flt__lower_start(g, dst);
	return lower_any(g, node, DIR_DST, to);
}
