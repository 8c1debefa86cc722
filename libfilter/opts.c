/* SPDX-License-Identifier: BSD-2-Clause */
#include "opts.h"

#include <string.h>

#include "diag.h"

/* More than any version of a struct will have: a larger size is a value that was never set. */
#define OPTS_MAX_SIZE 4096u

static uint32_t size_of(const void *opts)
{
	uint32_t size;

	memcpy(&size, opts, sizeof(size));
	return size;
}

static int is_plausible(uint32_t size)
{
	return size >= sizeof(uint32_t) && size <= OPTS_MAX_SIZE;
}

int flt__opts_take(void *ours, uint32_t known, const void *theirs, const char *function,
		   struct flt_error *err)
{
	const uint8_t *bytes = theirs;

	memset(ours, 0, known);
	if (!theirs)
		return FLT_OK;
	uint32_t size = size_of(theirs);
	if (!is_plausible(size))
		return flt__fail(err, FLT_E_ARGUMENT,
				 "%s: the size in its options is %u; set it to sizeof", function,
				 size);
	for (uint32_t i = known; i < size; i++)
		if (bytes[i])
			return flt__fail(err, FLT_E_ARGUMENT,
					 "%s: the option at byte %u is set, but this version does "
					 "not have it",
					 function, i);
	memcpy(ours, theirs, size < known ? size : known);
	return FLT_OK;
}

int flt__opts_give(void *theirs, const void *ours, uint32_t known)
{
	uint8_t *to = theirs;
	const uint8_t *from = ours;

	if (!theirs || !is_plausible(size_of(theirs)))
		return FLT_E_ARGUMENT;
	uint32_t size = size_of(theirs);
	uint32_t copied = size < known ? size : known;
	memcpy(to + sizeof(size), from + sizeof(size), copied - sizeof(size));
	memset(to + copied, 0, size - copied);
	return FLT_OK;
}
