# SPDX-License-Identifier: BSD-2-Clause
# Programs of a page each that use the library. Each is a test: tests/example builds and runs it as
# its first comment says, against an installed copy of the library.
EXAMPLES = examples/attach_socket.c examples/batch.c examples/embed.c examples/filter.py examples/live.c \
	examples/tally.cc
TESTS += $(EXAMPLES)
TEST_EXTENSIONS += .c .cc .py
C_LOG_COMPILER = tests/supervise
AM_C_LOG_FLAGS = 600 $(top_srcdir)/tests/example
CC_LOG_COMPILER = tests/supervise
AM_CC_LOG_FLAGS = 600 $(top_srcdir)/tests/example
PY_LOG_COMPILER = tests/supervise
AM_PY_LOG_FLAGS = 600 $(top_srcdir)/tests/example
EXTRA_DIST += $(EXAMPLES) tests/example tests/example.rows
