/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The intermediate code: 32-bit values and blocks, an acyclic graph with one entry. It has two
 * forms. As lowered, a block's body lists every value that it works out. flt__ir_number() turns
 * that into expressions, the form that passes and emission know:
 *  - A value is an expression of the packet and of slots, and stands nowhere: it is worked out
 *    where a block reads it. Equal expressions are one value, so `a == b` says that they are equal.
 *  - A body holds, in order, only what has side effects (flt__ir_has_effect): assignments to slots,
 *    and what may end the program for another reason than a packet that was cut.
 *  - An IR_GET is what its slot holds where it is read. The same IR_GET in two places means the
 *    same contents; so none is read after an assignment that it does not know of.
 *
 * Invariants of both (ir_check.c verifies them between all passes):
 *  - Operands are older than the value that reads them; as lowered, they also stand before it.
 *  - A slot is the only thing that is assigned; on every path from the entry to where an IR_GET is
 *    read lies an IR_SET of the same slot.
 *  - Only the exit leaves a block; the graph has no cycle.
 *  - An IR_LOAD out of bounds and an IR_DIV or IR_MOD by 0 end the program with 0 at once. They
 *    have no other effect, so within one block their order is free, and a result nobody reads
 *    may be dropped (unless flt__ir_has_effect). What may move between blocks is decided by the
 *    truncation rule: never a load above a test, unless its bytes are in bounds there anyway.
 */
#ifndef IR_H
#define IR_H

#include "context.h"
#include "pmap.h"

typedef uint32_t ir_val; /* index into ir->values; 0 is no value */
#define IR_NONE 0u

enum ir_op {
	IR_NOP,   /* was removed */
	IR_CONST, /* k */
	IR_LEN,   /* length on the wire */
	/* size bytes (1, 2, 4), big-endian, at offset a + k, which wraps; a may be IR_NONE */
	IR_LOAD,
	IR_META, /* the metadata word k: SKF_AD_*, without SKF_AD_OFF */
	IR_GET,  /* what slot k holds */
	IR_SET,  /* slot k = a; no result */
	IR_NEG,  /* -a */
	IR_ADD,
	IR_SUB,
	IR_MUL,
	IR_DIV,
	IR_MOD, /* a op b, unsigned, mod 2^32 */
	IR_AND,
	IR_OR,
	IR_XOR,
	IR_LSH,
	IR_RSH /* shift counts mod 32 */
};

struct ir_value {
	uint8_t op;   /* enum ir_op */
	uint8_t size; /* IR_LOAD */
	uint32_t k;
	ir_val a, b;
};

enum ir_exit_kind {
	EXIT_NONE,  /* still being built */
	EXIT_RET,   /* end with k */
	EXIT_JUMP,  /* to yes */
	EXIT_BRANCH /* to yes if `a test b`, else to no; b IR_NONE: `a test k` */
};

enum ir_test { TEST_EQ, TEST_GT, TEST_GE, TEST_SET }; /* unsigned; SET: a & b is not 0 */

struct ir_block;

struct ir_exit {
	enum ir_exit_kind kind;
	enum ir_test test;
	ir_val a, b;
	uint32_t k;
	struct ir_block *yes, *no;
};

struct ir_block {
	uint32_t id;  /* index into ir->blocks, never changes */
	ir_val *body; /* in order; only values that this block defines */
	uint32_t count;
	size_t capacity;
	struct ir_exit exit;
	struct span span; /* the clause it came from */
	/* Of lowering alone, by lower_presence.c: headers that are there, that were asked for, and
	 * whose slots were filled, on every path to here. */
	uint32_t present, asked, filled;
	/* Worked out by flt__ir_order(), invalid after a change of the graph. */
	uint32_t place;      /* index into ir->order; IR_UNREACHED if not there */
	uint32_t pred_count; /* edges from reachable blocks */
};

#define IR_UNREACHED 0xffffffffu

struct ir {
	struct arena *arena;
	struct ir_value *values; /* values[0] is unused */
	uint32_t value_count;
	size_t value_capacity;
	struct ir_block **blocks; /* blocks[0] is the entry */
	uint32_t block_count;
	size_t block_capacity;
	uint32_t slot_count;
	struct ir_block **order; /* reachable blocks, each before its successors; blocks[0] first */
	uint32_t order_count;
	struct ir_block **stack; /* room for the walk that finds the order */
	size_t order_capacity;
	uint32_t snaplen; /* what accepting returns */
	bool is_numbered; /* which of the two forms it has */
	ir_val *table;    /* expressions by what they are: open addressing, a power of two */
	uint32_t table_size, table_used;
	uint64_t work; /* values and blocks that passes have looked at so far */
};

/* Building. When the arena is exhausted they return a value or block that is safe to go on with
 * (ir->arena->failed tells), so that builders need not check each step. */
