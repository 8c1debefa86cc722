/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines that make no sense, whoever wrote them, are nobody's: fields that are too long or have a
 * zero byte in them match nothing, and of a file that never ends the beginning is read. Nothing is
 * allocated for users: without memory sniff does not become another one. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "units.h"
#include "users.h"

#define PASSWD_PATH  "/etc/passwd"
#define GROUP_PATH   "/etc/group"
#define MOST_BYTES   (64u << 20)
#define BUFFER_BYTES 4096u
#define MOST_GROUPS  65536u /* the kernel's NGROUPS_MAX */

/* ---- lines and fields ----------------------------------------------------------------------- */

struct table {
	int fd;           /* negative: an empty one */
	uint32_t left;    /* bytes that may still be read */
	uint32_t at, end; /* in the buffer */
	uint8_t buffer[BUFFER_BYTES];
};

static void open_table(struct table *table, const char *path)
{
	table->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	table->left = MOST_BYTES;
	table->at = table->end = 0;
}

static void close_table(struct table *table)
{
	if (table->fd >= 0)
		close(table->fd);
}

static bool fill(struct table *table)
{
	ssize_t n = table->fd < 0 ? 0 : read(table->fd, table->buffer, sizeof(table->buffer));

	table->at = 0;
	table->end = n < 0 ? 0 : (uint32_t)n;
	return n > 0;
}

static int next_byte(struct table *table)
{
	if (table->left == 0 || (table->at == table->end && !fill(table)))
		return EOF;
	table->left--;
	return table->buffer[table->at++];
}

/* Up to `end` or the end of the line; returns which, or EOF. What does not fit is empty. */
static int take_field(struct table *table, char end, char field[USER_NAME_ROOM])
{
	uint32_t len = 0;
	int ch;

	while ((ch = next_byte(table)) != EOF && ch != '\n' && ch != end) {
		if (ch == '\0')
			len = USER_NAME_ROOM;
		if (len < USER_NAME_ROOM)
			field[len++] = (char)ch;
	}
	field[len < USER_NAME_ROOM ? len : 0] = '\0';
	return ch;
}

/* The first fields of a line, which end in colons; returns what ended the last. */
static int take_fields(struct table *table, char fields[][USER_NAME_ROOM], uint32_t count)
{
	int end = ':';

	for (uint32_t i = 0; i < count; i++) {
		fields[i][0] = '\0';
		if (end == ':')
			end = take_field(table, ':', fields[i]);
	}
	return end;
}

static int skip_line(struct table *table, int end)
{
	while (end != EOF && end != '\n')
		end = next_byte(table);
	return end;
}

static bool take_id(const char *text, uint32_t *id)
{
	uint64_t number = 0;

	if (parse_number(text, 0, UINT32_MAX - 1, "", &number))
		return false;
	*id = (uint32_t)number;
	return true;
}

/* ---- users ---------------------------------------------------------------------------------- */

enum { PASSWD_NAME, PASSWD_WORD, PASSWD_UID, PASSWD_GID, PASSWD_FIELDS };

static bool take_user(char fields[][USER_NAME_ROOM], struct user *user)
{
	if (!*fields[PASSWD_NAME] || !take_id(fields[PASSWD_UID], &user->uid) ||
	    !take_id(fields[PASSWD_GID], &user->gid))
		return false;
	memcpy(user->name, fields[PASSWD_NAME], sizeof(user->name));
	return true;
}

/* By name, or with NULL by number. */
static bool find(const char *name, uid_t uid, struct user *user)
{
	char fields[PASSWD_FIELDS][USER_NAME_ROOM];
	struct table table;
	struct user entry;
	bool found = false;

	open_table(&table, PASSWD_PATH);
	for (int end = '\n'; end != EOF && !found; end = skip_line(&table, end)) {
		end = take_fields(&table, fields, PASSWD_FIELDS);
		found = take_user(fields, &entry) &&
			(name ? strcmp(entry.name, name) == 0 : entry.uid == uid);
	}
	close_table(&table);
	if (found)
		*user = entry;
	return found;
}

bool users_find_name(const char *name, struct user *user)
{
	return *name && find(name, 0, user);
}

bool users_find_uid(uid_t uid, struct user *user)
{
	return find(NULL, uid, user);
}

/* ---- groups --------------------------------------------------------------------------------- */

enum { GROUP_NAME, GROUP_WORD, GROUP_GID, GROUP_FIELDS };

/* Is the name among the members, which are what is left of the line? */
static bool take_members(struct table *table, const char *name, int *end)
{
	char member[USER_NAME_ROOM];
	bool found = false;

	for (*end = ','; *end == ',';) {
		*end = take_field(table, ',', member);
		found = found || strcmp(member, name) == 0;
	}
	return found;
}

static bool add_group(gid_t **list, size_t *count, gid_t gid)
{
	gid_t *more = realloc(*list, (*count + 1) * sizeof(*more));

	if (!more)
		return false;
	more[(*count)++] = gid;
	*list = more;
	return true;
}

bool users_groups(const struct user *user, gid_t **list, size_t *count)
{
	char fields[GROUP_FIELDS][USER_NAME_ROOM];
	struct table table;
	bool ok = true;
	gid_t gid = 0;

	open_table(&table, GROUP_PATH);
	*list = NULL;
	*count = 0;
	for (int end = '\n'; *user->name && ok && end != EOF && *count < MOST_GROUPS;) {
		end = take_fields(&table, fields, GROUP_FIELDS);
		if (end == ':' && take_members(&table, user->name, &end) &&
		    take_id(fields[GROUP_GID], &gid))
			ok = add_group(list, count, gid);
	}
	close_table(&table);
	return ok;
}

/* ---- who called ----------------------------------------------------------------------------- */

static bool take_variable(const char *variable, uint32_t *id)
{
	const char *text = getenv(variable);

	return text && take_id(text, id);
}

static void take_name(struct user *user, const char *name)
{
	size_t len = strlen(name);

	if (len < sizeof(user->name))
		memcpy(user->name, name, len + 1);
}

/* The uid is what counts: a user whom only a name service knows has no entry. */
static bool called_by_uid(const char *variable, struct user *user)
{
	uint32_t uid = 0;

	if (!take_variable(variable, &uid) || uid == 0)
		return false;
	if (!users_find_uid(uid, user))
		*user = (struct user){ .uid = uid, .gid = NOBODY };
	return true;
}

static bool called_by_sudo(struct user *user)
{
	const char *name = getenv("SUDO_USER");
	uint32_t gid = 0;

	if (!called_by_uid("SUDO_UID", user))
		return false;
	if (take_variable("SUDO_GID", &gid))
		user->gid = gid;
	if (name)
		take_name(user, name);
	return true;
}

static bool called_by_doas(struct user *user)
{
	const char *name = getenv("DOAS_USER");

	return name && users_find_name(name, user) && user->uid != 0;
}

bool users_invoking(struct user *user)
{
	if (geteuid() != 0)
		return false;
	return called_by_sudo(user) || called_by_doas(user) || called_by_uid("PKEXEC_UID", user);
}
