/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of registers, each once: equal ones have equal numbers. */
#include "notes.h"

#include "bpf_alu.h"

#define FIRST_BUCKETS 1024u

bool flt__values_init(struct values *v, struct arena *arena)
{
	v->arena = arena;
	/* the value 0: not known, and not to be found */
	v->nodes = flt__arena_grow(arena, v->nodes, v->count, &v->capacity, sizeof(*v->nodes));
	if (!v->nodes)
		return false;
	v->nodes[v->count++] = (struct value_node){ .op = VALUE_UNKNOWN };
	return true;
}

static uint32_t hash_of(uint32_t op, uint32_t a, uint32_t b, uint32_t k)
{
	uint32_t hash = op;

	hash = (hash ^ a) * 0x9e3779b1u;
	hash = (hash ^ b) * 0x9e3779b1u;
	hash = (hash ^ k) * 0x9e3779b1u;
	return hash ^ hash >> 16;
}

/* As many buckets as values, at least, so that a search stays short. False: no memory. */
static bool grow_buckets(struct values *v)
{
	uint32_t count = v->bucket_count ? 4 * v->bucket_count : FIRST_BUCKETS;
	value_id *buckets = flt__arena_array(v->arena, count, sizeof(*buckets));

	if (!buckets)
		return false;
	for (value_id id = 1; id < v->count; id++) {
		struct value_node *node = &v->nodes[id];
		value_id *bucket = &buckets[hash_of(node->op, node->a, node->b, node->k) % count];
		node->next = *bucket;
		*bucket = id;
	}
	v->buckets = buckets;
	v->bucket_count = count;
	return true;
}

value_id flt__value(struct values *v, enum value_op op, uint32_t a, uint32_t b, uint32_t k)
{
	if (v->count >= v->bucket_count && !grow_buckets(v))
		return 0;
	value_id *bucket = &v->buckets[hash_of(op, a, b, k) % v->bucket_count];

	for (value_id id = *bucket; id; id = v->nodes[id].next) {
		const struct value_node *node = &v->nodes[id];
		if (node->op == op && node->a == a && node->b == b && node->k == k)
			return id;
	}
	struct value_node *nodes =
		flt__arena_grow(v->arena, v->nodes, v->count, &v->capacity, sizeof(*nodes));
	if (!nodes)
		return 0;
	v->nodes = nodes;
	nodes[v->count] = (struct value_node){ .op = (uint8_t)op, .a = a, .b = b, .k = k };
	nodes[v->count].next = *bucket;
	return *bucket = v->count++;
}

static bool is_const(const struct values *v, value_id id)
{
	return value_of(v, id)->op == VALUE_CONST;
}

static bool is_alu(const struct values *v, value_id id, uint32_t op)
{
	return value_of(v, id)->op == VALUE_ALU && value_of(v, id)->k == op;
}

value_id flt__value_alu(struct values *v, uint32_t op, value_id a, value_id b)
{
	bool swaps =
		op == BPF_ADD || op == BPF_AND || op == BPF_OR || op == BPF_XOR || op == BPF_MUL;

	if (!a || !b)
		return 0;
	if (is_const(v, a) && is_const(v, b) && !flt__bpf_alu_ends(op, value_of(v, b)->k)) {
		uint32_t k = flt__bpf_alu(op, value_of(v, a)->k, value_of(v, b)->k);
		return flt__value(v, VALUE_CONST, 0, 0, k);
	}
	/* constants to the right, else the older one to the left */
	if (swaps && (is_const(v, a) || (!is_const(v, b) && a > b))) {
		value_id left = a;
		a = b;
		b = left;
	}
	if (op == BPF_ADD && is_const(v, b) && is_alu(v, a, BPF_ADD) &&
	    is_const(v, value_of(v, a)->b)) {
		uint32_t k = value_of(v, b)->k + value_of(v, value_of(v, a)->b)->k;
		a = value_of(v, a)->a;
		b = flt__value(v, VALUE_CONST, 0, 0, k);
	}
	if (op == BPF_ADD && is_const(v, b) && value_of(v, b)->k == 0)
		return a;
	return flt__value(v, VALUE_ALU, a, b, op);
}

value_id flt__value_load(struct values *v, struct place at, uint32_t size)
{
	return at.base ? flt__value(v, VALUE_LOAD, at.base, size, at.off) : 0;
}

static void add_source(struct values *v, value_id phi, value_id source)
{
	struct value_node *to = &v->nodes[phi];

	for (uint32_t i = 0; i < to->source_count && i < SOURCES_MAX; i++)
		if (to->sources[i] == source)
			return;
	if (source == phi || to->source_count > SOURCES_MAX)
		return;
	if (to->source_count < SOURCES_MAX)
		to->sources[to->source_count] = source;
	to->source_count++;
}

value_id flt__value_phi(struct values *v, value_id a, value_id b, uint32_t insn, uint32_t reg)
{
	if (a == b || !a || !b)
		return a == b ? a : 0;
	value_id phi = flt__value(v, VALUE_PHI, insn, reg, 0);
	if (!phi)
		return 0;
	add_source(v, phi, a);
	add_source(v, phi, b);
	return phi;
}

struct place flt__place(struct values *v, value_id x, uint32_t k)
{
	if (is_alu(v, x, BPF_ADD) && is_const(v, value_of(v, x)->b)) {
		k += value_of(v, value_of(v, x)->b)->k;
		x = value_of(v, x)->a;
	}
	if (!is_const(v, x))
		return (struct place){ x, k };
	k += value_of(v, x)->k;
	return (struct place){ flt__value(v, VALUE_CONST, 0, 0, 0), k };
}

static value_id constant(struct values *v, uint32_t k)
{
	return flt__value(v, VALUE_CONST, 0, 0, k);
}

struct place flt__place_behind_ip(struct values *v, struct place ip)
{
	value_id words = flt__value_alu(v, BPF_AND, flt__value_load(v, ip, 1), constant(v, 0xf));
	value_id len = flt__value_alu(v, BPF_LSH, words, constant(v, 2));

	return flt__place(v, flt__value_alu(v, BPF_ADD, len, ip.base), ip.off);
}

struct bits flt__value_bits(const struct values *v, value_id id)
{
	const struct value_node *node = value_of(v, id);
	uint32_t mask = 0xffffffff;

	if (is_alu(v, id, BPF_AND) && is_const(v, node->b)) {
		mask = value_of(v, node->b)->k;
		node = value_of(v, node->a);
	}
	if (node->op != VALUE_LOAD)
		return (struct bits){ .size = 0 };
	if (node->b < 4)
		mask &= (1u << 8 * node->b) - 1;
	return (struct bits){ { node->a, node->k }, node->b, mask };
}
