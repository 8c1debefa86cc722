/* SPDX-License-Identifier: BSD-2-Clause */
#include "hint.h"

#include <stdio.h>
#include <string.h>

#include "suggest.h"

static const struct habit {
	enum hint_place place;
	const char *words;
	const char *instead;
} habits[] = {
#define HABIT(place, words, instead) { HINT_##place, words, instead },
#include "habits.def"
};

static const struct {
	const char *words;
	const char *why;
} lacks[] = {
#define LACK(words, why) { words, why },
#include "habits.def"
};

static const struct {
	const char *chars;
	const char *hint;
} odd_chars[] = {
#define CHARS(chars, hint) { chars, hint },
#include "habits.def"
};

/* ---- words of other tools --------------------------------------------------------------- */

/* ASCII only, whatever the locale says; b is lower case. */
static bool same_word(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char low = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + ('a' - 'A')) : a[i];
		if (low != b[i])
			return false;
	}
	return true;
}

/* Is the word one of those, which commas separate? */
static bool is_in(const char *words, const char *word, size_t len)
{
	while (*words) {
		size_t one = strcspn(words, ",");
		if (one == len && same_word(word, words, len))
			return true;
		words += one + (words[one] == ',');
	}
	return false;
}

static const char *find_habit(const char *word, size_t len, enum hint_place place)
{
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		if (habits[i].place == place && is_in(habits[i].words, word, len))
			return habits[i].instead;
	return NULL;
}

/* ---- words run together ----------------------------------------------------------------- */

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* `port80`: the length of the word before the digits, if it is one that takes a number. */
static size_t glued_word(const char *word, size_t len)
{
	static const char *const takes[] = { "port",      "proto",   "net",     "host",
					     "vlan",      "less",    "greater", "mpls",
					     "portrange", "ifindex", "byte" };
	size_t letters = 0;

	while (letters < len && !is_digit(word[letters]))
		letters++;
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		if (letters < len && letters == strlen(takes[i]) &&
		    same_word(word, takes[i], letters))
			return letters;
	return 0;
}

/* `5-3` is a name: '-' joins words. */
static bool looks_like_minus(const char *word, size_t len)
{
	const char *minus = memchr(word, '-', len);

	return minus && minus + 1 < word + len && is_digit(minus[1]);
}

/* ---- advice ----------------------------------------------------------------------------- */

/* What is advised compiles as it stands: on some link types it does not. */
static bool compiles(const struct compile *c, const char *text)
{
	return !c->compiles || c->compiles(c, text);
}

static struct hint advise(const struct compile *c, const char *instead)
{
	struct hint hint;

	snprintf(hint.text, sizeof(hint.text),
		 compiles(c, instead) ? "; write '%s'" : "; on other link types use '%s'", instead);
	return hint;
}

static const char *find_lack(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (is_in(lacks[i].words, word, len))
			return lacks[i].why;
	return NULL;
}

/* The name of a service alone: `bgp`. */
static bool port_test(const struct compile *c, const char *word, size_t len, struct hint *hint)
{
	struct flt_service service;
	char text[48];

	if (len > 32 || !c->names || !c->names->service)
		return false;
	snprintf(text, sizeof(text), "port %.*s", (int)len, word);
	if (c->names->service(c->names->context, text + strlen("port "), &service, 1) <= 0)
		return false;
	*hint = advise(c, text);
	return true;
}

static bool has_capital(const char *word, size_t len)
{
	size_t i = 0;

	while (i < len && !(word[i] >= 'A' && word[i] <= 'Z'))
		i++;
	return i < len;
}

/* The name of an IP protocol alone: `dccp`. `TCP` is rather a word of ours, misspelt. */
static bool proto_test(const struct compile *c, const char *word, size_t len, struct hint *hint)
{
	uint32_t number;
	char text[48];

	if (len > 32 || !c->names || !c->names->protocol || has_capital(word, len))
		return false;
	snprintf(text, sizeof(text), "proto %.*s", (int)len, word);
	if (c->names->protocol(c->names->context, text + strlen("proto "), &number) <= 0)
		return false;
	*hint = advise(c, text);
	return true;
}

