/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

#include "units.h"

struct unit {
	const char *name;
	uint64_t value;
};

#define KI UINT64_C(1024)
#define K  UINT64_C(1000)

/* clang-format off */
static const struct unit size_units[] = {
	{ "B", 1 },
	{ "k", K },             { "kB", K },
	{ "M", K * K },         { "MB", K * K },
	{ "G", K * K * K },     { "GB", K * K * K },
	{ "T", K * K * K * K }, { "TB", K * K * K * K },
	{ "Ki", KI },                { "KiB", KI },
	{ "Mi", KI * KI },           { "MiB", KI * KI },
	{ "Gi", KI * KI * KI },      { "GiB", KI * KI * KI },
	{ "Ti", KI * KI * KI * KI }, { "TiB", KI * KI * KI * KI },
	{ NULL, 0 }
};
/* clang-format on */

/* clang-format off */
static const struct unit time_units[] = {
	{ "ns", 1 },
	{ "us", K },
	{ "ms", K * K },
	{ "s", K * K * K },
	{ "m", 60 * K * K * K },
	{ "h", 3600 * K * K * K },
	{ "d", 86400 * K * K * K },
	{ NULL, 0 }
};
/* clang-format on */

#define FRACTION_DIGITS 9

/* A decimal number: whole + fraction / scale. */
struct decimal {
	uint64_t whole;
	uint64_t fraction;
	uint64_t scale;
	bool any; /* there was a digit */
	bool overflow;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *read_whole(const char *s, struct decimal *d)
{
	for (; is_digit(*s); s++) {
		d->any = true;
		d->overflow |= __builtin_mul_overflow(d->whole, 10, &d->whole);
		d->overflow |= __builtin_add_overflow(d->whole, (uint64_t)(*s - '0'), &d->whole);
	}
	return s;
}

/* Digits beyond the ninth are read and do not count. */
static const char *read_fraction(const char *s, struct decimal *d)
{
	int digits = 0;

	for (; is_digit(*s); s++) {
		d->any = true;
		if (digits++ >= FRACTION_DIGITS)
			continue;
		d->fraction = d->fraction * 10 + (uint64_t)(*s - '0');
		d->scale *= 10;
	}
	return s;
}

static const char *read_decimal(const char *s, struct decimal *d)
{
	*d = (struct decimal){ .scale = 1 };
	s = read_whole(s, d);
	return *s == '.' ? read_fraction(s + 1, d) : s;
}

static uint64_t find_unit(const struct unit *units, const char *name, uint64_t bare)
{
	if (*name == '\0')
		return bare;
	for (; units->name; units++)
		if (strcasecmp(units->name, name) == 0)
			return units->value;
	return 0;
}

/* unit * fraction / scale, where the product may need more than 64 bits. */
static uint64_t scaled_fraction(uint64_t unit, const struct decimal *d)
{
	return unit / d->scale * d->fraction + unit % d->scale * d->fraction / d->scale;
}

static bool parse_units(const char *text, const struct unit *units, uint64_t bare, uint64_t *value)
{
	struct decimal d;
	const char *rest = read_decimal(text, &d);
	uint64_t unit = find_unit(units, rest, bare);

	if (!d.any || d.overflow || unit == 0)
		return false;
	if (__builtin_mul_overflow(d.whole, unit, value))
		return false;
	return !__builtin_add_overflow(*value, scaled_fraction(unit, &d), value);
}

const char *parse_size(const char *text, uint64_t bare_unit, uint64_t *bytes)
{
	if (!parse_units(text, size_units, bare_unit, bytes))
		return "is not a size; write a number with k, M, G (1000s) or Ki, Mi, Gi (1024s)";
	return NULL;
}

const char *parse_time(const char *text, uint64_t *ns)
{
	if (!parse_units(text, time_units, K * K * K, ns))
		return "is not a time; write a number with ms, s, m, h or d";
	return NULL;
}

const char *parse_number(const char *text, uint64_t least, uint64_t most, const char *wanted,
			 uint64_t *number)
{
	struct decimal d = { .scale = 1 };
	const char *rest = read_whole(text, &d);

	if (!d.any || d.overflow || *rest != '\0' || d.whole < least || d.whole > most)
		return wanted;
	*number = d.whole;
	return NULL;
}
