# SPDX-License-Identifier: BSD-2-Clause
# floor 3: the language

# intermediate code, evaluated directly and through emission
check_PROGRAMS += tests/ir_random
TESTS += tests/ir_random
tests_ir_random_SOURCES = tests/ir_random.c

# the language: text to tree, names
check_PROGRAMS += tests/parse_rows
TESTS += tests/parse_rows
tests_parse_rows_SOURCES = tests/parse_rows.c
EXTRA_DIST += tests/parse.rows tests/names
if HAVE_CHECK
UNITS_LANGUAGE = tests/unit_compile tests/unit_names tests/unit_parse
check_PROGRAMS += $(UNITS_LANGUAGE)
TESTS += $(UNITS_LANGUAGE)
tests_unit_compile_SOURCES = tests/unit_compile.c
tests_unit_names_SOURCES = tests/unit_names.c
tests_unit_parse_SOURCES = tests/unit_parse.c
endif

FUZZ_TARGETS += compile
check_PROGRAMS += tests/fuzz/replay_compile
tests_fuzz_replay_compile_SOURCES = tests/fuzz/fuzz_compile.c tests/fuzz/replay_main.c
EXTRA_DIST += tests/fuzz/corpus/compile
