/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups, from /etc/passwd and /etc/group alone: no name service is asked. */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define USER_NAME_ROOM 256u /* a longer name is nobody's */
#define NOBODY         65534u

struct user {
	uid_t uid;
	gid_t gid;
	char name[USER_NAME_ROOM]; /* empty: not known */
};

/* False: there is no such user. */
bool users_find_name(const char *name, struct user *user);
bool users_find_uid(uid_t uid, struct user *user);
/* The groups that name the user; *list is the caller's to free. False: no memory. */
bool users_groups(const struct user *user, gid_t **list, size_t *count);

/* The user behind sudo, doas or pkexec; never root. False: there is none. */
bool users_invoking(struct user *user);

#endif
