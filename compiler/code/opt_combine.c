/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ask for two fields at once where they lie in one word: an IPv4 packet's protocol and that it
 * is no later fragment are `ld [20]; and #0x1fff00ff; jeq #6`.
 *
 * The first field is one of some numbers (a chain of EQ) or control goes to F; then the second
 * one decides between S and the same F. Together: the word is one of some numbers, or control goes
 * to F. The word may reach beyond what the first test loads only if F rejects: then a
 * packet that is too short for the word is rejected by one test or the other anyway. Else its
 * last byte is one of the first field's, and all before it are in bounds with that one.
 *
 * One of the last passes: what other tests tell of the fields is no longer seen. Needs order and
 * pred_count. It ends: a test goes away.
 */
#include "bpf.h"
#include "ir.h"

#define IP_TCP 6u

struct field { /* `load & mask` is k */
	struct ir_value load;
	uint32_t mask, k;
	struct ir_block *yes, *no;
};

struct word {
	struct ir_value load;
	uint32_t first_shift, second_shift;
};

static uint32_t full(const struct ir_value *load)
{
	return load->size == 4 ? UINT32_MAX : (1u << 8 * load->size) - 1;
}

/* A block as a test for equality; `x & mask` not set is one, too. */
static bool read_field(const struct ir *ir, const struct ir_block *block, struct field *field)
{
	const struct ir_exit *exit = &block->exit;

	if (!flt__ir_is_test(block) || exit->b != IR_NONE)
		return false;
	const struct ir_value *v = &ir->values[exit->a];
	*field = (struct field){ *v, full(v), exit->k, exit->yes, exit->no };
	if (exit->test == TEST_SET)
		*field = (struct field){ *v, exit->k, 0, exit->no, exit->yes };
	else if (exit->test != TEST_EQ)
		return false;
	if (v->op == IR_AND && exit->test == TEST_EQ && ir->values[v->b].op == IR_CONST) {
		field->load = ir->values[v->a];
		field->mask = ir->values[v->b].k;
	}
	if (field->load.op != IR_LOAD || flt__ir_is_beyond_packet(0, &field->load))
		return false;
	field->mask &= full(&field->load);
	return !(field->k & ~field->mask);
}

static bool is_same_field(const struct field *x, const struct field *y)
{
	return x->load.a == y->load.a && x->load.k == y->load.k && x->load.size == y->load.size &&
	       x->mask == y->mask;
}

static bool rejects(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_RET && block->exit.k == 0;
}

/* The word that holds both fields, if there is one that may be loaded in place of the first. */
static bool find_word(const struct ir *ir, const struct field *first, const struct field *second,
		      struct word *word)
{
	const struct ir_value *x = &first->load, *y = &second->load;
	uint32_t x_end = x->k + x->size, y_end = y->k + y->size;
	uint32_t low = x->k < y->k ? x->k : y->k, end = x_end > y_end ? x_end : y_end;
	uint32_t size = end - low == 2 ? 2 : 4;
	bool is_bounded = flt__ir_max_of(ir, x->a) < BPF_MAX_BYTES;

	if (x->a != y->a || end - low > 4 || end - low < 2 || end < size)
		return false;
	if (x->a != IR_NONE && end - low != size)
		return false;
	if (!rejects(first->no) && !(is_bounded && end == x_end))
		return false;
	word->load = (struct ir_value){
		.op = IR_LOAD, .size = (uint8_t)size, .k = end - size, .a = x->a
	};
	word->first_shift = 8 * (end - x_end);
	word->second_shift = 8 * (end - y_end);
	return true;
}

/* The tests before `second` that ask the same field, one after another, and fail as it does. */
static uint32_t count_chain(const struct ir *ir, const struct ir_block *block,
			    const struct field *first, const struct ir_block *fails)
{
	const struct ir_block *second = first->yes;
	struct field next = *first;
	uint32_t count = 1;

	for (block = first->no; block != fails; block = next.no) {
		if (block->pred_count != 1 || !read_field(ir, block, &next) ||
		    !is_same_field(&next, first) || next.yes != second)
			return 0;
		count++;
	}
	return count;
}

