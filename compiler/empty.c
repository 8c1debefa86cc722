/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which clauses exclude each other, found by leaving out: what is still impossible without a clause
 * does not need it. Clauses are what `and` joins, also in parentheses.
 *
 * The work is bounded: TRIES_MAX small compiles, WORK_MAX bytes of expression and BLOCKS_MAX of
 * code in all of them, which is a few times what compiling an expression of TEXT_MAX takes; what
 * is not found by then stays unexplained.
 */
#include "empty.h"

#include <string.h>

#include "ir.h"
#include "lower.h"
#include "optimize.h"
#include "parse.h"
#include "read_lists.h"
#include "show.h"

#define TRIES_MAX  200
#define WORK_MAX   (64u << 10)
#define BLOCKS_MAX (256u << 10)
#define TEXT_MAX   (16u << 10) /* longer expressions are not looked at */

struct clause {
	const struct ast *node;
	bool is_left_out;
	bool moves_frame; /* leads later clauses to other headers */
};

struct search {
	struct compile *c;
	struct clause *clauses;
	uint32_t count;
	size_t capacity;
	int tries;
	uint32_t work;          /* bytes compiled */
	uint64_t blocks;        /* of code, compiled */
	struct ast_term *terms; /* room for all clauses */
};

/* ---- one try -------------------------------------------------------------------------- */

enum verdict { VERDICT_UNKNOWN, VERDICT_EMPTY, VERDICT_MATCHES };

static bool accepts(const struct ir *ir)
{
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_exit *exit = &ir->order[i]->exit;
		if (exit->kind == EXIT_RET && exit->k != 0)
			return true;
	}
	return false;
}

/* What a part of the expression matches on a link type, when it is compiled alone. Without the
 * memory for that the whole compile fails. */
static enum verdict try_alone(struct compile *c, const struct ast *part, uint32_t linktype,
			      uint64_t *blocks)
{
	struct flt_error err = { .code = FLT_OK };
	struct compile alone = *c;
	enum verdict verdict = VERDICT_UNKNOWN;

	alone.err = &err;
	alone.opts.trace = NULL;
	alone.opts.passes = NULL;
	alone.opts.linktype = linktype;
	if (linktype != c->opts.linktype)
		alone.opts.flags &= ~FLT_COMPILE_COOKED;
	flt__arena_within(&alone.arena, &c->arena);
	struct ir *ir = flt__lower(&alone, part);
	if (ir && flt__optimize(&alone, ir) && flt__ir_order(ir) && !alone.arena.failed)
		verdict = accepts(ir) ? VERDICT_MATCHES : VERDICT_EMPTY;
	c->arena.failed |= alone.arena.failed || err.code == FLT_E_NOMEM;
	*blocks += ir ? ir->block_count : 0;
	flt__arena_release(&alone.arena);
	return verdict;
}

/* ---- clauses -------------------------------------------------------------------------- */

/* Does this clause lead later ones to other headers? */
static bool moves_frame(const struct ast *node)
{
	if (node->kind == AST_NOT)
		return moves_frame(node->a);
	if (node->kind == AST_CHAIN) {
		for (uint32_t i = 0; i < node->term_count; i++)
			if (moves_frame(node->terms[i].node))
				return true;
		return false;
	}
	return node->kind == AST_KEYWORD &&
	       (node->keyword == KW_VLAN || node->keyword == KW_MPLS ||
		node->keyword == KW_PPPOES || node->keyword == KW_GENEVE ||
		node->keyword == KW_VXLAN || node->keyword == KW_ATM_LANE);
}

static struct ast make_chain(struct ast_term *terms, uint32_t count)
{
	struct ast chain = { .kind = AST_CHAIN, .terms = terms, .term_count = count };
	struct span last = terms[count - 1].node->span;

	chain.span.at = terms[0].node->span.at;
	chain.span.len = last.at + last.len - chain.span.at;
	return chain;
}

/* The first terms of a chain as one node. */
static const struct ast *front(struct compile *c, const struct ast *chain, uint32_t count)
{
	struct ast *node = flt__arena_alloc(&c->arena, sizeof(*node));

	if (count == 1 || !node)
		return chain->terms[0].node;
	*node = make_chain(chain->terms, count);
	return node;
}

