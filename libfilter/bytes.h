/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes are read through here and nowhere else. A cursor fails once: past the end every read gives
 * 0 and `cut` is set; a length field makes a sub-cursor, so that nesting cannot escape. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Do n bytes at off lie inside len? Never `off + n > len`, which wraps. */
static inline bool inside(uint64_t off, uint64_t n, uint64_t len)
{
	return off <= len && n <= len - off;
}

static inline uint16_t get_be16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t get_be32(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t get_be64(const uint8_t *b)
{
	return (uint64_t)get_be32(b) << 32 | get_be32(b + 4);
}

static inline uint16_t get_le16(const uint8_t *b)
{
	return (uint16_t)(b[1] << 8 | b[0]);
}

static inline uint32_t get_le32(const uint8_t *b)
{
	return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static inline uint64_t get_le64(const uint8_t *b)
{
	return (uint64_t)get_le32(b + 4) << 32 | get_le32(b);
}

static inline void put_be16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline void put_be32(uint8_t *b, uint32_t v)
{
	put_be16(b, (uint16_t)(v >> 16));
	put_be16(b + 2, (uint16_t)v);
}

static inline void put_le16(uint8_t *b, uint16_t v)
{
	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}

static inline void put_le32(uint8_t *b, uint32_t v)
{
	put_le16(b, (uint16_t)v);
	put_le16(b + 2, (uint16_t)(v >> 16));
}

struct cursor {
	const uint8_t *at; /* next byte; at <= end always */
	const uint8_t *end;
	bool cut; /* something was wanted past the end */
};

static inline struct cursor cur_make(const uint8_t *bytes, size_t len)
{
	return (struct cursor){ bytes, bytes + len, false };
}

static inline size_t cur_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* The next n bytes, or NULL; NULL once means NULL for good. */
static inline const uint8_t *cur_take(struct cursor *c, size_t n)
{
	if (c->cut || n > cur_left(c)) {
		c->cut = true;
		c->at = c->end;
		return NULL;
	}
	const uint8_t *b = c->at;
	c->at += n;
	return b;
}

static inline bool cur_skip(struct cursor *c, size_t n)
{
	return cur_take(c, n) != NULL;
}

/* A cursor over the next n bytes, which are taken; shorter and cut when they are not all there. */
static inline struct cursor cur_sub(struct cursor *c, size_t n)
{
	size_t have = n <= cur_left(c) ? n : cur_left(c);
	struct cursor sub = { c->at, c->at + have, c->cut || have < n };

	c->at += have;
	c->cut = c->cut || have < n;
	return sub;
}

static inline uint8_t cur_u8(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 1);

	return b ? b[0] : 0;
}

static inline uint16_t cur_be16(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 2);

	return b ? get_be16(b) : 0;
}

static inline uint32_t cur_be32(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 4);

	return b ? get_be32(b) : 0;
}

static inline uint64_t cur_be64(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 8);

	return b ? get_be64(b) : 0;
}

static inline uint16_t cur_le16(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 2);

	return b ? get_le16(b) : 0;
}

static inline uint32_t cur_le32(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 4);

	return b ? get_le32(b) : 0;
}

static inline uint64_t cur_le64(struct cursor *c)
{
	const uint8_t *b = cur_take(c, 8);

	return b ? get_le64(b) : 0;
}

#endif
