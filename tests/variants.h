/* SPDX-License-Identifier: BSD-2-Clause */
/* One expression compiled with different passes of the optimizer: those of passes.def, whatever
 * they are, and the one of the tree, 'g'. */
#ifndef VARIANTS_H
#define VARIANTS_H

#include "random_program.h"

static const char variant_letters[] = {
	'g', 'g', /* of the tree; the others are of the code */
#define PASS(letter, function, what) letter,
#include "passes.def"
#undef PASS
};

#define PASSES sizeof(variant_letters)

/* -O0, each pass alone, a random choice of passes, all of them. */
enum { VARIANT_PLAIN = 0, VARIANT_SOME = PASSES + 1, VARIANT_BEST, VARIANTS };

struct variant {
	char passes[PASSES + 1]; /* their letters; "": -O0 */
	struct flt_program *prog;
	const struct flt_insn *insns;
	uint32_t count;
	bool is_new; /* no variant before it is the same program */
};

/* With the passes that v names: sets prog, insns and count. False: it is refused. */
bool variant_compile(struct variant *v, const char *expression,
		     const struct flt_compile_opts *opts);
bool variant_is_same(const struct variant *one, const struct variant *other);

/* All of them; false: refused, and is_odd if by some of them only. */
bool variants_compile(struct variant variants[VARIANTS], struct random *r, const char *expression,
		      const struct flt_compile_opts *opts, bool *is_odd);
void variants_drop(struct variant variants[VARIANTS]);

#endif
