# SPDX-License-Identifier: BSD-2-Clause
# layer 4: the sniffer. Linked with the static library, so that it runs from the build directory as it is
# and needs nothing but libc once installed (--enable-static-programs: not even that).
bin_PROGRAMS += sniff/sniff
sniff_sniff_LDADD = cli/libcli.la libfilter/print/libprint.la libfilter/libfilter.la
sniff_sniff_LDFLAGS = $(PROGRAM_LDFLAGS)
sniff_sniff_SOURCES = \
	sniff/capabilities.c \
	sniff/capabilities.h \
	sniff/confine.c \
	sniff/confine.h \
	sniff/create.c \
	sniff/create.h \
	sniff/direction.c \
	sniff/direction.h \
	sniff/downs.c \
	sniff/downs.h \
	sniff/expression.c \
	sniff/expression.h \
	sniff/filter.c \
	sniff/filter.h \
	sniff/filter_row.h \
	sniff/finish.c \
	sniff/ifnames.c \
	sniff/ifnames.h \
	sniff/inherited.c \
	sniff/inherited.h \
	sniff/input.c \
	sniff/input.h \
	sniff/lists.c \
	sniff/lists.h \
	sniff/loop.c \
	sniff/netnames.c \
	sniff/netnames.h \
	sniff/output.c \
	sniff/output.h \
	sniff/progress.c \
	sniff/progress.h \
	sniff/running.h \
	sniff/session.c \
	sniff/short.def \
	sniff/sniff.c \
	sniff/sniff_options.c \
	sniff/sniff_options.def \
	sniff/sniff_options.h \
	sniff/sniff_usage.c \
	sniff/sniff_usage.h \
	sniff/stop.c \
	sniff/stop.h \
	sniff/store.c \
	sniff/store.h \
	sniff/users.c \
	sniff/users.h
