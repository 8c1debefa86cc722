# SPDX-License-Identifier: BSD-2-Clause
# the printers
check_PROGRAMS += tests/print_main
tests_print_main_SOURCES = tests/print_main.c
tests_print_main_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sniff
tests_print_main_LDADD = sniff/libprint.la libfilter/libinternal.la
