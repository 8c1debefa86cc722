/* SPDX-License-Identifier: BSD-2-Clause */
/* All words of the language, from the .def tables, in one hash table per compile. */
#include <string.h>

#include "lex.h"
#include "suggest.h"

#define WORDS_SLOTS 1024u        /* a power of two, several times the number of words */

struct words {
	uint32_t count;
	struct word slot[WORDS_SLOTS];
};

/* One row of a table; words separated by commas. */
struct row {
	const char *words;
	enum token_kind kind;
	uint32_t which;
};

static const struct row rows[] = {
#define WORD(tag, which, words) { words, T_##tag, (uint32_t)(which) },
#define CONSTANT(word, number) { word, T_NUMBER, number },
#include "tokens.def"
#define KEYWORD(tag, words, args) { words, T_KEYWORD, KW_##tag },
#include "keywords.def"
#undef KEYWORD
#define PROTO(tag, word, others, layer, number) \
	{ word, T_PROTO, PROTO_##tag }, { others, T_PROTO, PROTO_##tag },
#include "protos.def"
#undef PROTO
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static uint32_t hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u;        /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool same(const struct word *word, const char *text, size_t len)
{
	return word->len == len && memcmp(word->text, text, len) == 0;
}

/* The slot of a word, or the free one where it would be. */
static uint32_t find_slot(const struct words *words, const char *text, size_t len)
{
	uint32_t i = hash(text, len) & (WORDS_SLOTS - 1);

	while (words->slot[i].text && !same(&words->slot[i], text, len))
		i = (i + 1) & (WORDS_SLOTS - 1);
	return i;
}

static void add_row(struct words *words, const struct row *row)
{
	const char *text = row->words;

	while (text && *text) {
		size_t len = strcspn(text, ",");
		words->slot[find_slot(words, text, len)] =
			(struct word){ text, (uint32_t)len, row->kind, row->which };
		words->count++;
		text += len + (text[len] == ',');
	}
}

const struct words *flt__words_new(struct compile *c)
{
	struct words *words = flt__arena_alloc(&c->arena, sizeof(*words));

	for (size_t i = 0; words && i < ROWS; i++)
		add_row(words, &rows[i]);
	return words;
}

const struct word *flt__words_find(const struct words *words, const char *text, size_t len)
{
	const struct word *word = &words->slot[find_slot(words, text, len)];

	return word->text ? word : NULL;
}

/* Can a number begin with it? */
static bool begins_number(enum token_kind kind)
{
	return kind == T_NUMBER || kind == T_LEN || kind == T_PROTO;
}

void flt__words_try(struct nearest *near, bool numbers_only)
{
	for (size_t i = 0; i < ROWS; i++)
		if (!numbers_only || begins_number(rows[i].kind))
			flt__nearest_try(near, rows[i].words);
}
