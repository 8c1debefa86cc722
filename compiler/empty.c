/* SPDX-License-Identifier: BSD-2-Clause */
#include "empty.h"

#include <string.h>

#define MOST_TRIES 200           /* small compiles */
#define MOST_TEXT 65536u         /* longer expressions are not explained */

/* ---- one try -------------------------------------------------------------------------- */

static bool accepts(const struct ir *ir)
{
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_exit *exit = &ir->order[i]->exit;
		if (exit->kind == EXIT_RET && exit->k != 0)
			return true;
	}
	return false;
}

/* Does this part of the expression, compiled alone, match nothing? */
static bool is_empty(const struct compile *c, const struct ast *part)
{
	struct flt_error err = { .code = FLT_OK };
	struct compile alone = *c;

	alone.err = &err;
	alone.opts.trace = NULL;
	flt__arena_init(&alone.arena, c->opts.max_memory);
	struct ir *ir = flt__lower(&alone, part);
	bool empty = ir && flt__optimize(&alone, ir) && flt__ir_order(ir) && !accepts(ir);
	empty &= !alone.arena.failed;
	flt__arena_release(&alone.arena);
	return empty;
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
		node->keyword == KW_VXLAN);
}

/* The last `or` and all before it are one clause: `a or b and c` is (a or b) and c. */
static uint32_t first_clause_terms(const struct ast *chain)
{
	uint32_t count = chain->term_count;

	while (count > 1 && chain->terms[count - 1].is_and)
		count--;
	return count;
}

static struct ast make_chain(struct ast_term *terms, uint32_t count)
{
	struct ast chain = { .kind = AST_CHAIN, .terms = terms, .term_count = count };
	struct span last = terms[count - 1].node->span;

	chain.span.at = terms[0].node->span.at;
	chain.span.len = last.at + last.len - chain.span.at;
	return chain;
}

static void blame(struct flt_program_info *info, uint32_t which, struct span span)
{
	info->clause_offset[which] = span.at;
	info->clause_length[which] = span.len;
}

/* Clauses a and b, and those before b that lead to other headers: what b sees depends on them. */
static bool pair_is_empty(struct compile *c, const struct ast_term *clauses, uint32_t a, uint32_t b)
{
	struct ast_term *some = flt__arena_array(&c->arena, b + 1, sizeof(*some));
	uint32_t count = 0;

	if (!some)
		return false;
	for (uint32_t i = 0; i <= b; i++) {
		if (i != a && i != b && !moves_frame(clauses[i].node))
			continue;
		some[count].node = clauses[i].node;
		some[count].is_and = count > 0;
		count++;
	}
	struct ast chain = make_chain(some, count);
	return is_empty(c, &chain);
}

/* Two clauses that exclude each other; true when found, or when the tries are used up. */
static bool try_pairs_with(struct compile *c, const struct ast_term *clauses, uint32_t with,
			   int *tries, struct flt_program_info *info)
{
	for (uint32_t i = with; i-- > 0;) {
		if (--*tries < 0)
			return true;
		if (!pair_is_empty(c, clauses, i, with))
			continue;
		blame(info, 0, clauses[i].node->span);
		blame(info, 1, clauses[with].node->span);
		return true;
	}
	return false;
}

static void explain_clauses(struct compile *c, const struct ast_term *clauses, uint32_t count,
			    struct flt_program_info *info)
{
	int tries = MOST_TRIES;

	for (uint32_t i = 0; i < count && tries-- > 0; i++) {
		if (!is_empty(c, clauses[i].node))
			continue;
		blame(info, 0, clauses[i].node->span);
		return;
	}
	for (uint32_t i = 1; i < count; i++)
		if (try_pairs_with(c, clauses, i, &tries, info))
			return;
}

void flt__empty_explain(struct compile *c, const struct ast *tree, struct flt_program_info *info)
{
	if (c->len > MOST_TEXT)
		return;
	if (tree->kind != AST_CHAIN) {
		blame(info, 0, tree->span);
		return;
	}
	uint32_t first = first_clause_terms(tree), count = tree->term_count - first + 1;
	struct ast front = make_chain(tree->terms, first);
	struct ast_term *clauses = flt__arena_array(&c->arena, count, sizeof(*clauses));
	if (!clauses)
		return;
	memcpy(clauses, tree->terms + first - 1, count * sizeof(*clauses));
	if (first > 1)
		clauses[0].node = &front;
	explain_clauses(c, clauses, count, info);
}
