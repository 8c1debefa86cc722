/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include <string.h>

#define LOOK_DEPTH 3 /* operands of operands that a fact is worked out from */

struct undo {
	enum { UNDO_FACT, UNDO_OTHER, UNDO_ONE_OF } kind;
	ir_val id;
	uint32_t other; /* its number */
	struct fact was;
	const struct one_of *was_one_of;
};

/* An expression is not this number. */
struct other {
	ir_val id;
	uint32_t k;
	uint32_t next; /* of the same hash: its number plus 1, or 0 */
};

struct facts {
	const struct ir *ir;
	struct arena *room;
	struct fact *of;              /* by value */
	bool *is_known;               /* by value: `of` says something */
	uint32_t *most;               /* by value: no result is larger; 0: not asked yet */
	const struct one_of **one_of; /* by value, or NULL */
	struct undo *undo;
	size_t undo_count, undo_capacity;
	struct other *others;
	size_t other_count, other_capacity;
	uint32_t *heads; /* by hash: number plus 1, or 0 */
	uint32_t head_mask;
	ir_val len; /* the packet's length, or IR_NONE */
};

static const struct fact anything = { 0, UINT32_MAX, 0, 0, 0 };

/* ---- keeping ------------------------------------------------------------------------------- */

static uint32_t hash_of(const struct facts *f, ir_val id, uint32_t k)
{
	uint32_t h = (id * 0x9e3779b1u) ^ (k * 0x85ebca6bu);

	return (h ^ h >> 15) & f->head_mask;
}

static bool is_other(const struct facts *f, ir_val id, uint32_t k)
{
	uint32_t i = f->heads[hash_of(f, id, k)];

	while (i && (f->others[i - 1].id != id || f->others[i - 1].k != k))
		i = f->others[i - 1].next;
	return i != 0;
}

static bool push_undo(struct facts *f, struct undo undo)
{
	struct undo *list =
		flt__arena_grow(f->room, f->undo, f->undo_count, &f->undo_capacity, sizeof(*list));
	if (!list)
		return false;
	f->undo = list;
	f->undo[f->undo_count++] = undo;
	return true;
}

static void add_other(struct facts *f, ir_val id, uint32_t k)
{
	struct other *list = flt__arena_grow(f->room, f->others, f->other_count, &f->other_capacity,
					     sizeof(*list));
	uint32_t *head = &f->heads[hash_of(f, id, k)];

	if (!list)
		return;
	f->others = list;
	if (!push_undo(f, (struct undo){ .kind = UNDO_OTHER, .other = (uint32_t)f->other_count }))
		return;
	f->others[f->other_count++] = (struct other){ id, k, *head };
	*head = (uint32_t)f->other_count;
}

static struct fact of(const struct facts *f, ir_val id)
{
	return f->is_known[id] ? f->of[id] : anything;
}

static void keep(struct facts *f, ir_val id, struct fact fact)
{
	struct fact was = of(f, id);

	if (memcmp(&was, &fact, sizeof(was)) == 0 ||
	    !push_undo(f, (struct undo){ .kind = UNDO_FACT, .id = id, .was = was }))
		return;
	f->of[id] = fact;
	f->is_known[id] = true;
}

size_t flt__facts_mark(const struct facts *f)
{
	return f->undo_count;
}

static void drop_other(struct facts *f, uint32_t number)
{
	const struct other *other = &f->others[number];

	f->heads[hash_of(f, other->id, other->k)] = other->next;
	f->other_count--;
}

void flt__facts_back(struct facts *f, size_t mark)
{
	while (f->undo_count > mark) {
		const struct undo *undo = &f->undo[--f->undo_count];
		switch (undo->kind) {
		case UNDO_FACT: f->of[undo->id] = undo->was; break;
		case UNDO_OTHER: drop_other(f, undo->other); break;
		case UNDO_ONE_OF: f->one_of[undo->id] = undo->was_one_of; break;
		}
	}
}

void flt__facts_one_of(struct facts *f, const struct one_of *one_of)
{
	const struct one_of **at = &f->one_of[one_of->id];

	if (push_undo(f, (struct undo){ .kind = UNDO_ONE_OF, .id = one_of->id, .was_one_of = *at }))
		*at = one_of;
}

