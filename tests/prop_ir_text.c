/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of intermediate code says all that the code is: read back (ir_read.c) and written again
 * it is the same text, and the same code. So for random graphs, as lowered, as expressions, after
 * each pass alone and after all in a row; and for what the expressions of tests/optimizer.rows and
 * tests/expressions-200.txt are compiled to, after every pass that runs. Then texts that are none.
 * RUNS=n (graphs), SEED=n replay.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ir_make.h"
#include "ir_read.h"

#define USUAL_RUNS 1000u
#define NETMASK    0xffffff00u
#define MEMORY     (UINT64_C(1) << 30)
#define LINE       16384

static uint64_t texts, failures;

/* ---- the same code -------------------------------------------------------------------------- */

struct pair {
	const struct ir *x, *y;
};

static bool is_same_value(struct pair p, ir_val a, ir_val b);

/* As lowered, operands are numbers that the text says. */
static bool is_same_operand(struct pair p, ir_val a, ir_val b)
{
	return p.x->is_numbered ? is_same_value(p, a, b) : a == b;
}

static bool is_same_value(struct pair p, ir_val a, ir_val b)
{
	const struct ir_value *x = &p.x->values[a], *y = &p.y->values[b];

	if (a == IR_NONE || b == IR_NONE)
		return a == b;
	return x->op == y->op && x->size == y->size && x->k == y->k &&
	       (x->op != IR_GET || a == b || !p.x->is_numbered) && is_same_operand(p, x->a, y->a) &&
	       is_same_operand(p, x->b, y->b);
}

static bool is_same_exit(struct pair p, const struct ir_exit *x, const struct ir_exit *y)
{
	if (x->kind != y->kind)
		return false;
	if (x->kind == EXIT_RET)
		return x->k == y->k;
	if (x->yes->id != y->yes->id || x->kind == EXIT_JUMP)
		return x->yes->id == y->yes->id;
	return x->no->id == y->no->id && x->test == y->test && is_same_operand(p, x->a, y->a) &&
	       is_same_operand(p, x->b, y->b) && (x->b != IR_NONE || x->k == y->k);
}

static bool is_same_block(struct pair p, const struct ir_block *x, const struct ir_block *y)
{
	if (x->id != y->id || x->count != y->count || x->span.at != y->span.at ||
	    x->span.len != y->span.len)
		return false;
	for (uint32_t j = 0; j < x->count; j++)
		if (!is_same_value(p, x->body[j], y->body[j]))
			return false;
	return is_same_exit(p, &x->exit, &y->exit);
}

static bool is_same_code(const struct ir *x, const struct ir *y)
{
	if (x->order_count != y->order_count)
		return false;
	for (uint32_t i = 0; i < x->order_count; i++)
		if (!is_same_block((struct pair){ x, y }, x->order[i], y->order[i]))
			return false;
	return true;
}

/* ---- there and back ------------------------------------------------------------------------- */

static void show_difference(const char *text, const char *again)
{
	uint32_t line = 1;

	for (; *text && *text == *again; text++, again++)
		line += *text == '\n';
	while (text[0] != '\n' && text[0] && text[-1] != '\n') {
		text--;
		again--;
	}
	printf("line %" PRIu32 " was   %.*s\n", line, (int)strcspn(text, "\n"), text);
	printf("line %" PRIu32 " is now %.*s\n", line, (int)strcspn(again, "\n"), again);
}

/* ir: what the text was written of, or NULL. */
static bool comes_back(const struct ir *ir, const char *text)
{
	struct flt_error err = { .code = FLT_OK };
	struct arena arena;
	bool ok = false;

	flt__arena_init(&arena, MEMORY);
	struct ir *read = ir_read(&arena, text, &err);
	char *again = read ? ir_write(&arena, read) : NULL;
	texts++;
	if (!again || !flt__ir_check(read, &err))
		printf("%s\n", err.message);
	else if (strcmp(text, again) != 0)
		show_difference(text, again);
	else if (ir && !is_same_code(ir, read))
		printf("the text is the same, the code is not\n");
	else
		ok = true;
	flt__arena_release(&arena);
	return ok;
}

/* ---- random graphs -------------------------------------------------------------------------- */

