/* SPDX-License-Identifier: BSD-2-Clause */
/* A program on a socket of the caller's own. */
#include "attach.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/filter.h>

#include "bpf.h"
#include "diag.h"
#include "program.h"

#define OPTMEM_PATH "/proc/sys/net/core/optmem_max"

/* A socket whose reads never run dry (shut down, say) must not hold us. */
#define DRAIN_MAX        1000000
#define DRAIN_MAX_ERRORS 8

/* What was attached before; count 0: nothing. */
struct old_filter {
	struct flt_insn *insns;
	socklen_t count;
};

int flt__attach(int fd, const struct flt_insn *insns, uint32_t count)
{
	struct sock_fprog filter = { (unsigned short)count, (void *)(uintptr_t)insns };
	int code = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));

	return code == 0 ? 0 : errno;
}

static int attach_nothing_passes(int fd)
{
	static const struct flt_insn ret_0 = { BPF_RET | BPF_K, 0, 0, 0 };

	return flt__attach(fd, &ret_0, 1);
}

/* ---- telling -------------------------------------------------------------------------------- */

uint64_t flt__optmem_max(void)
{
	FILE *file = fopen(OPTMEM_PATH, "re");
	unsigned long long value = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%19llu", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

static int fail_optmem(uint32_t count, struct flt_error *err)
{
	char value[24] = "unknown";
	uint64_t optmem = flt__optmem_max();

	if (optmem)
		snprintf(value, sizeof(value), "%llu", (unsigned long long)optmem);
	if (err && err->code == FLT_OK)
		err->sys_errno = ENOMEM;
	return flt__fail(err, FLT_E_KERNEL,
			 "the kernel's form of these %u instructions is larger than a socket may "
			 "hold: net.core.optmem_max is %s bytes",
			 count, value);
}

int flt__attach_failed(int sys_errno, uint32_t count, struct flt_error *err)
{
	switch (sys_errno) {
	case ENOMEM: return fail_optmem(count, err);
	case EPERM:
		return flt__fail_sys(err, FLT_E_SYSTEM, sys_errno,
				     "the filter of this socket is locked (SO_LOCK_FILTER)");
	case EINVAL:
		return flt__fail_sys(err, FLT_E_KERNEL, sys_errno,
				     "this kernel refuses the program of %u instructions", count);
	default: return flt__fail_sys(err, FLT_E_SYSTEM, sys_errno, "cannot attach a filter");
	}
}

/* ---- sockets above the transport header ----------------------------------------------------- */

static int socket_number(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 ? value : -1;
}

/* The first header that the filter of such a socket sees; NULL: not such a socket. A raw one has
 * the IP header, or is the caller's to know. */
static const char *first_header(int fd)
{
	int domain = socket_number(fd, SO_DOMAIN), type = socket_number(fd, SO_TYPE);

	if ((domain != AF_INET && domain != AF_INET6) || type == SOCK_RAW || type < 0)
		return NULL;
	switch (socket_number(fd, SO_PROTOCOL)) {
	case IPPROTO_UDP: return "UDP";
	case IPPROTO_TCP: return "TCP";
	default: return "transport";
	}
}

/* What needs a header of its link type finds none there, and would never match. Who made the
 * instructions without a link type knows what they read. */
static int check_fit(const struct flt_program *prog, int fd, struct flt_error *err)
{
	bool fits = !prog->info.linktype || prog->any_link || prog->info.flags & FLT_PROGRAM_ALL;
	const char *header = fits ? NULL : first_header(fd);
	const char *name = flt_linktype_name(prog->info.linktype);

	if (!header)
		return FLT_OK;
	return flt__fail(err, FLT_E_ARGUMENT,
			 "a program for %s never matches on this socket, whose filter sees the %s "
			 "header at offset 0 and no header before it; test bytes of that "
			 "header, such as link[0:2] = 5000 (the source port)",
			 name ? name : "this link type", header);
}

/* ---- replacing ------------------------------------------------------------------------------ */

/* Where the filter is not a classic one, there is nothing to go back to. False: no memory. */
static bool save_filter(int fd, struct old_filter *old)
{
	*old = (struct old_filter){ NULL, 0 };
	if (getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &old->count) != 0)
		old->count = 0;
	if (!old->count)
		return true;
	old->insns = calloc(old->count, sizeof(*old->insns));
	if (!old->insns)
		return false;
	if (getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, old->insns, &old->count) != 0)
		old->count = 0;
	return true;
}

/* The socket as it was before the call, but for what waited in it. */
static void restore_filter(int fd, const struct old_filter *old)
{
	int none = 0;

	if (old->count)
		flt__attach(fd, old->insns, old->count);
	else
		setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none));
}

/* A stream's bytes are the other side's answer, not packets that a filter let in. */
static bool holds_packets(int fd)
{
	int type = SOCK_STREAM;
	socklen_t size = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
	return type == SOCK_DGRAM || type == SOCK_RAW || type == SOCK_PACKET;
}

/* Nothing passes now: what is still there came in through the filter before. */
static void drain(int fd)
{
	int errors = 0;
	char byte;

	for (int i = 0; i < DRAIN_MAX && errors < DRAIN_MAX_ERRORS; i++) {
		if (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT | MSG_TRUNC) >= 0 || errno == EINTR)
			continue;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			return;
		errors++; /* a pending error of the socket: told once, then gone */
	}
}

static int replace(const struct flt_program *prog, int fd, const struct old_filter *old,
		   struct flt_error *err)
{
	/* Also frees the old one's share of optmem, which the new one may need. */
	int failed = attach_nothing_passes(fd);

	if (failed)
		return flt__attach_failed(failed, 1, err);
	if (holds_packets(fd))
		drain(fd);
	failed = flt__attach(fd, prog->insns, prog->info.count);
	if (!failed)
		return FLT_OK;
	restore_filter(fd, old);
	return flt__attach_failed(failed, prog->info.count, err);
}

int flt_attach(const struct flt_program *prog, int fd, struct flt_error *err)
{
	flt__error_clear(err);
	if (!prog)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_attach: prog is NULL");
	if (prog->info.count > BPF_KERNEL_LIMIT)
		return flt__fail(err, FLT_E_KERNEL,
				 "the program has %u instructions; the kernel accepts at most %u",
				 prog->info.count, BPF_KERNEL_LIMIT);
	int code = check_fit(prog, fd, err);
	if (code != FLT_OK)
		return code;
	struct old_filter old;
	if (!save_filter(fd, &old))
		return flt__fail(err, FLT_E_NOMEM,
				 "flt_attach: no memory to keep the filter that "
				 "the socket has");
	code = replace(prog, fd, &old, err);
	free(old.insns);
	return code;
}

int flt_detach(int fd, struct flt_error *err)
{
	int none = 0;

	flt__error_clear(err);
	/* No filter is what was wanted. */
	if (setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none)) == 0 ||
	    errno == ENOENT)
		return FLT_OK;
	if (errno == EPERM)
		return flt__attach_failed(EPERM, 0, err);
	return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot detach the filter");
}
