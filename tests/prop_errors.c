/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions with something wrong in them: good ones with bytes and words changed, left out,
 * added, misspelt or exchanged, on all link types. Each compiles, or is refused with a reason and a
 * caret under a token of the expression; never by the words "syntax error", never as a bug of ours.
 * What compiles and can match nothing is explained. Nesting at the limit fits into a small stack.
 *
 * RUNS=n (refusals), SEED=n replay.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "break_filter.h"
#include "libfilter.h"
#include "random_links.h"

#define USUAL_RUNS    10000u
#define TRIES_PER_RUN 20u /* most expressions for one refusal */
#define DEPTH         6u
#define ERRORS_MAX    20u
#define SHOWN_COLUMNS 78u  /* of the line; a caret may stand behind it */
#define LINKTYPES     300u /* numbers that are tried */

/* What threads have with musl; a sanitizer, and code that is not optimized, need more. */
#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || !defined(__OPTIMIZE__)
#define STACK_BYTES (2048u << 10)
#elif defined(__s390x__) /* every call there saves 160 bytes of registers */
#define STACK_BYTES (384u << 10)
#else
#define STACK_BYTES (128u << 10)
#endif

struct trial {
	struct random random;
	uint64_t seed; /* of the expression at hand */
	struct broken b;
	uint32_t linktype, flags;
	uint64_t tried, good, empty, refused, no_memory;
	uint64_t by_code[32];
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what, const struct flt_error *err)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%.*s: link type %u: %s: at %" PRIu64 "+%" PRIu64
		       ": %s; replay: SEED=%" PRIu64 " RUNS=1\n",
		       (int)t->b.len, t->b.text, t->linktype, what, err->offset, err->length,
		       err->message, t->seed);
}

/* ---- judging ------------------------------------------------------------------------------- */

static bool is_clean(const char *text, const char *also)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && !strchr(also, *text)) || *text == 127)
			return false;
	return true;
}

static void judge_error(struct trial *t, int code, const struct flt_error *err)
{
	if (code == FLT_E_BUG || code == FLT_E_ARGUMENT || code == FLT_E_PROGRAM)
		wrong(t, flt_strerror(code), err);
	else if (code != err->code || strlen(err->message) < 10 || !is_clean(err->message, ""))
		wrong(t, "no good message", err);
	else if (strstr(err->message, "syntax error"))
		wrong(t, "no reason", err);
	else if (err->offset > t->b.len || err->length > t->b.len - err->offset)
		wrong(t, "a place outside the expression", err);
	else if (err->length == 0 && err->offset != t->b.len)
		wrong(t, "no token", err);
	else if (err->length == t->b.len && err->length > 60 && code != FLT_E_LIMIT &&
		 code != FLT_E_NOMEM)
		wrong(t, "the whole expression is blamed", err);
}

/* In a line of ASCII alone, the caret stands under the first byte of the token. */
static bool is_under_token(const struct trial *t, const struct flt_error *err, const char *line,
			   const char *carets)
{
	size_t column = (size_t)(strchr(carets, '^') - carets);
	size_t len = (size_t)(carets - 1 - line);
	char want = err->offset < t->b.len ? t->b.text[err->offset] : '\n';

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] > 126 || line[i] == '?')
			return true;
	if (want == '\n')
		return column == len;
	if ((unsigned char)want < ' ' || want == 127)
		want = ' ';
	return column < len && line[column] == want;
}

/* Three lines: message, expression, carets. */
static void judge_shown(struct trial *t, const struct flt_error *err)
{
	char shown[4096];

	if (memchr(t->b.text, '\0', t->b.len) || t->b.len == sizeof(t->b.text))
		return;
	t->b.text[t->b.len] = '\0';
	int len = flt_error_show(err, t->b.text, shown, sizeof(shown));
	if (len <= 0 || (size_t)len >= sizeof(shown) || !is_clean(shown, "\n")) {
		wrong(t, "not shown", err);
		return;
	}
	char *line = strchr(shown, '\n') + 1, *carets = strchr(line, '\n');
	char *end = carets ? strchr(carets + 1, '\n') : NULL;
	if (!end || end[1] || !strchr(carets, '^') || strspn(carets + 1, " ^~") + 1 + carets != end)
		wrong(t, "no caret", err);
	else if (end - carets - 1 > (ptrdiff_t)SHOWN_COLUMNS + 1)
		wrong(t, "too wide", err);
	else if (!is_under_token(t, err, line, carets + 1))
		wrong(t, "a caret elsewhere", err);
}

