/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is too big for the kernel is run twice: a smaller one in the kernel, which lets
 * through at least what the exact one accepts, and the exact one behind it.
 *
 * Why it is a superset. Take a packet, whole or cut anywhere, that the exact program accepts, and
 * the way that it takes: all its loads are in bounds, all its divisors are not 0. All that is done
 * here is to lead an edge to a node b on to a node S instead, such that
 *  - every way from b that accepts passes S, and
 *  - nothing that is read from S on is written on the ways from b to S.
 * If the way does not come to b, nothing is new. If it does, it comes to S later; the smaller
 * program is in S at once, and all that S and what follows read is the same as on the way. So it
 * goes on as the exact one does, and accepts: what it executes is a part of what the exact program
 * executes on that packet, so none of it ends the program. The same holds for the next such edge,
 * and for what is done to the result. It does not matter what b tests, or whether a `not` stood
 * before it in the text: S is found from the ways alone. The accepting return is such an S for
 * every b. (ifindex and hatype end a program with A where there is no device: such a load counts
 * as a way that accepts, and is never taken out.)
 *
 * In the words of the language: b to S is one term of an `and`, and dropping it costs the packets
 * that it alone kept out; with the accepting return as S it is the rest of a term of an `or`. A
 * part of a search tree's values that is led on to S makes a list coarser.
 *
 * What to give up is a matter of taste, not of truth: each round guesses how many packets come to
 * each node and how many of them are accepted, and takes the edges that cost least for what they
 * save, until it is enough; or it makes the lists coarser, if that costs less.
 */
#include "bpf_superset.h"

#include <stdlib.h>
#include <string.h>

#include "bpf_opcode.h"
#include "bpf_superset_list.h"

/* Each round meets the need or takes all that there is to take; a long jump more or less, or what
 * two regions have in common, may ask for another one. */
#define ROUNDS_MAX 32u

/* ---- the kernel's form ---------------------------------------------------------------------- */

#define KERNEL_HEAD_BYTES 160u /* of a program, whatever it does */

uint64_t flt__bpf_kernel_bytes(const struct flt_insn *insns, uint32_t count)
{
	uint64_t bytes = KERNEL_HEAD_BYTES;

	for (uint32_t i = 0; i < count; i++) {
		const struct bpf_node node = {
			.code = insns[i].code,
			.k = insns[i].k,
			.yes = i + 1 + insns[i].jt,
			.no = i + 1 + insns[i].jf,
		};
		bytes += flt__node_bytes(&node, i + 1);
	}
	return bytes;
}

/* ---- what to drop --------------------------------------------------------------------------- */

struct drop { /* edges to b are led on */
	uint32_t b, on;
	uint64_t weight; /* of what is gone then */
	uint64_t loss;   /* see struct bpf_plan; times a weight it fits into 64 bits */
};

/* The weight of all that only b leads to, of each b. */
static uint64_t *weights_below(const struct bpf_graph *graph, const struct bpf_flow *flow,
			       const struct bpf_need *need)
{
	uint64_t *below = flt__arena_array(graph->arena, graph->count, sizeof(*below));

	for (uint32_t i = graph->count; below && i-- > 0;) {
		below[i] += need_weight(need, &graph->nodes[i], i + 1);
		if (i > 0 && flow->dom.up[i] != NODE_NONE)
			below[flow->dom.up[i]] += below[i];
	}
	return below;
}

#define STEPS_MAX 64u /* to a node that may be led to; arithmetic is shorter */

/* The first node that all accepted packets pass behind b, and at which nothing is read that was
 * written since; NODE_NONE: it is too far. */
static uint32_t way_on(const struct bpf_flow *flow, uint32_t b)
{
	uint32_t on = flow->postdom.up[b];
	bpf_regs written = flow->postdom.regs[b];

	for (uint32_t step = 0; written & flow->live[on]; step++) {
		if (step == STEPS_MAX)
			return NODE_NONE;
		written |= flow->postdom.regs[on];
		on = flow->postdom.up[on];
	}
	return on;
}

static struct drop make_drop(const struct bpf_flow *flow, const uint64_t *below, uint32_t b,
			     uint32_t on)
{
	uint64_t kept = flt__tree_holds(&flow->dom, b, on) ? below[on] : 0;

	return (struct drop){
		.b = b,
		.on = on,
		.weight = below[b] - kept,
		.loss = flow_loss(flow, b, on),
	};
}

