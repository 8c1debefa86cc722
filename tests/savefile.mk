# SPDX-License-Identifier: BSD-2-Clause
# floor 2: savefiles
check_PROGRAMS += tests/savefile_rows tests/savefile_cut
TESTS += tests/savefile_rows tests/savefile_cut
tests_savefile_rows_SOURCES = tests/savefile_rows.c
tests_savefile_cut_SOURCES = tests/savefile_cut.c
EXTRA_DIST += tests/savefile.rows

if HAVE_PCAP
check_PROGRAMS += tests/savefile_compare
TESTS += tests/savefile_compare
tests_savefile_compare_SOURCES = tests/savefile_compare.c
tests_savefile_compare_LDADD = $(LDADD) $(PCAP_LIBS)
endif
