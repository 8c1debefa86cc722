/* SPDX-License-Identifier: BSD-2-Clause */
/* What rows of text cannot say of the parser: limits, sizes, odd bytes, spans, and that no keyword
 * of the parser is unknown to what comes after it. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ast.h"
#include "parse.h"
#include "unit.h"

#define NESTING 1000u
#define MEMORY  (1ull << 30)

static struct flt_error err;
static struct compile c;

/* Parse len bytes that have nothing readable behind them. */
static struct ast *parse(const char *text, size_t len, uint32_t nesting, uint64_t memory)
{
	char *exact = malloc(len ? len : 1);

	if (len)
		memcpy(exact, text, len);
	memset(&err, 0, sizeof(err));
	c = (struct compile){ .err = &err, .text = exact, .len = (uint32_t)len };
	c.opts.max_nesting = nesting;
	c.opts.max_memory = memory;
	flt__arena_init(&c.arena, memory);
	return flt__parse(&c);
}

static void done(void)
{
	free((void *)(uintptr_t)c.text);
	flt__arena_release(&c.arena);
}

/* ---- big ones ------------------------------------------------------------------------- */

struct text {
	char *bytes;
	size_t len;
};

static void add(struct text *text, const char *part, size_t times)
{
	size_t len = strlen(part);

	text->bytes = realloc(text->bytes, text->len + len * times + 1);
	for (size_t i = 0; i < times; i++, text->len += len)
		memcpy(text->bytes + text->len, part, len);
}

struct big_row {
	const char *before, *middle, *after;
	size_t times; /* of before and of after */
	int code;
};

/* The limit is 1,000. */
/* clang-format off */
static const struct big_row big[] = {
	{ "(",      "ip",     ")", 1000,    FLT_OK },
	{ "(",      "ip",     ")", 1001,    FLT_E_LIMIT },
	{ "not ",   "ip",     "",  1000,    FLT_OK },
	{ "!",      "ip",     "",  1001,    FLT_E_LIMIT },
	{ "!",      "",       "",  1 << 20, FLT_E_LIMIT },
	{ "ip[",    "5",      "]", 1001,    FLT_E_LIMIT },
	{ "-",      "5 = 5",  "",  999,     FLT_OK },
	{ "-",      "5 = 5",  "",  1001,    FLT_E_LIMIT },
	{ "5 ^ ",   "5 = 5",  "",  1 << 18, FLT_OK },
	{ "5 ^ 1 + ", "5 = 5", "", 499,     FLT_OK },
	{ "5 ^ 1 + ", "5 = 5", "", 501,    FLT_E_LIMIT },
	{ "5 % ",   "5 = 5",  "",  999,     FLT_OK },
	{ "5 % ",   "5 = 5",  "",  1001,    FLT_E_LIMIT },
	{ "1 + ",   "1 = 1",  "",  1 << 18, FLT_OK },
	{ "1 + (",  "1",      ")", 1000,    FLT_E_LIMIT },
	{ "1|1&1<<1+1*(", "1", ")", 1000,   FLT_E_LIMIT },
	{ "vlan ",  "(",      "",  2,       FLT_E_SYNTAX },
	{ "ip or ", "ip",     "",  1 << 20, FLT_OK },
	{ "ip and (tcp or udp) or ", "ip", "", 1 << 16, FLT_OK },
	{ "",       "port 1", " or 2", 1 << 19, FLT_OK },
	{ "",       "port (1", " or 2", 1 << 19, FLT_E_SYNTAX },
	{ "a",      "",       "",  1 << 22, FLT_E_SYNTAX },
	{ "a-",     "",       "",  1 << 22, FLT_E_SYNTAX },
	{ "1:",     "",       "",  1 << 22, FLT_E_SYNTAX },
	{ "  \n",   "ip",     "\t\r", 1 << 22, FLT_OK },
};
/* clang-format on */

START_TEST(sizes)
{
	for (size_t i = 0; i < sizeof(big) / sizeof(big[0]); i++) {
		struct text text = { NULL, 0 };

		add(&text, big[i].before, big[i].times);
		add(&text, big[i].middle, 1);
		add(&text, big[i].after, big[i].times);
		struct ast *tree = parse(text.bytes, text.len, NESTING, MEMORY);
		ck_assert_msg(err.code == big[i].code && !tree == (big[i].code != FLT_OK),
			      "row %zu: %s", i, err.message);
		done();
		free(text.bytes);
	}
}
END_TEST

START_TEST(nesting_is_an_option)
{
	ck_assert(parse("((ip))", 6, 2, MEMORY));
	done();
	ck_assert(!parse("((ip))", 6, 1, MEMORY));
	ck_assert_int_eq(err.code, FLT_E_LIMIT);
	ck_assert_uint_eq(err.offset, 1);
	ck_assert_uint_eq(err.length, 1);
	ck_assert_str_eq(err.message, "the expression is nested more than 1 levels deep");
	done();
}
END_TEST

START_TEST(memory_is_a_limit)
{
	struct text text = { NULL, 0 };

	add(&text, "ip or ", 100000);
	add(&text, "ip", 1);
	ck_assert(!parse(text.bytes, text.len, NESTING, 1 << 20));
	ck_assert(c.arena.failed);
	ck_assert_uint_le(c.arena.used, 1 << 20);
	done();
	free(text.bytes);
}
END_TEST

