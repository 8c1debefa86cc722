/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where values live. Most live nowhere: a value with one reader in its own block is worked out
 * where it is read, and a load from a constant offset costs no more than a scratch cell, so it is
 * done again. What is left (results read twice or in another block, and slots) gets a cell of M[]
 * for as long as it is needed.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include "ir.h"

#define NO_CELL 0xffu

struct alloc {
	uint8_t *value_cell;     /* by value: its cell, or NO_CELL */
	uint8_t *slot_cell;      /* by slot; NO_CELL: nobody reads it but from A */
	uint16_t *taken;         /* by place: cells that hold something anywhere in that block */
	uint32_t *readers;       /* by value: how many read it, those that find it in A apart */
	bool *carried;           /* by place: its branch finds its left operand in A */
	bool any;                /* some cell is used */
};

/* Needs order. False: err is set (more than 16 cells at once). */
bool flt__alloc(struct compile *c, const struct ir *ir, struct alloc *alloc);

/* Fill carried; held is room for a number a place. (alloc_carry.c) */
void flt__alloc_carry(const struct ir *ir, uint32_t *held, bool *carried);

/* Is it `4 * (byte & 0xf)` of a byte at a constant offset, which one instruction loads into X? */
bool flt__is_header_length(const struct ir *ir, ir_val v, uint32_t *byte_off);

#endif
