/* SPDX-License-Identifier: BSD-2-Clause */
/* What sets are made of: their entries one after another, those of files too; sets of numbers. */
#include "lower_list.h"

#include "quote.h"
#include "read_lists.h"

/* ---- entries ----------------------------------------------------------------------------- */

/* Of the file that the span is in. */
static uint32_t line_number(const struct compile *c, struct span span)
{
	struct span_place place = flt__span_place(c, span);
	uint32_t number = 1;

	for (uint32_t i = 0; i < place.at; i++)
		number += place.text[i] == '\n';
	return number;
}

/* What is wrong with an entry of a file is said of its line. */
static bool blame_line(struct lower *g, const struct value *file, const struct value *entry)
{
	struct flt_error why = *g->c->err;

	if (why.code == FLT_OK) /* no memory */
		return false;
	flt__error_clear(g->c->err);
	flt__refuse_line(g->c->err, file, line_number(g->c, entry->span), &why);
	return false;
}

static bool take_file(struct lower *g, const struct value *file, const struct entries *e)
{
	const struct value_list *list = file->set;

	for (uint32_t i = 0; i < list->count; i++) {
		struct value value = list->entries[i];
		value.only = file->only;
		if (!e->take(g, &value, e->context))
			return blame_line(g, file, &value);
	}
	if (list->refused)
		*g->c->err = *list->refused;
	return !list->refused;
}

bool flt__lower_entries(struct lower *g, const struct value_list *set, const struct entries *e)
{
	for (uint32_t i = 0; i < set->count; i++) {
		const struct value *value = &set->entries[i];
		bool ok = value->kind == VAL_FILE ? take_file(g, value, e) :
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
	struct entries e = { take_each, &each };

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
