/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"

/* What a pipe holds: with more, one read would collect more packets than a batch has room for. */
#define PIPE_READ_BYTES 65536u

static bool can_wait(int fd)
{
	struct stat st;

	return fstat(fd, &st) != 0 || !S_ISREG(st.st_mode);
}

static size_t buffer_size(uint64_t wanted)
{
	if (!wanted)
		return FILE_BUFFER_BYTES;
	if (wanted < FILE_BUFFER_MIN)
		return FILE_BUFFER_MIN;
	return wanted < FILE_RECORD_LIMIT ? (size_t)wanted : FILE_RECORD_LIMIT;
}

int flt__file_open(struct file *file, int fd, int wake_fd, uint64_t buffer_bytes,
		   struct flt_error *err)
{
	*file = (struct file){ .fd = fd, .wake_fd = wake_fd, .waits = can_wait(fd) };
	file->room = buffer_size(buffer_bytes);
	file->buffer = malloc(file->room);
	file->bytes = file->buffer;
	if (file->buffer)
		return FLT_OK;
	flt__file_close(file);
	return flt__fail(err, FLT_E_NOMEM, "no memory for a read buffer of %zu bytes", file->room);
}

void flt__file_borrow(struct file *file, const void *bytes, size_t len)
{
	*file = (struct file){ .fd = -1, .wake_fd = -1, .ended = true, .bytes = bytes, .end = len };
}

void flt__file_close(struct file *file)
{
	free(file->buffer);
	file->buffer = NULL;
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static int grow(struct file *file, struct flt_error *err)
{
	size_t room = file->room * 2;
	uint8_t *buffer = realloc(file->buffer, room);

	if (!buffer)
		return flt__fail(err, FLT_E_NOMEM, "no memory for a read buffer of %zu bytes",
				 room);
	file->buffer = buffer;
	file->bytes = buffer;
	file->room = room;
	return FLT_OK;
}

/* Room behind end: move what is left to the front; a record that fills the whole buffer makes it
 * grow, so that memory follows bytes that came, not lengths that a file claims. */
static int make_room(struct file *file, struct flt_error *err)
{
	size_t left = file_left(file);

	if (file->at) {
		memmove(file->buffer, file->buffer + file->at, left);
		file->at = 0;
		file->end = left;
	}
	return left < file->room ? FLT_OK : grow(file, err);
}

/* 1: read() will not block; 0: time is up, or somebody wants to end the wait. */
static int wait_readable(const struct file *file, int timeout_ms, struct flt_error *err)
{
	struct pollfd fds[2] = { { file->fd, POLLIN, 0 }, { file->wake_fd, POLLIN, 0 } };
	int ready = poll(fds, 2, timeout_ms);

	if (ready < 0 && errno != EINTR)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot wait for input");
	return ready > 0 && fds[0].revents;
}

static int read_once(struct file *file, struct flt_error *err)
{
	size_t room = file->room - file->end;

	if (file->waits && room > PIPE_READ_BYTES)
		room = PIPE_READ_BYTES;
	ssize_t n = read(file->fd, file->buffer + file->end, room);
	if (n > 0) {
		file->end += (size_t)n;
		return 1;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot read at byte %llu",
				     (unsigned long long)(file->offset + file_left(file)));
	file->ended = true;
	return FLT_END;
}

static bool is_set(const atomic_int *stop)
{
	return stop && atomic_load_explicit(stop, memory_order_relaxed);
}

int flt__file_fill(struct file *file, const atomic_int *stop, int timeout_ms, struct flt_error *err)
{
	if (file->ended || is_set(stop))
		return FLT_END;
	if (file->waits) {
		int ready = wait_readable(file, timeout_ms, err);
		if (is_set(stop))
			return FLT_END;
		if (ready <= 0)
			return ready;
	}
	if (make_room(file, err) != FLT_OK)
		return FLT_E_NOMEM;
	return read_once(file, err);
}

int flt__file_want(struct file *file, size_t n, struct flt_error *err)
{
	while (file_left(file) < n) {
		int code = flt__file_fill(file, NULL, -1, err);
		if (code < 0)
			return code;
	}
	return FLT_OK;
}
