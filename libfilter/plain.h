/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that is not ours (names of interfaces and files, words of the command line) as a terminal
 * may have it: what could control one is shown as ^X and M-X. Printable UTF-8 stays as it is. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PLAIN_ROOM 16u /* of one character: "M-^X" for each of four bytes */

/* A UTF-8 sequence of 2 to 4 bytes (RFC 3629): its length, or 0. */
static inline size_t plain_utf8(const unsigned char *b, size_t left, uint32_t *ch)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *b >= 0xf0 ? 4 : *b >= 0xe0 ? 3 : 2;

	if (*b < 0xc0 || *b > 0xf7 || left < len)
		return 0;
	*ch = *b & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		*ch = *ch << 6 | (b[i] & 0x3fu);
	}
	bool is_surrogate = *ch >= 0xd800 && *ch <= 0xdfff;
	return *ch >= least[len] && *ch <= 0x10ffff && !is_surrogate ? len : 0;
}

/* Characters that are not seen: C1 controls, line ends, what turns the direction of a line or hides
 * in it, what is no character. */
static inline bool plain_hides(uint32_t ch)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x80, 0x9f },     { 0xad, 0xad },       { 0x61c, 0x61c },   { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e },   { 0x2060, 0x206f }, { 0xfdd0, 0xfdef },
		{ 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (ch >= hidden[i].first && ch <= hidden[i].last)
			return true;
	return (ch & 0xfffe) == 0xfffe;
}

static inline size_t plain_byte(char *to, unsigned char byte)
{
	size_t len = 0;

	if (byte >= 0x80) {
		to[len++] = 'M';
		to[len++] = '-';
		byte &= 0x7f;
	}
	if (byte < ' ' || byte == 0x7f) {
		to[len++] = '^';
		byte ^= 0x40;
	}
	to[len++] = (char)byte;
	return len;
}

/* The character at `from`, of which `left` bytes are there (at least one), as it is shown: up to
 * PLAIN_ROOM bytes of *shown. Returns how many bytes it takes. */
static inline size_t plain_next(const char *from, size_t left, char *shown, size_t *shown_len)
{
	const unsigned char *bytes = (const unsigned char *)from;
	uint32_t ch = 0;
	size_t len = plain_utf8(bytes, left, &ch);

	if (len && !plain_hides(ch)) {
		memcpy(shown, from, len);
		*shown_len = len;
		return len;
	}
	*shown_len = 0;
	for (size_t i = 0; i < (len ? len : 1); i++)
		*shown_len += plain_byte(shown + *shown_len, bytes[i]);
	return len ? len : 1;
}

/* `from` as it is shown, and a NUL, in room bytes (at least one), cut behind a whole character.
 * Newlines stay where they are ours. Returns the length. */
static inline size_t plain_copy(char *to, size_t room, const char *from, size_t len,
				bool keep_newlines)
{
	char shown[PLAIN_ROOM];
	size_t used = 0, shown_len;

	for (size_t i = 0; i < len;) {
		if (from[i] == '\n' && keep_newlines) {
			shown[0] = from[i++];
			shown_len = 1;
		} else {
			i += plain_next(from + i, len - i, shown, &shown_len);
		}
		if (shown_len >= room - used)
			break;
		memcpy(to + used, shown, shown_len);
		used += shown_len;
	}
	to[used] = '\0';
	return used;
}

#endif
