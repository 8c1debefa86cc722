/* SPDX-License-Identifier: BSD-2-Clause */
/* Creates savefiles: chooses the format, opens the file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "opts.h"
#include "sink_formats.h"

static int begin(struct flt_sink **sink, struct flt_create_opts *ours,
		 const struct flt_create_opts *theirs, const char *function, struct flt_error *err)
{
	const uint32_t known = FLT_CREATE_NANO | FLT_CREATE_FLUSH | FLT_CREATE_EXCLUSIVE;

	flt__error_clear(err);
	if (!sink)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: sink is NULL", function);
	*sink = NULL;
	int code = flt__opts_take(ours, sizeof(*ours), theirs, function, err);
	if (code == FLT_OK && ours->flags & ~known)
		code = flt__fail(err, FLT_E_ARGUMENT, "%s: unknown flag in %#x", function,
				 ours->flags);
	if (code == FLT_OK && ours->link_bits & ~FLT_LINK_BITS_MASK)
		code = flt__fail(err, FLT_E_ARGUMENT, "%s: link_bits %#x reach into the link type",
				 function, ours->link_bits);
	return code;
}

/* "-" is standard output, which stays open for others when the sink is closed. */
static int create_path(const char *path, uint32_t flags)
{
	int exclusive = flags & FLT_CREATE_EXCLUSIVE ? O_EXCL : 0;

	if (strcmp(path, "-") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | exclusive, 0666);
}

int flt_create_file(struct flt_sink **sink, const char *path, const struct flt_create_opts *opts,
		    struct flt_error *err)
{
	struct flt_create_opts ours;
	int code = begin(sink, &ours, opts, "flt_create_file", err);

	if (code != FLT_OK)
		return code;
	if (!path)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_create_file: path is NULL");
	int fd = create_path(path, ours.flags);
	if (fd < 0)
		return flt__fail_sys(
			err, errno == EACCES || errno == EPERM ? FLT_E_PERMISSION : FLT_E_SYSTEM,
			errno, "%s", path);
	const char *name = strcmp(path, "-") == 0 ? "standard output" : path;
	return flt__sink_make(sink, &flt__sink_pcap, fd, name, &ours, err);
}

int flt_create_fd(struct flt_sink **sink, int fd, const struct flt_create_opts *opts,
		  struct flt_error *err)
{
	struct flt_create_opts ours;
	int code = begin(sink, &ours, opts, "flt_create_fd", err);

	if (code == FLT_OK && fd < 0)
		code = flt__fail(err, FLT_E_ARGUMENT, "flt_create_fd: %d is not a descriptor", fd);
	if (code != FLT_OK) {
		if (fd >= 0)
			close(fd);
		return code;
	}
	return flt__sink_make(sink, &flt__sink_pcap, fd, NULL, &ours, err);
}
