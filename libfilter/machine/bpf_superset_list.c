/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of addresses, ports ...: trees of comparisons of A with constants. A list says where each
 * value of A leads, and can be written anew from that. Where it leads on to S, the node that all
 * accepted packets pass which pass the list (and nothing that S reads is written between), a gap
 * between two ranges of such values may be led to S as well: more is accepted, and the two ranges
 * are one. The gaps that the fewest packets fall into go first, by their width and the way that
 * leads to the list. Random addresses keep the wide gaps, that is, most of what they kept out;
 * addresses of a few networks lose next to nothing.
 */
#include "bpf_superset_list.h"

#include <stdlib.h>
#include <string.h>

#include "bpf_opcode.h"

#define CHAIN_MAX     4u  /* single values that are asked one after another */
#define WORK_PER_NODE 32u /* a tree that takes more to read is none: it splits its values */

struct run { /* values of A from here up to the next run, and where they lead */
	uint32_t first;
	uint32_t to;
	uint32_t gap; /* gone with this gap and those that are narrower; or NODE_NONE */
};

struct list {
	uint32_t root;
	uint32_t from, count; /* its runs */
	uint64_t weight;      /* of its nodes */
};

struct gap {
	uint64_t loss;        /* as in struct bpf_plan */
	uint64_t width;       /* in parts of 2^32 of the field */
	uint32_t from, count; /* runs: of the gap, and the first range behind it */
};

struct lists {
	struct arena *arena;
	const struct bpf_graph *graph;
	const struct bpf_flow *flow;
	const struct bpf_need *need;
	uint32_t *root_of; /* by node: the root of its tree; NODE_NONE: it is in none */
	uint64_t *weight;  /* by root: of its tree */
	struct run *runs, *kept;
	struct list *lists;
	struct gap *gaps;
	uint32_t run_count, list_count, gap_count;
	size_t run_room, list_room, gap_room;
	/* written anew: as in struct bpf_edit */
	struct bpf_node *added;
	uint32_t *added_at;
	uint32_t added_count;
};

/* ---- trees ---------------------------------------------------------------------------------- */

static bool is_comparison(const struct bpf_node *node)
{
	return node->code == OP_jeq_k || node->code == OP_jgt_k || node->code == OP_jge_k;
}

/* A comparison that is reached from one comparison alone belongs to its tree. */
static bool find_trees(struct lists *l)
{
	const struct bpf_graph *graph = l->graph;
	uint32_t *ways = flt__arena_array(l->arena, graph->count, sizeof(*ways));
	uint32_t *from = flt__arena_array(l->arena, graph->count, sizeof(*from));

	if (!ways || !from)
		return false;
	for (uint32_t i = 0; i < graph_reject(graph); i++) {
		const struct bpf_node *node = &graph->nodes[i];
		bool inner = ways[i] == 1 && is_comparison(&graph->nodes[from[i]]);
		ways[node->yes]++;
		from[node->yes] = i;
		if (node->no != NODE_NONE) {
			ways[node->no]++;
			from[node->no] = i;
		}
		if (!is_comparison(node))
			continue;
		l->root_of[i] = inner ? l->root_of[from[i]] : i;
		l->weight[l->root_of[i]] += need_weight(l->need, node, i + 1);
	}
	return true;
}

/* ---- runs ----------------------------------------------------------------------------------- */

struct part { /* values from first to last come to the node */
	uint32_t node, first, last;
};

struct reading {
	struct part *parts; /* still to be looked at; the lowest on top */
	uint32_t count;
	size_t room;
};

