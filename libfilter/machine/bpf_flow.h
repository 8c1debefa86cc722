/* SPDX-License-Identifier: BSD-2-Clause */
/* What holds on the paths through a graph. */
#ifndef BPF_FLOW_H
#define BPF_FLOW_H

#include "bpf_nodes.h"

/* Registers and cells as a set: REG_A, REG_X, and REG_M << k for M[k]. */
typedef uint32_t bpf_regs;

bpf_regs flt__node_reads(const struct bpf_node *node);
bpf_regs flt__node_writes(const struct bpf_node *node);
/* It may end the program with another answer than 0: ifindex and hatype give A where there is no
 * device. */
bool flt__node_may_accept(const struct bpf_node *node);
/* Among the values from k on, so many, is a type (of Ethernet, of IP) that most packets have. */
static inline bool flow_has_common(uint32_t k, uint32_t count)
{
	return 6 - k < count || 17 - k < count || 0x0800 - k < count || 0x86dd - k < count;
}

/* Bytes of the kernel's form of the instruction, which net.core.optmem_max limits; next: the node
 * that stands behind it. */
uint32_t flt__node_bytes(const struct bpf_node *node, uint32_t next);

/* A tree in which the nearest common ancestor of two is found in steps of the logarithm of its
 * height: jump is an ancestor further up (as in Myers' applicative random-access stack). */
struct bpf_tree {
	uint32_t *up, *jump, *depth;
	bpf_regs *regs;      /* what is written on the way to up, this node included ... */
	bpf_regs *jump_regs; /* ... and to jump */
};

#define ODDS_REACH  30 /* reach is in parts of 2^30 */
#define ODDS_ACCEPT 20

struct bpf_flow {
	bpf_regs *live; /* by node: what is read from there on before it is written */
	/* up: the first node that all packets pass which pass this one and are accepted. The root
	 * is the accepting return. */
	struct bpf_tree postdom;
	struct bpf_tree dom; /* up: the last node that all paths to this one pass */
	uint32_t *reach;     /* the guessed part of all packets that come here */
	uint32_t *accept;    /* the guessed part of these that is accepted */
};

/* Take out what is without meaning for the answer, or only rejects what is cut: results that
 * nobody reads, and paths that accept nothing. Every packet that was accepted still is. */
bool flt__flow_prune(struct bpf_graph *graph);
/* Take out loads of what A holds already: where much is gone, tests of one field come together. */
bool flt__flow_reuse(struct bpf_graph *graph);
/* Of a pruned graph. */
bool flt__flow_find(const struct bpf_graph *graph, struct bpf_flow *flow);
/* Whether `above` is an ancestor of the node, or the node. */
bool flt__tree_holds(const struct bpf_tree *tree, uint32_t above, uint32_t node);

#endif
