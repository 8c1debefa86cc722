/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capabilities.h"

bool capabilities_note(struct capabilities *now)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	memset(now, 0, sizeof(*now));
	return syscall(SYS_capget, &header, now->sets) == 0;
}

bool capabilities_restore(const struct capabilities *noted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &header, noted->sets) == 0;
}

bool capabilities_set_aside(void)
{
	struct capabilities now;

	if (!capabilities_note(&now))
		return false;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		now.sets[i].effective = 0;
	return capabilities_restore(&now);
}

bool capabilities_raise(void)
{
	struct capabilities now;

	if (!capabilities_note(&now))
		return false;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		now.sets[i].effective = now.sets[i].permitted;
	return capabilities_restore(&now);
}

void capabilities_drop_bounds(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return; /* without CAP_SETPCAP; no_new_privs is enough */
}

static bool are_gone(void)
{
	struct capabilities now;

	if (!capabilities_note(&now))
		return false;
	errno = EPERM;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if (now.sets[i].permitted | now.sets[i].effective | now.sets[i].inheritable)
			return false;
	return true;
}

bool capabilities_drop(void)
{
	struct capabilities none;

	memset(&none, 0, sizeof(none));
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return capabilities_restore(&none) && are_gone();
}
