/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expressions with something wrong in them: random ones with bytes changed, left out, added or
 * repeated. Each compiles, or is refused with a reason and a place inside the expression; never by
 * the words "syntax error" alone, never as a bug of ours. Nesting at the limit fits into a small
 * stack.
 *
 * RUNS=n (expressions), SEED=n replay.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"
#include "random_filter.h"

#define USUAL_RUNS 10000u
#define DEPTH 6u
#define ERRORS_MAX 20u

/* What threads have with musl; a sanitizer, and code that is not optimized, need more. */
#ifndef __has_feature
#define __has_feature(what) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || !defined(__OPTIMIZE__)
#define STACK_BYTES (2048u << 10)
#else
#define STACK_BYTES (128u << 10)
#endif

struct trial {
	struct random random;
	uint64_t seed; /* of the expression at hand */
	char text[2 * RANDOM_FILTER_BYTES];
	uint32_t len;
	uint64_t good, refused, no_memory;
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what, const struct flt_error *err)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%.*s: %s: at %" PRIu64 "+%" PRIu64 ": %s; replay: SEED=%" PRIu64
		       " RUNS=1\n",
		       (int)t->len, t->text, what, err->offset, err->length, err->message, t->seed);
}

/* ---- changing ------------------------------------------------------------------------------ */

static void insert(struct trial *t, uint32_t at, const char *bytes, uint32_t len)
{
	if (len > sizeof(t->text) - t->len)
		return;
	memmove(t->text + at + len, t->text + at, t->len - at);
	memcpy(t->text + at, bytes, len);
	t->len += len;
}

static void leave_out(struct trial *t, uint32_t at, uint32_t len)
{
	memmove(t->text + at, t->text + at + len, t->len - at - len);
	t->len -= len;
}

static void change(struct trial *t)
{
	static const char *const pieces[] = {
		"(",	   ")",	     "[",      "]",	"!",	 "not ", " and ",  " or ",
		"&",	   "|",	     "<<",     "-",	":",	 "/",	 "\\",	   "$",
		"%",	   "0x",     "0",      "::",	".",	 "'",	 "\"",	   "\n",
		"\xc3",	   "\xff",   "port ",  "host ", "net ",	 "src ", " mask ", "vlan ",
		"geneve ", "proto ", "ether ", "tcp",	"[0:3]", "len ", "ra ",	   "portrange ",
	};
	struct random *r = &t->random;
	uint32_t at = random_below(r, t->len + 1), run = random_below(r, t->len - at + 1);
	char byte = (char)random_below(r, 256);
	char copy[RANDOM_FILTER_BYTES];

	switch (random_below(r, 5)) {
	case 0:
		if (at < t->len)
			t->text[at] = byte;
		break;
	case 1:
		leave_out(t, at, random_one_in(r, 2) ? run : run > 0);
		break;
	case 2:
		insert(t, at, &byte, 1);
		break;
	case 3:
		run = run < sizeof(copy) ? run : (uint32_t)sizeof(copy);
		memcpy(copy, t->text + at, run);
		insert(t, random_below(r, t->len + 1), copy, run);
		break;
	default: {
		const char *piece = pieces[random_below(r, sizeof(pieces) / sizeof(pieces[0]))];
		insert(t, at, piece, (uint32_t)strlen(piece));
	}
	}
}

/* ---- judging ------------------------------------------------------------------------------- */

static bool is_clean(const char *message)
{
	for (; *message; message++)
		if ((unsigned char)*message < ' ' || *message == 127)
			return false;
	return true;
}

static void judge_error(struct trial *t, int code, const struct flt_error *err)
{
	if (code == FLT_E_BUG || code == FLT_E_ARGUMENT || code == FLT_E_PROGRAM)
		wrong(t, flt_strerror(code), err);
	else if (code != err->code || !*err->message || !is_clean(err->message))
		wrong(t, "no good message", err);
	else if (strstr(err->message, "syntax error"))
		wrong(t, "no reason", err);
	else if (err->offset > t->len || err->length > t->len - err->offset)
		wrong(t, "a place outside the expression", err);
	else if (err->length == 0 && err->offset != t->len)
		wrong(t, "no token", err);
}

static void judge_shown(struct trial *t, const struct flt_error *err)
{
	char shown[4 * RANDOM_FILTER_BYTES];

	if (memchr(t->text, '\0', t->len) || t->len == sizeof(t->text))
		return;
	t->text[t->len] = '\0';
	int len = flt_error_show(err, t->text, shown, sizeof(shown));
	if (len <= 0 || (size_t)len >= sizeof(shown) || shown[len - 1] != '\n' ||
	    !strchr(shown, '^'))
		wrong(t, "no caret", err);
}

static void one_expression(struct trial *t)
{
	static const uint32_t links[] = {
		FLT_LINKTYPE_EN10MB, FLT_LINKTYPE_RAW,	     FLT_LINKTYPE_IPV4,
		FLT_LINKTYPE_IPV6,   FLT_LINKTYPE_NULL,	     FLT_LINKTYPE_LOOP,
		FLT_LINKTYPE_PPP,    FLT_LINKTYPE_LINUX_SLL, FLT_LINKTYPE_LINUX_SLL2,
	};
	struct flt_resolver nobody = {.size = sizeof(nobody)};
	struct flt_compile_opts opts = {.size = sizeof(opts), .resolver = NULL};
	struct flt_program *prog = NULL;
	struct flt_error err;

	random_filter(&t->random, t->text, random_below(&t->random, DEPTH + 1));
	t->len = (uint32_t)strlen(t->text);
	for (uint32_t i = random_below(&t->random, 4); i > 0; i--)
		change(t);
	opts.resolver = &nobody;
	opts.linktype = links[random_below(&t->random, sizeof(links) / sizeof(links[0]))];
	opts.flags = random_one_in(&t->random, 2) ? FLT_COMPILE_O0 : 0;
	opts.flags |= random_one_in(&t->random, 4) ? FLT_COMPILE_LIVE : 0;
	if (random_one_in(&t->random, 8))
		opts.max_memory = random_below(&t->random, 200000);
	int code = flt_compile(&prog, t->text, t->len, &opts, &err);
	t->good += code == FLT_OK;
	t->no_memory += code == FLT_E_NOMEM;
	t->refused += code < 0 && code != FLT_E_NOMEM;
	if (code < 0) {
		judge_error(t, code, &err);
		if (code != FLT_E_NOMEM)
			judge_shown(t, &err);
	}
	flt_program_unref(prog);
}

/* ---- depth --------------------------------------------------------------------------------- */

/* As deep as the limit allows, or deeper: before, again and again; middle; behind, as often. */
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
	struct flt_compile_opts opts = {.size = sizeof(opts), .flags = flags};
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
	if (code != FLT_OK && code != FLT_E_LIMIT) {
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

int main(void)
{
	static struct trial t;
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	if (!deepen_in_small_stack(&t))
		return 1;
	printf("%" PRIu64 " expressions: %" PRIu64 " compiled, %" PRIu64 " refused, %" PRIu64
	       " without memory; %zu deep ones in a stack of %u bytes; %u wrong\n",
	       runs, t.good, t.refused, t.no_memory, DEEPS, STACK_BYTES, t.wrong);
	return t.wrong == 0 && t.good && t.refused ? 0 : 1;
}
