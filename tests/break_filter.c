/* SPDX-License-Identifier: BSD-2-Clause */
#include "break_filter.h"

#include <ctype.h>
#include <string.h>

#define TOKENS_MAX    400u
#define MISTAKES_MOST 3u

/* ---- bytes ----------------------------------------------------------------------------------- */

static void insert(struct broken *b, uint32_t at, const char *bytes, uint32_t len)
{
	if (len > sizeof(b->text) - b->len)
		return;
	memmove(b->text + at + len, b->text + at, b->len - at);
	memcpy(b->text + at, bytes, len);
	b->len += len;
}

static void leave_out(struct broken *b, uint32_t at, uint32_t len)
{
	memmove(b->text + at, b->text + at + len, b->len - at - len);
	b->len -= len;
}

static void change_byte(struct random *r, struct broken *b)
{
	if (b->len)
		b->text[random_below(r, b->len)] = (char)random_below(r, 256);
}

static void insert_byte(struct random *r, struct broken *b)
{
	char byte = (char)random_below(r, 256);

	insert(b, random_below(r, b->len + 1), &byte, 1);
}

static void drop_run(struct random *r, struct broken *b)
{
	uint32_t at = random_below(r, b->len + 1);

	leave_out(b, at, random_below(r, b->len - at + 1));
}

static void repeat_run(struct random *r, struct broken *b)
{
	char copy[RANDOM_FILTER_BYTES];
	uint32_t at = random_below(r, b->len + 1), run = random_below(r, b->len - at + 1);

	run = run < sizeof(copy) ? run : (uint32_t)sizeof(copy);
	memcpy(copy, b->text + at, run);
	insert(b, random_below(r, b->len + 1), copy, run);
}

static void insert_piece(struct random *r, struct broken *b)
{
	static const char *const pieces[] = {
		"(",        ")",
		"[",        "]",
		"!",        "not ",
		" and ",    " or ",
		"&",        "|",
		"<<",       "-",
		":",        "/",
		"\\",       "$",
		"%",        "0x",
		"0",        "::",
		".",        "'",
		"\"",       "\n",
		"\xc3",     "\xff",
		"port ",    "host ",
		"net ",     "src ",
		" mask ",   "vlan ",
		"geneve ",  "proto ",
		"ether ",   "tcp",
		"[0:3]",    "len ",
		"ra ",      "portrange ",
		",",        "{",
		"}",        "@",
		"\xc2\xa0", "\xe2\x80\x93",
		"\t",       "\x1b[1m",
	};
	const char *piece = pieces[random_below(r, sizeof(pieces) / sizeof(pieces[0]))];

	insert(b, random_below(r, b->len + 1), piece, (uint32_t)strlen(piece));
}

/* ---- words ----------------------------------------------------------------------------------- */

struct place {
	uint32_t at, len;
};

static bool is_word(char ch)
{
	return isalnum((unsigned char)ch) || (ch && strchr("-_.:", ch));
}

/* Words and single other characters, blanks left out. */
static uint32_t find_tokens(const struct broken *b, struct place tokens[TOKENS_MAX])
{
	uint32_t count = 0;

	for (uint32_t at = 0; at < b->len && count < TOKENS_MAX;) {
		uint32_t len = 0;
		while (at + len < b->len && is_word(b->text[at + len]))
			len++;
		if (!len && b->text[at] == ' ') {
			at++;
			continue;
		}
		tokens[count] = (struct place){ at, len ? len : 1 };
		at += tokens[count++].len;
	}
	return count;
}

static struct place draw_token(struct random *r, const struct broken *b)
{
	struct place tokens[TOKENS_MAX];
	uint32_t count = find_tokens(b, tokens);

	return count ? tokens[random_below(r, count)] : (struct place){ 0, 0 };
}

/* Words of the language, of other tools, and names. */
static const char *draw_word(struct random *r)
{
	static const char *const words[] = {
#define WORD(tag, which, words) words,
#define CONSTANT(word, number)  word,
#include "tokens.def"
#define KEYWORD(tag, words, args) words,
#include "keywords.def"
#undef KEYWORD
#define PROTO(tag, word, others, layer, number) word,
#include "protos.def"
#undef PROTO
#define HABIT(place, words, instead) words,
#include "habits.def"
		"80",
		"1.2.3.4",
		"10.0.0.0/8",
		"::1",
		"00:11:22:33:44:55",
		"nowhere.example",
		"99999999999",
		"host.domain",
		"http",
		"80-90",
		"$7",
		"0x1g",
		"\\tcp",
		"1.2.3.4.5",
	};

	return words[random_below(r, sizeof(words) / sizeof(words[0]))];
}

static void drop_token(struct random *r, struct broken *b)
{
	struct place token = draw_token(r, b);

	leave_out(b, token.at, token.len);
}

static void replace_token(struct random *r, struct broken *b)
{
	struct place token = draw_token(r, b);
	const char *word = draw_word(r);

	leave_out(b, token.at, token.len);
	insert(b, token.at, word, (uint32_t)strcspn(word, ","));
}

static void insert_token(struct random *r, struct broken *b)
{
	struct place token = draw_token(r, b);
	const char *word = draw_word(r);

	insert(b, token.at, " ", 1);
	insert(b, token.at, word, (uint32_t)strcspn(word, ","));
}

static void swap_tokens(struct random *r, struct broken *b)
{
	struct place one = draw_token(r, b), other = draw_token(r, b);
	char copy[RANDOM_FILTER_BYTES];

	if (one.at >= other.at || other.len > sizeof(copy))
		return;
	memcpy(copy, b->text + other.at, other.len);
	leave_out(b, other.at, other.len);
	insert(b, other.at, b->text + one.at, one.len);
	leave_out(b, one.at, one.len);
	insert(b, one.at, copy, other.len);
}

static void truncate_behind(struct random *r, struct broken *b)
{
	struct place token = draw_token(r, b);

	b->len = token.at + token.len;
}

/* A letter twice, left out, wrong, in capitals, or two of them the wrong way round. */
static void misspell(struct random *r, struct broken *b)
{
	struct place token = draw_token(r, b);

	if (token.len < 2)
		return;
	uint32_t at = token.at + random_below(r, token.len - 1);
	char letter = b->text[at];
	switch (random_below(r, 5)) {
	case 0: insert(b, at, &letter, 1); break;
	case 1: leave_out(b, at, 1); break;
	case 2: b->text[at] = (char)('a' + random_below(r, 26)); break;
	case 3: b->text[at] = (char)toupper((unsigned char)letter); break;
	default: b->text[at] = b->text[at + 1]; b->text[at + 1] = letter;
	}
}

/* ---- all ------------------------------------------------------------------------------------- */

void break_filter(struct random *r, struct broken *b, const struct random_style *style)
{
	static void (*const mistakes[])(struct random * r, struct broken * b) = {
		change_byte, insert_byte,   drop_run,     repeat_run,  insert_piece,
		drop_token,  replace_token, insert_token, swap_tokens, truncate_behind,
		misspell,    misspell,      misspell,
	};

	random_filter_of(r, b->text, style);
	b->len = (uint32_t)strlen(b->text);
	uint32_t count = random_one_in(r, 3) ? random_below(r, MISTAKES_MOST + 1) : 1;
	for (uint32_t i = 0; i < count; i++)
		mistakes[random_below(r, sizeof(mistakes) / sizeof(mistakes[0]))](r, b);
}
