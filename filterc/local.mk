# SPDX-License-Identifier: BSD-2-Clause
# floor 4: the filter workbench
bin_PROGRAMS += filterc/filterc
filterc_filterc_LDADD = libfilter/libfilter.la
filterc_filterc_LDFLAGS = $(PROGRAM_LDFLAGS)
filterc_filterc_SOURCES = \
	filterc/batch.c \
	filterc/check.c \
	filterc/commands.def \
	filterc/common.c \
	filterc/compile.c \
	filterc/explain.c \
	filterc/filterc.h \
	filterc/kernel.c \
	filterc/linktypes.c \
	filterc/main.c \
	filterc/options.c \
	filterc/options.def \
	filterc/options.h \
	filterc/request.c \
	filterc/run.c \
	filterc/stats.c \
	filterc/usage.c \
	filterc/why.c \
	filterc/why.h \
	filterc/why_absent.c \
	filterc/why_run.c \
	filterc/words.def
