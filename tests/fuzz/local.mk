# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets. A room adds to its own fragment, for tests/fuzz/fuzz_WHAT.c and tests/fuzz/corpus/WHAT/:
#	FUZZ_TARGETS += WHAT
#	check_PROGRAMS += tests/fuzz/replay_WHAT
#	tests_fuzz_replay_WHAT_SOURCES = tests/fuzz/fuzz_WHAT.c tests/fuzz/replay_main.c
#	EXTRA_DIST += tests/fuzz/corpus/WHAT
# `make check` replays the corpora, `make fuzz FUZZ_SECONDS=N` searches (clang with libFuzzer).