static void ask_word(struct ir *ir, struct ir_block *block, uint32_t count,
		     const struct field *second, const struct word *word)
{
	ir_val load = flt__ir_expr(ir, word->load);

	for (uint32_t i = 0; i < count; i++) {
		struct field first;
		read_field(ir, block, &first);
		uint32_t mask = first.mask << word->first_shift | second->mask
									  << word->second_shift;
		uint32_t k = first.k << word->first_shift | second->k << word->second_shift;
		ir_val bits = flt__ir_simplify(
			ir,
			(struct ir_value){ .op = IR_AND, .a = load, .b = flt__ir_const(ir, mask) });
		flt__ir_branch(block, TEST_EQ, bits, IR_NONE, k, second->yes, first.no);
		block = first.no;
	}
}

/* Both ask for bits that the other one asks for, too: one test may contradict the other. */
static bool overlap(const struct field *first, const struct field *second, const struct word *word)
{
	return (first->mask << word->first_shift & second->mask << word->second_shift) != 0;
}

/* Masking the word costs an instruction where the first test fails and saves one where it does not.
 * That pays for TCP, which most packets are; UDP alone is not. */
static bool is_likely(const struct ir *ir, const struct ir_block *block, uint32_t count)
{
	struct field field;

	for (; count; count--, block = field.no)
		if (read_field(ir, block, &field) && field.k == IP_TCP)
			return true;
	return false;
}

static bool combine(struct ir *ir, struct ir_block *block)
{
	struct field first, second;
	struct word word;

	if (!read_field(ir, block, &first) || !read_field(ir, first.yes, &second))
		return false;
	uint32_t count = count_chain(ir, block, &first, second.no);
	if (!count || first.yes->pred_count != count || !find_word(ir, &first, &second, &word) ||
	    overlap(&first, &second, &word) || !is_likely(ir, block, count))
		return false;
	ask_word(ir, block, count, &second, &word);
	return true;
}

/* ---- where it pays --------------------------------------------------------------------------- */

#define SEVERAL UINT32_MAX /* no value has that number */

/* What is loaded for the test; the same with and without a mask. */
static ir_val asked_of(const struct ir *ir, const struct ir_exit *exit)
{
	const struct ir_value *v = &ir->values[exit->a];

	if (exit->kind != EXIT_BRANCH)
		return IR_NONE;
	return v->op == IR_AND && ir->values[v->b].op == IR_CONST ? v->a : exit->a;
}

/* By place: the only thing that was asked before, IR_NONE, or SEVERAL. */
struct before {
	ir_val *asked;
	bool *is_met;
};

static void note_edge(const struct before *before, const struct ir_block *to, ir_val asked)
{
	ir_val *all = &before->asked[to->place];

	*all = before->is_met[to->place] && *all != asked ? SEVERAL : asked;
	before->is_met[to->place] = true;
}

static void note_edges(const struct ir *ir, const struct before *before,
		       const struct ir_block *block)
{
	ir_val asked = before->asked[block->place], now = asked_of(ir, &block->exit);

	if (asked == IR_NONE)
		asked = now;
	else if (now != IR_NONE && now != asked)
		asked = SEVERAL;
	if (block->exit.kind != EXIT_RET)
		note_edge(before, block->exit.yes, asked);
	if (block->exit.kind == EXIT_BRANCH)
		note_edge(before, block->exit.no, asked);
}

/* What most packets are is known of those that come from the link header, and not of those that
 * other tests have let through; and a field that is in a register costs no load. */
static bool is_in_front(const struct ir *ir, const struct before *before,
			const struct ir_block *block)
{
	ir_val asked = before->asked[block->place];

	return asked != SEVERAL && asked != asked_of(ir, &block->exit);
}

bool flt__opt_combine(struct ir *ir)
{
	struct before before;
	struct arena room;
	bool changed = false;

	flt__ir_room(ir, &room);
	before.asked = flt__arena_array(&room, ir->order_count, sizeof(*before.asked));
	before.is_met = flt__arena_array(&room, ir->order_count, sizeof(*before.is_met));
	ir->work += ir->order_count;
	for (uint32_t i = 0; !room.failed && i < ir->order_count; i++) {
		struct ir_block *block = ir->order[i];
		changed |= is_in_front(ir, &before, block) && combine(ir, block);
		note_edges(ir, &before, block);
	}
	flt__ir_room_end(ir, &room);
	return changed;
}
