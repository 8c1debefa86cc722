# SPDX-License-Identifier: BSD-2-Clause
# floor 4: the filter workbench
#bin_PROGRAMS += filterc/filterc
#filterc_filterc_LDADD = libfilter/libfilter.la
#filterc_filterc_LDFLAGS = -static
#filterc_filterc_SOURCES = filterc/main.c
