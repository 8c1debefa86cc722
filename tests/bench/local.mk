# SPDX-License-Identifier: BSD-2-Clause
# The compiler's numbers beside libpcap's; built on demand, never a part of make check.
# make bench-compile BENCH=executed prints one section only.
BENCH = sizes executed lists times
EXTRA_DIST += tests/bench/README tests/bench/expressions-60.txt \
	tests/bench/expressions-60b.txt
noinst_HEADERS += tests/bench/bench.h
if HAVE_PCAP
EXTRA_PROGRAMS += tests/bench/bench_compile
CLEANFILES += tests/bench/bench_compile$(EXEEXT)
tests_bench_bench_compile_SOURCES = tests/bench/bench_compile.c tests/bench/bench_count.c \
	tests/bench/bench_executed.c tests/bench/bench_input.c tests/bench/bench_lists.c \
	tests/bench/bench_programs.c tests/bench/bench_times.c tests/kernel.c tests/packet_pool.c \
	tests/random_program.c tests/reference.c
tests_bench_bench_compile_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
tests_bench_bench_compile_LDADD = libfilter/libinternal.la $(PCAP_LIBS) -lm

bench-compile: filterc/filterc$(EXEEXT) tests/bench/bench_compile$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) BENCH='$(BENCH)' '$(srcdir)/tests/bench/run'
else
bench-compile:
	@echo 'bench-compile: skipped, no libpcap to compare with (Debian: libpcap-dev)'
endif
EXTRA_DIST += tests/bench/run
.PHONY: bench-compile
