/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes of passes.def, in rounds, and the verifier between them.
 *
 * It ends: every pass makes a measure smaller and none makes it larger, so at last no pass changes
 * anything. The work is bounded, too: a pass looks at each block a bounded number of times, and a
 * round is followed by another one only when it made the graph smaller by a part of it. So all
 * rounds together cost a multiple of the first.
 */
#include "compile.h"

#include <string.h>

#include "ir.h"

#define WORTH 64u                /* a round is worth another one if it takes away one in so many */

struct pass {
	char letter;
	bool (*run)(struct ir *ir);
};

#define PASS(letter, function, what) { letter, function },
#define LAST_PASS(letter, function, what)
static const struct pass rounds[] = {
#include "passes.def"
};
#undef PASS
#undef LAST_PASS

#define PASS(letter, function, what)
#define LAST_PASS(letter, function, what) { letter, function },
static const struct pass last[] = {
#include "passes.def"
};
#undef PASS
#undef LAST_PASS

#define PASS(letter, function, what) { letter, 0, 0, 0, what },
static const struct flt_pass_stats no_runs[] = {
#include "passes.def"
};
#undef PASS

#define PASSES (sizeof(no_runs) / sizeof(no_runs[0]))
_Static_assert(PASSES <= FLT_PASSES_MAX, "struct flt_compile_stats has no room for all passes");

#ifdef IR_CHECK
#define CHECK_ALWAYS true
#else
#define CHECK_ALWAYS false
#endif

#define FORM 'n'                 /* the form that passes and emission count on: always */

/* ---- tracing -------------------------------------------------------------------------------- */

bool flt__is_traced(const struct compile *c, char letter)
{
	const char *letters = c->opts.trace_letters;

	return c->opts.trace && (!letters || strchr(letters, letter));
}

static void trace_ir(struct compile *c, const struct ir *ir, char letter)
{
	if (!flt__is_traced(c, letter))
		return;
	size_t len = (size_t)flt__ir_text(ir, NULL, 0) + 1;
	char *text = flt__arena_alloc(&c->arena, len);
	if (text && flt__ir_text(ir, text, len) >= 0)
		c->opts.trace(c->opts.trace_context, letter, text);
}

/* The code is verified when somebody watches it, and in builds with -DIR_CHECK. */
static bool verify(struct compile *c, struct ir *ir, char letter)
{
	bool ok = (!CHECK_ALWAYS && !c->opts.trace) || flt__ir_check(ir, c->err);

	if (ok)
		trace_ir(c, ir, letter);
	return ok;
}

/* ---- counting ------------------------------------------------------------------------------- */

static void start_counting(struct compile *c)
{
	c->stats.pass_count = PASSES;
	memcpy(c->stats.passes, no_runs, sizeof(no_runs));
}

static void count_run(struct compile *c, struct ir *ir, char letter, bool changed)
{
	struct flt_pass_stats *pass = c->stats.passes;

	while (pass->letter != (uint8_t)letter)
		pass++;
	pass->runs++;
	pass->changes += changed;
	ir->work += (uint64_t)ir->order_count + ir->value_count;
	c->stats.work = ir->work;
}

/* ---- rounds --------------------------------------------------------------------------------- */

static bool is_chosen(const struct compile *c, char letter)
{
	const char *letters = c->opts.passes;

	return !letters || strchr(letters, letter);
}

static bool run_passes(struct compile *c, struct ir *ir, const struct pass *passes, size_t count,
		       bool *changed)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_chosen(c, passes[i].letter))
			continue;
		bool did = flt__ir_order(ir) && passes[i].run(ir);
		count_run(c, ir, passes[i].letter, did);
		*changed |= did;
		if (c->arena.failed || !verify(c, ir, passes[i].letter))
			return false;
	}
	return true;
}

static bool run_rounds(struct compile *c, struct ir *ir)
{
	bool changed = true;

	while (changed) {
		uint32_t before = ir->order_count;
		changed = false;
		c->stats.rounds++;
		if (!run_passes(c, ir, rounds, sizeof(rounds) / sizeof(rounds[0]), &changed) ||
		    !flt__ir_order(ir))
			return false;
		changed &= before < WORTH || before - ir->order_count > before / WORTH;
	}
	return run_passes(c, ir, last, sizeof(last) / sizeof(last[0]), &changed);
}

bool flt__optimize(struct compile *c, struct ir *ir)
{
	start_counting(c);
	if (!verify(c, ir, 'l'))
		return false;
	if (!flt__ir_number(ir) || !flt__ir_order(ir)) {
		c->arena.failed = true;
		return false;
	}
	if (!verify(c, ir, FORM))
		return false;
	return (c->opts.flags & FLT_COMPILE_O0) || run_rounds(c, ir);
}