const struct one_of *flt__facts_is_one_of(const struct facts *f, ir_val id)
{
	return f->one_of[id];
}

struct facts *flt__facts_new(const struct ir *ir, struct arena *room)
{
	struct facts *f = flt__arena_alloc(room, sizeof(*f));
	uint32_t heads = flt__ir_ones_above(ir->order_count) + 1;

	if (!f)
		return NULL;
	heads = heads ? heads : 1u << 31;
	*f = (struct facts){ .ir = ir, .room = room, .head_mask = heads - 1 };
	f->of = flt__arena_array(room, ir->value_count, sizeof(*f->of));
	f->most = flt__arena_array(room, ir->value_count, sizeof(*f->most));
	f->is_known = flt__arena_array(room, ir->value_count, sizeof(*f->is_known));
	f->one_of = flt__arena_array(room, ir->value_count, sizeof(*f->one_of));
	f->heads = flt__arena_array(room, heads, sizeof(*f->heads));
	for (ir_val id = 1; id < ir->value_count && !f->len; id++)
		f->len = ir->values[id].op == IR_LEN ? id : IR_NONE;
	return room->failed ? NULL : f;
}

/* ---- working out --------------------------------------------------------------------------- */

static void at_least(struct fact *f, uint32_t k)
{
	f->min = f->min > k ? f->min : k;
}

static void at_most(struct fact *f, uint32_t k)
{
	f->max = f->max < k ? f->max : k;
}

/* Bounds say something of bits, and bits of bounds. */
static struct fact settle(struct fact f)
{
	f.some &= ~f.zeros;
	if ((f.some & (f.some - 1)) == 0)
		f.ones |= f.some;
	f.zeros |= ~flt__ir_ones_above(f.max);
	at_least(&f, f.ones);
	at_most(&f, ~f.zeros);
	if (f.min == f.max) {
		f.ones |= f.min;
		f.zeros |= ~f.min;
	}
	return f;
}

static uint32_t most_of(const struct facts *f, ir_val id)
{
	if (!f->most[id])
		f->most[id] = flt__ir_max_of(f->ir, id);
	return f->most[id];
}

static struct fact fact_of(const struct facts *f, ir_val id, unsigned depth);

/* By what is known of the left operand of an operation with a constant. */
static struct fact of_operation(const struct facts *f, const struct ir_value *v, unsigned depth)
{
	struct fact a = fact_of(f, v->a, depth), result = anything;
	uint32_t k = f->ir->values[v->b].k, s = k % 32;

	switch ((enum ir_op)v->op) {
	case IR_AND:
		result.zeros = a.zeros | ~k;
		result.ones = a.ones & k;
		at_most(&result, a.max);
		break;
	case IR_OR:
		result.zeros = a.zeros & ~k;
		result.ones = a.ones | k;
		break;
	case IR_ADD:
		if (a.max > UINT32_MAX - k)
			break;
		result.min = a.min + k;
		result.max = a.max + k;
		break;
	case IR_RSH:
		result.min = a.min >> s;
		result.max = a.max >> s;
		result.zeros = a.zeros >> s | ~(UINT32_MAX >> s);
		result.ones = a.ones >> s;
		break;
	case IR_LSH:
		result.zeros = a.zeros << s | ((1u << s) - 1);
		result.ones = a.ones << s;
		break;
	default: break;
	}
	return result;
}

static struct fact both(struct fact x, struct fact y)
{
	at_least(&x, y.min);
	at_most(&x, y.max);
	x.zeros |= y.zeros;
	x.ones |= y.ones;
	x.some = x.some ? x.some : y.some;
	return settle(x);
}

static struct fact fact_of(const struct facts *f, ir_val id, unsigned depth)
{
	const struct ir_value *v = &f->ir->values[id];
	struct fact fact = of(f, id);

	if (v->op == IR_CONST)
		return settle((struct fact){ v->k, v->k, 0, 0, 0 });
	at_most(&fact, most_of(f, id));
	if (depth && v->b != IR_NONE && f->ir->values[v->b].op == IR_CONST)
		return both(fact, of_operation(f, v, depth - 1));
	return settle(fact);
}