static const struct pass {
	const char *name;
	bool (*run)(struct ir *ir);
} passes[] = {
#define PASS(letter, function, what) { #function, function },
#include "passes.def"
#undef PASS
};

#define PASS_COUNT (sizeof(passes) / sizeof(passes[0]))

/* Some clauses, as if there were a text. */
static void give_spans(struct ir *ir)
{
	for (uint32_t i = 0; i < ir->block_count; i++)
		ir->blocks[i]->span = (struct span){ ir_make_below(1000), ir_make_below(100) };
}

static bool judge(struct arena *arena, struct ir *ir, const char *when)
{
	char *text = flt__ir_order(ir) ? ir_write(arena, ir) : NULL;
	bool ok = text && comes_back(ir, text);

	if (!ok)
		printf("%s\n", when);
	return ok;
}

/* From pass `first` to before `end`, one after the other. */
static bool run_passes(struct arena *arena, struct ir *ir, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		passes[i].run(ir);
		if (!judge(arena, ir, passes[i].name))
			return false;
	}
	return true;
}

/* Each pass gets the graph anew, made from the same random numbers; the last turn is all passes. */
static bool one_graph(uint64_t seed, size_t turn)
{
	struct arena arena;
	bool is_last = turn == PASS_COUNT, ok;

	flt__arena_init(&arena, MEMORY);
	ir_make_seed(seed);
	struct ir *ir = ir_make(&arena);
	give_spans(ir);
	ok = !is_last || judge(&arena, ir, "as lowered");
	ok = ok && flt__ir_number(ir) && (!is_last || judge(&arena, ir, "as expressions"));
	ok = ok && run_passes(&arena, ir, is_last ? 0 : turn, is_last ? PASS_COUNT : turn + 1);
	flt__arena_release(&arena);
	return ok;
}

static void random_graphs(uint64_t seed, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		for (size_t turn = 0; turn <= PASS_COUNT; turn++) {
			if (one_graph(seed + i, turn))
				continue;
			printf("replay: SEED=%" PRIu64 " RUNS=1\n", seed + i);
			failures++;
			return;
		}
}

/* ---- expressions ---------------------------------------------------------------------------- */

static void look(void *context, char letter, const char *text)
{
	const char *expr = context;

	if (letter == 'a' || letter == 'g' || comes_back(NULL, text)) /* those are trees */
		return;
	printf("after %c: %s\n", letter, expr);
	failures++;
}

static uint32_t flags_of(const char *words)
{
	return (strstr(words, "live") ? (uint32_t)FLT_COMPILE_LIVE : 0) |
	       (strstr(words, "cooked") ? (uint32_t)FLT_COMPILE_COOKED : 0);
}

static void compile(char *expr, const char *link, const char *words)
{
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .trace = look,
					 .trace_context = expr };
	int64_t linktype = flt_linktype_find(link);
	struct flt_program *program = NULL;
	struct flt_error err;

	opts.linktype = (uint32_t)linktype;
	opts.flags = flags_of(words) | FLT_COMPILE_NETMASK;
	opts.netmask = NETMASK;
	if (linktype >= 0 && flt_compile(&program, expr, strlen(expr), &opts, &err) == FLT_OK) {
		flt_program_unref(program);
		return;
	}
	printf("%s: %s: %s\n", link, expr, linktype >= 0 ? err.message : "no such link type");
	failures++;
}

/* "LINK <tab> FLAGS <tab> EXPRESSION", or the expression alone. */
static void compile_line(char *line)
{
	char *first = strchr(line, '\t'), *expr = first ? strrchr(first, '\t') + 1 : line;

	if (!first) {
		compile(expr, "EN10MB", "");
		return;
	}
	*first = '\0';
	expr[-1] = '\0';
	compile(expr, line, expr - 1 > first ? first + 1 : "");
}

static void expressions(const char *name)
{
	static char line[LINE];
	const char *top = getenv("TOP_SRCDIR");
	uint64_t before = texts;

	snprintf(line, sizeof(line), "%s/tests/%s", top ? top : ".", name);
	FILE *file = fopen(line, "r");
	if (!file) {
		perror(line);
		failures++;
		return;
	}
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			compile_line(line);
	}
	fclose(file);
	failures += texts == before;
	printf("%s: %" PRIu64 " texts\n", name, texts - before);
}

