# SPDX-License-Identifier: BSD-2-Clause
# the printers
check_PROGRAMS += tests/print_main
tests_print_main_SOURCES = tests/print_main.c
tests_print_main_LDADD = libfilter/print/libprint.la libfilter/libinternal.la

TESTS += tests/dissect_rows
EXTRA_DIST += tests/dissect_rows tests/dissect-rows.list

# packets that are wrong in one way or another, and their text
TESTS += tests/print_rows
EXTRA_DIST += tests/print_rows tests/print.rows

# the text of all captures, whole and cut at every byte
TESTS += tests/golden_rows
EXTRA_DIST += tests/golden_rows tests/golden.digests tests/golden

# Write that text anew, after a change that is meant.
update-golden: sniff/sniff tests/print_main
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/golden_rows --fix
.PHONY: update-golden

# how long text gets
noinst_HEADERS += tests/print_links.h
check_PROGRAMS += tests/prop_print
TESTS += tests/prop_print
tests_prop_print_SOURCES = tests/prop_print.c tests/packet_pool.c tests/random_program.c
tests_prop_print_LDADD = libfilter/print/libprint.la libfilter/libinternal.la

FUZZ_TARGETS += print
check_PROGRAMS += tests/fuzz/replay_print
tests_fuzz_replay_print_SOURCES = tests/fuzz/fuzz_print.c tests/fuzz/replay_main.c
tests_fuzz_replay_print_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_fuzz_replay_print_LDADD = libfilter/print/libprint.la libfilter/libinternal.la
EXTRA_DIST += tests/fuzz/corpus/print

if HAVE_CHECK
check_PROGRAMS += tests/unit_print
TESTS += tests/unit_print
tests_unit_print_SOURCES = tests/unit_print.c
tests_unit_print_LDADD = libfilter/print/libprint.la libfilter/libinternal.la $(CHECK_LIBS)
endif
