/* SPDX-License-Identifier: BSD-2-Clause */
/* The buffer and the escaping writer. Numbers are in out_num.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "write_all.h"

#define OUT_BYTES (256u * 1024) /* are handed over at once, to the end of a packet */
#define OUT_ROOM  (OUT_BYTES + 64u * 1024)
#define SLACK     OUT_PIECE /* behind it, for text that will be thrown away */

struct out *flt__out_fd(int fd)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->buffer = malloc(OUT_ROOM + SLACK);
	if (!out->buffer) {
		free(out);
		return NULL;
	}
	out->fd = fd;
	out->at = out->buffer;
	out->room_end = out->buffer + OUT_ROOM;
	out_limit(out, OUT_UNLIMITED);
	out->write = write_all;
	return out;
}

void flt__out_free(struct out *out)
{
	if (!out)
		return;
	free(out->buffer);
	free(out);
}

/* Of the packet that begins at `begin` the bytes up to `done` are out. */
static size_t finish_packet(struct out *out, size_t done, size_t begin, size_t end)
{
	if (begin == done)
		return done;
	return done + out->write(out->write_context, out->fd, out->buffer + done, end - done);
}

/* How many packets are out with the first `done` bytes of the buffer, and with what is added to the
 * last of them. */
static uint32_t whole_packets(struct out *out, size_t done, bool failed)
{
	uint32_t whole = 0;

	while (whole < out->packets && out->ends[whole] <= done)
		whole++;
	if (failed && whole < out->packets) {
		size_t begin = whole ? out->ends[whole - 1] : 0;

		whole += finish_packet(out, done, begin, out->ends[whole]) == out->ends[whole];
	}
	return whole;
}

static void hand_over(struct out *out, size_t len)
{
	size_t done = out->write(out->write_context, out->fd, out->buffer, len);

	if (done < len)
		out->error = errno;
	out->delivered += whole_packets(out, done, done < len);
}

int flt__out_flush(struct out *out)
{
	char *until = out->mark ? out->mark : out->at;
	size_t left = out->later + (size_t)(out->end - until);

	if (out->fd >= 0 && !out->error)
		hand_over(out, (size_t)(until - out->buffer));
	out->packets = 0;
	out->at = out->buffer;
	if (out->mark)
		out->mark = out->buffer;
	out_limit(out, left);
	return out->error;
}

void flt__out_packet(struct out *out)
{
	out->ends[out->packets++] = (uint32_t)flt__out_pending(out);
	if (out->packets == OUT_PACKETS || flt__out_pending(out) >= OUT_BYTES)
		flt__out_flush(out);
}

int flt__out_failed(const struct out *out)
{
	return out->error;
}

size_t flt__out_pending(const struct out *out)
{
	return (size_t)(out->at - out->buffer);
}

/* A packet is not torn: the buffer grows with it. */
static bool grow(struct out *out)
{
	size_t used = flt__out_pending(out), left = out->later + (size_t)(out->end - out->at);
	size_t room = 2 * (size_t)(out->room_end - out->buffer);
	char *buffer = room <= UINT32_MAX - SLACK ? malloc(room + SLACK) : NULL;

	if (!buffer)
		return false;
	memcpy(buffer, out->buffer, used);
	free(out->buffer);
	out->buffer = buffer;
	out->room_end = buffer + room;
	out->at = buffer + used;
	if (out->mark)
		out->mark = out->at;
	out_limit(out, left);
	return true;
}

/* From here on text is thrown away, over and over again in the piece behind the end. */
static void spend(struct out *out)
{
	out->spent = true;
	out_drop(out);
	out->end = out->mark + OUT_PIECE;
}

void flt__out_make_room(struct out *out)
{
	/* What is to be thrown away makes room first. */
	if (out->mark)
		out->at = out->mark;
	if ((size_t)(out->end - out->at) >= OUT_PIECE)
		return;
	if (out->later < OUT_PIECE)
		spend(out);
	else if (out->fd < 0 || out->error || !grow(out))
		flt__out_flush(out);
}

void flt__out_chars(struct out *out, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = len < OUT_PIECE ? len : OUT_PIECE;

		memcpy(out_room(out, n), text, n);
		out->at += n;
		text += n;
		len -= n;
	}
}

void flt__out_text(struct out *out, const char *text)
{
	flt__out_chars(out, text, strlen(text));
}

void flt__out_byte(struct out *out, uint8_t byte)
{
	char *at = out_room(out, 4);

	if (byte >= 0x80) {
		*at++ = 'M';
		*at++ = '-';
		byte &= 0x7f;
	}
	if (byte < ' ' || byte == 0x7f) {
		*at++ = '^';
		byte ^= 0x40;
	}
	*at++ = (char)byte;
	out->at = at;
}

void flt__out_bytes(struct out *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		flt__out_byte(out, bytes[i]);
}
