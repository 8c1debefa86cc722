/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of interfaces by index, for packets of `any`. */
#ifndef IFNAMES_H
#define IFNAMES_H

#include <stdbool.h>
#include <stdint.h>

struct flt_interface;

struct ifnames {
	struct flt_interface *list; /* as they were when one was missing; NULL: not asked yet */
	uint32_t count;
	uint32_t unknown; /* the last index that nobody has, 0: none */
	bool failed;      /* there was no memory for a question */
};

/* For print_opts: context is a struct ifnames. NULL: there is no such interface. */
const char *ifnames_find(void *context, uint32_t index);
void ifnames_free(struct ifnames *names);

#endif
