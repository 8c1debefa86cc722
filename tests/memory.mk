# SPDX-License-Identifier: BSD-2-Clause
# memory that fails, one allocation after another: in both programs as they are
check_LTLIBRARIES += tests/fail_alloc.la
TESTS += tests/memory_fails
# not AM_CPPFLAGS: libfilter has a link.h, too
tests_fail_alloc_la_SOURCES = tests/fail_alloc.c
tests_fail_alloc_la_CPPFLAGS =
tests_fail_alloc_la_CFLAGS = $(AM_CFLAGS) -fno-builtin
tests_fail_alloc_la_LDFLAGS = -module -avoid-version -rpath $(abs_builddir)/tests
EXTRA_DIST += tests/memory_fails

# and in the library, function by function
check_PROGRAMS += tests/memory_library
TESTS += tests/memory_library
tests_memory_library_SOURCES = tests/memory_library.c tests/memory_calls.c libfilter/arena.c sniff/ifnames.c
noinst_HEADERS += tests/memory_calls.h
tests_memory_library_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sniff -DBLOCK_BYTES=1u
tests_memory_library_LDFLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_memory_library_LDADD = libfilter/print/libprint.la libfilter/libinternal.la
