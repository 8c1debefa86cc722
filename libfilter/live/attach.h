/* SPDX-License-Identifier: BSD-2-Clause */
/* A program on a socket: the call itself, and what its failure means. */
#ifndef ATTACH_H
#define ATTACH_H

#include "libfilter.h"

/* 0, or the errno. */
int flt__attach(int fd, const struct flt_insn *insns, uint32_t count);
/* What the kernel lets a socket hold, in bytes; 0: not known. */
uint64_t flt__optmem_max(void);
/* The error that says it, for a program of count instructions. */
int flt__attach_failed(int sys_errno, uint32_t count, struct flt_error *err);

#endif
