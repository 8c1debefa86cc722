# SPDX-License-Identifier: BSD-2-Clause
# The printers, as a library of their own: the sniffer and the tests of printing link it.
noinst_LTLIBRARIES += sniff/libprint.la
sniff_libprint_la_SOURCES = \
	sniff/cksum.c \
	sniff/dissect.c \
	sniff/dissect.def \
	sniff/dissect.h \
	sniff/hexdump.c \
	sniff/names.c \
	sniff/out.c \
	sniff/out.h \
	sniff/out_num.c \
	sniff/print.h \
	sniff/print_arp.c \
	sniff/dhcp_options.def \
	sniff/print_dhcp.c \
	sniff/print_dhcp.h \
	sniff/print_dhcp_options.c \
	sniff/print_dns.c \
	sniff/print_dns.h \
	sniff/print_dns_record.c \
	sniff/print_ether.c \
	sniff/print_icmp.c \
	sniff/print_icmp.h \
	sniff/print_icmp_extension.c \
	sniff/print_icmp6.c \
	sniff/print_icmp6.h \
	sniff/print_icmp6_mld.c \
	sniff/print_icmp6_nd.c \
	sniff/print_igmp.c \
	sniff/print_ip.c \
	sniff/print_ip.h \
	sniff/print_ip6.c \
	sniff/print_ip6.h \
	sniff/print_ip6_headers.c \
	sniff/print_ip_options.c \
	sniff/print_link.c \
	sniff/print_llc.c \
	sniff/print_mptcp.c \
	sniff/print_net.c \
	sniff/print_ntp.c \
	sniff/print_ppp.c \
	sniff/print_sll.c \
	sniff/print_tcp.c \
	sniff/print_tcp.h \
	sniff/print_tcp_flows.c \
	sniff/print_tcp_options.c \
	sniff/print_text.c \
	sniff/print_udp.c \
	sniff/stamps.c \
	sniff/stamps.h \
	sniff/valname.c \
	sniff/valname.h
