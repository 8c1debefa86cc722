# SPDX-License-Identifier: BSD-2-Clause
# layer 1: the machine, and the kernel as its judge
noinst_HEADERS += tests/kernel.h tests/random_program.h

check_PROGRAMS += tests/kernel_judge
TESTS += tests/kernel_judge
tests_kernel_judge_SOURCES = tests/kernel_judge.c tests/kernel.c tests/random_program.c

if HAVE_CHECK
UNITS_MACHINE = tests/unit_attach tests/unit_machine tests/unit_program
check_PROGRAMS += $(UNITS_MACHINE)
TESTS += $(UNITS_MACHINE)
tests_unit_attach_SOURCES = tests/unit_attach.c
tests_unit_machine_SOURCES = tests/unit_machine.c tests/kernel.c
tests_unit_program_SOURCES = tests/unit_program.c tests/random_program.c tests/reference.c
endif

# The listing against the established one; only these need libpcap and tcpdump.
if HAVE_PCAP
check_PROGRAMS += tests/compare_listing
TESTS += tests/compare_listing
tests_compare_listing_SOURCES = tests/compare_listing.c
tests_compare_listing_LDADD = libfilter/libinternal.la $(PCAP_LIBS)
endif
check_PROGRAMS += tests/show_program
tests_show_program_SOURCES = tests/show_program.c
TESTS += tests/listing_as_tcpdump
EXTRA_DIST += tests/listing_as_tcpdump

FUZZ_TARGETS += check_run text
check_PROGRAMS += tests/fuzz/replay_check_run tests/fuzz/replay_text
tests_fuzz_replay_check_run_SOURCES = tests/fuzz/fuzz_check_run.c tests/fuzz/replay_main.c
tests_fuzz_replay_text_SOURCES = tests/fuzz/fuzz_text.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/check_run tests/fuzz/corpus/text
