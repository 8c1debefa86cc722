/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_compile(): options, the stages one after another, the optimizer's rounds. */
#include "compile.h"

#include <string.h>

#include "any_link.h"
#include "bpf.h"
#include "emit.h"
#include "empty.h"
#include "group.h"
#include "ir.h"
#include "lower.h"
#include "optimize.h"
#include "opts.h"
#include "parse.h"
#include "program.h"
#include "read_lists.h"

#define DEFAULT_SNAPLEN        262144u
#define DEFAULT_MAX_EXPRESSION (64ull << 20)
#define DEFAULT_MAX_MEMORY     (4ull << 30)
#define DEFAULT_MAX_NESTING    250u          /* fits into 128 KiB of stack; s390x: 384 */
#define EXPRESSION_MAX         0x7fffffffull /* spans are 32 bits */

#define KNOWN_FLAGS                                                                                \
	(FLT_COMPILE_O0 | FLT_COMPILE_LIVE | FLT_COMPILE_SWAPPED | FLT_COMPILE_UNSWAPPED |         \
	 FLT_COMPILE_NETMASK | FLT_COMPILE_COOKED | FLT_COMPILE_FILES)

/* ---- options -------------------------------------------------------------------------- */

static void fill_defaults(struct flt_compile_opts *opts)
{
	if (!opts->linktype)
		opts->linktype = FLT_LINKTYPE_EN10MB;
	if (!opts->snaplen)
		opts->snaplen = DEFAULT_SNAPLEN;
	if (!opts->resolver)
		opts->resolver = flt_resolver_files();
	if (!opts->max_expression)
		opts->max_expression = DEFAULT_MAX_EXPRESSION;
	if (opts->max_expression > EXPRESSION_MAX)
		opts->max_expression = EXPRESSION_MAX;
	if (!opts->max_memory)
		opts->max_memory = DEFAULT_MAX_MEMORY;
	if (!opts->max_nesting)
		opts->max_nesting = DEFAULT_MAX_NESTING;
}

#define PASS_GROUP 'g' /* of the tree; those of the code are in passes.def */

static const char pass_letters[] = {
	PASS_GROUP,
#define PASS(letter, function, what) letter,
#include "passes.def"
#undef PASS
	'\0',
};

static int check_passes(const char *letters, struct flt_error *err)
{
	size_t known = letters ? strspn(letters, pass_letters) : 0;

	if (!letters || !letters[known])
		return FLT_OK;
	bool is_plain = letters[known] > ' ' && letters[known] <= '~';
	return flt__fail(err, FLT_E_ARGUMENT, "no pass has the letter '%c'; the letters are %s",
			 is_plain ? letters[known] : '?', pass_letters);
}

static const struct flt_compile_stats no_stats;

static int check_options(const struct flt_compile_opts *opts, const char *function,
			 struct flt_error *err)
{
	uint32_t both = FLT_COMPILE_SWAPPED | FLT_COMPILE_UNSWAPPED;

	if (opts->flags & ~KNOWN_FLAGS)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: unknown flags 0x%x", function,
				 opts->flags & ~KNOWN_FLAGS);
	if ((opts->flags & both) == both)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: a savefile has one byte order, not both",
				 function);
	if (opts->dialect != FLT_DIALECT_PCAP)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: unknown dialect %u", function,
				 opts->dialect);
	if (opts->resolver && opts->resolver->size < sizeof(*opts->resolver))
		return flt__fail(err, FLT_E_ARGUMENT,
				 "%s: the resolver's size field is %u, not %zu", function,
				 opts->resolver->size, sizeof(*opts->resolver));
	if (opts->stats && flt__opts_give(opts->stats, &no_stats, sizeof(no_stats)) != FLT_OK)
		return flt__fail(err, FLT_E_ARGUMENT,
				 "%s: the size field of its stats is %u; set it to sizeof",
				 function, opts->stats->size);
	return check_passes(opts->passes, err);
}

int flt__compile_begin(struct compile *c, const char *function, const char *expr, size_t len,
		       const struct flt_compile_opts *opts)
{
	int code = flt__opts_take(&c->opts, sizeof(c->opts), opts, function, c->err);

	if (code == FLT_OK)
		code = check_options(&c->opts, function, c->err);
	if (code != FLT_OK)
		return code;
	fill_defaults(&c->opts);
	if (len > c->opts.max_expression)
		return flt__fail_at(c->err, FLT_E_LIMIT, c->opts.max_expression, 0,
				    "an expression of %zu bytes is longer than the limit of %llu",
				    len, (unsigned long long)c->opts.max_expression);
	c->text = expr;
	c->len = (uint32_t)len;
	c->names = c->opts.resolver;
	flt__arena_init(&c->arena, c->opts.max_memory);
	if (!c->opts.lookups)
		return FLT_OK;
	flt__lookups_begin(c->opts.lookups, &c->kept, c->names, c->opts.max_memory);
	c->names = &c->kept.resolver;
	return FLT_OK;
}

/* ---- tracing -------------------------------------------------------------------------- */

