/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_clauses(): an expression as its clauses, and which one is asked when. The tree is walked from
 * the right, so that what is asked next has its number already. */
#include "compile.h"
#include "parse.h"

#include <string.h>

struct walk {
	struct flt_clause *list;
	uint32_t left; /* clauses [left, all of them) are there */
};

static uint32_t count_clauses(const struct ast *tree)
{
	uint32_t count = 0;

	if (tree->kind == AST_TRUE)
		return 0;
	if (tree->kind == AST_NOT)
		return count_clauses(tree->a);
	if (tree->kind != AST_CHAIN)
		return 1;
	for (uint32_t i = 0; i < tree->term_count; i++)
		count += count_clauses(tree->terms[i].node);
	return count;
}

/* Each gives what is asked first of the tree: a clause, or, where it has none, the answer. */
static uint32_t walk_tree(struct walk *w, const struct ast *tree, uint32_t yes, uint32_t no);

/*
 * What a chain has come to by a term goes on to the next one only if that can change it: `and` asks
 * on after a yes, `or` after a no, and the other answer is also the answer of the next term.
 */
static uint32_t walk_chain(struct walk *w, const struct ast *chain, uint32_t yes, uint32_t no)
{
	uint32_t first = walk_tree(w, chain->terms[chain->term_count - 1].node, yes, no);

	for (uint32_t i = chain->term_count - 1; i-- > 0;) {
		if (chain->terms[i + 1].is_and)
			yes = first;
		else
			no = first;
		first = walk_tree(w, chain->terms[i].node, yes, no);
	}
	return first;
}

static uint32_t walk_tree(struct walk *w, const struct ast *tree, uint32_t yes, uint32_t no)
{
	if (tree->kind == AST_TRUE)
		return yes;
	if (tree->kind == AST_NOT)
		return walk_tree(w, tree->a, no, yes);
	if (tree->kind == AST_CHAIN)
		return walk_chain(w, tree, yes, no);
	w->list[--w->left] = (struct flt_clause){ tree->span.at, tree->span.len, yes, no };
	return w->left;
}

static int64_t list_clauses(struct compile *c, struct flt_clause *list, uint32_t max)
{
	const struct ast *tree = flt__parse(c);
	uint32_t count = tree ? count_clauses(tree) : 0;
	struct walk w = { .left = count };

	w.list = flt__arena_array(&c->arena, count, sizeof(*w.list));
	if (!tree || !w.list)
		return flt__compile_failure(c);
	walk_tree(&w, tree, FLT_CLAUSE_ACCEPT, FLT_CLAUSE_REJECT);
	if (max && count)
		memcpy(list, w.list, (max < count ? max : count) * sizeof(*list));
	return count;
}

int64_t flt_clauses(const char *expr, size_t len, const struct flt_compile_opts *opts,
		    struct flt_clause *list, uint32_t max, struct flt_error *err)
{
	struct flt_error own;
	struct compile c = { .err = err ? err : &own };

	flt__error_clear(c.err);
	if ((!expr && len) || (!list && max))
		return flt__fail(c.err, FLT_E_ARGUMENT, "flt_clauses: %s is NULL",
				 list || !max ? "the expression" : "list");
	int code = flt__compile_begin(&c, "flt_clauses", expr, len, opts);
	if (code != FLT_OK)
		return code;
	int64_t count = list_clauses(&c, list, max);
	flt__arena_release(&c.arena);
	return count;
}