/* The last `or` and all before it are one clause: `a or b and c` is (a or b) and c. */
static uint32_t first_clause_terms(const struct ast *chain)
{
	uint32_t count = chain->term_count;

	while (count > 1 && chain->terms[count - 1].is_and)
		count--;
	return count;
}

static bool is_or(const struct ast *node)
{
	return node->kind == AST_CHAIN && !node->terms[node->term_count - 1].is_and;
}

static bool add_clause(struct search *s, const struct ast *node)
{
	struct clause *list =
		flt__arena_grow(&s->c->arena, s->clauses, s->count, &s->capacity, sizeof(*list));

	if (!list)
		return false;
	s->clauses = list;
	list[s->count++] = (struct clause){ .node = node, .moves_frame = moves_frame(node) };
	return true;
}

/* What `and` joins in here, in the order of the text. */
static bool add_clauses(struct search *s, const struct ast *node)
{
	if (node->kind != AST_CHAIN || is_or(node))
		return add_clause(s, node);
	uint32_t first = first_clause_terms(node);
	bool ok = add_clauses(s, front(s->c, node, first));
	for (uint32_t i = first; i < node->term_count && ok; i++)
		ok = add_clauses(s, node->terms[i].node);
	return ok;
}

/* ---- leaving out ---------------------------------------------------------------------- */

static bool is_exhausted(const struct search *s)
{
	return s->tries < 0 || s->work > WORK_MAX || s->blocks > BLOCKS_MAX;
}

static bool is_kept(const struct search *s, uint32_t i, uint32_t from, uint32_t to)
{
	return !s->clauses[i].is_left_out && (i < from || i >= to);
}

/* Is what is kept, without clauses from..to-1, still impossible? */
static bool is_empty_without(struct search *s, uint32_t from, uint32_t to)
{
	struct ast_term *terms = s->terms;
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		if (!is_kept(s, i, from, to))
			continue;
		terms[count].node = (struct ast *)(uintptr_t)s->clauses[i].node;
		terms[count].is_and = count > 0;
		s->work += s->clauses[i].node->span.len;
		count++;
	}
	if (count == 0 || s->work > WORK_MAX || --s->tries < 0)
		return false;
	struct ast chain = make_chain(terms, count);
	return try_alone(s->c, count == 1 ? terms[0].node : &chain, s->c->opts.linktype,
			 &s->blocks) == VERDICT_EMPTY;
}

/* A clause that leads to other headers can go when no clause is kept on one side of it: then all
 * that are left look at headers as far apart as before. */
static bool may_go(const struct search *s, uint32_t from, uint32_t to)
{
	bool moves = false, before = false, after = false;

	for (uint32_t i = 0; i < s->count; i++) {
		if (i >= from && i < to)
			moves |= s->clauses[i].moves_frame && !s->clauses[i].is_left_out;
		else if (!s->clauses[i].is_left_out)
			*(i < from ? &before : &after) = true;
	}
	return !moves || !before || !after;
}

static bool has_kept(const struct search *s, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (!s->clauses[i].is_left_out)
			return true;
	return false;
}

static void leave_out(struct search *s, uint32_t from, uint32_t to)
{
	if (is_exhausted(s) || !has_kept(s, from, to) || !may_go(s, from, to) ||
	    !is_empty_without(s, from, to))
		return;
	for (uint32_t i = from; i < to; i++)
		s->clauses[i].is_left_out = true;
}

/* In halves, quarters and so on, then one by one: what is left then needs every clause. */
static void leave_out_all(struct search *s)
{
	uint32_t step = s->count;

	while (step > 1) {
		step = step / 2 + step % 2;
		for (uint32_t from = 0; from < s->count; from += step) {
			uint32_t to = s->count - from > step ? from + step : s->count;
			leave_out(s, from, to);
		}
	}
	for (uint32_t i = s->count; i-- > 0;)
		if (s->clauses[i].moves_frame)
			leave_out(s, i, i + 1);
}

/* ---- the explanation ------------------------------------------------------------------ */

static uint32_t blame(const struct search *s, struct flt_program_info *info)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->count; i++) {
		const struct clause *clause = &s->clauses[i];
		if (clause->is_left_out)
			continue;
		if (count < FLT_CLAUSES_MAX) {
			info->clause_offset[count] = clause->node->span.at;
			info->clause_length[count] = clause->node->span.len;
		}
		count++;
	}
	return count;
}

/* ---- a header that has moved what stands after it ----------------------------------------- */