static void trace_tree(struct compile *c, const struct ast *tree, char letter)
{
	if (!flt__is_traced(c, letter))
		return;
	struct arena room;
	size_t len = (size_t)flt__ast_text(tree, NULL, 0) + 1;
	flt__arena_within(&room, &c->arena);
	char *text = flt__arena_alloc(&room, len);
	if (text && flt__ast_text(tree, text, len) >= 0)
		c->opts.trace(c->opts.trace_context, letter, text);
	c->arena.failed |= room.failed;
	flt__arena_release(&room);
}

/* ---- stages --------------------------------------------------------------------------- */

struct result {
	struct bpf_code code;
	const struct ast *tree;
};

static bool is_grouped(const struct compile *c)
{
	const char *letters = c->opts.passes;

	return !(c->opts.flags & FLT_COMPILE_O0) && (!letters || strchr(letters, PASS_GROUP));
}

static bool run_stages(struct compile *c, struct result *result)
{
	struct ast *tree = flt__parse(c);

	result->tree = tree;
	if (!tree)
		return false;
	trace_tree(c, tree, 'a');
	if (!flt__read_lists(c, tree))
		return false;
	if (is_grouped(c)) {
		tree = flt__group(c, tree);
		if (!tree)
			return false;
		trace_tree(c, tree, PASS_GROUP);
	}
	struct ir *ir = flt__lower(c, tree);
	if (!ir || c->arena.failed || !flt__optimize(c, ir))
		return false;
	return flt__emit(c, ir, &result->code);
}

int flt__compile_failure(struct compile *c)
{
	/* What went wrong after that is no reason: a name that is not there, say, was not read. */
	if (c->arena.failed) {
		flt__error_clear(c->err);
		return flt__fail(c->err, FLT_E_NOMEM,
				 "compiling %u bytes ran out of memory; the limit is %llu bytes",
				 c->len, (unsigned long long)c->opts.max_memory);
	}
	if (c->err->code == FLT_OK)
		flt__fail(c->err, FLT_E_BUG, "a stage of the compiler failed and gave no reason");
	return c->err->code;
}

static int finish(struct compile *c, const struct result *result, struct flt_program **prog)
{
	struct flt_program_info info = { .linktype = c->opts.linktype, .snaplen = c->opts.snaplen };

	if (c->opts.flags & FLT_COMPILE_LIVE)
		info.flags |= FLT_PROGRAM_LIVE;
	if (c->opts.flags & FLT_COMPILE_COOKED)
		info.flags |= FLT_PROGRAM_COOKED;
	int code = flt__program_make(prog, &result->code, &info, c->err);
	if (code == FLT_E_PROGRAM)
		c->err->code = code = FLT_E_BUG;
	if (code == FLT_OK)
		(*prog)->any_link = flt__any_link(c, result->tree);
	if (code != FLT_OK || !((*prog)->info.flags & FLT_PROGRAM_EMPTY))
		return code;
	flt__empty_explain(c, result->tree, &(*prog)->info);
	if (!c->arena.failed)
		return FLT_OK;
	flt_program_unref(*prog);
	*prog = NULL;
	return flt__compile_failure(c);
}

/* What no single word is to blame for is the whole expression's. */
static void place_error(struct compile *c, int code)
{
	bool has_place = c->err->offset || c->err->length;

	if ((code == FLT_E_LIMIT || code == FLT_E_NOMEM) && !has_place)
		c->err->length = c->len;
}

static void give_stats(struct compile *c)
{
	if (!c->opts.stats)
		return;
	c->stats.memory = c->arena.most;
	flt__opts_give(c->opts.stats, &c->stats, sizeof(c->stats));
}

/* As far as refusals go; what is said of it is nobody's. Without memory it is granted. */
static bool compiles(const struct compile *c, const char *text)
{
	struct flt_error ignored = { .code = FLT_OK };
	struct compile advice = { .err = &ignored,
				  .opts = c->opts,
				  .names = c->names,
				  .text = text,
				  .len = (uint32_t)strlen(text) };

	advice.opts.trace = NULL;
	flt__arena_init(&advice.arena, c->opts.max_memory);
	struct ast *tree = flt__parse(&advice);
	bool is_whole = tree && flt__read_lists(&advice, tree);
	bool ok = (is_whole && flt__lower(&advice, tree)) || advice.arena.failed;
	flt__arena_release(&advice.arena);
	return ok;
}

int flt_compile(struct flt_program **prog, const char *expr, size_t len,
		const struct flt_compile_opts *opts, struct flt_error *err)
{
	struct flt_error own;
	struct compile c = { .err = err ? err : &own, .compiles = compiles };
	struct result result = { .tree = NULL };

	flt__error_clear(c.err);
	if (!prog || (!expr && len))
		return flt__fail(c.err, FLT_E_ARGUMENT, "flt_compile: %s is NULL",
				 prog ? "the expression" : "prog");
	*prog = NULL;
	int code = flt__compile_begin(&c, "flt_compile", expr, len, opts);
	if (code != FLT_OK)
		return code;
	code = run_stages(&c, &result) ? finish(&c, &result, prog) : flt__compile_failure(&c);
	place_error(&c, code);
	if (code == FLT_OK)
		give_stats(&c);
	flt__arena_release(&c.arena);
	return code;
}
