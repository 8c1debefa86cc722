/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and addresses as text: this is where most of the time of printing went before. */
#include <stdarg.h>
#include <string.h>

#include "bytes.h"
#include "out.h"

#define U64_DIGITS 20u /* decimal digits of the largest */

static const char hex_digits[] = "0123456789abcdef";

/* Digits of v, ending at end; returns where they begin. */
static char *digits_before(char *end, uint64_t v)
{
	do {
		*--end = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	return end;
}

void flt__out_padded(struct out *out, uint64_t v, unsigned width, char pad)
{
	char digits[U64_DIGITS];
	char *from = digits_before(digits + sizeof(digits), v);
	size_t n = (size_t)(digits + sizeof(digits) - from);

	for (size_t i = n; i < width; i++)
		out_char(out, pad);
	memcpy(out_room(out, n), from, n);
	out->at += n;
}

void flt__out_u64(struct out *out, uint64_t v)
{
	flt__out_padded(out, v, 1, '0');
}

void flt__out_u32(struct out *out, uint32_t v)
{
	char digits[10];
	char *from = digits + sizeof(digits);

	do {
		*--from = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	size_t n = (size_t)(digits + sizeof(digits) - from);
	memcpy(out_room(out, n), from, n);
	out->at += n;
}

void flt__out_hex(struct out *out, uint64_t v, unsigned width)
{
	unsigned n = 1;

	while (n < 16 && v >> (4 * n) != 0)
		n++;
	for (unsigned i = n; i < width; i++)
		out_char(out, '0');
	char *at = out_room(out, n);
	for (unsigned i = 0; i < n; i++)
		at[i] = hex_digits[v >> (4 * (n - 1 - i)) & 0xf];
	out->at += n;
}

static void put_hex(char *at, uint8_t byte)
{
	at[0] = hex_digits[byte >> 4];
	at[1] = hex_digits[byte & 0xf];
}

void flt__out_hexes(struct out *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		put_hex(out_room(out, 2), bytes[i]);
		out->at += 2;
	}
}

void flt__out_mac(struct out *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char *at = out_room(out, 3);

		if (i > 0)
			*at++ = ':';
		put_hex(at, bytes[i]);
		out->at = at + 2;
	}
}

void flt__out_ipv4(struct out *out, const uint8_t bytes[4])
{
	char *at = out_room(out, 16);

	for (unsigned i = 0; i < 4; i++) {
		unsigned v = bytes[i];

		if (i > 0)
			*at++ = '.';
		if (v >= 100)
			*at++ = (char)('0' + v / 100);
		if (v >= 10)
			*at++ = (char)('0' + v / 10 % 10);
		*at++ = (char)('0' + v % 10);
	}
	out->at = at;
}

/* Where the longest run of at least two zero groups begins; its length in *count, 0 if there is
 * none. */
static unsigned longest_zeros(const uint8_t bytes[16], unsigned *count)
{
	unsigned best = 0, best_count = 0, run = 0;

	for (unsigned i = 0; i < 8; i++) {
		run = get_be16(bytes + 2 * i) == 0 ? run + 1 : 0;
		if (run > best_count) {
			best_count = run;
			best = i + 1 - run;
		}
	}
	*count = best_count >= 2 ? best_count : 0;
	return best;
}

/* ::1.2.3.4 and ::ffff:1.2.3.4, written so. */
static bool embeds_ipv4(const uint8_t bytes[16], unsigned zeros_at, unsigned zeros)
{
	if (zeros_at != 0)
		return false;
	return zeros == 6 || (zeros == 5 && get_be16(bytes + 10) == 0xffff);
}

void flt__out_ipv6(struct out *out, const uint8_t bytes[16])
{
	unsigned zeros;
	unsigned zeros_at = longest_zeros(bytes, &zeros);
	bool tail = embeds_ipv4(bytes, zeros_at, zeros);
	unsigned groups = tail ? 6 : 8;

	for (unsigned i = 0; i < groups; i++) {
		if (zeros > 0 && i == zeros_at) {
			OUT(out, "::");
			i += zeros - 1;
			continue;
		}
		if (i > 0 && !(zeros > 0 && i == zeros_at + zeros))
			out_char(out, ':');
		flt__out_hex(out, get_be16(bytes + 2 * i), 1);
	}
	if (!tail)
		return;
	if (zeros == 5)
		out_char(out, ':');
	flt__out_ipv4(out, bytes + 12);
}

/* One conversion: flags, width, size, letter. */
struct conversion {
	char pad;
	unsigned width;
	unsigned longs; /* how many l; z counts as one: size_t is as long as long here */
};

static const char *read_conversion(const char *fmt, struct conversion *conv)
{
	*conv = (struct conversion){ ' ', 0, 0 };
	if (*fmt == '0') {
		conv->pad = '0';
		fmt++;
	}
	while (*fmt >= '0' && *fmt <= '9')
		conv->width = conv->width * 10 + (unsigned)(*fmt++ - '0');
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		conv->longs++;
	return fmt;
}

static void out_signed(struct out *out, int64_t v, const struct conversion *conv)
{
	if (v < 0)
		out_char(out, '-');
	flt__out_padded(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, conv->width, conv->pad);
}

static void out_hex_padded(struct out *out, uint64_t v, const struct conversion *conv)
{
	flt__out_hex(out, v, conv->pad == '0' ? conv->width : 1);
}

/* A va_list in a struct, so that it can be handed on by address. */
struct args {
	va_list list;
};

static uint64_t next_unsigned(struct args *args, const struct conversion *conv)
{
	if (conv->longs > 1)
		return va_arg(args->list, unsigned long long);
	return conv->longs ? va_arg(args->list, unsigned long) : va_arg(args->list, unsigned);
}

static int64_t next_signed(struct args *args, const struct conversion *conv)
{
	if (conv->longs > 1)
		return va_arg(args->list, long long);
	return conv->longs ? va_arg(args->list, long) : va_arg(args->list, int);
}

static void out_conversion(struct out *out, char letter, const struct conversion *conv,
			   struct args *args)
{
	switch (letter) {
	case 'u': flt__out_padded(out, next_unsigned(args, conv), conv->width, conv->pad); break;
	case 'd': out_signed(out, next_signed(args, conv), conv); break;
	case 'x': out_hex_padded(out, next_unsigned(args, conv), conv); break;
	case 's': flt__out_text(out, va_arg(args->list, const char *)); break;
	case 'c': out_char(out, (char)va_arg(args->list, int)); break;
	default: out_char(out, letter); break;
	}
}

void flt__out_fmt(struct out *out, const char *fmt, ...)
{
	struct args args;
	struct conversion conv;

	va_start(args.list, fmt);
	while (*fmt) {
		if (*fmt != '%') {
			out_char(out, *fmt++);
			continue;
		}
		fmt = read_conversion(fmt + 1, &conv);
		if (!*fmt)
			break;
		out_conversion(out, *fmt++, &conv, &args);
	}
	va_end(args.list);
}