/* 1: the clauses, but for one, match nothing when they are compiled alone; 0: something; -1: that
 * cannot be said, since a clause has words from another one, looks at headers behind others, or
 * before the packet (where the kernel's loads may end a program with something else than 0). */
static int is_empty_without(struct trial *t, const struct flt_program_info *info, uint32_t without)
{
	static const char *const odd[] = {
		"vlan", "mpls", "pppoes", "geneve", "vxlan", "lane", "-"
	};
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = t->linktype };
	struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_program_info known = { .size = sizeof(known) };
	struct flt_program *prog = NULL;
	char text[BROKEN_FILTER_BYTES + 8 * FLT_CLAUSES_MAX] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (strstr(t->b.text, odd[i]))
			return -1;
	for (uint32_t i = 0; i < info->clause_count; i++)
		if (i != without)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s(%.*s)",
						len ? " and " : "", (int)info->clause_length[i],
						t->b.text + info->clause_offset[i]);
	opts.resolver = &nobody;
	opts.flags = t->flags & FLT_COMPILE_LIVE;
	if (!len || flt_compile(&prog, text, len, &opts, NULL) < 0)
		return -1;
	flt_program_info(prog, &known);
	flt_program_unref(prog);
	return known.flags & FLT_PROGRAM_EMPTY ? 1 : 0;
}

/* What is named is impossible, and each clause of it is needed. */
static bool is_smallest(struct trial *t, const struct flt_program_info *info)
{
	if (info->clause_count == 0)
		return true;
	if (is_empty_without(t, info, info->clause_count) == 0)
		return false;
	for (uint32_t i = 0; i < info->clause_count; i++)
		if (is_empty_without(t, info, i) == 1)
			return false;
	return true;
}

static void judge_empty(struct trial *t, const struct flt_program_info *info)
{
	struct flt_error nothing = { .message = "empty" };
	char shown[4096];

	t->empty++;
	if (memchr(t->b.text, '\0', t->b.len) || t->b.len == sizeof(t->b.text))
		return;
	t->b.text[t->b.len] = '\0';
	int len = flt_program_show_empty(info, t->b.text, shown, sizeof(shown));
	if (len <= 0 || (size_t)len >= sizeof(shown) || !is_clean(shown, "\n") ||
	    strncmp(shown, "no packet can match", 19) != 0)
		wrong(t, "not explained", &nothing);
	else if (info->clause_count && !strchr(shown, '^'))
		wrong(t, "no caret below clauses", &nothing);
	else if (!is_smallest(t, info))
		wrong(t, shown, &nothing);
}

/* ---- one expression ------------------------------------------------------------------------ */

static int failing_host(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	(void)context, (void)name, (void)list, (void)max;
	return FLT_E_SYSTEM;
}

static uint32_t draw_linktype(struct random *r, char *own)
{
	uint32_t row = random_links_draw(r);

	*own = random_links[row].own;
	while (random_one_in(r, 3)) {
		uint32_t number = random_below(r, LINKTYPES);
		if (number && flt_linktype_name(number))
			return number;
	}
	return (uint32_t)flt_linktype_find(random_links[row].name);
}

static void judge(struct trial *t, int code, const struct flt_error *err,
		  const struct flt_program *prog)
{
	struct flt_program_info info = { .size = sizeof(info) };

	t->good += code == FLT_OK;
	t->no_memory += code == FLT_E_NOMEM;
	t->refused += code < 0 && code != FLT_E_NOMEM;
	if (code < 0 && code > -32)
		t->by_code[-code]++;
	if (code == FLT_OK && flt_program_info(prog, &info) == FLT_OK &&
	    (info.flags & FLT_PROGRAM_EMPTY))
		judge_empty(t, &info);
	if (code < 0)
		judge_error(t, code, err);
	if (code < 0 && code != FLT_E_NOMEM)
		judge_shown(t, err);
}

