/* SPDX-License-Identifier: BSD-2-Clause */
#include "any_link.h"

#include "ast.h"
#include "link_layout.h"

/* Does link[0] stand for the first byte? Not where a header of the capture's own comes before. */
static bool begins_with_link(const struct compile *c)
{
	bool cooked = c->opts.flags & FLT_COMPILE_COOKED;
	const struct link_layout *layout = flt__layout_find(c->opts.linktype, cooked);

	return !cooked &&
	       (!layout || (layout->prefix_rule == PREFIX_FIXED && layout->prefix_len == 0));
}

/* Down the left side there may be a million operators. */
static bool is_number(const struct ast *node)
{
	for (; node->kind == AST_ARITH || node->kind == AST_NEGATE; node = node->a)
		if (node->kind == AST_ARITH && !is_number(node->b))
			return false;
	if (node->kind == AST_INDEX)
		return node->quals.proto == PROTO_LINK && is_number(node->a);
	return node->kind == AST_NUMBER || node->kind == AST_LEN;
}

static bool is_question(const struct ast *node)
{
	switch (node->kind) {
	case AST_TRUE: return true;
	case AST_RELATION: return is_number(node->a) && is_number(node->b);
	case AST_KEYWORD:
		return node->keyword == KW_LESS || node->keyword == KW_GREATER ||
		       node->keyword == KW_BYTE;
	default: return false;
	}
}

static bool asks_no_header(const struct ast *node)
{
	while (node->kind == AST_NOT)
		node = node->a;
	if (node->kind != AST_CHAIN)
		return is_question(node);
	for (uint32_t i = 0; i < node->term_count; i++)
		if (!asks_no_header(node->terms[i].node))
			return false;
	return true;
}

bool flt__any_link(const struct compile *c, const struct ast *tree)
{
	return begins_with_link(c) && asks_no_header(tree);
}
