/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans to make a program smaller, and the one that makes its lists coarser. */
#ifndef BPF_SUPERSET_LIST_H
#define BPF_SUPERSET_LIST_H

#include "bpf_flow.h"

/* What there is too much of. */
struct bpf_need {
	bool in_bytes;   /* else in instructions */
	uint64_t excess; /* to be given up, at least */
};

/* next: the node that stands behind it. */
static inline uint64_t need_weight(const struct bpf_need *need, const struct bpf_node *node,
				   uint32_t next)
{
	return need->in_bytes ? flt__node_bytes(node, next) : 1;
}

/* A way to give up what is too much. */
struct bpf_plan {
	struct bpf_edit edit;
	uint64_t loss; /* the guessed part of all packets that is accepted in addition */
};

#define LOSS_BITS  36         /* loss is in parts of 2^36 */
#define LOSS_NEVER UINT64_MAX /* the need is not met */

/* What is accepted in addition where all that comes to `at` goes on at `on`. */
static inline uint64_t flow_loss(const struct bpf_flow *flow, uint32_t at, uint32_t on)
{
	uint64_t more =
		flow->accept[on] > flow->accept[at] ? flow->accept[on] - flow->accept[at] : 0;

	return flow->reach[at] * more >> (ODDS_REACH + ODDS_ACCEPT - LOSS_BITS);
}

/* Let lists of values take in what lies between their entries. False: no memory. */
bool flt__superset_lists(const struct bpf_graph *graph, const struct bpf_flow *flow,
			 const struct bpf_need *need, struct bpf_plan *plan);

#endif
