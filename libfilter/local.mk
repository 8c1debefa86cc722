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

# layer 0
libfilter_libinternal_la_SOURCES += \
	libfilter/arena.c \
	libfilter/arena.h \
	libfilter/bytes.h \
	libfilter/diag.c \
	libfilter/compressed.h \
	libfilter/diag.h \
	libfilter/distance.h \
	libfilter/opts.c \
	libfilter/opts.h \
	libfilter/plain.h \
	libfilter/show.c \
	libfilter/show.h

# layer 1: the machine
libfilter_libinternal_la_SOURCES += \
	libfilter/machine/bpf.h \
	libfilter/machine/bpf_alu.h \
	libfilter/machine/bpf_check.c \
	libfilter/machine/bpf_flow.c \
	libfilter/machine/bpf_flow.h \
	libfilter/machine/bpf_graph.c \
	libfilter/machine/bpf_nodes.c \
	libfilter/machine/bpf_nodes.h \
	libfilter/machine/bpf_opcode.c \
	libfilter/machine/bpf_opcode.h \
	libfilter/machine/bpf_run.c \
	libfilter/machine/bpf_superset.c \
	libfilter/machine/bpf_superset.h \
	libfilter/machine/bpf_superset_list.c \
	libfilter/machine/bpf_superset_list.h \
	libfilter/machine/bpf_text.c \
	libfilter/machine/bpf_text.h \
	libfilter/machine/bpf_text_read.c \
	libfilter/machine/bpf_text_write.c \
	libfilter/machine/opcodes.def \
	libfilter/machine/program.c \
	libfilter/machine/program.h \
	libfilter/machine/program_empty.c \
	libfilter/machine/program_superset.c

# layer 2: names, and the lists of them that expressions name
libfilter_libinternal_la_SOURCES += \
	libfilter/names/list_file.c \
	libfilter/names/list_file.h \
	libfilter/names/lookups.c \
	libfilter/names/lookups.h \
	libfilter/names/names.def \
	libfilter/names/resolver.h \
	libfilter/names/resolver_dns.c \
	libfilter/names/resolver_files.c \
	libfilter/names/resolver_table.c \
	libfilter/names/suggest.c \
	libfilter/names/suggest.h

# layer 2: link types, savefiles
libfilter_libinternal_la_SOURCES += \
	libfilter/capture.c \
	libfilter/capture.h \
	libfilter/odd_time.h \
	libfilter/sink.c \
	libfilter/sink.h \
	libfilter/vlan_tag.h \
	libfilter/write_all.h \
	libfilter/savefile/file.c \
	libfilter/savefile/file.h \
	libfilter/names/link.c \
	libfilter/names/link.h \
	libfilter/names/links.def \
	libfilter/savefile/pcapng.h \
	libfilter/savefile/pcapng_fields.c \
	libfilter/savefile/savefile.c \
	libfilter/savefile/savefile.h \
	libfilter/savefile/sink_file.c \
	libfilter/savefile/sink_formats.h \
	libfilter/savefile/sink_pcap.c \
	libfilter/savefile/sink_stamp.c \
	libfilter/savefile/sink_stamp.h \
	libfilter/savefile/source_file.c \
	libfilter/savefile/source_pcap.c \
	libfilter/savefile/source_pcapng.c

# layer 2: live capture, sockets, interfaces
libfilter_libinternal_la_SOURCES += \
	libfilter/live/attach.c \
	libfilter/live/attach.h \
	libfilter/live/interfaces.c \
	libfilter/live/netlink.c \
	libfilter/live/netlink.h \
	libfilter/live/ring.h \
	libfilter/live/ring_block.c \
	libfilter/live/ring_count.c \
	libfilter/live/ring_device.c \
	libfilter/live/ring_open.c \
	libfilter/live/ring_packet.c \
	libfilter/live/ring_program.c \
	libfilter/live/source_ring.c
