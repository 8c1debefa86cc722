# SPDX-License-Identifier: BSD-2-Clause
# What programs built against the library rely on: its header, its symbols, where its structs have their
# fields; that it links beside its neighbours, loads and unloads, and keeps its promise to threads.
TESTS += tests/abi/check tests/abi/header tests/abi/beside tests/abi/loading tests/abi/threads
EXTRA_DIST += tests/abi/check tests/abi/header tests/abi/header.py tests/abi/beside tests/abi/beside_pcap.c \
	tests/abi/beside.h tests/abi/beside_bpf.c tests/abi/loading tests/abi/threads tests/abi/threads_main.c \
	tests/abi/symbols tests/abi/values tests/abi/layout-lp64 tests/abi/layout-ilp32 tests/abi/layout-ilp32-packed

# Write the records anew, after a change that is meant.
update-abi: libfilter/libfilter.la
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/abi/check --fix
.PHONY: update-abi
