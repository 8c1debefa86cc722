#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the captures of this directory, and INDEX, from nothing: ./make-captures.py [DIRECTORY].

The addresses are those that RFC 5737 and RFC 3849 keep for documentation; nothing here was ever on a
wire. The output is the same on every machine: `make check` makes it again and compares.
"""
import os
import struct
import sys

sys.dont_write_bytecode = True

import printed_icmp  # noqa: E402
import printed_ip  # noqa: E402
import printed_links  # noqa: E402
import printed_names  # noqa: E402
import printed_short  # noqa: E402
from frames import *  # noqa: E402,F403
from savefiles import MICRO, MODIFIED, NANO, START, Section, pcap  # noqa: E402

CAPTURES = []


def capture(name, what, data):
    CAPTURES.append((name, what, data))


# ---- what is inside the captures

def echo(kind, sequence, src, dst):
    return ip4(icmp(kind, 0, struct.pack(">HH", 7, sequence), bytes(range(16))), ICMP, src, dst)


def ping():
    return [echo(8, 1, A, B), echo(0, 1, B, A), echo(8, 2, A, B), echo(0, 2, B, A)]


def segment(flags, back=False, **fields):
    src, dst = (B, A) if back else (A, B)
    ports = {"sport": 80, "dport": 40000} if back else {}
    return ip4(tcp(flags, src=src, dst=dst, **ports, **fields), TCP, src, dst)


def stamp(value, reply):
    return b"\x01\x01\x08\x0a" + struct.pack(">II", value, reply)


SYN_OPTIONS = b"\x02\x04\x05\xb4" + b"\x04\x02\x08\x0a" + struct.pack(">II", 100, 0) + b"\x01\x03\x03\x07"
GET = b"GET / HTTP/1.1\r\nHost: www.example\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n"


def http():
    return [
        segment(SYN, seq=1000, options=SYN_OPTIONS),
        segment(SYN | ACK, back=True, seq=5000, ack=1001, options=SYN_OPTIONS),
        segment(ACK, seq=1001, ack=5001, options=stamp(101, 100)),
        segment(PSH | ACK, seq=1001, ack=5001, options=stamp(102, 100), payload=GET),
        segment(PSH | ACK, back=True, seq=5001, ack=1001 + len(GET), options=stamp(103, 102), payload=OK),
        segment(FIN | ACK, seq=1001 + len(GET), ack=5001 + len(OK), options=stamp(104, 103)),
        segment(FIN | ACK, back=True, seq=5001 + len(OK), ack=1002 + len(GET), options=stamp(105, 104)),
        segment(ACK, seq=1002 + len(GET), ack=5002 + len(OK), options=stamp(106, 105)),
    ]


def tcp_flags():
    return [segment(flags, seq=9, ack=9, urgent=5 if flags & URG else 0) for flags in (
        0, FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, RST | ACK, FIN | PSH | URG, SYN | ECE | CWR, 0xff)]


def tcp_options():
    sack = b"\x01\x01\x05\x12" + struct.pack(">4I", 10, 20, 30, 40)
    return [segment(ACK, ack=5, options=options) for options in (
        b"\x02\x04\x02\x00", b"\x01\x01\x04\x02", b"\x01\x03\x03\x0e", stamp(1, 2), sack,
        b"\x01\x01\x13\x12" + bytes(16), b"\x00\x00\x00\x00", b"\x02\x00\x00\x00", b"\xfd\x04\xab\xcd")]


def dns_exchange():
    ask, say = dns(1, "www.example", 1), dns(1, "www.example", 1, A)
    ask6, say6 = dns(2, "www.example", 28), dns(2, "www.example", 28, A6)
    return [(4, ip4(udp(ask, 5353, 53), UDP)), (4, ip4(udp(say, 53, 5353, B, A), UDP, B, A)),
            (6, ip6(udp(ask6, 5353, 53, A6, B6), UDP)), (6, ip6(udp(say6, 53, 5353, B6, A6), UDP, B6, A6))]


def unreachable():
    lost = ip4(udp(b"knock", 40000, 9), UDP)
    return [ip4(icmp(kind, code, rest, lost[:28]), ICMP, B, A) for kind, code, rest in (
        (3, 3, bytes(4)), (3, 4, struct.pack(">HH", 0, 1400)), (11, 0, bytes(4)), (5, 1, address(B)))]


def ip4_options():
    route = b"\x07\x0b\x08" + address(A) + address(B) + b"\x00"
    strict = b"\x89\x07\x04" + address(B) + b"\x00"
    time = b"\x44\x0c\x0d\x01" + address(A) + struct.pack(">I", 43_200_000)
    alert = b"\x94\x04\x00\x00"
    knock = udp(b"options", 40000, 4000)
    return [ip4(knock, UDP, options=options) for options in (route, strict, time, alert, b"\x01" * 40)] + [
        ip4(tcp(SYN), TCP, options=alert)]


def ip4_fragments():
    whole = udp(bytes(range(100)) * 2, 40000, 4000)
    return [ip4(whole[:96], UDP, ident=77, fragment=0x2000),
            ip4(whole[96:192], UDP, ident=77, fragment=0x2000 | 12),
            ip4(whole[192:], UDP, ident=77, fragment=24),
            ip4(whole, UDP, ident=78, fragment=0x4000)]


def ip6_plain():
    return [ip6(tcp(SYN, src=A6, dst=B6), TCP), ip6(tcp(SYN | ACK, 80, 40000, src=B6, dst=A6, ack=2), TCP, B6, A6),
            ip6(udp(b"hello", 40000, 4000, A6, B6), UDP), ip6(b"", 59)]


def ip6_extensions():
    up, seg = udp(b"below", 40000, 4000, A6, B6), tcp(SYN, src=A6, dst=B6)
    routing = struct.pack(">BBI", 0, 1, 0) + address(B6)
    auth = struct.pack(">BBHII", TCP, 4, 0, 256, 1) + bytes(12)
    return [
        ip6(extension(up, UDP), 0),
        ip6(extension(up, UDP, routing), 43),
        ip6(extension(seg, TCP), 60),
        ip6(extension(extension(extension(seg, TCP), 60, routing), 43), 0),
        ip6(fragment6(up, UDP, 0, 1), 44),
        ip6(fragment6(bytes(16), UDP, 8, 0), 44),
        ip6(auth + seg, 51),
        ip6(extension(fragment6(seg, TCP, 0, 0), 44), 0),
    ]


def neighbours():
    option = b"\x01\x01" + mac(HOST_A)
    prefix = struct.pack(">BBBBIII", 3, 4, 64, 0xc0, 86400, 14400, 0) + address("2001:db8::")
    group, local = "ff02::1:ff00:b", "fe80::a"
    return [
        ip6(icmp6(128, 0, struct.pack(">HH", 7, 1) + bytes(8)), ICMP6),
        ip6(icmp6(129, 0, struct.pack(">HH", 7, 1) + bytes(8), B6, A6), ICMP6, B6, A6),
        ip6(icmp6(135, 0, bytes(4) + address(B6) + option, A6, group), ICMP6, A6, group, hops=255),
        ip6(icmp6(136, 0, struct.pack(">I", 0x60000000) + address(B6), B6, A6), ICMP6, B6, A6, hops=255),
        ip6(icmp6(133, 0, bytes(4) + option, local, "ff02::2"), ICMP6, local, "ff02::2", hops=255),
        ip6(icmp6(134, 0, struct.pack(">BBHII", 64, 0, 1800, 0, 0) + prefix, local, "ff02::1"), ICMP6,
            local, "ff02::1", hops=255),
        ip6(icmp6(1, 4, bytes(4) + ip6(udp(b"knock", 1, 9, A6, B6), UDP), B6, A6), ICMP6, B6, A6),
    ]


def arps():
    return [
        ether(arp(1, A, HOST_A, "192.0.2.254"), 0x0806, dst="ff:ff:ff:ff:ff:ff"),
        ether(arp(2, "192.0.2.254", HOST_B, A, HOST_A), 0x0806, HOST_B, HOST_A),
        ether(arp(1, A, HOST_A, A), 0x0806, dst="ff:ff:ff:ff:ff:ff"),
        ether(arp(3, "0.0.0.0", HOST_A, "0.0.0.0", HOST_A), 0x8035, dst="ff:ff:ff:ff:ff:ff"),
    ]


def ether4(packets):
    return [ether(packet) for packet in packets]


def ether6(packets):
    return [ether(packet, 0x86dd) for packet in packets]


def tagged():
    packets = [ether(tag(packet, vid, priority=vid % 8), 0x8100) for vid, packet in zip((1, 5, 5, 4094), ping())]
    return packets + [ether(tag(ip6_plain()[2], 5, 0x86dd), 0x8100),
                      ether(tag(arp(1, A, HOST_A, B), 5, 0x0806), 0x8100), ether(ping()[0])]


def double_tagged():
    return [ether(tag(tag(packet, 100), 200 + n, 0x8100), 0x88a8) for n, packet in enumerate(ping())] + [
        ether(tag(tag(ping()[0], 7), 6, 0x8100), 0x8100), ether(tag(ping()[0], 6), 0x88a8)]


def labelled():
    label, last = struct.pack(">I", 100 << 12 | 64), struct.pack(">I", 200 << 12 | 0x100 | 64)
    return [ether(last + ping()[0], 0x8847), ether(label + last + ping()[0], 0x8847),
            ether(last + ip6_plain()[2], 0x8847)]


def sessions():
    def session(code, body, kind):
        return ether(struct.pack(">BBHH", 0x11, code, 0x3b, len(body)) + body, kind)
    ip = b"\x00\x21" + ping()[0]
    return [session(9, struct.pack(">HH", 0x0101, 0), 0x8863), session(0, ip, 0x8864),
            session(0, b"\x00\x57" + ip6_plain()[2], 0x8864)]


def logical_links():
    def frame(body):
        return ether(body, len(body))
    bridge = b"\x42\x42\x03" + bytes(4) + bytes(31)
    return [frame(bridge), frame(b"\xaa\xaa\x03\0\0\0\x08\x00" + ping()[0]), frame(b"\xe0\xe0\x03" + bytes(40))]


def family(number, order):
    return struct.pack(order + "I", number)


def some_of_each():
    return [(0x0800, ping()[0]), (0x0800, http()[0]), (0x86dd, ip6_plain()[2]), (0x86dd, neighbours()[0])]


def tunnelled():
    inner = ip4(udp(b"inside", 1000, 4000), UDP)
    return ether4([ip4(inner, 4), ip4(struct.pack(">HH", 0, 0x0800) + inner, 47), ip4(ip6_plain()[2], 41)])


AP, STATION, WIRED = "02:00:00:00:00:a0", "02:00:00:00:00:51", "02:00:00:00:00:33"
GROUP, EVERYONE = "01:00:5e:00:00:fb", "ff:ff:ff:ff:ff:ff"


def wlan_frames():
    """Management, control, data in each direction, one of the extension type; the last two are cut."""
    ip, ip_back = snap(ping()[0]), snap(ping()[1])
    tods = wlan(0x08, 1, (AP, STATION, WIRED), ip)
    return [wlan(0x80, 0, (EVERYONE, AP, AP), bytes(12)), wlan(0x40, 0, (EVERYONE, STATION, EVERYONE)),
            wlan(0xb0, 0, (AP, STATION, AP), bytes(6)), wlan(0xd4, 0, (AP,)), wlan(0xb4, 0, (AP, STATION)),
            wlan(0xc4, 0, (STATION,)), tods, wlan(0x88, 2, (STATION, AP, WIRED), ip_back, qos=b"\0\0"),
            wlan(0x08, 3, (AP, "02:00:00:00:00:a1", WIRED, STATION), snap(ip6_plain()[2], 0x86dd)),
            wlan(0x08, 2, (GROUP, AP, WIRED), ip_back), wlan(0x48, 1, (AP, STATION, AP)),
            wlan(0x08, 0, (EVERYONE, STATION, AP), snap(arp(1, A, HOST_A, "192.0.2.254"), 0x0806)),
            wlan(0x0c, 0, (AP,), bytes(16)), tods[:12], tods[:1]]


def wlan_radiotap():
    """Flags with and without a timestamp before them; 0x20 in them: the 802.11 header is padded to 4 bytes, wherever it
    begins. They are behind further words of `present`, too."""
    stamp64, padded, signal = bytes(range(8)), b"\x20", b"\x02\xc4\xa0"
    data, beacon = wlan_frames()[6], wlan_frames()[0]
    qos = wlan(0x88, 1, (AP, STATION, WIRED), b"\0\0" + snap(ping()[0]), qos=b"\0\0")
    geneve = ip4(udp(b"\0\0\x65\x58\0\0\x05\0" + ether(ping()[1]), 4000, 6081), UDP)
    return [radiotap(frame) for frame in wlan_frames()] + [
        radiotap(qos, 0x66, padded + signal), radiotap(qos, 0x67, stamp64 + padded + signal),
        radiotap(qos, 0x66, b"\0" + signal), radiotap(data, 0x67, padded + bytes(7) + b"\0" + signal),
        radiotap(qos, 2, padded), radiotap(qos, 0x66, padded + signal, more=(0,)),
        radiotap(beacon, 0x67, stamp64 + padded + signal), radiotap(wlan(0x08, 1, (AP, STATION, WIRED), snap(geneve))),
        radiotap(beacon)[:4], radiotap(beacon)[:3]]


def wlan_padding():
    """The 802.11 header is padded, or not, behind radiotap headers of many lengths. Flags come behind all words of
    `present`, and behind a timestamp that begins at a multiple of 8."""
    head = wlan(0x88, 1, (AP, STATION, WIRED), qos=b"\0\0")
    data = ip4(udp(b"padding", 4000, 12345), UDP)
    padded, plain = head + b"\0\0" + snap(data), head + snap(data)
    stamp64, pad, none = bytes(range(8)), b"\x20", b"\x10"
    antenna = (0x20000020, 0x20000020, 0x20)
    return [radiotap(padded, 2, pad), radiotap(padded, 3, stamp64 + pad), radiotap(plain, 2, none),
            radiotap(plain, 3, stamp64 + none), radiotap(plain), radiotap(padded, 2, pad, more=(0,)),
            radiotap(padded, 3, bytes(4) + stamp64 + pad, more=(0,)),
            radiotap(padded, 3, stamp64 + pad, more=(0x80000000, 0)),
            radiotap(padded, 3, stamp64 + pad + b"\xc4\0\xc4\1\xc4", more=(*((0x80000020,) * 5), 0x20)),
            radiotap(plain, 3, bytes(4) + stamp64 + none, more=(0x80000020, 0xa0000020, 0x20)),
            radiotap(wlan(0x08, 1, (AP, STATION, WIRED), snap(data)), 3, stamp64 + pad),
            radiotap(padded, 0x22, pad + b"\xc4", more=(*((0x80000000,) * 6), 0)),
            radiotap(padded, 3, bytes(4) + stamp64 + pad, more=(*((0x80000000,) * 6), 0))]


def wlan_ppi():
    return [ppi(frame, 105, bytes(12)) for frame in wlan_frames()] + [
        ppi(ether(ping()[0]), 1), ppi(wlan_frames()[6], 105), ppi(wlan_frames()[6], 127)]


def bare_ppp():
    """With and without address and control, with one byte of protocol and with two."""
    each = []
    for kind, packet in (some_of_each()[1], some_of_each()[2]):
        short = b"\x21" if kind == 0x0800 else b"\x57"
        each += [head + protocol + packet for head in (b"\xff\x03", b"") for protocol in (b"\0" + short, short)]
    label = b"\0\0\x51\x40" + ping()[0]
    return each + [b"\x02\x81" + label, b"\xff\x03\x02\x81" + label, b"\xff\x03\xc0\x21\x01\x01\0\x04",
                   b"\xc0\x21\x01\x01\0\x04", b"\xff\x03\x57", b"\x21"]


def arcnet_arps(head):
    """ARP and RARP with link addresses of one byte."""
    def body(operation):
        return (struct.pack(">HHBBH", 7, 0x0800, 1, 4, operation) + b"\x0a" + address("1.2.3.4") + b"\x05"
                + address("6.7.8.9"))
    return [head % 0xd5 + body(1), head % 0xd5 + body(2), head % 0xd6 + body(3), head % 0xd4 + ping()[0]]


def moved():
    """Bytes that look like tags and labels where there are none; then one, two, and labels, sessions, tunnels."""
    def vlan(vid, payload, kind=0x0800):
        return ether(tag(payload, vid, kind), 0x8100)

    two = tag(tag(ping()[0], 200), 100, 0x8100)
    words = bytes.fromhex("45008100 00c80000 40110000 c6336407 c6336408 00010002 00080000")
    geneve = ip4(udp(b"\0\0\x65\x58\0\0\x05\0" + ether(segment(2)), 4000, 6081), UDP)
    return [ether(arp(2, A, HOST_A, "192.0.2.254"), 0x0806), ether(words), ether(ping()[0]),
            vlan(100, ping()[0]), vlan(200, segment(2)), ether(two, 0x8100),
            ether(b"\0\x01\x01\x40" + ping()[0], 0x8847), ether(b"\0\x01\0\x40\0\x02\x01\x40" + ping()[0], 0x8847),
            ether(geneve), ether(b"\x11\0\0\x03\0\x3a\0\x21" + ping()[0], 0x8864), ether(segment(2))]


def filter_log():
    each = [pflog(ping()[0], 0, 0, "em1", 7),
            pflog(http()[0], 1, 3, "em10", 0x456789, ruleset="guests", subrule=123, direction=2),
            pflog(ip6_plain()[2], 13, 15, "enp0s31f6d15chr", 0xffffffff, 24, "a/ruleset/of_15")]
    return each + [each[0][:22], each[0][:3]]


def log_names():
    """Packet n has action n - 1 and reason n - 1: all that have names."""
    return [pflog(ping()[0], number, number, "lo0", 1) for number in range(17)]


def cells():
    """Kinds 1 LAN emulation, 2 LLC, 5 local management, 6 signalling."""
    return [sunatm(snap(ping()[0]), 2, 0, 33), sunatm(b"\x00\x01" + ether(ping()[0]), 1, 10, 219),
            sunatm(b"\xff\x00\x01\x01" + bytes(104), 1, 10, 219), sunatm(signalling(0x05), 6, 0, 5),
            sunatm(signalling(0x0f), 6, 0, 1), sunatm(signalling(0x07), 6, 0, 1), sunatm(signalling(0x0f), 6, 0, 5),
            sunatm(bytes(48), 6, 0, 2), sunatm(bytes(48), 6, 0, 3), sunatm(bytes(48), 6, 0, 4),
            sunatm(bytes(48), 5, 0, 16), sunatm(signalling(0x05), 6, 3, 5), sunatm(signalling(0x05)[:5], 6, 0, 5),
            sunatm(b"", 1, 255, 65535), sunatm(b"", 1, 0, 5)[:1]]


def signal_messages():
    return [b"\x85" + routing_label(1, 2, 9) + bytes(8), b"\x83" + routing_label(16383, 0x3aba, 15) + bytes(70),
            b"\x85" + routing_label(0x1273, 0x0607, 0) + bytes(8)]


def signal_units():
    units = [b"", b"\x00", b"\x01\x00"] + signal_messages()
    return [mtp2(unit) for unit in units] + [mtp2(b"", spare=3), mtp2(signal_messages()[0])[:4], b"\x81\x82",
                                             mtp2(b"\x85\x00\x00")]


def extended_units():
    units = [b"", b"\x00", b"\x01\x00"] + signal_messages()
    return [mtp2_extended(unit) for unit in units] + [mtp2_extended(b"")[:5], mtp2_extended(b"\x85\x00\x00")]


def eight_bit_addresses():
    """Source, destination, system code 212 of IP (RFC 1201)."""
    return [bytes([src, dst, 0xd4, 0, 0, 1]) + ping()[0] for src, dst in (
        (0x0e, 0x8c), (0x8c, 0x0e), (0x0e, 0), (0x0e, 0x0e))] + [b"\x0e", b"\x8c"]


def token_bus():
    """BACnet's MS/TP: preamble, frame type, destination, source, length, checksum."""
    return [b"\x55\xff\x00" + bytes([dst, src]) + b"\x00\x00\x8c" for dst, src in (
        (0x01, 0x02), (0x02, 0x01), (0xff, 0x02), (0x02, 0x02))] + [b"\x55\xff\x00\x02"]


