/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities of this process. */
#ifndef CAPABILITIES_H
#define CAPABILITIES_H

#include <linux/capability.h>
#include <stdbool.h>

struct capabilities {
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
};

/* These are false with errno. */

bool capabilities_note(struct capabilities *now);
bool capabilities_restore(const struct capabilities *noted);
/* None is in effect; all that are permitted are. */
bool capabilities_set_aside(void);
bool capabilities_raise(void);
/* Not even by a set-user-ID program could they come back. As far as it is allowed. */
void capabilities_drop_bounds(void);
/* All, for good, and checked. */
bool capabilities_drop(void);

#endif
