/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and addresses as they are written. Each function is given a whole word. */
#include <arpa/inet.h>
#include <string.h>

#include "token.h"

#define MAC_GROUPS    6
#define IPV6_TEXT_MAX 45 /* ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 */

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Up to max hex digits: how many there are, and their value. */
static size_t hex_group(const char *text, size_t len, size_t max, uint32_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < len && i < max && hex_digit(text[i]) >= 0; i++)
		*value = *value << 4 | (uint32_t)hex_digit(text[i]);
	return i;
}

/* Groups of at least `least` and at most `most` digits with one separator: x:x:x:x:x:x,
 * xxxx.xxxx.xxxx. */
static bool mac_groups(const char *text, size_t len, size_t least, size_t most, uint8_t bytes[6])
{
	size_t groups = most == 4 ? 3 : MAC_GROUPS, at = 0;
	char separator = 0;

	for (size_t g = 0; g < groups; g++) {
		uint32_t value;
		size_t digits = hex_group(text + at, len - at, most, &value);
		if (digits < least)
			return false;
		if (most == 4)
			bytes[2 * g] = (uint8_t)(value >> 8);
		bytes[most == 4 ? 2 * g + 1 : g] = (uint8_t)value;
		at += digits;
		if (g + 1 == groups)
			return at == len;
		if (at == len || (separator && text[at] != separator))
			return false;
		separator = text[at++];
		if (most == 4 ? separator != '.' : !strchr(":-.", separator))
			return false;
	}
	return false;
}

static bool mac_plain(const char *text, size_t len, uint8_t bytes[6])
{
	uint32_t value;

	if (len != 2 * MAC_GROUPS)
		return false;
	for (size_t g = 0; g < MAC_GROUPS; g++) {
		if (hex_group(text + 2 * g, 2, 2, &value) != 2)
			return false;
		bytes[g] = (uint8_t)value;
	}
	return true;
}

bool flt__lex_mac(const char *text, size_t len, uint8_t bytes[6])
{
	return mac_plain(text, len, bytes) || mac_groups(text, len, 1, 2, bytes) ||
	       mac_groups(text, len, 4, 4, bytes);
}

bool flt__lex_ipv6(const char *text, size_t len, uint8_t bytes[16])
{
	char copy[IPV6_TEXT_MAX + 1];

	if (len > IPV6_TEXT_MAX)
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return inet_pton(AF_INET6, copy, bytes) == 1;
}

/* Decimal digits as far as they go; a value that does not fit becomes the largest. */
static size_t decimal(const char *text, size_t len, uint32_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < len && is_digit(text[i]); i++) {
		uint32_t digit = (uint32_t)(text[i] - '0');
		*value = *value > (UINT32_MAX - digit) / 10 ? UINT32_MAX : *value * 10 + digit;
	}
	return i;
}

bool flt__lex_ipv4(const char *text, size_t len, struct token *token)
{
	size_t at = 0;

	token->wide = false;
	for (token->parts = 0; token->parts < 4;) {
		uint32_t value;
		size_t digits = decimal(text + at, len - at, &value);
		if (!digits)
			return false;
		token->wide |= value > 255;
		token->bytes[token->parts++] = (uint8_t)value;
		at += digits;
		if (at == len)
			return token->parts > 1;
		if (text[at++] != '.')
			return false;
	}
	return false;
}

/* Digits in a base of 8, 10 or 16 that fill the word; false: one of them is none. */
static bool number_in(uint32_t base, const char *text, size_t len, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < len; i++) {
		int digit = hex_digit(text[i]);
		if (digit < 0 || (uint32_t)digit >= base)
			return false;
		*value = *value * base + (uint32_t)digit;
		if (*value > UINT32_MAX)
			*value = (uint64_t)UINT32_MAX + 1;
	}
	return len > 0;
}

static bool bad_number(struct compile *c, struct token *token, const char *base, const char *what)
{
	struct quote quote = flt__quote(c, token->span);

	token->kind = T_BAD;
	return COMPILE_FAIL(c, FLT_E_SYNTAX, token->span, "%s number %s %s", base, quote.text,
			    what);
}

bool flt__lex_number(struct compile *c, const char *text, struct token *token)
{
	size_t len = token->span.len;
	const char *base = "decimal";
	uint64_t value;
	bool good;

	if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = "hexadecimal";
		good = number_in(16, text + 2, len - 2, &value);
	} else if (len > 1 && text[0] == '0') {
		base = "octal";
		good = number_in(8, text, len, &value);
		uint64_t ignored;
		if (!good && number_in(10, text, len, &ignored))
			return bad_number(c, token, base, "has a digit that is not octal");
	} else {
		good = number_in(10, text, len, &value);
	}
	if (!good)
		return false;
	if (value > UINT32_MAX)
		return bad_number(c, token, base, "overflows 32 bits");
	token->kind = T_NUMBER;
	token->number = (uint32_t)value;
	return true;
}
