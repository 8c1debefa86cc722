/* SPDX-License-Identifier: BSD-2-Clause */
/* What compiles have asked the outside for, names and files, so that the next one gets the same
 * answers. */
#ifndef LOOKUPS_H
#define LOOKUPS_H

#include "libfilter.h"
#include "list_file.h"

/* A resolver that answers from the lookups, and asks `names` only for what they do not have. */
struct kept_names {
	struct flt_lookups *lookups;
	const struct flt_resolver *names;
	struct flt_resolver resolver; /* its context is this struct */
};

/* A compile begins, which may take that much memory. kept must stay where it is until it ends. */
void flt__lookups_begin(struct flt_lookups *lookups, struct kept_names *kept,
			const struct flt_resolver *names, uint64_t max_memory);
/* As flt__list_file_read(), but each path is read once. The text is the lookups'. */
int flt__lookups_file(struct flt_lookups *lookups, struct list_file *file, const char *path,
		      uint64_t most, struct flt_error *err);

#endif
