# SPDX-License-Identifier: BSD-2-Clause
# floor 4: the sniffer. Linked with the static library, so that it runs from the build folder as it is
# and needs nothing but libc once installed.
#bin_PROGRAMS += sniff/sniff
#sniff_sniff_LDADD = libfilter/libfilter.la
#sniff_sniff_LDFLAGS = -static
#sniff_sniff_SOURCES = sniff/main.c
