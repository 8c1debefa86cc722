/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading, editing and writing. Writing keeps the kernel's rule for M[]: its check goes through the
 * text, not along the ways, and a return directly before a node that reads a cell would hide what
 * was written; so both returns stand at the very end, and all else is led there.
 */
#include "bpf_nodes.h"

#include "bpf_opcode.h"

#define REACH 255u /* of a conditional jump: 8 bits */

/* ---- editing -------------------------------------------------------------------------------- */

struct remake {
	struct bpf_graph *graph;
	const struct bpf_edit *edit;
	struct bpf_node *all; /* nodes, and the added ones behind them */
	uint32_t *order;      /* the numbers of all, in their new order */
	uint32_t *to;         /* by number: where an edge to it leads now */
	uint32_t *number;     /* by number: the new one */
	uint32_t count;
};

static bool begin(struct remake *m)
{
	struct bpf_graph *graph = m->graph;

	m->count = graph->count + m->edit->added_count;
	m->all = flt__arena_array(graph->arena, m->count, sizeof(*m->all));
	m->order = flt__arena_array(graph->arena, m->count, sizeof(*m->order));
	m->to = flt__arena_array(graph->arena, m->count, sizeof(*m->to));
	m->number = flt__arena_array(graph->arena, m->count, sizeof(*m->number));
	if (graph->arena->failed)
		return false;
	for (uint32_t i = 0; i < graph->count; i++)
		m->all[i] = graph->nodes[i];
	for (uint32_t i = 0; i < m->edit->added_count; i++)
		m->all[graph->count + i] = m->edit->added[i];
	return true;
}

static void put_in_order(struct remake *m)
{
	uint32_t at = 0, added = 0;

	for (uint32_t i = 0; i < m->graph->count; i++) {
		m->order[at++] = i;
		while (added < m->edit->added_count && m->edit->added_at[added] == i)
			m->order[at++] = m->graph->count + added++;
	}
}

/* Where an edge to the node leads, once all behind it is known. */
static uint32_t resolve(struct remake *m, uint32_t i)
{
	struct bpf_node *node = &m->all[i];

	if (i < m->graph->count && m->edit->instead[i] != i)
		return m->to[m->edit->instead[i]];
	if (node->yes == NODE_NONE)
		return i;
	node->yes = m->to[node->yes];
	if (node->no == NODE_NONE)
		return i;
	node->no = m->to[node->no];
	return node->yes == node->no ? node->yes : i;
}

/* New numbers for what is reached; the two returns are kept in any case. */
static uint32_t renumber(struct remake *m)
{
	uint32_t count = 0;

	m->number[m->to[m->graph->entry]] = 1;
	m->number[graph_reject(m->graph)] = m->number[graph_accept(m->graph)] = 1;
	for (uint32_t j = 0; j < m->count; j++) {
		const struct bpf_node *node = &m->all[m->order[j]];
		if (!m->number[m->order[j]])
			continue;
		m->number[m->order[j]] = count++;
		if (node->yes != NODE_NONE)
			m->number[node->yes] = 1;
		if (node->no != NODE_NONE)
			m->number[node->no] = 1;
		m->order[count - 1] = m->order[j];
	}
	return count;
}

bool flt__graph_apply(struct bpf_graph *graph, const struct bpf_edit *edit)
{
	struct remake m = { .graph = graph, .edit = edit };

	if (!begin(&m))
		return false;
	put_in_order(&m);
	for (uint32_t j = m.count; j-- > 0;)
		m.to[m.order[j]] = resolve(&m, m.order[j]);
	uint32_t count = renumber(&m);
	struct bpf_node *nodes = flt__arena_array(graph->arena, count, sizeof(*nodes));
	if (!nodes)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		nodes[i] = m.all[m.order[i]];
		if (nodes[i].yes != NODE_NONE)
			nodes[i].yes = m.number[nodes[i].yes];
		if (nodes[i].no != NODE_NONE)
			nodes[i].no = m.number[nodes[i].no];
	}
	graph->nodes = nodes;
	graph->count = count;
	graph->entry = m.number[m.to[graph->entry]];
	return true;
}

bool flt__graph_edit(const struct bpf_graph *graph, struct bpf_edit *edit)
{
	*edit = (struct bpf_edit){ .instead = flt__arena_array(graph->arena, graph->count,
							       sizeof(*edit->instead)) };
	if (!edit->instead)
		return false;
	for (uint32_t i = 0; i < graph->count; i++)
		edit->instead[i] = i;
	return true;
}

/* ---- reading -------------------------------------------------------------------------------- */

static struct bpf_node read_insn(const struct flt_insn *insns, uint32_t at)
{
	const struct flt_insn *insn = &insns[at];
	bool branches = BPF_CLASS(insn->code) == BPF_JMP && insn->code != OP_ja;

