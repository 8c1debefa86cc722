/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens savefiles: finds the format by its magic number and feeds it with bytes. */
#include "savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "bytes.h"
#include "capture.h"
#include "compressed.h"
#include "diag.h"
#include "opts.h"

/* A run of packets that the first cache holds together with the bytes it points to. */
#define BATCH_PACKETS 512u
/* From a pipe a batch takes all that one read can bring (16 bytes a packet at least), and the
 * packet that was waiting for its end: so that nothing is left over when poll() is asked again. */
#define BATCH_PACKETS_PIPE 4097u

#define MAGIC_BYTES 4u

/* ---- the source ------------------------------------------------------------------------------ */

static int end_of_file(const struct savefile *save, struct flt_error *err)
{
	const struct file *file = &save->file;
	unsigned long long at = file->offset, end = file->offset + file_left(file);

	if (!file->ended || at == end)
		return FLT_END;
	return flt__fail_file(err, FLT_E_CUT, at,
			      "the file ends at byte %llu, inside the %s that begins at byte %llu",
			      end, save->format->unit, at);
}

static int savefile_read(void *impl, const atomic_int *stop, struct flt_packet **packets,
			 uint32_t *count, int timeout_ms, struct flt_error *err)
{
	struct savefile *save = impl;
	bool waited = false;

	/* What was read from a pipe is delivered; a file will still be there. */
	if (!save->file.waits && atomic_load_explicit(stop, memory_order_relaxed))
		return FLT_END;
	for (;;) {
		int code = save->format->parse(save, count, err);
		*packets = save->packets;
		if (*count) {
			flt__error_clear(err); /* it comes back when its turn comes */
			return 1;
		}
		if (code != FLT_OK)
			return code;
		/* Less than a packet came: the caller looks at the clock before the next wait. */
		if (waited && timeout_ms >= 0)
			return 0;
		code = flt__file_fill(&save->file, stop, timeout_ms, err);
		if (code == FLT_END)
			return end_of_file(save, err);
		if (code != 1)
			return code;
		waited = save->file.waits;
	}
}

static void savefile_info(const void *impl, struct flt_source_info *info)
{
	const struct savefile *save = impl;

	save->format->info(save, info);
}

static void savefile_close(void *impl)
{
	struct savefile *save = impl;

	if (save->format && save->state)
		save->format->close(save);
	flt__file_close(&save->file);
	free(save->packets);
	free(save);
}

static const struct source_ops savefile_ops = {
	.read = savefile_read,
	.info = savefile_info,
	.close = savefile_close,
};

/* ---- opening --------------------------------------------------------------------------------- */

static int recognise(struct savefile *save, struct flt_error *err)
{
	int code = flt__file_want(&save->file, MAGIC_BYTES, err);

	if (code != FLT_OK)
		return flt__savefile_header_cut(save, code, err);
	const uint8_t *magic = file_here(&save->file);
	save->format = flt__pcap_format(magic);
	if (!save->format)
		save->format = flt__pcapng_format(magic);
	if (save->format)
		return FLT_OK;
	const struct compressed *packed = compressed_find(get_be32(magic));
	if (packed)
		return flt__fail_file(err, FLT_E_FORMAT, 0, COMPRESSED_MESSAGE "%s", packed->name);
	return flt__fail_file(err, FLT_E_FORMAT, 0,
			      "neither pcap nor pcapng: the file begins with %02x %02x %02x %02x",
			      magic[0], magic[1], magic[2], magic[3]);
}

static int open_format(struct savefile *save, struct flt_error *err)
{
	save->room = save->file.waits ? BATCH_PACKETS_PIPE : BATCH_PACKETS;
	save->packets = calloc(save->room, sizeof(*save->packets));
	if (!save->packets)
		return flt__fail(err, FLT_E_NOMEM, "no memory for %u packets", save->room);
	int code = recognise(save, err);
	if (code != FLT_OK)
		return code;
	return save->format->open(save, err);
}

/* No handle will own these. */
static int give_up(struct file *file, int code)
{
	if (file->wake_fd >= 0)
		close(file->wake_fd);
	flt__file_close(file);
	return code;
}

/* Takes over the open file and its wake_fd. */
static int open_savefile(struct flt_source **src, struct file *file,
			 const struct flt_open_opts *opts, struct flt_error *err)
{
	struct savefile *save = calloc(1, sizeof(*save));

	if (!save)
		return give_up(file, flt__fail(err, FLT_E_NOMEM, "no memory for a source"));
	save->file = *file;
	int code = open_format(save, err);
	if (code == FLT_OK)
		return flt__source_make(src, &savefile_ops, save, file->fd, file->wake_fd,
					opts->program, err);
	if (file->wake_fd >= 0)
		close(file->wake_fd);
	savefile_close(save);
	return code;
}

/* Owns fd. */
static int open_descriptor(struct flt_source **src, int fd, const struct flt_open_opts *opts,
			   struct flt_error *err)
{
	struct file file;
	int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (wake_fd < 0) {
		int saved_errno = errno;
		close(fd);
		return flt__fail_sys(err, FLT_E_SYSTEM, saved_errno, "cannot make an eventfd");
	}
	int code = flt__file_open(&file, fd, wake_fd, opts->buffer_bytes, err);
	if (code != FLT_OK)
		return give_up(&file, code);
	return open_savefile(src, &file, opts, err);
}

static int begin(struct flt_source **src, struct flt_open_opts *ours,
		 const struct flt_open_opts *theirs, const char *function, struct flt_error *err)
{
	flt__error_clear(err);
	if (!src)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: src is NULL", function);
	*src = NULL;
	return flt__opts_take(ours, sizeof(*ours), theirs, function, err);
}

/* "-" is standard input, which stays open for others when the source is closed. */
static int open_path(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int flt_open_file(struct flt_source **src, const char *path, const struct flt_open_opts *opts,
		  struct flt_error *err)
{
	struct flt_open_opts ours;
	int code = begin(src, &ours, opts, "flt_open_file", err);

	if (code != FLT_OK)
		return code;
	if (!path)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_open_file: path is NULL");
	int fd = open_path(path);
	if (fd < 0)
		return flt__fail_sys(
			err, errno == EACCES || errno == EPERM ? FLT_E_PERMISSION : FLT_E_SYSTEM,
			errno, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
	return open_descriptor(src, fd, &ours, err);
}

int flt_open_fd(struct flt_source **src, int fd, const struct flt_open_opts *opts,
		struct flt_error *err)
{
	struct flt_open_opts ours;
	int code = begin(src, &ours, opts, "flt_open_fd", err);

	if (code == FLT_OK && fd < 0)
		code = flt__fail(err, FLT_E_ARGUMENT, "flt_open_fd: %d is not a descriptor", fd);
	if (code == FLT_OK)
		return open_descriptor(src, fd, &ours, err);
	if (fd >= 0)
		close(fd);
	return code;
}

int flt_open_memory(struct flt_source **src, const void *bytes, size_t len,
		    const struct flt_open_opts *opts, struct flt_error *err)
{
	struct flt_open_opts ours;
	struct file file;
	int code = begin(src, &ours, opts, "flt_open_memory", err);

	if (code != FLT_OK)
		return code;
	if (!bytes && len)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_open_memory: bytes is NULL");
	flt__file_borrow(&file, bytes, len);
	return open_savefile(src, &file, &ours, err);
}