/* What costs least for its weight first; of what costs the same, the largest. */
static int by_price(const void *a, const void *b)
{
	const struct drop *x = a, *y = b;
	uint64_t left = x->loss * y->weight, right = y->loss * x->weight;

	if (left != right)
		return left < right ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

#define DEARER 16u /* so much dearer than what was taken is left to the next round */

/* A round goes on to its end, or, when it has a good part, until prices rise: perhaps what is left
 * of the program then can be had for less. */
static void take_drops(const struct drop *drops, uint32_t count, uint64_t excess,
		       struct bpf_plan *plan)
{
	const struct drop *dear = NULL;
	uint64_t gone = 0;

	plan->loss = 0;
	for (uint32_t i = 0; i < count && gone < excess; i++) {
		const struct drop *drop = &drops[i];
		if (dear && drop->loss * dear->weight / DEARER > dear->loss * drop->weight)
			return;
		plan->edit.instead[drop->b] = drop->on;
		plan->loss += drop->loss;
		gone += drop->weight;
		if (!dear && gone >= excess / 4)
			dear = drop;
	}
}

static bool plan_drops(const struct bpf_graph *graph, const struct bpf_flow *flow,
		       const struct bpf_need *need, struct bpf_plan *plan)
{
	struct drop *drops = flt__arena_array(graph->arena, graph->count, sizeof(*drops));
	uint64_t *below = weights_below(graph, flow, need);
	uint32_t count = 0;

	if (!drops || !below || !flt__graph_edit(graph, &plan->edit))
		return false;
	for (uint32_t b = 0; b < graph_reject(graph); b++) {
		uint32_t on = way_on(flow, b);
		if (on != NODE_NONE)
			drops[count++] = make_drop(flow, below, b, on);
	}
	qsort(drops, count, sizeof(*drops), by_price);
	take_drops(drops, count, need->excess, plan);
	return true;
}

/* ---- rounds --------------------------------------------------------------------------------- */

static uint64_t above(uint64_t value, uint64_t limit)
{
	return value > limit ? value - limit : 0;
}

/* Instructions first: they are known exactly. */
static struct bpf_need find_need(const struct flt_insn *insns, uint32_t count,
				 const struct bpf_limits *limits)
{
	uint64_t excess = above(count, limits->insns);

	if (excess)
		return (struct bpf_need){ false, excess };
	return (struct bpf_need){ true, above(flt__bpf_kernel_bytes(insns, count), limits->bytes) };
}

static bool relax(struct bpf_graph *graph, const struct bpf_need *need)
{
	struct bpf_plan drops, lists;
	struct bpf_flow flow;

	if (!flt__flow_find(graph, &flow) || !flt__superset_lists(graph, &flow, need, &lists) ||
	    !plan_drops(graph, &flow, need, &drops))
		return false;
	/* what falls into gaps of two lists, say of sources and destinations, is counted twice */
	const struct bpf_plan *better = lists.loss / 2 <= drops.loss ? &lists : &drops;
	/* what was only read by what is gone, or only led to what is left alone, may go, too */
	return flt__graph_apply(graph, &better->edit) && flt__flow_prune(graph) &&
	       flt__flow_reuse(graph);
}

static bool relax_all(struct bpf_graph *graph)
{
	struct bpf_edit edit;

	if (!flt__graph_edit(graph, &edit))
		return false;
	edit.instead[graph->entry] = graph_accept(graph);
	return flt__graph_apply(graph, &edit);
}

/* A superset of the graph's program that needs less of what there is too much of. The graph moves
 * to another arena, so that no round keeps what the rounds before it needed. */
static bool shrink(struct bpf_graph *graph, struct arena *room, const struct bpf_need *need,
		   bool last)
{
	struct arena *old = graph->arena;

	flt__arena_init(room, UINT64_MAX);
	graph->arena = room;
	bool ok = last ? relax_all(graph) : relax(graph, need);
	flt__arena_release(old);
	return ok;
}

static bool write_copy(const struct bpf_graph *graph, struct flt_insn **wider,
		       uint32_t *wider_count)
{
	struct flt_insn *insns;

	if (!flt__graph_write(graph, &insns, wider_count))
		return false;
	free(*wider);
	*wider = malloc(*wider_count * sizeof(*insns));
	if (*wider)
		memcpy(*wider, insns, *wider_count * sizeof(*insns));
	return *wider;
}

static bool rounds(struct bpf_graph *graph, struct arena rooms[2], const struct bpf_limits *limits,
		   struct flt_insn **wider, uint32_t *wider_count)
{
	for (uint32_t round = 1; write_copy(graph, wider, wider_count); round++) {
		struct bpf_need need = find_need(*wider, *wider_count, limits);
		if (!need.excess || round > ROUNDS_MAX)
			return true;
		if (!shrink(graph, &rooms[round % 2], &need, round == ROUNDS_MAX))
			return false;
	}
	return false;
}

bool flt__bpf_superset(const struct flt_insn *insns, uint32_t count,
		       const struct bpf_limits *limits, struct flt_insn **wider,
		       uint32_t *wider_count)
{
	struct arena rooms[2];
	struct bpf_graph graph;

	flt__arena_init(&rooms[0], UINT64_MAX);
	*wider = NULL;
	bool ok = flt__graph_read(&graph, &rooms[0], insns, count) && flt__flow_prune(&graph) &&
		  rounds(&graph, rooms, limits, wider, wider_count);
	flt__arena_release(graph.arena);
	if (!ok) {
		free(*wider);
		*wider = NULL;
	}
	return ok;
}
