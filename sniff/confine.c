/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "capabilities.h"
#include "confine.h"
#include "say.h"
#include "streams.h"
#include "units.h"

#define DEFAULT_USER "sniff"

/* Without that user: configure --with-user-id. */
#ifndef SNIFF_USER_ID
#define SNIFF_USER_ID NOBODY
#endif

/* A leak check at exit looks into the process with ptrace(). */
#if defined(__SANITIZE_ADDRESS__)
#define DUMPABLE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DUMPABLE 1
#endif
#endif
#ifndef DUMPABLE
#define DUMPABLE 0
#endif

/* ---- the start ------------------------------------------------------------------------------ */

/* Set-uid, set-gid, or capabilities of the file: the program has more than who runs it. */
static bool has_more_than_user(void)
{
	return getauxval(AT_SECURE) && getuid() != 0;
}

void confine_start(struct inherited *inherited)
{
	fill_standard_descriptors();
	if (!inherited_note(inherited))
		exit(say(FAILED, "no memory"));
	if (!getauxval(AT_SECURE))
		return;
	clearenv();
	privilege_lower();
}

/* The saved ids hold what the program was started with, the permitted set its capabilities. */
void privilege_raise(void)
{
	uid_t real, effective, saved;
	gid_t real_gid, effective_gid, saved_gid;

	if (geteuid() == 0) /* no other id has more */
		return;
	if (getresuid(&real, &effective, &saved) == 0 && effective != saved && seteuid(saved) < 0)
		return;
	if (getresgid(&real_gid, &effective_gid, &saved_gid) == 0 && effective_gid != saved_gid)
		(void)!setegid(saved_gid);
	if (has_more_than_user())
		capabilities_raise();
}

void privilege_lower(void)
{
	if (getegid() != getgid() && setegid(getgid()) < 0)
		exit(say(FAILED, "cannot drop privileges: %s", strerror(errno)));
	if (geteuid() != getuid() && seteuid(getuid()) < 0)
		exit(say(FAILED, "cannot drop privileges: %s", strerror(errno)));
	if (has_more_than_user() && !capabilities_set_aside())
		exit(say(FAILED, "cannot drop privileges: %s", strerror(errno)));
}

/* ---- whom to become ------------------------------------------------------------------------- */

static bool is_root(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && (effective == 0 || saved == 0);
}

/* The name service is asked last, and for names alone: it may take its time. */
static bool find_user(const char *name, struct user *user)
{
	uint64_t number = 0;

	if (users_find_name(name, user))
		return true;
	if (!parse_number(name, 0, UINT32_MAX - 1, "", &number)) {
		if (!users_find_uid((uid_t)number, user))
			*user = (struct user){ .uid = (uid_t)number, .gid = (gid_t)number };
		return true;
	}
	const struct passwd *entry = getpwnam(name);

	if (!entry)
		return false;
	*user = (struct user){ .uid = entry->pw_uid, .gid = entry->pw_gid };
	if (strlen(name) < sizeof(user->name))
		memcpy(user->name, name, strlen(name) + 1);
	return true;
}

/* Nobody is asked for it but /etc/passwd. A user sniff who is root is none. */
static void find_default(struct user *user)
{
	if (users_find_name(DEFAULT_USER, user) && user->uid != 0 && user->gid != 0)
		return;
	*user = (struct user){ .uid = SNIFF_USER_ID, .gid = SNIFF_USER_ID };
}

int confine_plan(struct identity *who, const char *user)
{
	*who = (struct identity){ .change = is_root(), .asked = user != NULL };
	if (user && getuid() != 0 && (has_more_than_user() || is_root()))
		return say(USAGE, "-Z needs root: this program has privileges that you do "
				  "not have; run it without -Z");
	errno = 0;
	bool found = user && find_user(user, &who->user);

	if (user && !found && errno == ENOMEM)
		return say(FAILED, "-Z: no memory to look up the user '%s'", user);
	if (user && !found)
		return say(USAGE, "-Z: there is no user '%s' on this machine", user);
	if (!user)
		find_default(&who->user);
	return DONE;
}

/* ---- for good ------------------------------------------------------------------------------- */

/* The initial one has all ids, as they are. */
static bool in_user_namespace(void)
{
	FILE *file = fopen("/proc/self/uid_map", "re");
	char line[64] = "";
	unsigned inside = 0, outside = 0, count = UINT32_MAX;

	if (file && fgets(line, sizeof(line), file))
		sscanf(line, "%u %u %u", &inside, &outside, &count);
	if (file)
		fclose(file);
	return inside != 0 || outside != 0 || count != UINT32_MAX;
}

/* In a user namespace without such an id (EINVAL), or without the capability, the id stays: it is
 * no more than that of who made the namespace. Elsewhere root would stay root. */
static int remain(const struct identity *who, int why)
{
	uid_t uid = who->user.uid;
	gid_t gid = who->user.gid;

	if (why != EPERM && why != EINVAL)
		return say(FAILED, "cannot become user %u and group %u: %s", uid, gid,
			   strerror(why));
	if (why != EINVAL && !in_user_namespace())
		return say(FAILED,
			   "cannot become user %u and group %u: this root lacks CAP_SETUID or "
			   "CAP_SETGID (in a container: --cap-add=SETUID --cap-add=SETGID); "
			   "use -Z root to stay root",
			   uid, gid);
	if (who->asked)
		return say(FAILED, "-Z: cannot become user %u and group %u in this user namespace",
			   uid, gid);
	say(DONE,
	    "cannot become user %u and group %u in this user namespace: sniff stays user %u "
	    "and group %u, without capabilities",
	    uid, gid, getuid(), getgid());
	return DONE;
}

/* A user namespace may forbid it (setgroups in user_namespaces(7)). */
static int keep_groups(int why)
{
	bool allowed = why == EPERM && in_user_namespace();

	return say(allowed ? DONE : FAILED, "cannot drop supplementary groups: %s",
		   allowed ? "this user namespace does not allow it" : strerror(why));
}

static int become(const struct identity *who)
{
	uid_t uid = who->user.uid;
	gid_t gid = who->user.gid;
	int groups_why = 0, why = 0;

	if (setgroups(0, NULL) < 0 && uid != 0) /* root's own groups give root nothing */
		groups_why = errno;
	if (setresgid(gid, gid, gid) < 0)
		why = errno;
	if (setresuid(uid, uid, uid) < 0)
		why = errno;
	if (why)
		return remain(who, why);
	return groups_why ? keep_groups(groups_why) : DONE;
}

/* Back to the user who started us, if the program had more. */
static int stay(const struct identity *who)
{
	gid_t gid = getgid();
	uid_t uid = getuid();

	if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return say(FAILED, "cannot drop privileges: %s", strerror(errno));
	if (who->asked && who->user.uid != uid)
		say(DONE, "-Z: only root can become another user; this process stays user %u", uid);
	return DONE;
}

int confine(const struct identity *who, struct inherited *inherited)
{
	inherited_close(inherited);
	privilege_raise();
	capabilities_drop_bounds();
	int status = who->change ? become(who) : stay(who);

	if (status != DONE)
		return status;
	if (!capabilities_drop())
		return say(FAILED, "cannot drop capabilities: %s", strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0) < 0)
		return say(FAILED, "cannot confine the process: %s", strerror(errno));
	if (who->change && getuid() != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0)
		return say(FAILED, "root privileges could be regained; giving up");
	return DONE;
}
