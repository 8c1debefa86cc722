/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where connections started, for relative sequence numbers. A table of fixed size: sets of WAYS
 * entries, and the one that was seen longest ago makes room. So a million connections cost what
 * one costs; a connection that was pushed out starts again with absolute numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "tcp_header.h"

#define SETS 16384u /* a power of two */
#define WAYS 4u

/* Both directions share an entry: the lower end stands first. */
struct flow_key {
	uint8_t low[16], high[16];
	uint16_t low_port, high_port;
	uint8_t version;
	uint8_t unused[3];
};

struct flow {
	struct flow_key key;
	uint32_t seq, ack; /* where the low end's and the high end's numbers start */
	uint32_t used;     /* clock of the last packet; 0: free */
};

struct tcp_flows {
	uint32_t clock;
	struct flow flows[SETS][WAYS];
};

struct tcp_flows *flt__tcp_flows_new(void)
{
	return calloc(1, sizeof(struct tcp_flows));
}

void flt__tcp_flows_free(struct tcp_flows *flows)
{
	free(flows);
}

static void make_key(struct flow_key *key, const struct net *net, const struct tcp *tcp,
		     bool reversed)
{
	size_t size = net->version == 6 ? 16 : 4;

	memset(key, 0, sizeof(*key));
	memcpy(key->low, reversed ? net->dst : net->src, size);
	memcpy(key->high, reversed ? net->src : net->dst, size);
	key->low_port = reversed ? tcp->dport : tcp->sport;
	key->high_port = reversed ? tcp->sport : tcp->dport;
	key->version = net->version;
}

static bool is_reversed(const struct net *net, const struct tcp *tcp)
{
	if (tcp->sport != tcp->dport)
		return tcp->sport > tcp->dport;
	return memcmp(net->src, net->dst, net->version == 6 ? 16 : 4) > 0;
}

static uint32_t hash(const struct flow_key *key)
{
	const uint8_t *b = (const uint8_t *)key;
	uint64_t h = 0;

	for (size_t i = 0; i < sizeof(*key); i += 8)
		h = (h ^ get_le64(b + i)) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 40) % SETS;
}

_Static_assert(sizeof(struct flow_key) % 8 == 0, "hash() reads eight bytes at a time");

static struct flow *find(struct flow *set, const struct flow_key *key)
{
	for (unsigned i = 0; i < WAYS; i++)
		if (set[i].used && memcmp(&set[i].key, key, sizeof(*key)) == 0)
			return &set[i];
	return NULL;
}

static struct flow *oldest(struct flow *set)
{
	struct flow *oldest = set;

	for (unsigned i = 1; i < WAYS; i++)
		if (set[i].used < oldest->used)
			oldest = &set[i];
	return oldest;
}

static void start(struct flow *flow, const struct flow_key *key, const struct tcp *tcp,
		  bool reversed)
{
	flow->key = *key;
	flow->seq = reversed ? tcp->ack - 1 : tcp->seq;
	flow->ack = reversed ? tcp->seq : tcp->ack - 1;
}

void flt__tcp_relative(struct printer *p, struct tcp *tcp)
{
	struct tcp_flows *flows = p->flows;
	struct flow_key key;

	if (!p->net.version)
		return;
	bool reversed = is_reversed(&p->net, tcp);
	make_key(&key, &p->net, tcp, reversed);
	struct flow *set = flows->flows[hash(&key)];
	struct flow *flow = find(set, &key);
	if (!flow || tcp->flags & TCP_SYN) {
		flow = flow ? flow : oldest(set);
		start(flow, &key, tcp, reversed);
	} else {
		tcp->seq -= reversed ? flow->ack : flow->seq;
		tcp->ack -= reversed ? flow->seq : flow->ack;
	}
	tcp->sack_base = reversed ? flow->seq : flow->ack;
	flow->used = ++flows->clock;
}