/* ---- what is none --------------------------------------------------------------------------- */

static const struct refusal {
	const char *text, *message;
} refused[] = {
	{ "", "line 1: found the end where a block was expected" },
	{ "b0:", "line 1: found the end where an assignment, `if`, `jump` or `ret` was expected" },
	{ "b0:\n\tgoto b1",
	  "line 2: found 'goto' where an assignment, `if`, `jump` or `ret` was expected" },
	{ "b0: jump b1", "b1 is not there" },
	{ "b1: ret 0", "b0 is not there" },
	{ "b0: ret 0\nb0: ret 0", "line 2: a block is there twice" },
	{ "b0: ret 4294967296", "line 1: a number has more than 32 bits" },
	{ "b0: jump b1048576", "line 1: the number of a name is too large" },
	{ "b0: ret 0 ;", "line 1: found ';' where a block was expected" },
	{ "b0: if [12:2] = 5", "line 1: found '=' where a comparison was expected" },
	{ "b0: if [12:2) == 5", "line 1: found ')' where ']' was expected" },
	{ "b0: if (len ! 2) == 5", "line 1: found '!' where an operation was expected" },
	{ "b0: if x == 5", "line 1: found 'x' where an expression was expected" },
	{ "b0: if len == 5 else b0", "line 1: found 'else' where 'then' was expected" },
	{ "b0:\tv1 = len\n\tv2 = get 5", "line 2: found '5' where a slot was expected" },
	{ "b0: v1 = frob v2", "line 1: found 'frob' where an operation was expected" },
	{ "b0: v0 = len", "line 1: no value has the number 0" },
	{ "b0: s0 = s0.0", "line 1: no contents has the number 0" },
	{ "b0: s0 = s0.1\ns1 = s1.1", "line 2: one number names the contents of two slots" },
	{ "b0: v1 = len\ns1 = len", "line 2: code as lowered and expressions are mixed" },
};

/* What reads, and is broken: ir_check.c says how. */
static const struct refusal broken[] = {
	{ "b0: open", "block b0 has no exit" },
	{ "b0: jump b0", "b0 to b0 closes a cycle" },
	{ "b0: s0 = s0.1 ret 0", "b0 reads slot 0, which is not set on every path" },
	{ "b0: if [0:3] == 1 then b1 else b1 b1: ret 0", "b0 loads 3 bytes" },
	{ "b0: evaluate len ret 0", "b0 lists v1, which has no side effect" },
	{ "b0: v1 = neg v2 ret 0", "v1 has operands v2 and v0" },
	{ "b0: if v1 == 1 then b1 else b1 b1: ret 0", "b0 uses v1, which is not defined" },
};

static void expect_refusal(const struct refusal *row, const char *before, bool is_read)
{
	struct flt_error err = { .code = FLT_OK };
	char wanted[200];
	struct arena arena;

	snprintf(wanted, sizeof(wanted), "%s%s", before, row->message);
	flt__arena_init(&arena, MEMORY);
	struct ir *ir = ir_read(&arena, row->text, &err);
	bool is_good = ir && flt__ir_check(ir, &err);
	if ((ir != NULL) != is_read || is_good || strcmp(err.message, wanted) != 0) {
		printf("%s\n\twanted %s\n\tgot    %s\n", row->text, wanted, err.message);
		failures++;
	}
	flt__arena_release(&arena);
}

static void refusals(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		expect_refusal(&refused[i], "", false);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		expect_refusal(&broken[i], "intermediate code: ", true);
}

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

int main(void)
{
	uint64_t seed = from_env("SEED", (uint64_t)time(NULL)),
		 count = from_env("RUNS", USUAL_RUNS);

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, count);
	refusals();
	random_graphs(seed, count);
	printf("random graphs: %" PRIu64 " texts\n", texts);
	expressions("optimizer.rows");
	expressions("expressions-200.txt");
	printf("%" PRIu64 " texts, %" PRIu64 " failures\n", texts, failures);
	return failures || !texts;
}
