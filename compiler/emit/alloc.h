/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where slots live. Expressions live nowhere: reloading a word of the packet costs what reading a
 * scratch cell costs, and A and X often hold it still. A slot that only serves as a place to load
 * from stays in X, when nothing else wants X meanwhile; the others get a cell of M[] from their
 * first assignment to the last place that reads them.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include "ir.h"

#define NO_CELL 0xffu /* nobody reads the slot */
#define CELL_X  0xfeu /* it lives in X */

struct alloc {
	uint8_t *slot_cell; /* by slot */
	uint16_t *taken;    /* by place: cells that hold something anywhere in that block */
	bool any;           /* some cell is used */
};

/* Needs order. False: err is set (more than 16 cells at once). */
bool flt__alloc(struct compile *c, const struct ir *ir, struct alloc *alloc);

#endif
