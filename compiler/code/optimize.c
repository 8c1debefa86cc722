/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes of passes.def, in rounds, and the verifier between them.
 *
 * It ends: each pass says in its file what it makes less and none makes more, so at last all passes
 * in a row change nothing. The work is bounded, too: a pass looks at each block a bounded number of
 * times, and a round over a large graph is followed by another one only when it changed the number
 * of blocks by a part of it.
 */
#include "optimize.h"

#include <string.h>

#include "ir.h"

/* A round is worth another one if it takes away one in so many. Of large graphs more: there, passes
 * look at a bounded number of blocks in a round, and could take away a little in hundreds. */
#define WORTH       64u
#define WORTH_LARGE 8u
#define LARGE       16384u

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

#define ROUND (sizeof(rounds) / sizeof(rounds[0]))

#ifdef IR_CHECK
#define CHECK_ALWAYS true
#else
#define CHECK_ALWAYS false
#endif

#define FORM 'n' /* the form that passes and emission count on: always */

/* ---- tracing -------------------------------------------------------------------------------- */

bool flt__is_traced(const struct compile *c, char letter)
{
	const char *letters = c->opts.trace_letters;

	return c->opts.trace && (!letters || strchr(letters, letter));
}

static void trace_ir(struct compile *c, struct ir *ir, char letter)
{
	if (!flt__is_traced(c, letter))
		return;
	struct arena room;
	size_t len = (size_t)flt__ir_text(ir, NULL, 0) + 1;
	flt__ir_room(ir, &room);
	char *text = flt__arena_alloc(&room, len);
	if (text && flt__ir_text(ir, text, len) >= 0)
		c->opts.trace(c->opts.trace_context, letter, text);
	flt__ir_room_end(ir, &room);
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
	c->stats.work = ir->work;
}

/* ---- rounds --------------------------------------------------------------------------------- */

static bool is_chosen(const struct compile *c, char letter)
{
	const char *letters = c->opts.passes;

	return !letters || strchr(letters, letter);
}

/* False: no memory, or the verifier found something. */
static bool run_pass(struct compile *c, struct ir *ir, const struct pass *pass, bool *changed)
{
	*changed = false;
	if (!is_chosen(c, pass->letter))
		return true;
	*changed = pass->run(ir);
	count_run(c, ir, pass->letter, *changed);
	if (*changed && !flt__ir_order(ir))
		c->arena.failed = true;
	return !c->arena.failed && verify(c, ir, pass->letter);
}

/* One way through the table, or less: `idle` passes in a row have found nothing to do, and when it
 * is all of them, none would. */
static bool run_round(struct compile *c, struct ir *ir, size_t *idle)
{
	bool changed;

	c->stats.rounds++;
	for (size_t i = 0; i < ROUND && *idle < ROUND; i++) {
		if (!run_pass(c, ir, &rounds[i], &changed))
			return false;
		*idle = changed ? 0 : *idle + 1;
	}
	return true;
}

/* Blocks become less, or more where a chain becomes a tree. */
static bool is_worth_another(uint32_t before, uint32_t now)
{
	uint32_t moved = before > now ? before - now : now - before;

	return before < WORTH || moved > before / (before < LARGE ? WORTH : WORTH_LARGE);
}

static bool run_rounds(struct compile *c, struct ir *ir)
{
	uint32_t before;
	size_t idle = 0;
	bool changed;

	do {
		before = ir->order_count;
		if (!run_round(c, ir, &idle))
			return false;
	} while (idle < ROUND && is_worth_another(before, ir->order_count));
	for (size_t i = 0; i < sizeof(last) / sizeof(last[0]); i++)
		if (!run_pass(c, ir, &last[i], &changed))
			return false;
	return true;
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
