/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where printed text goes: one large buffer before one descriptor, and the one place that bytes
 * of packets pass on their way to a terminal: what could control a terminal never leaves as it
 * is. A failed write sticks: later text is dropped, flt__out_failed() says why.
 */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes went out; fewer: errno says why. */
typedef size_t out_write_fn(void *context, int fd, const void *bytes, size_t len);

#define OUT_PACKETS 4096u /* in the buffer, at most */

struct out {
	char *at;  /* next free place; buffer <= at <= end */
	char *end; /* of the buffer, or of what out_limit() allows in it */
	char *buffer;
	char *room_end;      /* of the buffer; a piece more is behind it */
	char *mark;          /* text from here on will be thrown away (out_drop()), or NULL */
	size_t later;        /* bytes that out_limit() allows once the buffer is full */
	bool spent;          /* there was more text than out_limit() allows */
	int fd;              /* -1: nothing is ever written */
	int error;           /* errno of the first write that failed */
	out_write_fn *write; /* the caller may set it: in the place of write(2) */
	void *write_context;
	uint32_t packets; /* that end in the buffer, at ends[] */
	uint32_t ends[OUT_PACKETS];
	uint64_t delivered; /* packets whose text is out as a whole */
};

#define OUT_PIECE     256u /* the most that out_room() promises */
#define OUT_UNLIMITED SIZE_MAX

/* Write to fd, which stays the caller's; -1 throws everything away. NULL: no memory. */
struct out *flt__out_fd(int fd);
/* Hand everything over. 0, or the errno that made it fail. */
int flt__out_flush(struct out *out);
/* 0, or the errno (EPIPE, ENOSPC, ...) of the first write that failed. */
int flt__out_failed(const struct out *out);
/* The text of a packet ends here. It goes out as a whole or not at all: where a write fails inside
 * it, the rest is tried once more. */
void flt__out_packet(struct out *out);
/* Bytes that wait for flt__out_flush(). */
size_t flt__out_pending(const struct out *out);
/* What is in the buffer is not flushed, only freed. */
void flt__out_free(struct out *out);

/* Text that is ours: ASCII, from tables and literals, never from a packet. */
void flt__out_text(struct out *out, const char *text);
void flt__out_chars(struct out *out, const char *text, size_t len);

/* Bytes from a packet as text: control characters as ^X, bytes from 128 on as M- and the rest. */
void flt__out_bytes(struct out *out, const uint8_t *bytes, size_t len);
/* The same for one byte; a backslash, newline, tab stay what they are only where the caller
 * writes them. */
void flt__out_byte(struct out *out, uint8_t byte);

void flt__out_u32(struct out *out, uint32_t v);
void flt__out_u64(struct out *out, uint64_t v);
void flt__out_padded(struct out *out, uint64_t v, unsigned width,
		     char pad);                                 /* at least width digits */
void flt__out_hex(struct out *out, uint64_t v, unsigned width); /* at least width digits, no 0x */
void flt__out_hexes(struct out *out, const uint8_t *bytes, size_t len); /* two digits each */
void flt__out_mac(struct out *out, const uint8_t *bytes, size_t len);   /* 00:11:22, any length */
void flt__out_ipv4(struct out *out, const uint8_t bytes[4]);
void flt__out_ipv6(struct out *out, const uint8_t bytes[16]);

/* A small printf for our own text: %u %d %x %s %c %%, with 0, a width and l, ll or z. What %s
 * prints must be ours, as in flt__out_text(). */
void flt__out_fmt(struct out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* From here on text does not count, until out_resume() takes it back. The first call wins. */
static inline void out_drop(struct out *out)
{
	if (!out->mark)
		out->mark = out->at;
}

static inline void out_resume(struct out *out)
{
	if (out->mark)
		out->at = out->mark;
	if (!out->spent)
		out->mark = NULL;
}

/* At most len bytes of text from here on, then out_unlimit(). What is beyond is thrown away, as is
 * what is dropped while less than a piece is left. */
static inline void out_limit(struct out *out, size_t len)
{
	size_t room = (size_t)(out->room_end - out->at);

	out->end = len < room ? out->at + len : out->room_end;
	out->later = len < room ? 0 : len - room;
}

/* Was there more text than the limit? What was dropped is gone. */
static inline bool out_unlimit(struct out *out)
{
	bool spent = out->spent;

	out->spent = false;
	out_resume(out);
	out_limit(out, OUT_UNLIMITED);
	return spent;
}

void flt__out_make_room(struct out *out) __attribute__((cold, noinline));

/* Room for n bytes, at most OUT_PIECE; the caller advances out->at. */
static inline char *out_room(struct out *out, size_t n)
{
	if ((size_t)(out->end - out->at) < n)
		flt__out_make_room(out);
	return out->at;
}

static inline void out_char(struct out *out, char c)
{
	*out_room(out, 1) = c;
	out->at++;
}

/* A literal, whose length the compiler knows. */
#define OUT(out, literal) flt__out_chars((out), "" literal, sizeof(literal) - 1)

#endif