static bool name_test(const struct compile *c, const char *word, size_t len, struct hint *hint)
{
	return port_test(c, word, len, hint) || proto_test(c, word, len, hint);
}

/* `tcp6[13]`: what is said of the protocol has no bytes. */
static bool wants_ip6_bytes(const struct compile *c, struct span word, const char *instead)
{
	uint64_t at = word.at + word.len;

	while (at < c->len && (c->text[at] == ' ' || c->text[at] == '\t'))
		at++;
	return at < c->len && c->text[at] == '[' && strncmp(instead, "ip6 and", 7) == 0;
}

/* ---- hints ------------------------------------------------------------------------------ */

static struct hint hint_near(const struct compile *c, struct span span, enum hint_place place)
{
	const char *word = flt__span_bytes(c, span);
	size_t glued = glued_word(word, span.len);
	struct hint hint = { "" };
	struct nearest near;

	flt__nearest_begin(&near, word, span.len);
	flt__words_try(&near, place == HINT_NUMBER);
	struct suggestion suggestion = flt__nearest_text(&near);
	if (glued && span.len < 60)
		snprintf(hint.text, sizeof(hint.text), "; did you mean '%.*s %.*s'?", (int)glued,
			 word, (int)(span.len - glued), word + glued);
	else if (*suggestion.text)
		snprintf(hint.text, sizeof(hint.text), "%s", suggestion.text);
	else if (looks_like_minus(word, span.len))
		snprintf(hint.text, sizeof(hint.text), "; to subtract, put spaces around the '-'");
	return hint;
}

/* `10.0.0.1-10.0.0.9`: "host {10.0.0.1-10.0.0.9}", if that compiles. */
static bool address_range(const struct compile *c, struct span span, char text[64])
{
	const char *word = flt__span_bytes(c, span);

	if (span.len > 40 || !is_digit(*word) || !memchr(word, '-', span.len) ||
	    !memchr(word, '.', span.len))
		return false;
	snprintf(text, 64, "host {%.*s}", (int)span.len, word);
	return compiles(c, text);
}

struct hint flt__hint_addresses(const struct compile *c, struct span span)
{
	struct hint hint = { "" };
	char text[64];

	if (address_range(c, span, text))
		snprintf(hint.text, sizeof(hint.text), "; write '%s'", text + strlen("host "));
	return hint;
}

struct hint flt__hint_word(const struct compile *c, struct span span, enum hint_place place)
{
	const char *word = flt__span_bytes(c, span);
	const char *instead = find_habit(word, span.len, place);
	const char *why = place == HINT_TEST ? find_lack(word, span.len) : NULL;
	struct hint hint;
	char text[64];

	if (instead && place == HINT_TEST && wants_ip6_bytes(c, span, instead))
		return (struct hint){ ": the bytes after a bare IPv6 header are "
				      "ip6[40 + ...]" };
	if (instead && place == HINT_TEST)
		return advise(c, instead);
	if (instead || why) {
		snprintf(hint.text, sizeof(hint.text), instead ? "; write '%s'" : "; %s",
			 instead ? instead : why);
		return hint;
	}
	if (place == HINT_TEST && name_test(c, word, span.len, &hint))
		return hint;
	if (place == HINT_TEST && address_range(c, span, text))
		return advise(c, text);
	return hint_near(c, span, place);
}

struct hint flt__hint_port(const struct compile *c, struct span span)
{
	const char *instead = find_habit(flt__span_bytes(c, span), span.len, HINT_TEST);

	return instead ? advise(c, instead) : (struct hint){ "" };
}

struct hint flt__hint_portrange(const struct compile *c, const char *range)
{
	size_t low = strspn(range, "0123456789");
	size_t between = strspn(range + low, "-.");
	char text[64];

	snprintf(text, sizeof(text), "portrange %.*s-%.20s", (int)(low < 20 ? low : 20), range,
		 range + low + between);
	return advise(c, text);
}

