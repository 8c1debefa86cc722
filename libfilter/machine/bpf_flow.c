/* SPDX-License-Identifier: BSD-2-Clause */
/* All in one walk over the nodes, to the front or to the back, since edges only lead forward. */
#include "bpf_flow.h"

#include <string.h>

#include "bpf_opcode.h"

/* ---- one instruction ------------------------------------------------------------------------ */

static bpf_regs regs_of(uint8_t which, uint32_t k)
{
	return (which & (REG_A | REG_X)) | (which & REG_M ? REG_M << k : 0);
}

static const struct bpf_ancillary *ancillary_of(const struct bpf_node *node)
{
	bool loads = BPF_CLASS(node->code) == BPF_LD && BPF_MODE(node->code) == BPF_ABS;

	return loads ? flt__bpf_ancillary(node->k) : NULL;
}

bpf_regs flt__node_reads(const struct bpf_node *node)
{
	const struct bpf_ancillary *row = ancillary_of(node);

	return regs_of(flt__bpf_opcode(node->code)->reads, node->k) | (row ? row->reads : 0);
}

bpf_regs flt__node_writes(const struct bpf_node *node)
{
	return regs_of(flt__bpf_opcode(node->code)->writes, node->k);
}

bool flt__node_may_accept(const struct bpf_node *node)
{
	return ancillary_of(node) && (node->k == BPF_OFF_META + SKF_AD_IFINDEX ||
				      node->k == BPF_OFF_META + SKF_AD_HATYPE);
}

/* A constant of 2^31 or more takes an instruction of its own, and so does the second of two jumps
 * when neither way is the next instruction. */
static uint32_t jump_bytes(const struct bpf_node *node, uint32_t next)
{
	bool is_large = BPF_SRC(node->code) == BPF_K && node->k > INT32_MAX;
	bool has_two = node->yes != next && node->no != next;
	bool is_set = BPF_OP(node->code) == BPF_JSET;

	return 8u + (is_large ? 8u : 0) + (has_two || is_set ? 8u : 0);
}

/* Measured (Linux 6.18, x86-64; an instruction of the kernel's has 8 bytes): the largest of each
 * kind. */
uint32_t flt__node_bytes(const struct bpf_node *node, uint32_t next)
{
	uint32_t mode = BPF_MODE(node->code);

	switch (BPF_CLASS(node->code)) {
	case BPF_LD:
		if (ancillary_of(node))
			return 32;
		return mode == BPF_ABS ? 136 : mode == BPF_IND ? 80 : 8;
	case BPF_LDX: return mode == BPF_MSH ? 160 : 8;
	case BPF_ALU: return node->code == OP_div_x || node->code == OP_mod_x ? 40 : 8;
	case BPF_JMP: return jump_bytes(node, next);
	case BPF_RET: return 16;
	default: return 8;
	}
}

/* ---- what may go ---------------------------------------------------------------------------- */

struct prune {
	const struct bpf_graph *graph;
	bpf_regs *live;
	bool *accepts; /* a way leads on to accepting */
	uint32_t *instead;
};

static void prune_node(struct prune *p, uint32_t i)
{
	const struct bpf_node *node = &p->graph->nodes[i];
	bool branches = node->no != NODE_NONE;
	bpf_regs live_out = p->live[node->yes] | (branches ? p->live[node->no] : 0);
	bpf_regs writes = flt__node_writes(node);

	p->accepts[i] = p->accepts[node->yes] || (branches && p->accepts[node->no]) ||
			flt__node_may_accept(node);
	p->live[i] = (live_out & ~writes) | flt__node_reads(node);
	if (!p->accepts[i]) {
		p->instead[i] = graph_reject(p->graph);
		p->live[i] = 0;
	} else if (!branches && !(writes & live_out) && !flt__node_may_accept(node)) {
		p->instead[i] = node->yes;
		p->live[i] = live_out;
	}
}

bool flt__flow_prune(struct bpf_graph *graph)
{
	struct prune p = { .graph = graph };
	struct bpf_edit edit;

	p.live = flt__arena_array(graph->arena, graph->count, sizeof(*p.live));
	p.accepts = flt__arena_array(graph->arena, graph->count, sizeof(*p.accepts));
	if (!p.live || !p.accepts || !flt__graph_edit(graph, &edit))
		return false;
	p.instead = edit.instead;
	p.accepts[graph_accept(graph)] = true;
	for (uint32_t i = graph_reject(graph); i-- > 0;)
		prune_node(&p, i);
	return flt__graph_apply(graph, &edit);
}

/* ---- what A holds --------------------------------------------------------------------------- */

#define HELD_UNSEEN 0xfffffffeu /* no way to the node has been looked at yet */

static bool loads_packet(const struct bpf_node *node)
{
	return BPF_CLASS(node->code) == BPF_LD && BPF_MODE(node->code) == BPF_ABS &&
	       node->k <= INT32_MAX;
}

