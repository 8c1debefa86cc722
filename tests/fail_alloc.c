/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that fails on request, in front of the C library's: tests/memory_fails preloads it.
 *
 *   FAIL_ALLOC_AT    the number of the allocation that fails, counted from 1; 0: none
 *   FAIL_ALLOC_ALL   set: all from there on
 *   FAIL_ALLOC_OWN   set: only what the program itself asks for counts, not what libraries do for
 *                    it: name services of the C library end the process when memory fails
 *   FAIL_ALLOC_MAP   a file of eight bytes, in which the allocations are counted: mapped, because
 *                    a program may close descriptors and become another user
 *
 * New memory is filled with a pattern, so that bytes which nobody wrote show in what is printed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATTERN 0xa5

static _Atomic uint64_t own_count;
static _Atomic uint64_t *count = &own_count;
static uint64_t fails_at;
static bool all_from_there;
static uintptr_t own_low, own_high; /* the code that counts; 0, 0: all does */

/* The first object is the program. */
static int find_own(struct dl_phdr_info *object, size_t size, void *context)
{
	(void)size, (void)context;
	own_low = UINTPTR_MAX;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		uintptr_t at = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
		if (object->dlpi_phdr[i].p_type != PT_LOAD)
			continue;
		own_low = at < own_low ? at : own_low;
		own_high = at + object->dlpi_phdr[i].p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_ALLOC_AT");
	const char *path = getenv("FAIL_ALLOC_MAP");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = MAP_FAILED;

	if (fd >= 0) {
		map = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
	}
	if (map == MAP_FAILED)
		return;
	count = map;
	if (getenv("FAIL_ALLOC_OWN"))
		dl_iterate_phdr(find_own, NULL);
	all_from_there = getenv("FAIL_ALLOC_ALL") != NULL;
	fails_at = at ? strtoull(at, NULL, 10) : 0;
}

static bool is_refused(const void *caller)
{
	if (own_high && ((uintptr_t)caller < own_low || (uintptr_t)caller >= own_high))
		return false;
	uint64_t number = atomic_fetch_add(count, 1) + 1;
	if (!fails_at || (all_from_there ? number < fails_at : number != fails_at))
		return false;
	errno = ENOMEM;
	return true;
}

static void *fill(void *memory, size_t size)
{
	return memory ? memset(memory, PATTERN, size) : NULL;
}

#define CALLER __builtin_return_address(0)

/* The C library's function of this name, found at its first use. */
#define REAL(type, name)                                                                           \
	static type real;                                                                          \
	if (!real)                                                                                 \
	*(void **)(void *)&real = dlsym(RTLD_NEXT, name)

typedef void *one_size(size_t);
typedef void *two_sizes(size_t, size_t);
typedef void *resize(void *, size_t);
typedef int place(void **, size_t, size_t);

void *malloc(size_t size)
{
	REAL(one_size *, "malloc");
	return is_refused(CALLER) ? NULL : fill(real(size), size);
}

void *calloc(size_t many, size_t size)
{
	REAL(two_sizes *, "calloc");
	return is_refused(CALLER) ? NULL : real(many, size);
}

static void *resized(void *memory, size_t size)
{
	REAL(resize *, "realloc");
	return memory ? real(memory, size) : fill(real(NULL, size), size);
}

void *realloc(void *memory, size_t size)
{
	return is_refused(CALLER) ? NULL : resized(memory, size);
}

void *reallocarray(void *memory, size_t many, size_t size)
{
	if (size && many > SIZE_MAX / size)
		errno = ENOMEM;
	else if (!is_refused(CALLER))
		return resized(memory, many * size);
	return NULL;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	REAL(two_sizes *, "aligned_alloc");
	return is_refused(CALLER) ? NULL : fill(real(alignment, size), size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	REAL(place *, "posix_memalign");
	if (is_refused(CALLER))
		return ENOMEM;
	int failed = real(memory, alignment, size);
	if (!failed)
		fill(*memory, size);
	return failed;
}