def small_network():
    """Who has, a name, a page, a ping, a refused connection: what the examples of the manuals are run over."""
    names = [ether(packet, 0x0800 if v == 4 else 0x86dd) for v, packet in dns_exchange()]
    refused = ether4([segment(SYN, dport=8080, seq=7000),
                      ip4(tcp(RST | ACK, 8080, 40000, ack=7001, src=B, dst=A), TCP, B, A)])
    return arps()[:2] + names + ether4(http()) + ether4(ping()) + refused


# ---- the captures

def protocols():
    dns_frames = [ether(packet, 0x0800 if v == 4 else 0x86dd) for v, packet in dns_exchange()]
    for name, packets, what in (
            ("arp", arps(),
             "ARP request, reply, announcement; RARP request"),
            ("icmp", ether4(ping()),
             "two pings and their answers"),
            ("icmp-errors", ether4(unreachable()),
             "unreachable port, too big, time exceeded, redirect; each quotes UDP"),
            ("http", ether4(http()),
             "one TCP connection: handshake with options, request, answer, end"),
            ("tcp-flags", ether4(tcp_flags()),
             "each TCP flag alone, and some sets of them"),
            ("tcp-options", ether4(tcp_options()),
             "each common TCP option; the last ones are odd or damaged"),
            ("dns", dns_frames,
             "queries and answers over UDP, IPv4 and IPv6"),
            ("ipv4-options", ether4(ip4_options()),
             "record route, source route, timestamp, router alert, 40 no-ops"),
            ("ipv4-fragments", ether4(ip4_fragments()),
             "a datagram in three fragments, then one in one piece"),
            ("ipv6", ether6(ip6_plain()),
             "TCP, UDP and nothing on IPv6"),
            ("ipv6-extensions", ether6(ip6_extensions()),
             "hop-by-hop, routing, destination, fragment, AH; alone, in chains"),
            ("icmpv6", ether6(neighbours()),
             "ping, neighbour and router discovery, unreachable port"),
            ("vlan", tagged(),
             "802.1Q tags 1, 5 and 4094 around IPv4, IPv6, ARP; the last has none"),
            ("qinq", double_tagged(),
             "two tags: 88a8 and 8100, then 8100 twice, then 88a8 alone"),
            ("mpls", labelled(),
             "one label and two labels around IPv4, one around IPv6"),
            ("pppoe", sessions(),
             "a discovery packet, IPv4 and IPv6 in session 0x3b"),
            ("llc", logical_links(),
             "802.3 frames: spanning tree, IPv4 in SNAP, IPX"),
            ("tunnels", tunnelled(),
             "IPv4 in IPv4, IPv4 in GRE, IPv6 in IPv4")):
        capture(f"{name}.pcap", what, pcap(packets))
    capture("manual/trace.pcap", "a bit of each, for the manuals: ARP, DNS, a web page, a ping, a refused connection",
            pcap(small_network()))


