/* SPDX-License-Identifier: BSD-2-Clause */
#include "list_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 4096u /* files below /proc say that they are empty */

static int too_long(uint64_t most, struct flt_error *err)
{
	return flt__fail(err, FLT_E_LIMIT, "is longer than the limit of %llu bytes",
			 (unsigned long long)most);
}

/* A FIFO or a terminal would wait for somebody to write, a device may do anything. */
static int check_kind(int fd, uint64_t most, size_t *room, struct flt_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot be read");
	if (!S_ISREG(st.st_mode))
		return flt__fail(err, FLT_E_MEANING, "is not a regular file");
	if ((uint64_t)st.st_size > most)
		return too_long(most, err);
	*room = st.st_size < FIRST_ROOM ? FIRST_ROOM : (size_t)st.st_size + 1;
	return FLT_OK;
}

static ssize_t read_some(int fd, char *buf, size_t room)
{
	ssize_t n;

	do
		n = read(fd, buf, room);
	while (n < 0 && errno == EINTR);
	return n;
}

/* To the end of the file, which may grow meanwhile. */
static int read_all(struct list_file *file, int fd, size_t room, uint64_t most, struct arena *arena,
		    struct flt_error *err)
{
	ssize_t n = 1;

	file->text = flt__arena_alloc(arena, room);
	while (file->text && n > 0) {
		n = read_some(fd, file->text + file->len, room - file->len);
		if (n < 0)
			return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot be read");
		file->len += (size_t)n;
		if (file->len > most)
			return too_long(most, err);
		file->text = flt__arena_grow(arena, file->text, file->len, &room, 1);
	}
	return file->text ? FLT_OK : flt__fail(err, FLT_E_NOMEM, "out of memory");
}

/* Blanks instead, so that what is left stays where it was. */
static void blank_comments(struct list_file *file)
{
	bool is_comment = false;

	for (size_t i = 0; i < file->len; i++) {
		is_comment = file->text[i] != '\n' && (is_comment || file->text[i] == '#');
		if (is_comment)
			file->text[i] = ' ';
	}
}

int flt__list_file_read(struct list_file *file, const char *path, uint64_t most,
			struct arena *arena, struct flt_error *err)
{
	size_t room = 0;

	*file = (struct list_file){ NULL, 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot be opened");
	int code = check_kind(fd, most, &room, err);
	if (code == FLT_OK)
		code = read_all(file, fd, room, most, arena, err);
	close(fd);
	if (code == FLT_OK)
		blank_comments(file);
	return code;
}
