# SPDX-License-Identifier: BSD-2-Clause
# layer 2: live capture, in network namespaces of its own (skipped without the privilege)
live_tests = \
	tests/live_capture \
	tests/live_change \
	tests/live_deliver \
	tests/live_down \
	tests/live_meta \
	tests/live_open \
	tests/live_sniff \
	tests/live_superset

check_PROGRAMS += $(live_tests) tests/ring_walk
TESTS += $(live_tests) tests/ring_walk
tests_ring_walk_SOURCES = tests/ring_walk.c
tests_live_capture_SOURCES = tests/live_capture.c tests/live_net.c tests/live_net.h
tests_live_change_SOURCES = tests/live_change.c tests/live_net.c tests/live_net.h
tests_live_deliver_SOURCES = tests/live_deliver.c tests/live_net.c tests/live_net.h
tests_live_down_SOURCES = tests/live_down.c tests/live_net.c tests/live_net.h
tests_live_meta_SOURCES = tests/live_meta.c tests/live_net.c tests/live_net.h
tests_live_open_SOURCES = tests/live_open.c tests/live_net.c tests/live_net.h
tests_live_sniff_SOURCES = tests/live_sniff.c tests/live_net.c tests/live_net.h
tests_live_superset_SOURCES = tests/live_superset.c tests/live_net.c tests/live_net.h tests/random_program.c
