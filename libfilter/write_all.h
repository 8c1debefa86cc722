/* SPDX-License-Identifier: BSD-2-Clause */
/* All bytes to a descriptor, whatever kind it is of: the one loop that does so with patience. */
#ifndef WRITE_ALL_H
#define WRITE_ALL_H

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* Until a descriptor that does not block (a terminal that others share) takes more, or a signal
 * comes. */
static inline void wait_writable(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	poll(&one, 1, -1);
}

/* How many of the bytes went out; fewer: errno says why. It is what a caller's own writer replaces
 * (flt_create_opts.write, out.write), and asks for no context. */
static inline size_t write_all(void *context, int fd, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	size_t done = 0;

	(void)context;
	while (done < len) {
		ssize_t n = write(fd, from + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			wait_writable(fd);
		else if (errno != EINTR)
			break;
	}
	return done;
}

#endif
