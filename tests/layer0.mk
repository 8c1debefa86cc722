# SPDX-License-Identifier: BSD-2-Clause
# layer 0: bytes, diag, arena
noinst_HEADERS += tests/unit.h
if HAVE_CHECK
UNITS_LAYER0 = tests/unit_arena tests/unit_bytes tests/unit_diag tests/unit_opts
check_PROGRAMS += $(UNITS_LAYER0)
TESTS += $(UNITS_LAYER0)
tests_unit_arena_SOURCES = tests/unit_arena.c
tests_unit_bytes_SOURCES = tests/unit_bytes.c
tests_unit_diag_SOURCES = tests/unit_diag.c
tests_unit_opts_SOURCES = tests/unit_opts.c
else
TESTS += tests/no_units
endif
EXTRA_DIST += tests/no_units
