/* SPDX-License-Identifier: BSD-2-Clause */
/* What the bench reads: expressions, and the trace and the lists of the shared folder. */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPRESSION_COUNT 60u
#define FEW_TERMS        2u /* so many at most, in FEW_COUNT expressions at least */
#define FEW_COUNT        25u
#define LIST_COUNT       10u /* the most that may be lists */
#define FIRST_ROOM       4096u
#define PATH_BYTES       4096u
#define BLANKS           " \t()!"

/* ---- files ---------------------------------------------------------------------------------- */

static char *read_all(FILE *file, size_t *len)
{
	char *text = NULL;
	size_t room = 0;

	*len = 0;
	do {
		if (*len + 1 >= room) {
			room = room ? 2 * room : FIRST_ROOM;
			char *more = realloc(text, room);
			if (!more)
				break;
			text = more;
		}
		*len += fread(text + *len, 1, room - 1 - *len, file);
	} while (!feof(file) && !ferror(file));
	if (!text || !feof(file)) {
		free(text);
		return NULL;
	}
	text[*len] = '\0';
	return text;
}

char *bench_read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t len = 0;
	char *text = file ? read_all(file, &len) : NULL;

	if (!text)
		printf("%s: cannot be read: %s\n", path, strerror(errno));
	else if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	if (file)
		fclose(file);
	return text;
}

void bench_shared_path(char *path, size_t size, const char *name)
{
	const char *shared = getenv("SHARED");

	snprintf(path, size, "%s/bench/%s", shared ? shared : "../shared", name);
}

bool bench_read_trace(struct packet_pool *pool)
{
	char path[PATH_BYTES];

	bench_shared_path(path, sizeof(path), "traffic.pcap");
	if (packet_pool_read(pool, path))
		return true;
	printf("%s: no packets\n", path);
	return false;
}

/* ---- expressions ---------------------------------------------------------------------------- */

static bool is_word(const char *at, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(at, word, len) == 0;
}

/* Words that join two tests, unless they stand in `src or dst`. */
static bool joins(const char *at, size_t len)
{
	static const char *const words[] = { "and", "or", "&&", "||" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(at, len, words[i]))
			return true;
	return false;
}

uint32_t bench_terms(const char *text)
{
	uint32_t terms = 1;
	bool after_src = false;

	for (const char *at = text; *at;) {
		size_t len = strcspn(at, BLANKS);
		terms += !after_src && joins(at, len);
		after_src = is_word(at, len, "src");
		at += len;
		at += strspn(at, BLANKS);
	}
	return terms;
}

static bool add_expression(struct bench_expressions *expressions, const char *line)
{
	char **more = realloc(expressions->list, (expressions->count + 1) * sizeof(*more));
	char *copy = more ? strdup(line) : NULL;

	if (more)
		expressions->list = more;
	if (copy)
		expressions->list[expressions->count++] = copy;
	return copy != NULL;
}

/* What the bench's numbers speak of: this many, of these kinds. */
static bool is_balanced(const struct bench_expressions *expressions, const char *name)
{
	uint32_t few = 0, lists = 0;

	for (uint32_t i = 0; i < expressions->count; i++) {
		uint32_t terms = bench_terms(expressions->list[i]);
		few += terms <= FEW_TERMS;
		lists += terms > BENCH_LIST_TERMS;
	}
	if (expressions->count == EXPRESSION_COUNT && few >= FEW_COUNT && lists <= LIST_COUNT)
		return true;
	printf("%s: %u expressions, %u of one or two tests, %u lists; wanted are %u, at least %u, "
	       "at most %u\n",
	       name, expressions->count, few, lists, EXPRESSION_COUNT, FEW_COUNT, LIST_COUNT);
	return false;
}

bool bench_read_expressions(struct bench_expressions *expressions, const char *name)
{
	const char *folder = getenv("TOP_SRCDIR");
	char path[PATH_BYTES], *rest = NULL;

	snprintf(path, sizeof(path), "%s/tests/bench/%s", folder ? folder : ".", name);
	char *text = bench_read_text(path);
	if (!text)
		return false;
	*expressions = (struct bench_expressions){ 0 };
	bool ok = true;
	for (char *line = strtok_r(text, "\n", &rest); line && ok;
	     line = strtok_r(NULL, "\n", &rest))
		ok = *line == '#' || add_expression(expressions, line);
	free(text);
	if (ok && is_balanced(expressions, name))
		return true;
	bench_expressions_free(expressions);
	return false;
}

void bench_expressions_free(struct bench_expressions *expressions)
{
	for (uint32_t i = 0; i < expressions->count; i++)
		free(expressions->list[i]);
	free(expressions->list);
	*expressions = (struct bench_expressions){ 0 };
}
