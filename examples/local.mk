# SPDX-License-Identifier: BSD-2-Clause
# Programs of a page each that use the library; make check builds and runs them.
check_PROGRAMS += examples/live
examples_live_SOURCES = examples/live.c
examples_live_LDADD = libfilter/libfilter.la
check_PROGRAMS += examples/embed
examples_embed_SOURCES = examples/embed.c
examples_embed_LDADD = libfilter/libfilter.la
TESTS += tests/example_embed
EXTRA_DIST += tests/example_embed
# from Python, by ctypes
EXTRA_DIST += examples/filter.py tests/example_python
TESTS += tests/example_python