/* A chain is one node, however long. */
START_TEST(chains_are_flat)
{
	struct text text = { NULL, 0 };

	add(&text, "ip or ", 5000);
	add(&text, "tcp and udp", 1);
	const struct ast *tree = parse(text.bytes, text.len, NESTING, MEMORY);
	ck_assert_int_eq(tree->kind, AST_CHAIN);
	ck_assert_uint_eq(tree->term_count, 5002);
	ck_assert(!tree->terms[5000].is_and);
	ck_assert(tree->terms[5001].is_and);
	done();
	free(text.bytes);
}
END_TEST

/* ---- odd bytes ------------------------------------------------------------------------ */

START_TEST(any_byte)
{
	char text[] = "ip or ?cp";

	for (int byte = 0; byte < 256; byte++) {
		text[6] = (char)byte;
		parse(text, sizeof(text) - 1, NESTING, MEMORY);
		ck_assert(byte == 't' || byte == ' ' || byte == '\n' || err.code != FLT_OK);
		ck_assert_uint_le(err.offset + err.length, sizeof(text) - 1);
		done();
		parse(text + 6, 1, NESTING, MEMORY);
		done();
	}
}
END_TEST

START_TEST(nul_and_utf8)
{
	ck_assert(!parse("ip\0or", 5, NESTING, MEMORY));
	ck_assert_uint_eq(err.offset, 2);
	ck_assert_str_eq(err.message, "'\\x00' is not a character of the filter language");
	done();
	ck_assert(!parse("host \xc3\xa4", 7, NESTING, MEMORY));
	ck_assert_uint_eq(err.offset, 5);
	done();
	ck_assert(!parse("host \\\xc3\xa4", 8, NESTING, MEMORY));
	done();
}
END_TEST

/* ---- spans ---------------------------------------------------------------------------- */

static void check_span(struct span span, const char *wanted)
{
	ck_assert_uint_eq(span.len, strlen(wanted));
	ck_assert_mem_eq(c.text + span.at, wanted, span.len);
}

START_TEST(spans)
{
	const char *text = " tcp dst port 80 or (not 81) and ip[6:2] & 5 != 0";
	const struct ast *tree = parse(text, strlen(text), NESTING, MEMORY);

	check_span(tree->span, text + 1);
	check_span(tree->terms[0].node->span, "tcp dst port 80");
	check_span(tree->terms[0].node->quals.span, "tcp dst port");
	check_span(tree->terms[0].node->value->span, "80");
	check_span(tree->terms[1].node->span, "(not 81)");
	check_span(tree->terms[1].node->a->span, "81");
	check_span(tree->terms[2].node->span, "ip[6:2] & 5 != 0");
	check_span(tree->terms[2].node->op_span, "!=");
	check_span(tree->terms[2].node->a->op_span, "&");
	check_span(tree->terms[2].node->a->a->span, "ip[6:2]");
	done();
	text = "ip net 10.1.0.0 / 16 or host (a or b)";
	tree = parse(text, strlen(text), NESTING, MEMORY);
	check_span(tree->terms[0].node->value->span, "10.1.0.0 / 16");
	check_span(tree->terms[0].node->value->prefix_span, "/ 16");
	check_span(tree->terms[1].node->span, "host (a or b)");
	done();
}
END_TEST

#define ARGS_NONE_TEXT      ""
#define ARGS_OPTNUMBER_TEXT ""
#define ARGS_OPTNAME_TEXT   ""
#define ARGS_NUMBER_TEXT    " 1"
#define ARGS_NAME_TEXT      " 1"
#define ARGS_RELNUMBER_TEXT " 1"
#define ARGS_WORD_TEXT      " x"
#define ARGS_BYTE_TEXT      " 1 = 1"

static const struct {
	const char *words, *args;
} keywords[] = {
#define KEYWORD(tag, words, args) { words, args##_TEXT },
#include "keywords.def"
#undef KEYWORD
};

/* One link type for each family of keywords, and one for all others: EN10MB, PFLOG, SUNATM, MTP2,
 * IEEE802_11. */
static const uint32_t families[] = { 1, 117, 123, 140, 105 };

static void compile_keyword(const char *text)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = families[i] };
		struct flt_program *program = NULL;

		if (flt_compile(&program, text, strlen(text), &opts, &err) == FLT_OK)
			flt_program_unref(program);
	}
}

/* A word without a function is a jump to nowhere: each is tried in a process of its own. */
START_TEST(keywords_have_functions)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		char text[80];
		int status = -1;

		snprintf(text, sizeof(text), "%.*s%s", (int)strcspn(keywords[i].words, ","),
			 keywords[i].words, keywords[i].args);
		pid_t child = fork();
		if (!child) {
			compile_keyword(text);
			_exit(0);
		}
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
			      "'%s' crashes; has it a row in `keywords` of compiler/lower/lower.c?",
			      text);
	}
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "sizes", sizes }, { "nesting_is_an_option", nesting_is_an_option },
		{ "memory_is_a_limit", memory_is_a_limit }, { "chains_are_flat", chains_are_flat },
		{ "any_byte", any_byte }, { "nul_and_utf8", nul_and_utf8 }, { "spans", spans },
		{ "keywords_have_functions", keywords_have_functions },
		{ NULL, NULL },
	};
	/* clang-format on */

	return unit_run("parse", rows);
}
