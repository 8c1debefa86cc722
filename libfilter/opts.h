/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs that begin with their size and grow at the end. */
#ifndef OPTS_H
#define OPTS_H

#include <stddef.h>

#include "libfilter.h"

/*
 * Copy the caller's options (NULL: all defaults) into ours, of `known` bytes, which are zeroed
 * first. FLT_E_ARGUMENT when a size is not plausible, or when a field that we do not know is not
 * zero.
 */
int flt__opts_take(void *ours, uint32_t known, const void *theirs, const char *function,
		   struct flt_error *err);

/* Copy our struct (its size field set to `known`) to the caller's, as far as the size there says,
 * and leave that size as it was; zero what we do not know. */
int flt__opts_give(void *theirs, const void *ours, uint32_t known);

#endif
