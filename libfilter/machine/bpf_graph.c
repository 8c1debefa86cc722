/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program as a graph, in the language of Graphviz: a box for each block, which has the clauses of
 * the expression that its instructions came from, and the instructions with what they mean. Where
 * the program accepts is an oval, where it rejects an octagon; the ways there have their colours,
 * and a no is dashed.
 */
#include "bpf_text.h"

#include <stdlib.h>
#include <string.h>

#define CLAUSE_CHARS 60u /* of a clause that are shown */

struct graph {
	struct text t;
	const struct bpf_code *code;
	const char *expr; /* NULL: no clauses */
	size_t expr_len;
	const struct flt_note *notes; /* by instruction; NULL: none */
	bool *target;
};

/* The instructions [from, to). */
struct block {
	uint32_t from, to;
};

static const struct flt_insn *last_of(const struct graph *g, const struct block *block)
{
	return &g->code->insns[block->to - 1];
}

static bool ends_block(const struct graph *g, uint32_t at)
{
	uint32_t class = BPF_CLASS(g->code->insns[at].code);

	return class == BPF_JMP || class == BPF_RET || at + 1 == g->code->count ||
	       g->target[at + 1];
}

/* ---- clauses -------------------------------------------------------------------------------- */

/* In a label, quotes end it, a backslash begins an escape and an ampersand an entity. */
static void put_char(struct text *t, const char *shown, size_t len)
{
	switch (*shown) {
	case '"': flt__text_words(t, "\\\""); break;
	case '\\': flt__text_words(t, "\\\\"); break;
	case '&': flt__text_words(t, "&amp;"); break;
	default: flt__text_bytes(t, shown, len); break;
	}
}

static void put_clause(struct graph *g, struct span clause)
{
	const char *at = g->expr + clause.at, *end = at + clause.len;

	for (uint32_t chars = 0; at < end && chars < CLAUSE_CHARS; chars++) {
		const char *shown;
		size_t shown_len;
		at += flt__show_char(at, (size_t)(end - at), &shown, &shown_len);
		put_char(&g->t, shown, shown_len);
	}
	flt__text_words(&g->t, at < end ? "...\\n" : "\\n");
}

static bool has_clause(const struct graph *g, uint32_t insn)
{
	if (!g->expr || !g->code->clauses)
		return false;
	struct span clause = g->code->clauses[insn];
	return clause.len && clause.at <= g->expr_len && clause.len <= g->expr_len - clause.at;
}

static bool same_clause(const struct graph *g, uint32_t i, uint32_t j)
{
	const struct span *clauses = g->code->clauses;

	return clauses[i].at == clauses[j].at && clauses[i].len == clauses[j].len;
}

/* A line each, where it changes. */
static void put_clauses(struct graph *g, const struct block *block)
{
	for (uint32_t at = block->from; at < block->to; at++)
		if (has_clause(g, at) && (at == block->from || !same_clause(g, at, at - 1)))
			put_clause(g, g->code->clauses[at]);
}

/* ---- blocks --------------------------------------------------------------------------------- */

#define NOTE_COLUMN 28u

/* Behind the instruction, in a column of its own. */
static void put_note(struct graph *g, uint32_t at, uint32_t column)
{
	if (!g->notes || !g->notes[at].text[0])
		return;
	flt__bpf_put(&g->t, "%*s%s", column < NOTE_COLUMN ? (int)(NOTE_COLUMN - column) : 1, "",
		     g->notes[at].text);
}

static void put_insns(struct graph *g, const struct block *block)
{
	char operand[OPERAND_BYTES];

	for (uint32_t at = block->from; at < block->to; at++) {
		const struct flt_insn *insn = &g->code->insns[at];
		flt__bpf_operand(operand, insn, at);
		size_t before = g->t.used;
		flt__bpf_put(&g->t, operand[0] ? "(%03u) %-4s %s" : "(%03u) %s%s", at,
			     flt__bpf_opcode(insn->code)->text, operand);
		put_note(g, at, (uint32_t)(g->t.used - before));
		flt__text_words(&g->t, "\\l");
	}
}

/* Where the program ends: what it looks like tells how. */
static void put_end(struct graph *g, const struct flt_insn *ret)
{
	const char *shape = ret->code == OP_ret_a ? "hexagon" : ret->k ? "oval" : "octagon";
	const char *color = ret->code == OP_ret_a ? "khaki" : ret->k ? "palegreen" : "lightpink";

	flt__bpf_put(&g->t, ", shape=%s, style=filled, fillcolor=%s", shape, color);
}

/* answer: NULL where nothing is asked. */
static void put_edge(struct graph *g, uint32_t from, uint32_t to, const char *answer)
{
	const struct flt_insn *end = &g->code->insns[to];
	bool is_no = answer && strcmp(answer, "no") == 0;

	flt__bpf_put(&g->t, "\tb%u -> b%u", from, to);
	if (answer)
		flt__bpf_put(&g->t, " [label=\"%s\"%s", answer, is_no ? ", style=dashed" : "");
	if (answer && end->code == OP_ret_k)
		flt__bpf_put(&g->t, ", color=%s", end->k ? "darkgreen" : "firebrick");
	flt__text_words(&g->t, answer ? "];\n" : ";\n");
}

static void put_edges(struct graph *g, const struct block *block)
{
	const struct flt_insn *insn = last_of(g, block);
	uint32_t from = block->from, next = block->to;

	if (BPF_CLASS(insn->code) == BPF_RET)
		return;
	if (flt__bpf_is_branch(insn)) {
		put_edge(g, from, next + insn->jt, "yes");
		put_edge(g, from, next + insn->jf, "no");
	} else {
		put_edge(g, from, next + (insn->code == OP_ja ? insn->k : 0), NULL);
	}
}

static void put_block(struct graph *g, const struct block *block)
{
	flt__bpf_put(&g->t, "\tb%u [label=\"", block->from);
	put_clauses(g, block);
	put_insns(g, block);
	flt__text_words(&g->t, "\"");
	if (BPF_CLASS(last_of(g, block)->code) == BPF_RET)
		put_end(g, last_of(g, block));
	flt__text_words(&g->t, "];\n");
	put_edges(g, block);
}

int flt__bpf_graph(const struct bpf_code *code, const char *expr, const struct flt_note *notes,
		   char *buf, size_t len)
{
	struct graph g = { { buf, len, 0 }, .code = code, .expr = expr, .notes = notes };
	struct block block = { 0, 0 };

	g.target = flt__bpf_targets(code->insns, code->count);
	if (!g.target)
		return FLT_E_NOMEM;
	g.expr_len = expr ? strlen(expr) : 0;
	flt__text_words(&g.t, "digraph program {\n\tnode [shape=box, fontname=\"monospace\"];\n");
	while (block.to < code->count) {
		if (!ends_block(&g, block.to++))
			continue;
		put_block(&g, &block);
		block.from = block.to;
	}
	flt__text_words(&g.t, "}\n");
	free(g.target);
	return flt__text_end(&g.t);
}
