/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine.h"
#include "say.h"
#include "units.h"

#define DEFAULT_USER "sniff"
#define NOBODY 65534u

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

/* ---- set-uid programs ----------------------------------------------------------------------- */

/* A standard descriptor that is closed would become a socket or a savefile, and text would go into
 * it. What stands in for it can be neither read nor written. */
static void fill_standard_descriptors(void)
{
	int fd = 0;

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/", O_PATH);
	if (fd >= 0)
		close(fd);
}

void confine_start(void)
{
	fill_standard_descriptors();
	if (!getauxval(AT_SECURE))
		return;
	clearenv();
	privilege_lower();
}

/* The saved ids hold what the program was started with. */
void privilege_raise(void)
{
	uid_t real, effective, saved;
	gid_t real_gid, effective_gid, saved_gid;

	if (getresuid(&real, &effective, &saved) == 0 && effective != saved && seteuid(saved) < 0)
		return;
	if (getresgid(&real_gid, &effective_gid, &saved_gid) == 0 && effective_gid != saved_gid)
		(void)!setegid(saved_gid);
}

void privilege_lower(void)
{
	if (getegid() != getgid() && setegid(getgid()) < 0)
		exit(say(FAILED, "cannot set the privilege aside: %s", strerror(errno)));
	if (geteuid() != getuid() && seteuid(getuid()) < 0)
		exit(say(FAILED, "cannot set the privilege aside: %s", strerror(errno)));
}

/* ---- whom to become ------------------------------------------------------------------------- */

static bool is_root(void)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && (effective == 0 || saved == 0);
}

static bool find_user(const char *name, struct identity *who)
{
	const struct passwd *entry = getpwnam(name);
	uint64_t number = 0;

	if (entry) {
		who->uid = entry->pw_uid;
		who->gid = entry->pw_gid;
		return true;
	}
	if (parse_number(name, 0, UINT32_MAX - 1, "", &number))
		return false;
	who->uid = (uid_t)number;
	who->gid = (gid_t)number;
	return true;
}

int confine_plan(struct identity *who, const char *user)
{
	*who = (struct identity){
		.change = is_root(), .asked = user != NULL, .uid = NOBODY, .gid = NOBODY
	};
	if (user && !find_user(user, who))
		return say(USAGE, "-Z: there is no user '%s' on this machine", user);
	if (!user && who->change)
		find_user(DEFAULT_USER, who);
	return DONE;
}

static bool invoking_sudo(uid_t *uid, gid_t *gid)
{
	const char *uid_text = getenv("SUDO_UID");
	const char *gid_text = getenv("SUDO_GID");
	uint64_t number = 0;

	if (!uid_text || parse_number(uid_text, 1, UINT32_MAX - 1, "", &number))
		return false;
	*uid = (uid_t)number;
	if (!gid_text || parse_number(gid_text, 0, UINT32_MAX - 1, "", &number))
		return false;
	*gid = (gid_t)number;
	return true;
}

static bool take_entry(const struct passwd *entry, uid_t *uid, gid_t *gid)
{
	if (!entry || entry->pw_uid == 0)
		return false;
	*uid = entry->pw_uid;
	*gid = entry->pw_gid;
	return true;
}

bool invoking_user(uid_t *uid, gid_t *gid)
{
	const char *doas = getenv("DOAS_USER");
	const char *pkexec = getenv("PKEXEC_UID");
	uint64_t number = 0;

	if (geteuid() != 0)
		return false;
	if (invoking_sudo(uid, gid))
		return true;
	if (doas && take_entry(getpwnam(doas), uid, gid))
		return true;
	if (!pkexec || parse_number(pkexec, 1, UINT32_MAX - 1, "", &number))
		return false;
	return take_entry(getpwuid((uid_t)number), uid, gid);
}

/* ---- for good ------------------------------------------------------------------------------- */

/* In a user namespace without such an id, or without the capability: the id stays. */
static bool may_stay(int why)
{
	return why == EPERM || why == EINVAL;
}

static int become(const struct identity *who)
{
	if (setgroups(0, NULL) < 0 && !may_stay(errno))
		return say(FAILED, "cannot give up groups: %s", strerror(errno));
	if (setresgid(who->gid, who->gid, who->gid) < 0 && !may_stay(errno))
		return say(FAILED, "cannot become group %u: %s", who->gid, strerror(errno));
	if (setresuid(who->uid, who->uid, who->uid) < 0 && !may_stay(errno))
		return say(FAILED, "cannot become user %u: %s", who->uid, strerror(errno));
	return DONE;
}

/* Back to the user who started us, if the program had more. */
static int stay(const struct identity *who)
{
	gid_t gid = getgid();
	uid_t uid = getuid();

	if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return say(FAILED, "cannot give up the privilege: %s", strerror(errno));
	if (who->asked && who->uid != uid)
		say(DONE, "-Z: only root can become another user; this process stays user %u", uid);
	return DONE;
}

static bool capabilities_are_gone(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	if (syscall(SYS_capget, &header, sets) < 0)
		return false;
	return !(sets[0].permitted | sets[1].permitted | sets[0].effective | sets[1].effective);
}

/* Not even by a set-user-ID program could they come back. */
static void drop_bounds(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return;         /* without CAP_SETPCAP; no_new_privs is enough */
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &header, none) < 0 || !capabilities_are_gone())
		return say(FAILED, "cannot give up capabilities: %s", strerror(errno));
	return DONE;
}

int confine(const struct identity *who)
{
	privilege_raise();
	drop_bounds();
	int status = who->change ? become(who) : stay(who);

	if (status == DONE)
		status = drop_capabilities();
	if (status != DONE)
		return status;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0) < 0)
		return say(FAILED, "cannot confine the process: %s", strerror(errno));
	if (who->change && getuid() != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0)
		return say(FAILED, "root came back after it was given up");
	return DONE;
}
