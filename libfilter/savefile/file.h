/* SPDX-License-Identifier: BSD-2-Clause */
/* A savefile's bytes, read forward: from a file, a pipe, a socket or memory. */
#ifndef FILE_H
#define FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "libfilter.h"

#define FILE_BUFFER_BYTES 1048576u
#define FILE_BUFFER_MIN   65536u
/* The longest record that any reader asks for, and so the most that a buffer grows to, doubling. */
#define FILE_RECORD_LIMIT (64u * 1048576u)

/* bytes[at, end) are read and not yet used. */
struct file {
	int fd;               /* -1: memory, which is there as a whole from the start */
	int wake_fd;          /* ends a wait; -1: none */
	bool waits;           /* a read can block: not a regular file */
	bool ended;           /* nothing comes after end */
	uint8_t *buffer;      /* ours; NULL with memory */
	const uint8_t *bytes; /* the buffer or the memory */
	size_t room;          /* size of the buffer */
	size_t at, end;
	uint64_t offset; /* of bytes[at] in the file */
};

/* The file then owns fd, also when this fails; wake_fd is only looked at. */
int flt__file_open(struct file *file, int fd, int wake_fd, uint64_t buffer_bytes,
		   struct flt_error *err);
void flt__file_borrow(struct file *file, const void *bytes, size_t len);
void flt__file_close(struct file *file);

/*
 * Read once: what is there, at most what fits. Bytes that are not used yet may move. 1: there are
 * more bytes than before; 0: none came within timeout_ms (negative: wait for ever); FLT_END: the
 * end of the file, or *stop (may be NULL) is set; else an error.
 */
int flt__file_fill(struct file *file, const atomic_int *stop, int timeout_ms,
		   struct flt_error *err);
/* Wait until n bytes are there: FLT_OK, FLT_END when the file is shorter, or an error. */
int flt__file_want(struct file *file, size_t n, struct flt_error *err);

static inline size_t file_left(const struct file *file)
{
	return file->end - file->at;
}

static inline const uint8_t *file_here(const struct file *file)
{
	return file->bytes + file->at;
}

/* n <= file_left() */
static inline void file_used(struct file *file, size_t n)
{
	file->at += n;
	file->offset += n;
}

#endif
