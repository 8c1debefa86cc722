/* SPDX-License-Identifier: BSD-2-Clause */
/* All words of the language, from the .def tables. A short expression looks for its few words in
 * the rows; a longer one makes a hash table of them, which costs as much as SHORT searches. */
#include <string.h>

#include "token.h"
#include "suggest.h"

#define WORDS_SLOTS 1024u /* a power of two, several times the number of words */

#define SHORT 8u

struct words {
	struct arena *arena;
	uint32_t asked;    /* searches so far */
	struct word *slot; /* WORDS_SLOTS of them; NULL: not made yet */
};

/* One row of a table; words separated by commas. */
struct row {
	const char *words;
	uint32_t len; /* of all of them */
	enum token_kind kind;
	uint32_t which;
};

static const struct row rows[] = {
#define WORD(tag, which, words) { words, sizeof(words) - 1, T_##tag, (uint32_t)(which) },
#define CONSTANT(word, number)  { word, sizeof(word) - 1, T_NUMBER, number },
#include "tokens.def"
#define KEYWORD(tag, words, args) { words, sizeof(words) - 1, T_KEYWORD, KW_##tag },
#include "keywords.def"
#undef KEYWORD
#define PROTO(tag, word, others, layer, number)                                                    \
	{ word, sizeof(word) - 1, T_PROTO, PROTO_##tag },                                          \
		{ others, UINT32_MAX, T_PROTO, PROTO_##tag },
#include "protos.def"
#undef PROTO
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static uint32_t hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 16777619u;
	return h ^ h >> 15;
}

static bool same(const struct word *word, const char *text, size_t len)
{
	return word->len == len && memcmp(word->text, text, len) == 0;
}

/* The next word of a row, after the one given; NULL text: the first. */
static struct word next_word(const struct row *row, struct word word)
{
	const char *text = word.text ? word.text + word.len : row->words;

	if (text && *text == ',')
		text++;
	if (!text || !*text)
		return (struct word){ .text = NULL };
	const char *comma = strchr(text, ',');
	size_t len = comma ? (size_t)(comma - text) : strlen(text);
	return (struct word){ text, (uint32_t)len, row->kind, row->which };
}

/* A row of one word has its length; of two, the one is its beginning and the other its end. */
static bool may_hold(const struct row *row, const char *text, size_t len)
{
	if (row->len == UINT32_MAX) /* a list of several, or of none */
		return true;
	if (row->len <= len)
		return row->len == len && row->words[0] == text[0];
	return row->words[len] == ',' || row->words[row->len - len - 1] == ',';
}

static bool find_in_row(const struct row *row, const char *text, size_t len, struct word *found)
{
	struct word word = next_word(row, (struct word){ .text = NULL });

	while (word.text && !same(&word, text, len))
		word = next_word(row, word);
	*found = word;
	return word.text != NULL;
}

/* ---- the table ------------------------------------------------------------------------- */

/* The slot of a word, or the free one where it would be. */
static struct word *find_slot(struct word *slot, const char *text, size_t len)
{
	uint32_t i = hash(text, len) & (WORDS_SLOTS - 1);

	while (slot[i].text && !same(&slot[i], text, len))
		i = (i + 1) & (WORDS_SLOTS - 1);
	return &slot[i];
}

static void make_table(struct words *words)
{
	struct word *slot = flt__arena_array(words->arena, WORDS_SLOTS, sizeof(*slot));
	struct word word = { .text = NULL };

	for (size_t i = 0; slot && i < ROWS; i++)
		while ((word = next_word(&rows[i], word)).text)
			*find_slot(slot, word.text, word.len) = word;
	words->slot = slot;
}

/* ---- asking ---------------------------------------------------------------------------- */

struct words *flt__words_new(struct compile *c)
{
	struct words *words = flt__arena_alloc(&c->arena, sizeof(*words));

	if (words)
		words->arena = &c->arena;
	return words;
}

bool flt__words_find(struct words *words, const char *text, size_t len, struct word *found)
{
	if (!words->slot && words->asked++ == SHORT)
		make_table(words);
	if (words->slot) {
		*found = *find_slot(words->slot, text, len);
		return found->text != NULL;
	}
	for (size_t i = 0; i < ROWS; i++)
		if (may_hold(&rows[i], text, len) && find_in_row(&rows[i], text, len, found))
			return true;
	return false;
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
