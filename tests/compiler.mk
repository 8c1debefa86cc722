# SPDX-License-Identifier: BSD-2-Clause
# floor 3: the language

# intermediate code, evaluated directly and through emission
check_PROGRAMS += tests/ir_random
TESTS += tests/ir_random
tests_ir_random_SOURCES = tests/ir_random.c
