/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel as an engine. */
#ifndef COMMAND_KERNEL_H
#define COMMAND_KERNEL_H

#include "libfilter.h"

/* Sockets that let the kernel run a program. */
struct kernel;

/* Does the kernel run the program? FLT_OK, or err says why not. */
int kernel_takes(const struct flt_program *prog, struct flt_error *err);
struct kernel *kernel_open(const struct flt_program *prog, struct flt_error *err);
/* What the kernel's program returns for the packet. */
int kernel_run(struct kernel *k, const uint8_t *bytes, uint32_t caplen, uint32_t *value,
	       struct flt_error *err);
void kernel_close(struct kernel *k);

#endif
