/* SPDX-License-Identifier: BSD-2-Clause */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stop.h"
#include "write_all.h"

#define PAGE_BYTES 4096 /* a pipe takes bytes by the page */

/* A pipe or a socket that is full gets room for len bytes more. Best effort. */
static void make_room(int fd, size_t len)
{
	int bytes = 0;
	socklen_t size = sizeof(bytes);
	int pipe_bytes = fcntl(fd, F_GETPIPE_SZ);

	if (pipe_bytes > 0) {
		(void)!fcntl(fd, F_SETPIPE_SZ, pipe_bytes + (int)len + PAGE_BYTES);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &size) != 0)
		return;
	bytes += (int)len; /* the kernel doubles it */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static bool takes_a_page(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	return poll(&one, 1, 0) == 1;
}

/* The rest of something that has begun, without patience: a tick ends what waits. */
static size_t push(int fd, const char *bytes, size_t len)
{
	size_t done = 0;

	if (len > PAGE_BYTES || !takes_a_page(fd))
		make_room(fd, len);
	while (done < len) {
		ssize_t n = write(fd, bytes + done, len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

/* A reader of single bytes (the shell's read) makes room only when a page is empty: look at what it
 * has left. */
static void note_reader(struct output *o, int fd)
{
	int queued = 0;

	if (ioctl(fd, TIOCOUTQ, &queued) != 0 && ioctl(fd, FIONREAD, &queued) != 0)
		return;
	if (queued < o->queued)
		o->moved_ms = stop_clock_ms();
	o->queued = queued;
}

static bool gives_up(const struct output *o)
{
	if (!stop_begun())
		return false;
	return stop_abandoned() ||
	       (stop_age_ms() >= o->patience_ms && stop_clock_ms() - o->moved_ms >= o->patience_ms);
}

/* The write has come back before all was out. False: it is to be left. */
static bool goes_on(struct output *o, int fd, ssize_t n, int why)
{
	if (n < 0 && why == EAGAIN)
		wait_writable(fd); /* a tick ends it, as it ends a write */
	else if (n < 0 && why != EINTR)
		return false;
	note_reader(o, fd);
	if (o->attend)
		o->attend(o->context);
	errno = EINTR;
	o->given_up = gives_up(o);
	return !o->given_up;
}

size_t output_write(void *context, int fd, const void *bytes, size_t len)
{
	struct output *o = context;
	size_t done = 0;

	if (o->given_up)
		return push(fd, bytes, len);
	while (done < len) {
		ssize_t n = write(fd, (const char *)bytes + done, len - done);
		int why = errno;

		if (n > 0) {
			done += (size_t)n;
			o->moved_ms = stop_clock_ms();
		}
		if (done < len && !goes_on(o, fd, n, why))
			break;
	}
	return done;
}

bool output_lost_reader(int why)
{
	return why == EPIPE || why == ECONNRESET;
}
