/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The intermediate code: blocks of 32-bit values, an acyclic graph with one entry.
 *
 * Invariants (ir_check.c verifies them between all passes):
 *  - A value is defined once, and every use is in the same block behind it, or in a block that its
 *    block dominates.
 *  - A slot is the only thing that is assigned more than once; on every way from the entry to
 *    an IR_GET lies an IR_SET of the same slot.
 *  - Only the exit leaves a block; the graph has no cycle.
 *  - An IR_LOAD out of bounds and an IR_DIV or IR_MOD by 0 end the program with 0 at once. They
 *    have no other effect, so within one block their order is free, and a result nobody reads
 *    may be dropped (unless flt__ir_acts). What may move between blocks is decided by the
 *    truncation rule: never a load above a test, unless its bytes are in bounds there anyway.
 */
#ifndef IR_H
#define IR_H

#include "compile.h"

typedef uint32_t ir_val;         /* index into ir->values; 0 is no value */
#define IR_NONE 0u

enum ir_op {
	IR_NOP,                  /* was removed */
	IR_CONST,                /* k */
	IR_LEN,                  /* length on the wire */
	/* size bytes (1, 2, 4), big-endian, at offset a + k, which wraps; a may be IR_NONE */
	IR_LOAD,
	IR_META,                 /* the metadata word k: SKF_AD_*, without SKF_AD_OFF */
	IR_GET,                  /* what slot k holds */
	IR_SET,                  /* slot k = a; no result */
	IR_NEG,                  /* -a */
	IR_ADD, IR_SUB, IR_MUL, IR_DIV, IR_MOD,         /* a op b, unsigned, mod 2^32 */
	IR_AND, IR_OR, IR_XOR, IR_LSH, IR_RSH           /* shift counts mod 32 */
};

struct ir_value {
	uint8_t op;              /* enum ir_op */
	uint8_t size;            /* IR_LOAD */
	uint32_t k;
	ir_val a, b;
};

enum ir_exit_kind {
	EXIT_NONE,               /* still being built */
	EXIT_RET,                /* end with k */
	EXIT_JUMP,               /* to yes */
	EXIT_BRANCH              /* to yes if `a test b`, else to no; b IR_NONE: `a test k` */
};

enum ir_test { TEST_EQ, TEST_GT, TEST_GE, TEST_SET };   /* unsigned; SET: a & b is not 0 */

struct ir_block;

struct ir_exit {
	enum ir_exit_kind kind;
	enum ir_test test;
	ir_val a, b;
	uint32_t k;
	struct ir_block *yes, *no;
};

struct ir_block {
	uint32_t id;             /* index into ir->blocks, never changes */
	ir_val *body;            /* in order; only values that this block defines */
	uint32_t count;
	size_t capacity;
	struct ir_exit exit;
	struct span span;        /* the clause it came from */
	/* Worked out by flt__ir_order(), invalid after a change of the graph. */
	uint32_t place;          /* index into ir->order; IR_UNREACHED if not there */
	uint32_t pred_count;     /* edges from reachable blocks */
};

#define IR_UNREACHED 0xffffffffu

struct ir {
	struct arena *arena;
	struct ir_value *values; /* values[0] is unused */
	uint32_t value_count;
	size_t value_capacity;
	struct ir_block **blocks;   /* blocks[0] is the entry */
	uint32_t block_count;
	size_t block_capacity;
	uint32_t slot_count;
	struct ir_block **order; /* reachable blocks, each before its successors; blocks[0] first */
	uint32_t order_count;
	struct ir_block **stack; /* room for the walk that finds the order */
	size_t order_capacity;
	uint32_t snaplen;        /* what accepting returns */
};

/* Building. When the arena is exhausted they return a value or block that is safe to go on with
 * (ir->arena->failed tells), so that builders need not check each step. */
struct ir *flt__ir_new(struct arena *arena);
struct ir_block *flt__ir_block(struct ir *ir, struct span span);
ir_val flt__ir_value(struct ir *ir, struct ir_block *block, struct ir_value value);
void flt__ir_ret(struct ir_block *block, uint32_t k);
void flt__ir_jump(struct ir_block *block, struct ir_block *to);
/* Branch on `a test b` (b IR_NONE: on `a test k`). */
void flt__ir_branch(struct ir_block *block, enum ir_test test, ir_val a, ir_val b, uint32_t k,
		    struct ir_block *yes, struct ir_block *no);
uint32_t flt__ir_slot(struct ir *ir);

/* Work out order, place and pred_count. */
bool flt__ir_order(struct ir *ir);
/* The invariants above; false: err has FLT_E_BUG with what is broken. Works out the order. */
bool flt__ir_check(struct ir *ir, struct flt_error *err);
/* As text, for the trace callback; as snprintf(). */
int flt__ir_text(const struct ir *ir, char *buf, size_t len);

/* ---- what passes may count on (ir_bounds.c) ----------------------------------------------- */

/* The smallest 2^n - 1 that is at least k. */
uint32_t flt__ir_ones_above(uint32_t k);
/* The largest result that v may have; a and b: of what it uses. */
uint32_t flt__ir_most(const struct ir *ir, const struct ir_value *v, uint32_t a, uint32_t b);
/* A load whose bytes may lie in no packet of up to BPF_MAX_BYTES, when its base is base_most or
 * less. */
bool flt__ir_is_far(uint32_t base_most, const struct ir_value *load);
/* Whether a value does more than give a result, and so stays when nobody reads it: it assigns, or
 * it may end the program for another reason than a packet that was cut (a division by 0, a load
 * that no packet satisfies). */
bool flt__ir_acts(const struct ir *ir, ir_val id);

/* ---- passes: each says whether it changed something ------------------------------------------ */

#define PASS(letter, function, what) bool function(struct ir *ir);
#include "passes.def"
#undef PASS

#endif