/* The word that moves, or NULL. */
static const struct ast *find_mover(const struct ast *node)
{
	while (node->kind == AST_NOT)
		node = node->a;
	if (node->kind != AST_CHAIN)
		return moves_frame(node) ? node : NULL;
	for (uint32_t i = 0; i < node->term_count; i++) {
		const struct ast *found = find_mover(node->terms[i].node);
		if (found)
			return found;
	}
	return NULL;
}

/* What an expression matches, all of it compiled anew. */
static enum verdict try_text(struct compile *c, const char *text)
{
	struct flt_error err = { .code = FLT_OK };
	struct compile alone = *c;
	enum verdict verdict = VERDICT_UNKNOWN;
	uint64_t blocks = 0;

	alone.err = &err;
	alone.text = text;
	alone.len = (uint32_t)strlen(text);
	alone.list_count = 0;
	alone.lists = NULL;
	alone.opts.trace = NULL;
	flt__arena_within(&alone.arena, &c->arena);
	struct ast *tree = flt__parse(&alone);
	if (tree && flt__read_lists(&alone, tree))
		verdict = try_alone(&alone, tree, c->opts.linktype, &blocks);
	c->arena.failed |= alone.arena.failed;
	flt__arena_release(&alone.arena);
	return verdict;
}

/* Clauses that exclude each other only because one of them has moved the others: with it at the
 * end they do not. */
static void blame_mover(const struct search *s, struct flt_program_info *info)
{
	struct mark marks[FLT_CLAUSES_MAX];
	char text[REORDERED_BYTES];
	struct text t = { text, sizeof(text), 0 };
	const struct ast *mover = NULL;
	uint32_t count = 0, movers = 0;

	for (uint32_t i = 0; i < s->count && info->clause_count; i++) {
		const struct clause *clause = &s->clauses[i];
		if (clause->is_left_out)
			continue;
		if (clause->moves_frame && !mover)
			mover = find_mover(clause->node);
		movers |= (uint32_t)clause->moves_frame << count;
		marks[count++] = (struct mark){ clause->node->span.at, clause->node->span.len };
	}
	if (!mover)
		return;
	flt__show_reordered(&t, s->c->text, marks, count, movers);
	if (flt__text_end(&t) >= (int)sizeof(text) || try_text(s->c, text) != VERDICT_MATCHES)
		return;
	info->flags |= FLT_PROGRAM_MOVED;
	info->mover_clauses = movers;
	info->mover_offset = mover->op_span.at;
	info->mover_length = mover->op_span.len;
}

/* Would it match where packets have other headers? */
static bool is_by_linktype(struct compile *c, const struct ast *node)
{
	static const uint32_t others[] = { FLT_LINKTYPE_EN10MB, FLT_LINKTYPE_RAW };
	uint64_t blocks = 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] != c->opts.linktype &&
		    try_alone(c, node, others[i], &blocks) == VERDICT_MATCHES)
			return true;
	return false;
}

static const struct ast *only_clause(const struct search *s)
{
	const struct ast *only = NULL;

	for (uint32_t i = 0; i < s->count; i++) {
		if (!s->clauses[i].is_left_out && only)
			return NULL;
		if (!s->clauses[i].is_left_out)
			only = s->clauses[i].node;
	}
	return only;
}

void flt__empty_explain(struct compile *c, const struct ast *tree, struct flt_program_info *info)
{
	struct search s = { .c = c, .tries = TRIES_MAX };
	const struct ast *only = tree;

	if (c->len + c->list_bytes > TEXT_MAX)
		return;
	/* Of impossible alternatives the first one is explained. */
	for (const struct ast *node = tree; node;
	     node = only && is_or(only) ? front(c, only, only->term_count - 1) : NULL) {
		s.count = 0;
		if (!add_clauses(&s, node))
			return;
		s.terms = flt__arena_array(&c->arena, s.count, sizeof(*s.terms));
		if (!s.terms)
			return;
		leave_out_all(&s);
		if (is_exhausted(&s))
			return;
		only = only_clause(&s);
	}
	uint32_t count = blame(&s, info);
	info->clause_count = count <= FLT_CLAUSES_MAX ? count : 0;
	blame_mover(&s, info);
	if (only && is_by_linktype(c, only))
		info->flags |= FLT_PROGRAM_OTHER_LINK;
}