def links():
    each = some_of_each()
    plain = [packet for _, packet in each]
    ppp_kind = {0x0800: b"\x00\x21", 0x86dd: b"\x00\x57"}
    families = (2, 2, 10, 30)    # IPv6 as Linux says it, and as macOS does
    for name, number, packets in (
            ("null", 0, [family(n, "<") + p for n, p in zip(families, plain)]),
            ("null-be", 0, [family(n, ">") + p for n, p in zip(families, plain)]),
            ("loop", 108, [family(n, ">") + p for n, p in zip(families, plain)]),
            ("en10mb", 1, [ether(p, k) for k, p in each]),
            ("raw", 101, plain),
            ("ipv4", 228, plain[:2]),
            ("ipv6", 229, plain[2:]),
            ("linux-sll", 113, [sll(p, k, n) for n, (k, p) in enumerate(each)]),
            ("linux-sll2", 276, [sll2(p, k, n) for n, (k, p) in enumerate(each)]),
            ("ppp", 9, [b"\xff\x03" + ppp_kind[k] + p for k, p in each])):
        order = ">" if name == "null-be" else "<"
        capture(f"link-{name}.pcap", f"ICMP, TCP, UDP on IPv6, ICMPv6 after the headers of link type {number}",
                pcap(packets, number, order=order))