/* ---- learning ------------------------------------------------------------------------------ */

static void learn_not(struct facts *f, ir_val id, struct fact *fact, uint32_t k)
{
	if (k == fact->min && k < UINT32_MAX)
		fact->min = k + 1;
	else if (k == fact->max && k > 0)
		fact->max = k - 1;
	else
		add_other(f, id, k);
}

static void learn(struct facts *f, ir_val id, enum ir_test test, uint32_t k, bool yes)
{
	struct fact fact = fact_of(f, id, LOOK_DEPTH);

	switch (test) {
	case TEST_EQ:
		if (yes)
			fact = (struct fact){ k, k, ~k, k, 0 };
		else
			learn_not(f, id, &fact, k);
		break;
	case TEST_GT:
		if (!yes)
			at_most(&fact, k);
		else if (k < UINT32_MAX)
			at_least(&fact, k + 1);
		break;
	case TEST_GE:
		if (yes)
			at_least(&fact, k);
		else if (k > 0)
			at_most(&fact, k - 1);
		break;
	case TEST_SET:
		if (!yes)
			fact.zeros |= k;
		else if (!fact.some || (k & ~fact.some) == 0)
			fact.some = k;
		break;
	}
	keep(f, id, settle(fact));
}

/* `x & mask` is k: these bits of x are known; it lies between, when the mask is a prefix. */
static void learn_operand(struct facts *f, ir_val id)
{
	const struct ir_value *v = &f->ir->values[id];

	if (v->op != IR_AND || f->ir->values[v->b].op != IR_CONST)
		return;
	struct fact known = of(f, id), fact = fact_of(f, v->a, LOOK_DEPTH);
	uint32_t mask = f->ir->values[v->b].k;
	fact.zeros |= known.zeros & mask;
	fact.ones |= known.ones & mask;
	keep(f, v->a, settle(fact));
}

void flt__facts_learn(struct facts *f, const struct ir_exit *exit, bool yes)
{
	if (exit->b != IR_NONE)
		return;
	learn(f, exit->a, exit->test, exit->k, yes);
	learn_operand(f, exit->a);
}

/* A packet is never shorter on the wire than what was captured of it. */
void flt__facts_loaded(struct facts *f, ir_val id)
{
	const struct ir_value *v = &f->ir->values[id];

	if (f->len == IR_NONE || id == IR_NONE)
		return;
	if (v->op == IR_LOAD && !flt__ir_is_beyond_packet(0, v) && v->a == IR_NONE) {
		struct fact fact = of(f, f->len);
		at_least(&fact, v->k + v->size);
		keep(f, f->len, fact);
	}
	flt__facts_loaded(f, v->a);
	flt__facts_loaded(f, v->b);
}

/* ---- asking -------------------------------------------------------------------------------- */

enum verdict flt__facts_ask(struct facts *f, const struct ir_exit *exit)
{
	uint32_t k = exit->k;

	if (exit->b != IR_NONE)
		return VERDICT_OPEN;
	struct fact fact = fact_of(f, exit->a, LOOK_DEPTH);
	bool exact = fact.min == fact.max;

	switch (exit->test) {
	case TEST_EQ:
		if (k < fact.min || k > fact.max || (k & fact.zeros) || (~k & fact.ones) ||
		    (fact.some && !(k & fact.some)) || is_other(f, exit->a, k))
			return VERDICT_NO;
		return exact ? VERDICT_YES : VERDICT_OPEN;
	case TEST_GT: return fact.min > k ? VERDICT_YES : fact.max <= k ? VERDICT_NO : VERDICT_OPEN;
	case TEST_GE: return fact.min >= k ? VERDICT_YES : fact.max < k ? VERDICT_NO : VERDICT_OPEN;
	case TEST_SET:
		if (fact.ones & k || (fact.some && (fact.some & ~k) == 0))
			return VERDICT_YES;
		return (k & ~fact.zeros) == 0 ? VERDICT_NO : VERDICT_OPEN;
	}
	return VERDICT_OPEN;
}