	return (struct bpf_node){
		.code = insn->code,
		.k = insn->k,
		.yes = at + 1 + (branches ? insn->jt : 0),
		.no = branches ? at + 1 + insn->jf : NODE_NONE,
	};
}

bool flt__graph_read(struct bpf_graph *graph, struct arena *arena, const struct flt_insn *insns,
		     uint32_t count)
{
	struct bpf_edit edit;

	*graph = (struct bpf_graph){ .arena = arena, .count = count + 2 };
	graph->nodes = flt__arena_array(arena, graph->count, sizeof(*graph->nodes));
	if (!graph->nodes || !flt__graph_edit(graph, &edit))
		return false;
	graph->nodes[count] = (struct bpf_node){ OP_ret_k, 0, NODE_NONE, NODE_NONE };
	graph->nodes[count + 1] = (struct bpf_node){ OP_ret_k, UINT32_MAX, NODE_NONE, NODE_NONE };
	for (uint32_t i = 0; i < count; i++) {
		graph->nodes[i] = read_insn(insns, i);
		if (insns[i].code == OP_ja)
			edit.instead[i] = i + 1 + insns[i].k;
		else if (insns[i].code == OP_ret_k && insns[i].k == 0)
			edit.instead[i] = graph_reject(graph);
		else if (BPF_CLASS(insns[i].code) == BPF_RET)
			edit.instead[i] = graph_accept(graph);
	}
	return flt__graph_apply(graph, &edit);
}

/* ---- writing -------------------------------------------------------------------------------- */

/*
 * From the end to the beginning: then all that a jump may lead to stands already, at a known
 * distance. What is out of reach is led to by a `ja` behind the branch, which other branches
 * before it share as long as they reach it.
 */
struct writer {
	const struct bpf_graph *graph;
	struct flt_insn *end; /* behind the last instruction */
	uint32_t count;       /* instructions written: the newest is end[-count] */
	uint32_t *at;         /* by node: where it begins, counted from the end */
	uint32_t *nearest_at; /* by node: it, or the newest `ja` to it */
};

static void put(struct writer *w, struct flt_insn insn)
{
	w->count++;
	*(w->end - w->count) = insn;
}

static uint32_t distance(const struct writer *w, uint32_t node)
{
	return w->count - w->nearest_at[node];
}

static void put_ja(struct writer *w, uint32_t node)
{
	put(w, (struct flt_insn){ OP_ja, 0, 0, w->count - w->at[node] });
	w->nearest_at[node] = w->count;
}

static void add_long_jump(struct writer *w, uint32_t node)
{
	if (distance(w, node) > REACH)
		put_ja(w, node);
}

static void put_branch(struct writer *w, const struct bpf_node *node)
{
	add_long_jump(w, node->no);
	add_long_jump(w, node->yes);
	add_long_jump(w, node->no); /* the `ja` for the one may push the other out of reach */
	put(w, (struct flt_insn){ node->code, (uint8_t)distance(w, node->yes),
				  (uint8_t)distance(w, node->no), node->k });
}

static void put_node(struct writer *w, uint32_t i)
{
	const struct bpf_node *node = &w->graph->nodes[i];

	if (node->no != NODE_NONE) {
		put_branch(w, node);
	} else {
		if (node->yes != NODE_NONE && w->count != w->at[node->yes])
			put_ja(w, node->yes);
		put(w, (struct flt_insn){ node->code, 0, 0, node->k });
	}
	w->at[i] = w->nearest_at[i] = w->count;
}

static bool is_needed(const struct bpf_graph *graph, uint32_t to)
{
	if (to < graph_reject(graph) || to == graph->entry)
		return true;
	for (uint32_t i = 0; i < graph->count; i++)
		if (graph->nodes[i].yes == to || graph->nodes[i].no == to)
			return true;
	return false;
}

bool flt__graph_write(const struct bpf_graph *graph, struct flt_insn **insns, uint32_t *count)
{
	struct writer w = { .graph = graph };
	size_t most = 3 * (size_t)graph->count;

	w.end = flt__arena_array(graph->arena, most, sizeof(*w.end));
	w.at = flt__arena_array(graph->arena, graph->count, sizeof(*w.at));
	w.nearest_at = flt__arena_array(graph->arena, graph->count, sizeof(*w.nearest_at));
	if (!w.end || !w.at || !w.nearest_at)
		return false;
	w.end += most;
	for (uint32_t i = graph->count; i-- > 0;)
		if (is_needed(graph, i))
			put_node(&w, i);
	*insns = w.end - w.count;
	*count = w.count;
	return true;
}