struct ir *flt__ir_new(struct arena *arena);
struct ir_block *flt__ir_block(struct ir *ir, struct span span);
ir_val flt__ir_value(struct ir *ir, struct ir_block *block, struct ir_value value);
/* The expression, the same value each time; what is assigned (IR_GET, IR_SET) and random numbers
 * are new ones each time. */
ir_val flt__ir_expr(struct ir *ir, struct ir_value value);
ir_val flt__ir_const(struct ir *ir, uint32_t k);
/* Put a value with side effects at the end of a body. */
bool flt__ir_append(struct ir *ir, struct ir_block *block, ir_val id);
/* An arena that a pass gives back when it is done: it may take what the compile has left. If that
 * was not enough, the pass has left something undone, and the compile fails. */
void flt__ir_room(const struct ir *ir, struct arena *room);
void flt__ir_room_end(struct ir *ir, struct arena *room);
void flt__ir_ret(struct ir_block *block, uint32_t k);
void flt__ir_jump(struct ir_block *block, struct ir_block *to);
/* Branch on `a test b` (b IR_NONE: on `a test k`). */
void flt__ir_branch(struct ir_block *block, enum ir_test test, ir_val a, ir_val b, uint32_t k,
		    struct ir_block *yes, struct ir_block *no);
uint32_t flt__ir_slot(struct ir *ir);

/* Work out order, place and pred_count. */
bool flt__ir_order(struct ir *ir);
/* From the form as lowered to expressions. (ir_number.c) */
bool flt__ir_number(struct ir *ir);
/* A block's body is empty: nothing happens on a path through it but its test. */
bool flt__ir_is_test(const struct ir_block *block);
/* Where a path ends that leads through blocks that only jump. */
const struct ir_block *flt__ir_past_jumps(const struct ir_block *block);
/* Each block's immediate dominator, by place; the entry's is IR_UNREACHED. In room, NULL when that
 * is exhausted. Needs order. (ir_dominators.c) */
uint32_t *flt__ir_dominators(const struct ir *ir, struct arena *room);
/* The invariants above; false: err has FLT_E_BUG with what is broken. Works out the order. */
bool flt__ir_check(struct ir *ir, struct flt_error *err);
/* As text, for the trace callback; as snprintf(). */
int flt__ir_text(const struct ir *ir, char *buf, size_t len);

/* ---- slots that are still to be read (ir_live.c) ------------------------------------------- */

struct ir_live { /* sets of slots, a bit each */
	const struct ir *ir;
	struct pmap_pool pool;
	union pmap *in; /* by place: live-in */
};

/* Needs order; of both forms. False: no memory. */
bool flt__ir_live(const struct ir *ir, struct arena *room, struct ir_live *live);
bool flt__ir_is_live(const struct ir_live *live, union pmap slots, uint32_t slot);
/* To walk through a block backwards: at its end (live-out), before its exit is worked out, before
 * one thing in its body. */
union pmap flt__ir_live_out(const struct ir_live *live, uint32_t place);
union pmap flt__ir_live_exit(const struct ir_live *live, const struct ir_block *block,
			     union pmap slots);
union pmap flt__ir_live_before(const struct ir_live *live, ir_val id, union pmap slots);

/* ---- what passes may count on (ir_bounds.c) ----------------------------------------------- */

/* The smallest 2^n - 1 that is at least k. */
uint32_t flt__ir_ones_above(uint32_t k);
/* The largest result that v may have; a and b: of what it uses. */
uint32_t flt__ir_max(const struct ir *ir, const struct ir_value *v, uint32_t a, uint32_t b);
/* The same for an expression, as far as a short look tells. */
uint32_t flt__ir_max_of(const struct ir *ir, ir_val id);
/* A load whose bytes may lie in no packet of up to BPF_MAX_BYTES, when its base is base_max or
 * less. */
bool flt__ir_is_beyond_packet(uint32_t base_max, const struct ir_value *load);
/* Whether a value does more than give a result, and so stays when nobody reads it: it assigns, or
 * it may end the program for another reason than a packet that was cut (a division by 0, a load
 * that no packet satisfies). */
bool flt__ir_has_effect(const struct ir *ir, ir_val id);
/* Is it `4 * (byte & 0xf)` of a byte at a constant offset, which one instruction loads into X? */
bool flt__ir_is_header_length(const struct ir *ir, ir_val v, uint32_t *byte_off);

/* `a test k` of numbers. */
bool flt__ir_holds(enum ir_test test, uint32_t a, uint32_t k);
/* a op b is b op a. */
bool flt__ir_is_commutative(uint8_t op);

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* An expression that is equal and needs no more operations; operands are simplified already. */
ir_val flt__ir_simplify(struct ir *ir, struct ir_value value);
/* The same of a branch, which may become a jump. */
void flt__ir_simplify_test(struct ir *ir, struct ir_exit *exit);

/* ---- passes: each says whether it changed something ------------------------------------------ */

#define PASS(letter, function, what) bool function(struct ir *ir);
#include "passes.def"
#undef PASS

#endif
