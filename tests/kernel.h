/* SPDX-License-Identifier: BSD-2-Clause */
/* The real kernel as an engine: a program on a unix datagram socket, which needs no privilege. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"

#define KERNEL_DROPPED   -1
#define KERNEL_ALL_BYTES 0xffffffffu

struct kernel {
	int send_fd, receive_fd;
	uint32_t cpu;    /* the one CPU that this process stays on */
	bool is_foreign; /* of the other byte order: an emulator passes our programs on */
};

/* 0, or the errno. */
int kernel_open(struct kernel *kernel);
void kernel_close(struct kernel *kernel);
/* 0, or the errno of SO_ATTACH_FILTER. */
int kernel_attach(struct kernel *kernel, const struct flt_insn *insns, uint32_t count);
/* The same with every `ret a` replaced by a chain that returns first + i when A is values[i], and 0
 * when it is none of them: min(value, length) shows all 32 bits of A. */
int kernel_attach_chain(struct kernel *kernel, const struct flt_insn *insns, uint32_t count,
			const uint32_t *values, uint32_t value_count, uint32_t first);
/* Whether its answers count: a kernel of the other byte order reads netlink attributes
 * in its own. */
bool kernel_judges(const struct kernel *kernel, const struct flt_insn *insns, uint32_t count);
/* The bytes that the attached program lets through, or KERNEL_DROPPED; below that a failed send. */
int kernel_run(struct kernel *kernel, const uint8_t *bytes, uint32_t len);

#endif
