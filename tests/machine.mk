# SPDX-License-Identifier: BSD-2-Clause
# floor 1: the machine, and the kernel as its judge
noinst_HEADERS += tests/kernel.h tests/random_program.h
check_PROGRAMS += tests/kernel_judge
TESTS += tests/kernel_judge
tests_kernel_judge_SOURCES = tests/kernel_judge.c tests/kernel.c tests/random_program.c
