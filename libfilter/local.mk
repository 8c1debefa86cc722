# SPDX-License-Identifier: BSD-2-Clause
# The library. Everything is compiled once, into libinternal.la, which the tests link as it is;
# libfilter.la is the same objects behind the list of public functions in libfilter.map.

noinst_LTLIBRARIES += libfilter/libinternal.la
libfilter_libinternal_la_CFLAGS = $(WARN_CFLAGS) $(HIDDEN_CFLAGS)
libfilter_libinternal_la_SOURCES =

lib_LTLIBRARIES += libfilter/libfilter.la
libfilter_libfilter_la_SOURCES =
libfilter_libfilter_la_LIBADD = libfilter/libinternal.la
libfilter_libfilter_la_DEPENDENCIES = libfilter/libinternal.la libfilter/libfilter.map
libfilter_libfilter_la_LDFLAGS = -version-info 0:0:0 -no-undefined \
	-Wl,--version-script=$(top_srcdir)/libfilter/libfilter.map

include_HEADERS += libfilter/libfilter.h
EXTRA_DIST += libfilter/libfilter.map

# floor 0
libfilter_libinternal_la_SOURCES += \
	libfilter/arena.c \
	libfilter/arena.h \
	libfilter/bytes.h \
	libfilter/diag.c \
	libfilter/compressed.h \
	libfilter/diag.h \
	libfilter/opts.c \
	libfilter/opts.h \
	libfilter/plain.h \
	libfilter/shell_word.h \
	libfilter/show.c \
	libfilter/show.h \
	libfilter/wrap.h

# floor 1: the machine
libfilter_libinternal_la_SOURCES += \
	libfilter/bpf.h \
	libfilter/bpf_alu.h \
	libfilter/bpf_check.c \
	libfilter/bpf_flow.c \
	libfilter/bpf_flow.h \
	libfilter/bpf_graph.c \
	libfilter/bpf_nodes.c \
	libfilter/bpf_nodes.h \
	libfilter/bpf_opcode.c \
	libfilter/bpf_opcode.h \
	libfilter/bpf_run.c \
	libfilter/bpf_superset.c \
	libfilter/bpf_superset.h \
	libfilter/bpf_superset_list.c \
	libfilter/bpf_text.h \
	libfilter/bpf_text_read.c \
	libfilter/bpf_text_write.c \
	libfilter/opcodes.def \
	libfilter/program.c \
	libfilter/program.h \
	libfilter/program_empty.c \
	libfilter/program_superset.c

# floor 2: names, and the lists of them that expressions name
libfilter_libinternal_la_SOURCES += \
	libfilter/list_file.c \
	libfilter/list_file.h \
	libfilter/lookups.c \
	libfilter/lookups.h \
	libfilter/names.def \
	libfilter/resolver.h \
	libfilter/resolver_dns.c \
	libfilter/resolver_files.c \
	libfilter/resolver_table.c \
	libfilter/suggest.c \
	libfilter/suggest.h

# floor 2: link types, savefiles
libfilter_libinternal_la_SOURCES += \
	libfilter/capture.c \
	libfilter/capture.h \
	libfilter/file.c \
	libfilter/file.h \
	libfilter/link.c \
	libfilter/link.h \
	libfilter/links.def \
	libfilter/pcapng.h \
	libfilter/pcapng_fields.c \
	libfilter/savefile.c \
	libfilter/savefile.h \
	libfilter/sink_pcap.c \
	libfilter/sink_stamp.c \
	libfilter/sink_stamp.h \
	libfilter/source_pcap.c \
	libfilter/source_pcapng.c

# floor 2: live capture, sockets, interfaces
libfilter_libinternal_la_SOURCES += \
	libfilter/attach.c \
	libfilter/attach.h \
	libfilter/interfaces.c \
	libfilter/netlink.c \
	libfilter/netlink.h \
	libfilter/ring.h \
	libfilter/ring_block.c \
	libfilter/ring_device.c \
	libfilter/ring_open.c \
	libfilter/ring_packet.c \
	libfilter/ring_program.c \
	libfilter/source_ring.c
