/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Privileges.
 *
 *   state        ids                    capabilities   who calls
 *   start        the user's, if the program is set-uid; else as they came
 *   raised       the program's          as they came   input.c, around the opening of a socket
 *   confined     -Z, sniff or 65534     none, no_new_privs, not dumpable: before the first packet;
 *                                      what was inherited is closed
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <stdbool.h>

#include "inherited.h"
#include "users.h"

struct identity {
	bool change;      /* we can become another user, and shall */
	bool asked;       /* -Z was given */
	struct user user; /* whom to become */
};

/* First of all. Note the descriptors that were inherited. Started with more than the user's
 * privilege: forget the environment, set it aside (the privilege, until it is needed). */
void confine_start(struct inherited *inherited);
void privilege_raise(void);
void privilege_lower(void);

/* Whom to become: `user` of -Z, or NULL. While names can still be looked up. An exit status. */
int confine_plan(struct identity *who, const char *user);
/* Become it, for good, without what was inherited. An exit status. */
int confine(const struct identity *who, struct inherited *inherited);

#endif