struct hint flt__hint_host(const struct compile *c, struct span span)
{
	bool escaped = span.len > 1 && *flt__span_bytes(c, span) == '\\';
	const char *word = flt__span_bytes(c, span) + escaped;
	const char *instead = find_habit(word, span.len - escaped, HINT_TEST);
	struct hint hint = { "" };

	if (instead)
		return advise(c, instead);
	name_test(c, word, span.len - escaped, &hint);
	return hint;
}

struct hint flt__hint_keyword(const struct compile *c, struct span before, struct span span)
{
	const char *habit = find_habit(flt__span_bytes(c, span), span.len, HINT_TYPE);
	struct hint hint = { "" };
	char word[24], name[80];

	snprintf(word, sizeof(word), "%.*s", (int)span.len, flt__span_bytes(c, span));
	snprintf(name, sizeof(name), "%.*s \\%s", (int)before.len, flt__span_bytes(c, before),
		 word);
	if (before.len + span.len < sizeof(name) - 3 && compiles(c, name))
		snprintf(hint.text, sizeof(hint.text),
			 "; '%s' is a keyword: write \\%s to mean the name", word, word);
	else if (habit && compiles(c, habit))
		snprintf(hint.text, sizeof(hint.text), "; write '%s'", habit);
	else if (compiles(c, word))
		snprintf(hint.text, sizeof(hint.text), "; '%s' is a test by itself: write '%s'",
			 word, word);
	return hint;
}

/* "; write 'vlan WHAT'", if that compiles. */
static bool behind_keyword(const struct compile *c, struct span keyword, const char *what,
			   struct hint *hint)
{
	char text[64];

	int len = snprintf(text, sizeof(text), "%.*s %s", (int)keyword.len,
			   flt__span_bytes(c, keyword), what);
	if (len >= (int)sizeof(text) || !compiles(c, text))
		return false;
	snprintf(hint->text, sizeof(hint->text), "; write '%s'", text);
	return true;
}

struct hint flt__hint_range(const struct compile *c, struct span keyword, struct span range)
{
	char text[32];

	if (range.len >= sizeof(text))
		return (struct hint){ "" };
	memcpy(text, flt__span_bytes(c, range), range.len);
	text[range.len] = '\0';
	int low = (int)strspn(text, "0123456789");
	int between = (int)strspn(text + low, "-.");
	int high = (int)range.len - low - between;
	const char *end = text + low + between;
	struct hint hint = { "" };
	char set[32];

	if (low == 0 || low > 10 || high < 1 || high > 10)
		return hint;
	snprintf(set, sizeof(set), "{%.*s-%.*s}", low, text, high, end);
	if (behind_keyword(c, keyword, set, &hint))
		return hint;
	snprintf(set, sizeof(set), "{%.*s-%.*s}", high, end, low, text);
	behind_keyword(c, keyword, set, &hint);
	return hint;
}

struct hint flt__hint_between(const struct compile *c, struct span keyword, struct span word)
{
	static const char words[] = "id,vid,tag,label,vni,session,number,num,no";
	struct hint hint = { "" };
	char text[16];
	uint64_t at = (uint64_t)word.at + word.len;
	size_t digits = 0;

	if (at > c->len || !is_in(words, flt__span_bytes(c, word), word.len))
		return hint;
	while (at < c->len && (c->text[at] == ' ' || c->text[at] == '\t'))
		at++;
	for (; at < c->len && is_digit(c->text[at]) && digits < sizeof(text) - 1; at++)
		text[digits++] = c->text[at];
	text[digits] = '\0';
	if (digits)
		behind_keyword(c, keyword, text, &hint);
	return hint;
}

struct hint flt__hint_chars(const char *chars, size_t len)
{
	struct hint hint = { "" };

	for (size_t i = 0; i < sizeof(odd_chars) / sizeof(odd_chars[0]); i++)
		if (strlen(odd_chars[i].chars) == len && !memcmp(chars, odd_chars[i].chars, len))
			snprintf(hint.text, sizeof(hint.text), "; %s", odd_chars[i].hint);
	return hint;
}
