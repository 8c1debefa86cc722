/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capabilities.h"
#include "create.h"
#include "say.h"

#define OPEN_FLAGS (O_WRONLY | O_CLOEXEC | O_NOCTTY)
#define MODE       0666 /* less the umask */

/* O_CREAT only for what is not there: in a sticky directory the kernel refuses it for a file of
 * another user's (fs.protected_regular), which may be written all the same. */
static int open_or_make(const char *path)
{
	int fd = open(path, OPEN_FLAGS);

	if (fd < 0 && errno == ENOENT)
		fd = open(path, OPEN_FLAGS | O_CREAT, MODE);
	return fd;
}

/* ---- as another user ------------------------------------------------------------------------ */

struct borrowed { /* what we were before */
	gid_t *groups;
	int group_count;
	struct capabilities capabilities;
};

static bool note(struct borrowed *b)
{
	int count = getgroups(0, NULL);

	b->groups = count < 0 ? NULL : malloc(((size_t)count + 1) * sizeof(*b->groups));
	b->group_count = b->groups ? getgroups(count, b->groups) : -1;
	return b->group_count >= 0 && capabilities_note(&b->capabilities);
}

/* setfsuid() and setfsgid() return what was, and not whether it is now otherwise. */
static bool set_file_ids(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
	return (gid_t)setfsgid((gid_t)-1) == gid && (uid_t)setfsuid((uid_t)-1) == uid;
}

/* False: all is as it was. */
static bool take_groups(const struct user *user)
{
	gid_t *groups = NULL;
	size_t count = 0;
	bool ok = users_groups(user, &groups, &count) && setgroups(count, groups) == 0;

	int why = errno;

	free(groups);
	errno = why;
	return ok;
}

/* Between two users nothing goes on. */
static void give_back(const struct borrowed *b)
{
	if (!capabilities_restore(&b->capabilities) || !set_file_ids(geteuid(), getegid()) ||
	    setgroups((size_t)b->group_count, b->groups) < 0)
		exit(say(FAILED, "cannot become root again: %s", strerror(errno)));
}

/* -1 with EPERM, if we cannot act for that user; with ENOMEM, if nobody knows. */
static int open_as(const struct user *user, const char *path)
{
	struct borrowed before = { .groups = NULL };
	int fd = -1, why = EPERM;

	if (!note(&before) || !take_groups(user)) {
		why = errno == ENOMEM ? ENOMEM : EPERM;
		free(before.groups);
		errno = why;
		return -1;
	}
	/* The kernel takes root's capabilities along with its ids only as securebits say. */
	if (set_file_ids(user->uid, user->gid) && capabilities_set_aside()) {
		fd = open_or_make(path);
		why = errno;
	}
	give_back(&before);
	free(before.groups);
	errno = why;
	return fd;
}

/* ---- made by root, for another user --------------------------------------------------------- */

/* The directory that the path leads to without a symbolic link; *name is what is left of it. */
static int open_directory(const char *path, const char **name)
{
	int at = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (path += strspn(path, "/"); at >= 0; path += strspn(path, "/")) {
		size_t len = strcspn(path, "/");
		char part[NAME_MAX + 1] = "";

		*name = path;
		if (!path[len])
			return at;
		if (len <= NAME_MAX)
			memcpy(part, path, len);
		int next = openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		close(at);
		at = next;
		path += len;
	}
	return -1;
}

/* Only what is made here changes hands: what was there belongs to somebody already, and a link
 * leads where its owner wants. */
static int make_for(const struct user *user, const char *path)
{
	const char *name = "";
	int directory = open_directory(path, &name);
	int fd = -1;

	if (directory < 0)
		return -1;
	fd = openat(directory, name, OPEN_FLAGS | O_CREAT | O_EXCL, MODE); /* follows no link */
	if (fd >= 0)
		(void)!fchown(fd, user->uid, user->gid); /* some file systems have one owner */
	close(directory);
	return fd;
}

/* ---- for whom ------------------------------------------------------------------------------- */

static bool find_owner(const struct identity *who, struct user *owner)
{
	if (geteuid() != 0)
		return false;
	if (!who->asked)
		return users_invoking(owner);
	*owner = who->user;
	return owner->uid != 0;
}

static bool is_refusal(int why)
{
	return why == EACCES || why == EPERM;
}

int create_for(const char *path, const struct identity *who)
{
	struct user owner;

	if (!find_owner(who, &owner))
		return open_or_make(path);
	int fd = open_as(&owner, path);
	int why = errno;

	if (fd < 0 && why == ENOMEM)
		return fd;
	if (fd < 0 && who->asked)
		fd = make_for(&owner, path);
	if (fd < 0)
		fd = open_or_make(path);
	if (fd < 0 && !is_refusal(why))
		errno = why; /* root's own reason may be that root is nobody there */
	return fd;
}
