/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads tests/parse.rows: an expression, and below it, indented, the tree that it must give, or the
 *place and the message of the refusal:
 *
 *	ip or tcp
 *		= (ip or tcp)
 *	port
 *		! 4+0 found the end where a port number or name was expected
 *
 * A line of "# ..." begins a group. Fails when a word of the .def tables is in no row. With -u as
 *the first argument the file is printed as it would pass, for a reader to judge.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "token.h"

#define NESTING 1000u
#define MEMORY  (64u << 20)
#define LINE    65536

static int rows, failures;

/* ---- which words were seen ------------------------------------------------------------ */

static const struct {
	const char *words;
	int is_punct;
} tables[] = {
#define WORD(tag, which, words) { words, 0 },
#define PUNCT(tag, text)        { text, 1 },
#define CONSTANT(word, number)  { word, 0 },
#include "tokens.def"
#define KEYWORD(tag, words, args) { words, 0 },
#include "keywords.def"
#undef KEYWORD
#define PROTO(tag, word, others, layer, number) { word, 0 }, { others, 0 },
#include "protos.def"
#undef PROTO
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static char seen[LINE * 4]; /* every token, between blanks */

static void note_tokens(struct compile *c)
{
	struct lexer lexer = { .c = c, .words = flt__words_new(c) };
	size_t used = strlen(seen);

	for (struct token token = flt__lex(&lexer); token.kind != T_END; token = flt__lex(&lexer)) {
		if (used + token.span.len + 3 > sizeof(seen))
			return;
		used += (size_t)snprintf(seen + used, sizeof(seen) - used, " %.*s ",
					 (int)token.span.len, c->text + token.span.at);
	}
}

static void check_word(const char *word, int len)
{
	char wanted[80];

	snprintf(wanted, sizeof(wanted), " %.*s ", len, word);
	if (strstr(seen, wanted))
		return;
	printf("no row has '%.*s'\n", len, word);
	failures++;
}

static void check_all_words(void)
{
	for (size_t i = 0; i < TABLES; i++) {
		const char *at = tables[i].words ? tables[i].words : "";
		while (*at) {
			size_t len = tables[i].is_punct ? strlen(at) : strcspn(at, ",");
			check_word(at, (int)len);
			at += len + (at[len] == ',');
		}
	}
}

/* ---- rows ----------------------------------------------------------------------------- */

static void parse_row(const char *expr, char *out, size_t room)
{
	struct flt_error err = { .code = FLT_OK }, ignored = { .code = FLT_OK };
	struct compile c = { .err = &err, .text = expr, .len = (uint32_t)strlen(expr) };

	c.opts.max_nesting = NESTING;
	c.opts.max_memory = MEMORY;
	flt__arena_init(&c.arena, MEMORY);
	struct ast *tree = flt__parse(&c);
	if (tree && flt__ast_text(tree, out + 2, room - 2) > 0)
		memcpy(out, "= ", 2);
	else
		snprintf(out, room, "! %llu+%llu %s", (unsigned long long)err.offset,
			 (unsigned long long)err.length, err.message);
	c.err = &ignored;
	note_tokens(&c);
	flt__arena_release(&c.arena);
}

static void check_row(const char *expr, const char *wanted, int update)
{
	static char got[LINE];

	parse_row(expr, got, sizeof(got));
	rows++;
	if (update)
		printf("%s\n\t%s\n", expr, got);
	else if (strcmp(got, wanted) != 0) {
		printf("%s\n\twanted %s\n\tgot    %s\n", expr, wanted, got);
		failures++;
	}
}

static char *read_line(FILE *file, char *line)
{
	if (!fgets(line, LINE, file))
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void run(FILE *file, int update)
{
	static char expr[LINE], wanted[LINE];

	while (read_line(file, expr)) {
		if (expr[0] == '#') {
			if (update)
				printf("%s\n", expr);
			continue;
		}
		if (!read_line(file, wanted) || wanted[0] != '\t') {
			printf("a row without an answer: %s\n", expr);
			failures++;
			return;
		}
		check_row(expr, wanted + 1, update);
	}
}

int main(int argc, char **argv)
{
	int update = argc > 1 && strcmp(argv[1], "-u") == 0;
	const char *top = getenv("TOP_SRCDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/parse.rows", top ? top : ".");
	FILE *file = fopen(path, "r");
	if (!file) {
		perror(path);
		return 1;
	}
	run(file, update);
	fclose(file);
	if (update)
		return 0;
	check_all_words();
	printf("%d rows, %d failed\n", rows, failures);
	return failures || !rows;
}
