# SPDX-License-Identifier: BSD-2-Clause
# layer 2: savefiles
check_PROGRAMS += tests/savefile_rows tests/savefile_cut
TESTS += tests/savefile_rows tests/savefile_cut
tests_savefile_rows_SOURCES = tests/savefile_rows.c
tests_savefile_cut_SOURCES = tests/savefile_cut.c
EXTRA_DIST += tests/savefile.rows

if HAVE_CHECK
UNITS_SAVEFILE = tests/unit_capture tests/unit_link tests/unit_packet tests/unit_sink tests/unit_sink_ops \
	tests/unit_sink_write tests/unit_write_all
check_PROGRAMS += $(UNITS_SAVEFILE)
TESTS += $(UNITS_SAVEFILE)
tests_unit_capture_SOURCES = tests/unit_capture.c
tests_unit_link_SOURCES = tests/unit_link.c
tests_unit_packet_SOURCES = tests/unit_packet.c
tests_unit_sink_SOURCES = tests/unit_sink.c
tests_unit_sink_ops_SOURCES = tests/unit_sink_ops.c
tests_unit_sink_write_SOURCES = tests/unit_sink_write.c
tests_unit_write_all_SOURCES = tests/unit_write_all.c
endif

if HAVE_PCAP
check_PROGRAMS += tests/savefile_compare tests/link_compare
TESTS += tests/savefile_compare tests/link_compare
tests_savefile_compare_SOURCES = tests/savefile_compare.c
tests_savefile_compare_LDADD = $(LDADD) $(PCAP_LIBS)
tests_link_compare_SOURCES = tests/link_compare.c
tests_link_compare_LDADD = $(LDADD) $(PCAP_LIBS)
endif

FUZZ_TARGETS += savefile
check_PROGRAMS += tests/fuzz/replay_savefile
tests_fuzz_replay_savefile_SOURCES = tests/fuzz/fuzz_savefile.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/savefile
