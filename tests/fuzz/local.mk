# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets. A room adds to its own fragment, for tests/fuzz/fuzz_WHAT.c and tests/fuzz/corpus/WHAT/:
#	FUZZ_TARGETS += WHAT
#	check_PROGRAMS += tests/fuzz/replay_WHAT
#	tests_fuzz_replay_WHAT_SOURCES = tests/fuzz/fuzz_WHAT.c tests/fuzz/replay_main.c
#	EXTRA_DIST += tests/fuzz/corpus/WHAT
# (in that order: make check replays the corpora; make fuzz FUZZ_SECONDS=N searches, N seconds in all,
# with clang and libFuzzer).

TESTS += tests/fuzz/replay
EXTRA_DIST += tests/fuzz/replay build-aux/fuzz.sh

FUZZ_SECONDS = 600
FUZZ_CC = clang

# What targets may need: the library, and the programs' files without their main().
FUZZ_FILES = $(libfilter_libinternal_la_SOURCES) $(libfilter_print_libprint_la_SOURCES) \
	$(cli_libcli_la_SOURCES) $(sniff_sniff_SOURCES)

fuzz:
	$(AM_V_at)CC='$(FUZZ_CC)' SECONDS_IN_ALL='$(FUZZ_SECONDS)' TARGETS='$(FUZZ_TARGETS)' \
		SOURCES='$(FUZZ_FILES)' CPPFLAGS='$(DEFS) $(AM_CPPFLAGS) -I$(top_srcdir)/sniff -I$(top_srcdir)/tests $(CPPFLAGS)' \
		TOP_SRCDIR='$(top_srcdir)' MAKE='$(MAKE)' $(SHELL) $(top_srcdir)/build-aux/fuzz.sh
.PHONY: fuzz
clean-local: clean-fuzz clean-ports
clean-fuzz:
	-rm -rf fuzz.d
.PHONY: clean-fuzz
