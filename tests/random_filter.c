/* SPDX-License-Identifier: BSD-2-Clause */
#include "random_filter.h"

#include <stdio.h>
#include <string.h>

static const struct rule {
	char letter;
	uint8_t weight;
	enum { PLAIN, WILD_ONE, OUR_OWN } kind;
	const char *text;
} rules[] = {
#define RULE(letter, weight, text) { letter, weight, PLAIN, text },
#define WILD(letter, weight, text) { letter, weight, WILD_ONE, text },
#define OURS(letter, weight, text) { letter, weight, OUR_OWN, text },
#include "random_filter.def"
#undef OURS
#undef WILD
#undef RULE
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

struct writer {
	struct random *random;
	const struct random_style *style;
	char *text;
	size_t len;
};

/* ---- numbers ------------------------------------------------------------------------------------
 */

uint32_t random_number(struct random *r)
{
	/* clang-format off */
	static const uint32_t edges[] = {
		0,	    1,		2,	    6,		8,	    17,		31,
		32,	    33,		47,	    58,		63,	    64,		80,
		127,	    128,	255,	    256,	1499,	    1500,	1501,
		0x600,	    0x800,	0x806,	    0x86dd,	0x8847,	    4094,	4095,
		4096,	    0xffff,	0x10000,    0xfffff,	0x100000,   0xffffff,	0x1000000,
		262143,	    262144,	0x7fffffff, 0x80000000, 0xffe00000, 0xfff00000, 0xfffff000,
		0xfffff02c, 0xfffffff2, 0xfffffffe, 0xffffffff,
	};
	/* clang-format on */

	if (random_one_in(r, 3))
		return edges[random_below(r, sizeof(edges) / sizeof(edges[0]))];
	return random_below(r, 48);
}

static void write_text(struct writer *w, const char *text, size_t len)
{
	if (len >= RANDOM_FILTER_BYTES - w->len)
		return;
	memcpy(w->text + w->len, text, len);
	w->len += len;
}

static void write_number(struct writer *w)
{
	static const char *const forms[] = { "%u", "%u", "0x%x", "0%o" };
	uint32_t number = random_number(w->random);
	char digits[16];
	/* Chosen first: the order in which arguments are worked out is free. */
	const char *form = forms[random_below(w->random, sizeof(forms) / sizeof(forms[0]))];

	write_text(w, digits, (size_t)snprintf(digits, sizeof(digits), form, number));
}

/* ---- rules --------------------------------------------------------------------------------------
 */

static bool is_of(const struct writer *w, const struct rule *rule, char letter)
{
	return rule->letter == letter && !(rule->kind == WILD_ONE && w->style->is_tame) &&
	       !(rule->kind == OUR_OWN && !w->style->has_ours);
}

static const struct rule *draw(const struct writer *w, char letter, unsigned depth)
{
	const struct rule *first = NULL;
	uint32_t weights = 0;

	for (size_t i = 0; i < RULES; i++) {
		if (!is_of(w, &rules[i], letter))
			continue;
		if (!first)
			first = &rules[i];
		weights += rules[i].weight;
	}
	/* Only these call for themselves. */
	if (!depth && strchr("EAa", letter))
		return first;
	uint32_t at = random_below(w->random, weights);
	const struct rule *rule = first;
	for (; !is_of(w, rule, letter) || at >= rule->weight; rule++)
		at -= is_of(w, rule, letter) ? rule->weight : 0;
	return rule;
}

/* The recursion ends: every row that calls for its own letter is behind a first one that does not.
 */
static void expand(struct writer *w, char letter, unsigned depth)
{
	const struct rule *rule = draw(w, letter, depth);
	unsigned below = depth ? depth - 1 : 0;

	for (const char *at = rule->text; *at; at++) {
		if (*at == '#')
			write_number(w);
		else if (*at >= 'A' && *at <= 'Z')
			expand(w, *at, below);
		else if (*at == '$')
			expand(w, *++at == '$' ? w->style->own : *at, below);
		else
			write_text(w, at, 1);
	}
}

void random_filter_of(struct random *r, char text[RANDOM_FILTER_BYTES],
		      const struct random_style *style)
{
	struct random_style known = *style;
	struct writer w = { .random = r, .style = &known, .text = text };

	known.own = style->own ? style->own : 'P';
	if (style->first && style->is_tame)
		write_text(&w, style->first, strlen(style->first));
	expand(&w, 'E', style->depth);
	text[w.len] = '\0';
}

void random_filter(struct random *r, char text[RANDOM_FILTER_BYTES], unsigned depth)
{
	random_filter_of(r, text, &(struct random_style){ .depth = depth, .has_ours = true });
}
