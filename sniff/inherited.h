/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors that were open when the program started, besides the standard ones. They are nobody's
 * but a path's: `-r /dev/fd/63`, which is opened anew. */
#ifndef INHERITED_H
#define INHERITED_H

#include <stdbool.h>
#include <stddef.h>

struct descriptor_range {
	unsigned first;
	unsigned last;
};

struct inherited {
	struct descriptor_range *ranges;
	size_t count;
};

/* Before anything is opened: note them, and let no program inherit them further. Without /proc no
 * path can mean one, so they are closed at once. False: no memory. */
bool inherited_note(struct inherited *in);
/* When all is open that paths mean. */
void inherited_close(struct inherited *in);

#endif