static bool is_same_load(const struct bpf_graph *graph, uint32_t a, uint32_t b)
{
	const struct bpf_node *x = &graph->nodes[a], *y = &graph->nodes[b];

	return a == b || (x->code == y->code && x->k == y->k);
}

/* held: by node, the load whose result A has on all paths to it, or NODE_NONE. */
static void arrive(const struct bpf_graph *graph, uint32_t *held, uint32_t to, uint32_t load)
{
	if (to == NODE_NONE)
		return;
	bool differs = load == NODE_NONE || held[to] == NODE_NONE ||
		       (held[to] != HELD_UNSEEN && !is_same_load(graph, held[to], load));

	held[to] = differs ? NODE_NONE : load;
}

bool flt__flow_reuse(struct bpf_graph *graph)
{
	uint32_t *held = flt__arena_array(graph->arena, graph->count, sizeof(*held));
	struct bpf_edit edit;

	if (!held || !flt__graph_edit(graph, &edit))
		return false;
	for (uint32_t i = 0; i < graph->count; i++)
		held[i] = i == graph->entry ? NODE_NONE : HELD_UNSEEN;
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct bpf_node *node = &graph->nodes[i];
		uint32_t load = held[i];
		bool loads = loads_packet(node);
		bool again = loads && load != NODE_NONE && load != HELD_UNSEEN &&
			     is_same_load(graph, load, i);
		if (again)
			edit.instead[i] = node->yes;
		else if (loads || flt__node_writes(node) & REG_A)
			load = loads ? i : NODE_NONE;
		arrive(graph, held, node->yes, load);
		arrive(graph, held, node->no, load);
	}
	return flt__graph_apply(graph, &edit);
}

/* ---- trees ---------------------------------------------------------------------------------- */

static bool make_tree(const struct bpf_graph *graph, struct bpf_tree *tree, uint32_t root)
{
	struct arena *arena = graph->arena;

	tree->up = flt__arena_array(arena, graph->count, sizeof(uint32_t));
	tree->jump = flt__arena_array(arena, graph->count, sizeof(uint32_t));
	tree->depth = flt__arena_array(arena, graph->count, sizeof(uint32_t));
	tree->regs = flt__arena_array(arena, graph->count, sizeof(bpf_regs));
	tree->jump_regs = flt__arena_array(arena, graph->count, sizeof(bpf_regs));
	if (arena->failed)
		return false;
	memset(tree->up, 0xff, graph->count * sizeof(uint32_t));
	tree->up[root] = tree->jump[root] = root;
	return true;
}

static void set_parent(struct bpf_tree *tree, uint32_t node, uint32_t up, bpf_regs regs)
{
	uint32_t far = tree->jump[up];
	bool level = tree->depth[up] - tree->depth[far] ==
		     tree->depth[far] - tree->depth[tree->jump[far]];

	tree->up[node] = up;
	tree->depth[node] = tree->depth[up] + 1;
	tree->regs[node] = regs;
	tree->jump[node] = level ? tree->jump[far] : up;
	tree->jump_regs[node] = regs | (level ? tree->jump_regs[up] | tree->jump_regs[far] : 0);
}

/* A step up from the node, not above that depth. */
static uint32_t step(const struct bpf_tree *tree, uint32_t node, uint32_t depth, bpf_regs *regs)
{
	bool far = tree->depth[tree->jump[node]] >= depth;

	*regs |= far ? tree->jump_regs[node] : tree->regs[node];
	return far ? tree->jump[node] : tree->up[node];
}

static uint32_t rise(const struct bpf_tree *tree, uint32_t node, uint32_t depth, bpf_regs *regs)
{
	while (tree->depth[node] > depth)
		node = step(tree, node, depth, regs);
	return node;
}

/* The nearest common ancestor; what is written on the ways to it is added to regs. */
static uint32_t meet(const struct bpf_tree *tree, uint32_t a, uint32_t b, bpf_regs *regs)
{
	a = rise(tree, a, tree->depth[b], regs);
	b = rise(tree, b, tree->depth[a], regs);
	while (a != b) {
		bool far = tree->jump[a] != tree->jump[b];
		*regs |= far ? tree->jump_regs[a] | tree->jump_regs[b] :
			       tree->regs[a] | tree->regs[b];
		a = far ? tree->jump[a] : tree->up[a];
		b = far ? tree->jump[b] : tree->up[b];
	}
	return a;
}

bool flt__tree_holds(const struct bpf_tree *tree, uint32_t above, uint32_t node)
{
	bpf_regs unused = 0;

	return rise(tree, node, tree->depth[above], &unused) == above;
}

/* ---- behind --------------------------------------------------------------------------------- */

