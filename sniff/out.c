/* SPDX-License-Identifier: BSD-2-Clause */
/* The buffer and the escaping writer. Numbers are in out_num.c. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

#define OUT_BYTES (256u * 1024)

struct out *out_fd(int fd)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		return NULL;
	out->buffer = malloc(OUT_BYTES);
	if (!out->buffer) {
		free(out);
		return NULL;
	}
	out->fd = fd;
	out->at = out->buffer;
	out->end = out->buffer + OUT_BYTES;
	return out;
}

void out_free(struct out *out)
{
	if (!out)
		return;
	free(out->buffer);
	free(out);
}

/* Until a descriptor that does not block (a terminal that others share) takes more. */
static void wait_writable(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	poll(&one, 1, -1);
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EAGAIN)
			wait_writable(fd);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int out_flush(struct out *out)
{
	char *until = out->mark ? out->mark : out->at;

	if (out->fd >= 0 && !out->error)
		out->error = write_all(out->fd, out->buffer, (size_t)(until - out->buffer));
	out->at = out->buffer;
	if (out->mark)
		out->mark = out->buffer;
	return out->error;
}

int out_failed(const struct out *out)
{
	return out->error;
}

size_t out_pending(const struct out *out)
{
	return (size_t)(out->at - out->buffer);
}

void out_make_room(struct out *out)
{
	out_flush(out);
}

void out_chars(struct out *out, const char *text, size_t len)
{
	while (len > 0) {
		size_t n = len < OUT_PIECE ? len : OUT_PIECE;

		memcpy(out_room(out, n), text, n);
		out->at += n;
		text += n;
		len -= n;
	}
}

void out_text(struct out *out, const char *text)
{
	out_chars(out, text, strlen(text));
}

void out_byte(struct out *out, uint8_t byte)
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

void out_bytes(struct out *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out_byte(out, bytes[i]);
}
