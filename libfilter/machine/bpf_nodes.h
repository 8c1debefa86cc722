/* SPDX-License-Identifier: BSD-2-Clause */
/* A checked program as a graph that can be edited, and as a program again. */
#ifndef BPF_NODES_H
#define BPF_NODES_H

#include "arena.h"
#include "bpf.h"

#define NODE_NONE 0xffffffffu

/* An instruction. There is no `ja`, and no branch whose two ways are one. */
struct bpf_node {
	uint16_t code;
	uint32_t k;
	uint32_t yes; /* where it goes on; NODE_NONE: it returns */
	uint32_t no;  /* NODE_NONE: it does not branch */
};

/* All nodes are reached from the first, and edges only lead to later ones. The last two return:
 * nothing, and the whole packet. Any other return of the program has become one of the two. */
struct bpf_graph {
	struct arena *arena;
	struct bpf_node *nodes;
	uint32_t count;
	uint32_t entry; /* 0, or the return that is all that is left */
};

static inline uint32_t graph_reject(const struct bpf_graph *graph)
{
	return graph->count - 2;
}

static inline uint32_t graph_accept(const struct bpf_graph *graph)
{
	return graph->count - 1;
}

/* What is to change. Added nodes have the numbers from graph->count on, in their edges, too; each
 * stands behind the node added_at, which ascends. */
struct bpf_edit {
	uint32_t *instead; /* by node: where edges to it are led; itself: it stays */
	const struct bpf_node *added;
	const uint32_t *added_at;
	uint32_t added_count;
};

/* These return false when there is no memory (the arena says so, too). */
bool flt__graph_read(struct bpf_graph *graph, struct arena *arena, const struct flt_insn *insns,
		     uint32_t count);
/* An edit that changes nothing. */
bool flt__graph_edit(const struct bpf_graph *graph, struct bpf_edit *edit);
/* Do it: nodes get new numbers. */
bool flt__graph_apply(struct bpf_graph *graph, const struct bpf_edit *edit);
/* As a program, in the arena. It passes the kernel's check when the one that was read did. */
bool flt__graph_write(const struct bpf_graph *graph, struct flt_insn **insns, uint32_t *count);

#endif
