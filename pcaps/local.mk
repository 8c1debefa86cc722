# SPDX-License-Identifier: BSD-2-Clause
# Small captures, one purpose each; pcaps/INDEX says which, pcaps/make.py makes them.
TESTS += tests/pcaps
EXTRA_DIST += tests/pcaps pcaps/make.py pcaps/INDEX
EXTRA_DIST += pcaps/arp.pcap
EXTRA_DIST += pcaps/big-endian.pcap
EXTRA_DIST += pcaps/cut.pcap
EXTRA_DIST += pcaps/dns.pcap
EXTRA_DIST += pcaps/extensions.pcap
EXTRA_DIST += pcaps/fragments.pcap
EXTRA_DIST += pcaps/http.pcap
EXTRA_DIST += pcaps/llc.pcap
EXTRA_DIST += pcaps/loop.pcap
EXTRA_DIST += pcaps/nano.pcap
EXTRA_DIST += pcaps/null-big.pcap
EXTRA_DIST += pcaps/null.pcap
EXTRA_DIST += pcaps/options.pcap
EXTRA_DIST += pcaps/ping.pcap
EXTRA_DIST += pcaps/ping6.pcap
EXTRA_DIST += pcaps/ppp.pcap
EXTRA_DIST += pcaps/raw.pcap
EXTRA_DIST += pcaps/short.pcap
EXTRA_DIST += pcaps/sll.pcap
EXTRA_DIST += pcaps/sll2.pcap
EXTRA_DIST += pcaps/vlan.pcap
EXTRA_DIST += pcaps/two.pcapng