def wireless():
    for name, number, packets, what in (
            ("wlan", 105, wlan_frames() + [wlan(kind, 0, (AP, STATION, AP)) for kind in (0xd4, 0xc4, 0xb4)],
             "802.11: management, control, data each way; two that are cut; three with odd bytes after them"),
            ("wlan-prism", 119, [prism(frame) for frame in wlan_frames()] + [avs(wlan_frames()[6])],
             "the same after Prism's header, then one after an AVS header"),
            ("wlan-radiotap", 127, wlan_radiotap(),
             "the same after a radiotap header, then data with flags and padding; the last two are cut"),
            ("wlan-padding", 127, wlan_padding(),
             "QoS data after radiotap headers, padded to 4 bytes or not; with up to 8 words of `present`"),
            ("wlan-avs", 163, [avs(frame) for frame in wlan_frames()] + [avs(wlan_frames()[6], 80)],
             "the same after an AVS header; one that is longer"),
            ("wlan-ppi", 192, wlan_ppi(),
             "the same after a PPI header, then Ethernet, 802.11, radiotap after one")):
        capture(f"{name}.pcap", what, pcap(packets, number))


def logs_and_signalling():
    for name, number, packets, what in (
            ("pflog", 117, filter_log(),
             "three packets in the packet filter's log of a BSD; the last two are cut"),
            ("pflog-names", 117, log_names(),
             "the actions and reasons 0 to 16 of such a log"),
            ("sunatm", 123, cells(),
             "ATM: LLC, LAN emulation, signalling, management cells; the last three are cut or empty"),
            ("mtp2", 140, signal_units(),
             "SS7: fill-in, status and message signal units; packets 8 and 9 are cut"),
            ("mtp2-phdr", 139, [b"\x01\x00\x00\x00" + unit for unit in signal_units()],
             "the same after a pseudo-header"),
            ("mtp2-extended", 140, extended_units(),
             "SS7 on a high-speed link, with extended sequence numbers; packet 7 is cut"),
            ("ppp-bare", 9, bare_ppp(),
             "PPP with and without address and control, with protocols of one byte and two; the last two end there"),
            ("ppp-serial", 50, bare_ppp(),
             "the same of link type 50"),
            ("arcnet-arp", 7, arcnet_arps(b"\x0a\0%c\0\0\x01"),
             "ARP, RARP and IPv4 on ARCNET, whose addresses have one byte"),
            ("arcnet-linux-arp", 129, arcnet_arps(b"\x0a\0\0\0%c\0\0\x01"),
             "the same of Linux"),
            ("moved", 1, moved(),
             "ARP and IPv4 that look tagged and labelled; then with tags, labels, a tunnel, a session, and without"),
            ("arcnet", 7, eight_bit_addresses(),
             "IPv4 on ARCNET between hosts 0e and 8c, and to all; the last two are cut"),
            ("bacnet-ms-tp", 165, token_bus(),
             "MS/TP frames without data between hosts 1 and 2, and to all; the last is cut")):
        capture(f"{name}.pcap", what, pcap(packets, number))