static void push(struct lists *l, struct reading *r, uint32_t node, uint64_t first, uint64_t last)
{
	if (first > last || last > UINT32_MAX)
		return;
	struct part *parts =
		flt__arena_grow(l->arena, r->parts, r->count, &r->room, sizeof(*parts));
	if (!parts)
		return;
	r->parts = parts;
	r->parts[r->count++] = (struct part){ node, (uint32_t)first, (uint32_t)last };
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t higher(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The values from `low` to `high` go on to yes, the others to no. */
static void split(struct lists *l, struct reading *r, const struct part *part, uint64_t low,
		  uint64_t high)
{
	const struct bpf_node *node = &l->graph->nodes[part->node];

	if (high < UINT32_MAX)
		push(l, r, node->no, higher(part->first, high + 1), part->last);
	push(l, r, node->yes, higher(part->first, low), lower(part->last, high));
	if (low > 0)
		push(l, r, node->no, part->first, lower(part->last, low - 1));
}

static void compare(struct lists *l, struct reading *r, const struct part *part)
{
	const struct bpf_node *node = &l->graph->nodes[part->node];
	uint64_t k = node->k;

	if (node->code == OP_jeq_k)
		split(l, r, part, k, k);
	else
		split(l, r, part, node->code == OP_jgt_k ? k + 1 : k, UINT32_MAX);
}

static void add_run(struct lists *l, uint32_t from, uint32_t first, uint32_t to)
{
	if (l->run_count > from && l->runs[l->run_count - 1].to == to)
		return;
	struct run *runs =
		flt__arena_grow(l->arena, l->runs, l->run_count, &l->run_room, sizeof(*runs));
	if (!runs)
		return;
	l->runs = runs;
	l->runs[l->run_count++] = (struct run){ first, to, NODE_NONE };
}

/* The tree's runs, in order; false: it is none worth the work. */
static bool read_runs(struct lists *l, uint32_t root, uint32_t size)
{
	struct reading r = { 0 };
	uint32_t from = l->run_count;
	uint64_t work = 0;

	push(l, &r, root, 0, UINT32_MAX);
	while (r.count && work++ < (uint64_t)size * WORK_PER_NODE && !l->arena->failed) {
		struct part part = r.parts[--r.count];
		if (l->root_of[part.node] == root)
			compare(l, &r, &part);
		else
			add_run(l, from, part.first, part.node);
	}
	return r.count == 0 && !l->arena->failed;
}

/* ---- gaps ----------------------------------------------------------------------------------- */

/* Where accepted packets all come together behind the tree; NODE_NONE: nowhere that may be gone to
 * at once. */
static uint32_t way_on(const struct lists *l, uint32_t root)
{
	uint32_t on = l->flow->postdom.up[root];

	return l->flow->postdom.regs[root] & l->flow->live[on] ? NODE_NONE : on;
}

static void add_gap(struct lists *l, uint32_t from, uint32_t count)
{
	struct gap *gaps =
		flt__arena_grow(l->arena, l->gaps, l->gap_count, &l->gap_room, sizeof(*gaps));
	if (!gaps)
		return;
	l->gaps = gaps;
	l->gaps[l->gap_count++] = (struct gap){ .from = from, .count = count };
}

/* The size of the field, as far as the values show it. */
static uint32_t bits_of(uint32_t highest)
{
	return highest > UINT16_MAX ? 32 : highest > UINT8_MAX ? 16 : 8;
}

/* all: what is accepted in addition when all values of a field of so many bits lead on. */
static void price_gap(const struct lists *l, struct gap *gap, uint64_t all, uint32_t bits)
{
	uint32_t first = l->runs[gap->from].first;
	uint32_t values = l->runs[gap->from + gap->count - 1].first - first;

	gap->width = (uint64_t)values << (32 - bits);
	if (bits < 32 && flow_has_common(first, values))
		gap->loss = all / 2;
	else
		gap->loss = (all >> 8) * values >> bits << 8; /* the product fits */
}

/* Runs that lead elsewhere, between two that lead on. */
static void find_gaps(struct lists *l, const struct list *list, uint32_t on)
{
	uint64_t all = flow_loss(l->flow, list->root, on);
	uint32_t before = NODE_NONE, first_gap = l->gap_count, end = list->from + list->count;
	uint32_t bits = bits_of(l->runs[end - 1].first);

	for (uint32_t i = list->from; i < end; i++) {
		if (l->runs[i].to != on)
			continue;
		if (before != NODE_NONE)
			add_gap(l, before + 1, i - before);
		before = i;
	}
	for (uint32_t i = first_gap; i < l->gap_count; i++)
		price_gap(l, &l->gaps[i], all, bits);
}

static void add_list(struct lists *l, uint32_t root)
{
	struct list list = { root, l->run_count, 0, l->weight[root] };
	uint32_t size = (uint32_t)(l->weight[root] < UINT32_MAX ? l->weight[root] : UINT32_MAX);
	uint32_t on = way_on(l, root);

	if (on == NODE_NONE)
		return;
	struct list *lists =
		flt__arena_grow(l->arena, l->lists, l->list_count, &l->list_room, sizeof(*lists));
	if (!lists)
		return;
	l->lists = lists;
	if (!read_runs(l, root, size)) {
		l->run_count = list.from;
		return;
	}
	list.count = l->run_count - list.from;
	l->lists[l->list_count++] = list;
	find_gaps(l, &list, on);
}

static int by_loss(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	if (x->loss != y->loss)
		return x->loss < y->loss ? -1 : 1;
	if (x->width != y->width)
		return x->width < y->width ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

static void rank_gaps(struct lists *l)
{
	if (l->gap_count)
		qsort(l->gaps, l->gap_count, sizeof(*l->gaps), by_loss);
	for (uint32_t g = 0; g < l->gap_count; g++)
		for (uint32_t i = 0; i < l->gaps[g].count; i++)
			l->runs[l->gaps[g].from + i].gap = g;
}

/* ---- writing -------------------------------------------------------------------------------- */

static uint32_t last_value(const struct run *runs, uint32_t count, uint32_t i)
{
	return i + 1 < count ? runs[i + 1].first - 1 : UINT32_MAX;
}

/* Single values that are told apart from one rest: where the rest leads, or NODE_NONE. */
static uint32_t chain_rest(const struct run *runs, uint32_t count, uint32_t from, uint32_t to)
{
	uint32_t rest = NODE_NONE, others = 0;

	if (to - from > 2 * CHAIN_MAX)
		return NODE_NONE;
	for (uint32_t i = from; i < to; i++) {
		if (runs[i].first == last_value(runs, count, i))
			continue;
		if (rest != NODE_NONE && rest != runs[i].to)
			return NODE_NONE;
		rest = runs[i].to;
	}
	rest = rest == NODE_NONE ? runs[from].to : rest;
	for (uint32_t i = from; i < to; i++)
		others += runs[i].to != rest;
	return others <= CHAIN_MAX ? rest : NODE_NONE;
}

static uint32_t add_node(struct lists *l, uint32_t root, uint16_t code, uint32_t k)
{
	l->added[l->added_count] = (struct bpf_node){ .code = code, .k = k };
	l->added_at[l->added_count] = root;
	return l->added_count++;
}

static uint32_t write_chain(struct lists *l, uint32_t root, const struct run *runs, uint32_t to,
			    uint32_t rest)
{
	uint32_t first = rest, last = NODE_NONE;

	for (const struct run *run = runs; run < runs + to; run++) {
		if (run->to == rest)
			continue;
		uint32_t node = add_node(l, root, OP_jeq_k, run->first);
		l->added[node].yes = run->to;
		l->added[node].no = rest;
		if (last == NODE_NONE)
			first = l->graph->count + node;
		else
			l->added[last].no = l->graph->count + node;
		last = node;
	}
	return first;
}

/* Nodes for the runs from..to of a list; where to begin. As deep as the logarithm of the runs. */
static uint32_t write_runs(struct lists *l, uint32_t root, uint32_t count, uint32_t from,
			   uint32_t to)
{
	uint32_t rest = chain_rest(l->kept, count, from, to);

	if (rest != NODE_NONE)
		return write_chain(l, root, l->kept + from, to - from, rest);
	uint32_t middle = from + (to - from) / 2;
	uint32_t node = add_node(l, root, OP_jge_k, l->kept[middle].first);
	l->added[node].no = write_runs(l, root, count, from, middle);
	l->added[node].yes = write_runs(l, root, count, middle, to);
	return l->graph->count + node;
}

/* The list without its `closed` narrowest gaps; its weight. It is left alone when it is no lighter
 * than before. */
static uint64_t write_list(struct lists *l, const struct list *list, uint32_t closed,
			   uint32_t *instead)
{
	uint32_t count = 0, begin = l->added_count;
	uint64_t weight = 0;

	for (uint32_t i = list->from; i < list->from + list->count; i++)
		if (l->runs[i].gap == NODE_NONE || l->runs[i].gap >= closed)
			l->kept[count++] = l->runs[i];
	uint32_t entry = write_runs(l, list->root, count, 0, count);
	for (uint32_t i = begin; i < l->added_count; i++)
		weight += need_weight(l->need, &l->added[i], l->graph->count + i + 1);
	instead[list->root] = entry;
	if (weight < list->weight)
		return weight;
	instead[list->root] = list->root;
	l->added_count = begin;
	return list->weight;
}

/* What all lists are lighter by. */
static uint64_t write_lists(struct lists *l, uint32_t closed, uint32_t *instead)
{
	uint64_t saved = 0;

	l->added_count = 0;
	for (uint32_t i = 0; i < l->list_count; i++)
		saved += l->lists[i].weight - write_list(l, &l->lists[i], closed, instead);
	return saved;
}

/* ---- all ------------------------------------------------------------------------------------ */

static bool take_room(struct lists *l)
{
	l->root_of = flt__arena_array(l->arena, l->graph->count, sizeof(*l->root_of));
	l->weight = flt__arena_array(l->arena, l->graph->count, sizeof(*l->weight));
	if (l->arena->failed)
		return false;
	memset(l->root_of, 0xff, l->graph->count * sizeof(*l->root_of));
	return true;
}

/* A comparison parts two runs, and a single value may need two. */
static bool room_to_write(struct lists *l)
{
	l->kept = flt__arena_array(l->arena, (size_t)l->run_count + 1, sizeof(*l->kept));
	l->added = flt__arena_array(l->arena, (size_t)l->run_count + 1, sizeof(*l->added));
	l->added_at = flt__arena_array(l->arena, (size_t)l->run_count + 1, sizeof(*l->added_at));
	return !l->arena->failed;
}

static bool find_lists(struct lists *l)
{
	if (!take_room(l) || !find_trees(l))
		return false;
	for (uint32_t i = 0; i < l->graph->count; i++)
		if (l->root_of[i] == i)
			add_list(l, i);
	rank_gaps(l);
	return room_to_write(l);
}

/* The fewest gaps to close; more of them weigh less. */
static uint32_t fewest(struct lists *l, uint32_t *instead)
{
	uint32_t low = 0, high = l->gap_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (write_lists(l, middle, instead) >= l->need->excess)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool flt__superset_lists(const struct bpf_graph *graph, const struct bpf_flow *flow,
			 const struct bpf_need *need, struct bpf_plan *plan)
{
	struct lists l = { .arena = graph->arena, .graph = graph, .flow = flow, .need = need };

	plan->loss = LOSS_NEVER;
	if (!find_lists(&l) || !flt__graph_edit(graph, &plan->edit))
		return false;
	uint32_t closed = fewest(&l, plan->edit.instead);
	if (write_lists(&l, closed, plan->edit.instead) < need->excess)
		return true;
	plan->loss = 0;
	for (uint32_t i = 0; i < closed; i++)
		plan->loss += l.gaps[i].loss;
	plan->edit.added = l.added;
	plan->edit.added_at = l.added_at;
	plan->edit.added_count = l.added_count;
	return true;
}
