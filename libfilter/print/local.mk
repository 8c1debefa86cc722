# SPDX-License-Identifier: BSD-2-Clause
# The printers, as a library of their own: the sniffer and the tests of printing link it.
noinst_LTLIBRARIES += libfilter/print/libprint.la
libfilter_print_libprint_la_SOURCES = \
	libfilter/print/cksum.c \
	libfilter/print/dhcp_options.def \
	libfilter/print/dissect.c \
	libfilter/print/dissect.def \
	libfilter/print/dissect.h \
	libfilter/print/dns_message.h \
	libfilter/print/hexdump.c \
	libfilter/print/icmp6_message.h \
	libfilter/print/ip_numbers.h \
	libfilter/print/out.c \
	libfilter/print/out.h \
	libfilter/print/out_num.c \
	libfilter/print/print.c \
	libfilter/print/print.h \
	libfilter/print/print_arp.c \
	libfilter/print/print_dhcp.c \
	libfilter/print/print_dhcp_options.c \
	libfilter/print/print_dhcp_options.h \
	libfilter/print/print_dns.c \
	libfilter/print/print_dns_name.c \
	libfilter/print/print_dns_record.c \
	libfilter/print/print_ether.c \
	libfilter/print/print_icmp.c \
	libfilter/print/print_icmp6.c \
	libfilter/print/print_icmp6_mld.c \
	libfilter/print/print_icmp6_nd.c \
	libfilter/print/print_icmp_extension.c \
	libfilter/print/print_icmp_extension.h \
	libfilter/print/print_igmp.c \
	libfilter/print/print_ip.c \
	libfilter/print/print_ip6.c \
	libfilter/print/print_ip6_headers.c \
	libfilter/print/print_ip6_headers.h \
	libfilter/print/print_ip_options.c \
	libfilter/print/print_ip_options.h \
	libfilter/print/print_link.c \
	libfilter/print/print_llc.c \
	libfilter/print/print_mptcp.c \
	libfilter/print/print_names.c \
	libfilter/print/print_net.c \
	libfilter/print/print_ntp.c \
	libfilter/print/print_opts.h \
	libfilter/print/print_ppp.c \
	libfilter/print/print_sll.c \
	libfilter/print/print_tcp.c \
	libfilter/print/print_tcp_flows.c \
	libfilter/print/print_tcp_options.c \
	libfilter/print/print_text.c \
	libfilter/print/print_udp.c \
	libfilter/print/stamps.c \
	libfilter/print/stamps.h \
	libfilter/print/tcp_header.h \
	libfilter/print/valname.c \
	libfilter/print/valname.h
