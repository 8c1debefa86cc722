/* SPDX-License-Identifier: BSD-2-Clause */
/* Load only the bytes that a mask leaves: `ld [26]; and #0xff000000; jeq` is `ldb [26]; jeq`.
 * One of the last passes, as other tests of the whole word are no longer seen to ask for the
 * same. Narrower loads keep the truncation rule. It ends: an operation goes away. */
#include "ir.h"

/* All bytes of a part of a load, as a mask of the whole. */
static uint32_t mask_of(uint32_t shift, uint32_t size)
{
	return (size == 1 ? 0xffu : 0xffffu) << shift;
}

static bool narrow(struct ir *ir, struct ir_exit *exit)
{
	const struct ir_value *v = &ir->values[exit->a];

	if (exit->test != TEST_EQ || exit->b != IR_NONE || v->op != IR_AND)
		return false;
	struct ir_value load = ir->values[v->a];
	const struct ir_value *mask = &ir->values[v->b];
	if (load.op != IR_LOAD || mask->op != IR_CONST || exit->k & ~mask->k)
		return false;
	for (uint8_t size = 1; size < load.size; size *= 2)
		for (uint32_t off = 0; off + size <= load.size; off++) {
			uint32_t shift = 8 * (load.size - off - size);
			if (mask->k != mask_of(shift, size))
				continue;
			load.k += off;
			load.size = size;
			exit->a = flt__ir_expr(ir, load);
			exit->k >>= shift;
			return true;
		}
	return false;
}

bool flt__opt_narrow(struct ir *ir)
{
	bool changed = false;

	ir->work += ir->order_count;
	for (uint32_t i = 0; i < ir->order_count; i++)
		if (ir->order[i]->exit.kind == EXIT_BRANCH)
			changed |= narrow(ir, &ir->order[i]->exit);
	return changed;
}