static void look_behind(const struct bpf_graph *graph, struct bpf_flow *flow, uint32_t i)
{
	const struct bpf_node *node = &graph->nodes[i];
	uint32_t reject = graph_reject(graph), accept = graph_accept(graph);
	bpf_regs writes = flt__node_writes(node);
	bpf_regs live = flow->live[node->yes], regs = writes;
	uint32_t up = node->yes;

	if (node->no != NODE_NONE) {
		live |= flow->live[node->no];
		if (node->yes == reject)
			up = node->no;
		else if (node->no != reject)
			up = meet(&flow->postdom, node->yes, node->no, &regs);
	}
	if (flt__node_may_accept(node))
		up = up == reject ? accept : meet(&flow->postdom, up, accept, &regs);
	flow->live[i] = (live & ~writes) | flt__node_reads(node);
	set_parent(&flow->postdom, i, up, regs);
}

/* ---- before --------------------------------------------------------------------------------- */

static void look_before(struct bpf_flow *flow, uint32_t from, uint32_t to, uint32_t *up)
{
	bpf_regs unused = 0;

	up[to] = up[to] == NODE_NONE ? from : meet(&flow->dom, up[to], from, &unused);
}

static void find_before(const struct bpf_graph *graph, struct bpf_flow *flow, uint32_t *up)
{
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct bpf_node *node = &graph->nodes[i];
		if (i > 0 && up[i] != NODE_NONE)
			set_parent(&flow->dom, i, up[i], 0);
		if (node->yes != NODE_NONE)
			look_before(flow, i, node->yes, up);
		if (node->no != NODE_NONE)
			look_before(flow, i, node->no, up);
	}
}

/* ---- odds ----------------------------------------------------------------------------------- */

/* What a test lets through is 1 in 2^n: an address is one of many, a port one of some, a type one
 * of a few; an order parts in halves. */
static uint32_t odds_bits(const struct bpf_node *node)
{
	if (BPF_OP(node->code) != BPF_JEQ || flow_has_common(node->k, 1))
		return 1;
	if (node->k > UINT16_MAX)
		return 16;
	return node->k > UINT8_MAX || BPF_SRC(node->code) == BPF_X ? 6 : 3;
}

/* However many of them stand in a row: what is equal to none of a list is most of what there is, or
 * the end of each long `or` would seem to cost nothing. */
static void guess_accept(const struct bpf_graph *graph, struct bpf_flow *flow, uint32_t i)
{
	const struct bpf_node *node = &graph->nodes[i];
	uint32_t yes = flow->accept[node->yes];

	flow->accept[i] = yes;
	if (node->no == NODE_NONE)
		return;
	uint32_t no = flow->accept[node->no], bits = odds_bits(node);
	if (bits == 1)
		flow->accept[i] = (yes + no) / 2;
	else
		flow->accept[i] = yes >> bits > no ? yes >> bits : no;
}

static void add_reach(struct bpf_flow *flow, uint32_t to, uint32_t part)
{
	uint32_t room = (1u << ODDS_REACH) - flow->reach[to];

	flow->reach[to] += part < room ? part : room;
}

static void guess_reach(const struct bpf_graph *graph, struct bpf_flow *flow, uint32_t i)
{
	const struct bpf_node *node = &graph->nodes[i];
	uint32_t here = flow->reach[i];

	if (node->no != NODE_NONE) {
		uint32_t bits = odds_bits(node);
		add_reach(flow, node->yes, here >> bits);
		add_reach(flow, node->no, bits == 1 ? here / 2 : here);
	} else if (node->yes != NODE_NONE) {
		add_reach(flow, node->yes, here);
	}
}

/* ---- all ------------------------------------------------------------------------------------ */

bool flt__flow_find(const struct bpf_graph *graph, struct bpf_flow *flow)
{
	struct arena *arena = graph->arena;
	uint32_t accept = graph_accept(graph);

	flow->live = flt__arena_array(arena, graph->count, sizeof(*flow->live));
	flow->reach = flt__arena_array(arena, graph->count, sizeof(*flow->reach));
	flow->accept = flt__arena_array(arena, graph->count, sizeof(*flow->accept));
	uint32_t *up = flt__arena_array(arena, graph->count, sizeof(*up));
	if (!make_tree(graph, &flow->postdom, accept) || !make_tree(graph, &flow->dom, 0))
		return false;
	memset(up, 0xff, graph->count * sizeof(*up));
	flow->reach[graph->entry] = 1u << ODDS_REACH;
	flow->accept[accept] = 1u << ODDS_ACCEPT;
	for (uint32_t i = graph_reject(graph); i-- > 0;) {
		look_behind(graph, flow, i);
		guess_accept(graph, flow, i);
	}
	find_before(graph, flow, up);
	for (uint32_t i = 0; i < graph->count; i++)
		guess_reach(graph, flow, i);
	return true;
}
