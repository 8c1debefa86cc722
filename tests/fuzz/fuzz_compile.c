/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an expression: byte 0 says the link type, byte 1 the flags, the rest is text.
 * Compiled as it is and at -O0, with the verifier between the passes: both give the same verdict on
 * the text, programs agree on a packet of zeros, an error has its place inside the text, and what
 * people are shown of it, or of a program without matches, has a caret. Clauses lie inside the
 * text, and a graph of them can be shown. The work of the passes is bounded by n log n, the memory
 * of a compile by n.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

#define HEAD        2
#define WORK_MOST   64u        /* the passes: this times n log2(n), ... */
#define WORK_FIRST  8192u      /* ... and this */
#define BYTES_MOST  512u       /* of memory: this times n, ... */
#define BYTES_FIRST (1u << 20) /* ... and this: sniff-filter(7), LIMITS */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* These first, so that stored inputs keep what they are about; then all that there are. */
static const char *const linktypes[] = {
	"EN10MB", "RAW", "IPV4", "IPV6", "NULL", "LOOP", "LINUX_SLL", "LINUX_SLL2", "PPP",
#define LAYOUT(name, ...) #name,
#include "layouts.def"
};

static void look(void *context, char letter, const char *text)
{
	*(size_t *)context += (size_t)letter + strlen(text);
}

/* Built-in names only: the machine's files say different things on different machines. */
static struct flt_resolver resolver(void)
{
	struct flt_resolver names = *flt_resolver_files();

	names.context = (void *)(uintptr_t) "/nowhere";
	return names;
}

/* The text has no NUL behind it, and may have some in it. */
static void show(const struct flt_program *program, const struct flt_error *err, const char *expr,
		 size_t len)
{
	struct flt_program_info info = { .size = sizeof(info) };
	char shown[4096], *text = malloc(len + 1);
	int used = 1;

	if (!text)
		return;
	memcpy(text, expr, len);
	text[len] = '\0';
	shown[0] = '\0';
	if (!program)
		used = flt_error_show(err, text, shown, sizeof(shown));
	else if (flt_program_info(program, &info) == FLT_OK && info.flags & FLT_PROGRAM_EMPTY)
		used = flt_program_show_empty(&info, text, shown, sizeof(shown));
	if (used <= 0 || used >= (int)sizeof(shown) ||
	    (!program && err->code != FLT_E_ARGUMENT && !strchr(shown, '^')))
		__builtin_trap();
	free(text);
}

#define GRAPHED_INSNS 500 /* larger programs would slow it down */

static void look_at_clauses(const struct flt_program *program, const char *expr, size_t len)
{
	uint64_t at, clause_len;
	uint32_t count;

	if (!program)
		return;
	flt_program_insns(program, &count);
	for (uint32_t insn = 0; insn < count; insn++)
		if (flt_program_clause(program, insn, &at, &clause_len) < 0 || at > len ||
		    clause_len > len - at)
			__builtin_trap();
	if (count > GRAPHED_INSNS)
		return;
	char *text = malloc(len + 1);
	if (!text)
		return;
	memcpy(text, expr, len);
	text[len] = '\0';
	if (flt_program_show_graph(program, text, NULL, 0) <= 0)
		__builtin_trap();
	free(text);
}

static struct flt_program *compile(const uint8_t *bytes, size_t len, uint32_t more_flags, int *code,
				   struct flt_compile_stats *stats)
{
	struct flt_resolver names = resolver();
	size_t seen = 0;
	struct flt_compile_opts opts = {
		.size = sizeof(opts),
		.linktype = (uint32_t)flt_linktype_find(
			linktypes[bytes[0] % (sizeof(linktypes) / sizeof(linktypes[0]))]),
		.flags =
			(bytes[1] & (FLT_COMPILE_LIVE | FLT_COMPILE_NETMASK | FLT_COMPILE_COOKED)) |
			more_flags,
		.netmask = 0xffffff00,
		.resolver = &names,
		.max_memory = 64u << 20,
		.max_nesting = 200,
		.trace = look,
		.trace_context = &seen,
		.stats = stats,
	};
	struct flt_program *program = NULL;
	struct flt_error err;

	*code = flt_compile(&program, (const char *)bytes + HEAD, len - HEAD, &opts, &err);
	if (*code == FLT_E_BUG || (*code != FLT_OK) != !program || *code != err.code)
		__builtin_trap();
	if (*code != FLT_OK &&
	    (err.offset > len - HEAD || err.length > len - HEAD - err.offset || !err.message[0]))
		__builtin_trap();
	show(program, &err, (const char *)bytes + HEAD, len - HEAD);
	look_at_clauses(program, (const char *)bytes + HEAD, len - HEAD);
	return program;
}

/* n is of instructions at -O0 and of bytes: code that nothing leads to has no instructions. */
static bool is_cheap(const struct flt_program *plain, size_t len,
		     const struct flt_compile_stats *stats)
{
	uint32_t count, log = 0;

	flt_program_insns(plain, &count);
	uint64_t n = count + len;
	while (n >> log)
		log++;
	return stats->work <= WORK_FIRST + WORK_MOST * n * log &&
	       stats->memory <= BYTES_FIRST + BYTES_MOST * n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const uint8_t zeros[256];
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	int code, plain_code;

	if (len < HEAD)
		return 0;
	struct flt_program *best = compile(bytes, len, 0, &code, &stats);
	struct flt_program *plain = compile(bytes, len, FLT_COMPILE_O0, &plain_code, NULL);
	/* Memory may suffice for one and not for the other. */
	if (code != plain_code && code != FLT_E_LIMIT && plain_code != FLT_E_LIMIT)
		__builtin_trap();
	if (best && plain && !is_cheap(plain, len, &stats))
		__builtin_trap();
	if (best && plain &&
	    flt_run(best, zeros, sizeof(zeros), sizeof(zeros), NULL) !=
		    flt_run(plain, zeros, sizeof(zeros), sizeof(zeros), NULL))
		__builtin_trap();
	flt_program_unref(best);
	flt_program_unref(plain);
	return 0;
}
