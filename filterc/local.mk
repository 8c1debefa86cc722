# SPDX-License-Identifier: BSD-2-Clause
# layer 4: the filter workbench
bin_PROGRAMS += filterc/filterc
filterc_filterc_LDADD = cli/libcli.la libfilter/libfilter.la
filterc_filterc_LDFLAGS = $(PROGRAM_LDFLAGS)
filterc_filterc_SOURCES = \
	filterc/command_batch.c \
	filterc/command_check.c \
	filterc/command_compile.c \
	filterc/command_explain.c \
	filterc/command_kernel.c \
	filterc/command_kernel.h \
	filterc/command_linktypes.c \
	filterc/command_run.c \
	filterc/command_stats.c \
	filterc/command_stats.h \
	filterc/command_why.c \
	filterc/commands.def \
	filterc/commands.h \
	filterc/common.c \
	filterc/common.h \
	filterc/filterc.c \
	filterc/filterc_options.c \
	filterc/filterc_options.def \
	filterc/filterc_options.h \
	filterc/filterc_usage.c \
	filterc/filterc_usage.h \
	filterc/request.c \
	filterc/request.h \
	filterc/why.h \
	filterc/why_absent.c \
	filterc/why_run.c \
	filterc/words.def