def formats():
    packets = ether4(ping())
    for name, what, options in (
            ("us-le", "microseconds, little-endian", {}),
            ("us-be", "microseconds, big-endian", {"order": ">"}),
            ("ns-le", "nanoseconds, little-endian", {"magic": NANO}),
            ("ns-be", "nanoseconds, big-endian", {"magic": NANO, "order": ">"}),
            ("modified-le", "the modified format (24 bytes before a packet), little-endian", {"magic": MODIFIED}),
            ("modified-be", "the modified format, big-endian", {"magic": MODIFIED, "order": ">"}),
            ("v2.2", "version 2.2: the length on the wire comes first", {"version": (2, 2), "snaplen": 40}),
            ("v2.3", "version 2.3: the smaller length is the captured one", {"version": (2, 3), "snaplen": 40}),
            ("v543.0", "version 543.0: the length on the wire comes first", {"version": (543, 0), "snaplen": 40}),
            ("fcs", "the link type's upper bits say that frames end in a 4-byte FCS", {"upper": 0x24000000}),
            ("snaplen", "a snapshot length of 40 cuts every packet", {"snaplen": 40})):
        capture(f"format-{name}.pcap", f"four ICMP packets in pcap: {what}", pcap(packets, **options))


def next_generation():
    packets = ether4(ping())
    micro, nano = START * 10**6 + 5, START * 10**9 + 123_456_789
    first = Section("<").interface().interface(resolution=9, offset=-3600)
    first.enhanced(packets[0], micro).enhanced(packets[1], nano + 3600 * 10**9, 1)
    second = Section(">", version=(1, 2), length=0).interface(resolution=3)
    second.enhanced(packets[2], START * 10**3 + 7).enhanced(packets[3], START * 10**3 + 8)
    capture("pcapng-sections.pcapng", "a little-endian section with two interfaces, a big-endian one with one",
            first.data + second.data)

    clocks = Section()
    rates = (0, 3, 6, 9, 12, 19, 0x80, 0x8a, 0xa0, 0xbf)
    for rate in rates:
        clocks.interface(resolution=rate)
    for n, rate in enumerate(rates):
        ticks_per_second = 2**(rate & 0x7f) if rate & 0x80 else 10**rate
        clocks.enhanced(packets[0], ticks_per_second * 3 // 2, n)
    capture("pcapng-tsresol.pcapng", "ten interfaces with clocks from 1 s to 10^-19 s and 2^-63 s", clocks.data)

    far = Section()
    for resolution, offset in (0, None), (0, -2**63), (0, 2**63 - 1), (6, -12219292800), (6, None):
        far.interface(resolution=resolution, offset=offset)
    for number, ticks in ((0, 0), (0, 9223372036), (0, 9223372037), (0, 253402300800), (0, 2**64 - 1), (1, 0), (1, 1),
                          (2, 2**64 - 1), (3, 500000), (3, 12219292799500000), (4, 2**32 * 10**6)):
        far.enhanced(packets[0], ticks, number)
    capture("pcapng-far.pcapng", "times that nanoseconds in 64 bits cannot say, up to 2.8 * 10^19 s", far.data)

    blocks = Section().block(0x0bad, b"\x00\x00\x7e\xd9custom").interface(snaplen=60)
    blocks.simple(packets[0][:60]).obsolete(packets[1], micro, drops=3).block(4, bytes(4))
    for direction in (1, 2, 1 | 2 << 2, 1 | 3 << 2, 1 | 4 << 2):
        flags = blocks.option(2, blocks.pack("I", direction)) + blocks.option(0, b"")
        blocks.enhanced(packets[2], micro, options=flags)
    blocks.block(5, blocks.pack("III", 0, 0, 0)).block(0x40000bad, b"\x00\x00\x7e\xd9")
    blocks.enhanced(packets[3], micro, options=blocks.option(4, blocks.pack("Q", 7)))
    capture("pcapng-blocks.pcapng", "simple, obsolete and enhanced packets, with flags, among others to skip",
            blocks.data)

    mixed = Section().interface(1).interface(101)
    mixed.enhanced(packets[0], micro).enhanced(ping()[1], micro, 1).enhanced(packets[2], micro)
    capture("pcapng-mixed.pcapng", "Ethernet and raw IP in one file", mixed.data)

    three = Section().interface(1).interface(101).interface(113)
    for n in range(2):
        three.enhanced(packets[n], micro).enhanced(ping()[n], micro, 1)
        three.enhanced(sll(ping()[n], 4, 0), micro, 2).enhanced(packets[n + 2], micro)
    three.enhanced(tagged()[0], micro)
    capture("pcapng-three.pcapng", "Ethernet, raw IP and SLL by turns; the last frame has VLAN tag 1", three.data)


def damage():
    packets = ether4(ping())
    whole = pcap(packets)
    capture("damaged-cut.pcap", "ends inside the fourth packet", whole[:-9])
    third = 24 + 2 * (16 + len(packets[0]))
    capture("damaged-length.pcap", "the third packet claims 4 GB",
            whole[:third + 8] + b"\xff" * 4 + whole[third + 12:])
    section = Section().interface()
    for packet in packets:
        section.enhanced(packet, START * 10**6)
    capture("damaged-cut.pcapng", "ends inside the fourth packet", section.data[:-9])
    section.enhanced(packets[0], 0, interface=9)
    capture("damaged-interface.pcapng", "the fifth packet is from an interface that is not described",
            section.data)
    clock = bytearray(pcap(packets))
    clock[24 + 4:24 + 8] = struct.pack("<I", 1_000_000)
    capture("damaged-time.pcap", "the first packet's timestamp has 1000000 microseconds", bytes(clock))


def printed():
    """What the captures above do not show of the printers."""
    for module in (printed_links, printed_ip, printed_icmp, printed_names, printed_short):
        for name, what, data in module.each():
            capture(name, what, data)


HEADER = """# Small captures, one purpose each. Made by ./make-captures.py, which says how; none was on a wire.
"""


def main(folder):
    for group in (protocols, links, wireless, logs_and_signalling, formats, next_generation, damage, printed):
        group()
    for below in ("manual", "print"):
        os.makedirs(os.path.join(folder, below), exist_ok=True)
    for name, _, data in CAPTURES:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    width = max(len(name) for name, _, _ in CAPTURES)
    with open(os.path.join(folder, "INDEX"), "w", encoding="ascii") as file:
        file.write(HEADER)
        for name, what, _ in CAPTURES:
            file.write(f"{name:{width}}  {what}\n")
    print(f"{len(CAPTURES)} captures in {folder}")


if __name__ == "__main__":
    if len(sys.argv) > 2 or sys.argv[1:2] and sys.argv[1].startswith("-"):
        sys.exit("usage: make-captures.py [DIRECTORY]; without one, it writes where it is itself")
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