static void one_expression(struct trial *t)
{
	struct flt_resolver names = { .size = sizeof(names) };
	struct flt_compile_opts opts = { .size = sizeof(opts), .resolver = &names };
	struct random_style style = { .depth = random_below(&t->random, DEPTH + 1) };
	struct flt_program *prog = NULL;
	struct flt_error err;

	t->tried++;
	opts.linktype = t->linktype = draw_linktype(&t->random, &style.own);
	break_filter(&t->random, &t->b, &style);
	if (random_one_in(&t->random, 10))
		names.host = failing_host;
	opts.flags = random_one_in(&t->random, 2) ? FLT_COMPILE_O0 : 0;
	opts.flags |= random_one_in(&t->random, 4) ? FLT_COMPILE_LIVE : 0;
	if (random_one_in(&t->random, 16))
		opts.max_memory = random_below(&t->random, 200000);
	t->flags = opts.flags;
	int code = flt_compile(&prog, t->b.text, t->b.len, &opts, &err);
	judge(t, code, &err, prog);
	flt_program_unref(prog);
}

/* ---- depth --------------------------------------------------------------------------------- */

/* As deep as the limit allows, or deeper: before, again and again; middle; behind, as often. */
/* clang-format off */
static const struct deep {
	const char *start, *before, *middle, *behind, *end;
} deeps[] = {
	{"", "(", "ip", ")", ""},
	{"", "not ", "ip", "", ""},
	{"", "!(", "tcp port 80", ")", ""},
	{"ip[0]=", "(", "1", ")", ""},
	{"ip[0]=", "- ", "1", "", ""},
	{"1=", "ip[", "0", "]", ""},
	{"1=", "1+(", "len", ")", ""},
	{"1=", "ip[0]^", "len", "", ""},
	{"1=len", "", "", "+ip[0]", ""},
	{"host ", "(", "1.2.3.4", " or 1.2.3.5)", ""},
	{"port ", "(1 or ", "2", ")", ""},
	{"vlan ", "(", "5", ")", ""},
	{"", "(ip and (", "tcp", ") or udp)", ""},
};
/* clang-format on */

#define DEEPS (sizeof(deeps) / sizeof(deeps[0]))

static void repeat(char *text, const char *piece, unsigned times)
{
	char *at = text + strlen(text);
	size_t len = strlen(piece);

	for (; times > 0; times--, at += len)
		memcpy(at, piece, len + 1);
}

static void deepen(struct trial *t, const struct deep *deep, unsigned times, uint32_t flags)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = flags };
	static const size_t room = 64 << 10;
	char *text = calloc(1, room);
	struct flt_program *prog = NULL;
	struct flt_error err;

	if (!text)
		return;
	repeat(text, deep->start, 1);
	repeat(text, deep->before, times);
	repeat(text, deep->middle, 1);
	repeat(text, deep->behind, times);
	repeat(text, deep->end, 1);
	int code = flt_compile(&prog, text, strlen(text), &opts, &err);
	if (code != FLT_OK && code != FLT_E_LIMIT && code != FLT_E_NOMEM) {
		t->wrong++;
		printf("%s%s... %u times: %s\n", deep->start, deep->before, times, err.message);
	}
	flt_program_unref(prog);
	free(text);
}

static void *deepen_all(void *context)
{
	static const unsigned times[] = { 10, 124, 125, 248, 249, 250, 251, 2000 };

	for (size_t i = 0; i < DEEPS * sizeof(times) / sizeof(times[0]); i++) {
		deepen(context, &deeps[i % DEEPS], times[i / DEEPS], 0);
		deepen(context, &deeps[i % DEEPS], times[i / DEEPS], FLT_COMPILE_O0);
	}
	return context;
}

static bool deepen_in_small_stack(struct trial *t)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	bool ran = pthread_create(&thread, &attr, deepen_all, t) == 0 &&
		   pthread_join(thread, NULL) == 0;
	pthread_attr_destroy(&attr);
	return ran;
}

static void print_codes(const struct trial *t)
{
	for (int code = 1; code < 32; code++)
		if (t->by_code[code])
			printf("%s %" PRIu64 "\n", flt_strerror(-code), t->by_code[code]);
}

int main(void)
{
	static struct trial t;
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	while (t.refused < runs && t.tried < runs * TRIES_PER_RUN) {
		t.seed = seed + t.tried;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	if (!deepen_in_small_stack(&t))
		return 1;
	print_codes(&t);
	printf("%" PRIu64 " expressions: %" PRIu64 " refused, %" PRIu64 " compiled (%" PRIu64
	       " match nothing), %" PRIu64 " without memory; %zu deep ones in a stack of %u bytes; "
	       "%u wrong\n",
	       t.tried, t.refused, t.good, t.empty, t.no_memory, DEEPS, STACK_BYTES, t.wrong);
	return t.wrong == 0 && t.refused >= runs ? 0 : 1;
}
