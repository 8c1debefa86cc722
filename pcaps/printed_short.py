# SPDX-License-Identifier: BSD-2-Clause
"""Captures for what printers do when a length field leaves too little, or too much: each kind of field in every length.
(A packet that the capture cuts is another matter: tests/golden_rows cuts them all.)"""
import struct

from frames import *  # noqa: F403
from printed_icmp import GROUP, GROUP6, LOCAL, extension_of, membership, message4, message6, thing
from printed_ip import KNOCK, KNOCK6, option_segments, padded
from printed_names import answer, option, record, with_options
from savefiles import pcap


def beginnings(data, shortest=0):
    return [data[:n] for n in range(shortest, len(data) + 1)]


def dhcp():
    """A packet for each kind of value, with an option for each length of it."""
    route = b"\x18" + address(A)[:3] + address(B) + b"\x20" + address(A) + address(B) + b"\0" + address(B)
    values = ((61, b"\1" + mac(HOST_A)), (61, b"\0name"), (77, b"\3abc\2de"), (81, b"\5\1\2host"), (82, b"\1\4eth0\2\2id"),
              (121, route), (1, address(A) * 2), (21, address(A) * 4), (51, bytes(range(9))), (57, bytes(range(5))),
              (46, b"\1\2"), (52, b"\1\2"), (53, b"\1\2\3"), (19, b"\0\1\2"), (55, b"\1\3\6\x0f\x1a"), (200, bytes(range(9))))
    return [with_options(*(option(number, data) for data in beginnings(value))) for number, value in values]


def dns():
    """The same for records, and for the options of an OPT record."""
    name, key = b"\x02ns\xc0\x0c", b"\x03md5\0" + bytes(6) + struct.pack(">HH", 300, 2) + b"\1\2" + struct.pack(">HHH", 7, 0, 1) + b"!"
    values = ((1, address(A) + b"!"), (28, address(A6) + b"!"), (2, name), (6, name + b"\0" + bytes(range(20))),
              (15, b"\0\x0a" + name), (16, b"\3abc\2de"), (33, bytes(range(6)) + name),
              (38, b"\x40" + address(A6)[8:] + name), (250, key), (256, b"\0\1\0\2uri"))
    options = ((8, b"\0\1\x20\0" + address(A) + b"!"), (8, b"\0\2\x80\0" + address(A6) + b"!"), (9, bytes(5)),
               (10, bytes(range(42))), (11, bytes(3)), (14, bytes(range(4))))
    records = [answer(*(record(kind, data) for data in beginnings(value))) for kind, value in values]
    return records + [answer(record(41, b"".join(struct.pack(">HH", code, len(data)) + data for data in beginnings(value)),
                                    0, 1232, b"\0"), additionals=1) for code, value in options]


def tcp_kinds():
    kinds = (*range(2, 10), 11, 12, 13, 19, 20, 28, 29, 34, 253)
    filler = bytes(range(0x10, 0x28))
    most = {5: 18, 19: 20, 34: 20}
    return option_segments([bytes([kind, 2 + n]) + filler[:n] for kind in kinds for n in range(most.get(kind, 10) + 1)]
                           + [bytes([254, 4 + n]) + b"\xf9\x89" + filler[:n] for n in range(20)])


def mptcp():
    """The lengths of each subtype, on segments that acknowledge, and of those that begin a connection."""
    filler = bytes(range(0x10, 0x30))
    packets = []
    for subtype, low, flags in ((0, 1, SYN), (0, 1, ACK), (1, 0, SYN), (1, 0, SYN | ACK), (1, 0, ACK), (3, 0, ACK), (4, 0, ACK),
                                (5, 1, ACK), (6, 0, ACK), (7, 0, ACK), (8, 5, ACK)):
        packets += option_segments([bytes([30, 3 + n, subtype << 4 | low]) + filler[:n] for n in range(29)], flags)
    for part in (0x01, 0x03, 0x04, 0x0c, 0x0f):
        packets += option_segments([bytes([30, 4 + n, 0x20, part]) + filler[:n] for n in range(25)])
    return packets


def ip4_options():
    """The length of the option and the place of its pointer, each by itself."""
    filler = address(A) + address(B) + address(A)
    routes = [bytes([7, n, 8]) + filler[:max(n - 3, 0)] for n in range(1, 13)]
    pointers = [bytes([131, 11, at]) + filler[:8] for at in range(16)]
    times = [bytes([68, n, 5, kind]) + filler[:max(n - 4, 0)] for kind in (0, 1, 3) for n in range(1, 14)]
    stamps = [bytes([68, 12, at, kind]) + filler[:8] for kind in (0, 1) for at in range(16)]
    alerts = [bytes([148, n]) + b"\0\1\2"[:max(n - 2, 0)] for n in range(6)]
    return [ip4(KNOCK, UDP, options=padded(data)) for data in routes + pointers + times + stamps + alerts]


def ip6_headers():
    """Options in each length, then routing headers."""
    def options(data):
        return data + b"\x01\x0c"[:2] + bytes(12) if len(data) == 2 else data + bytes(-(len(data) + 2) % 8)
    values = ((1, bytes(4)), (5, b"\0\1\2"), (0xc2, bytes(5)), (0xc9, address(A6) + b"!"), (0x1e, bytes(2)))
    packets = [ip6(extension(KNOCK6, UDP, options(bytes([kind, len(data)]) + data)), header)
               for kind, value in values for data in beginnings(value) for header in (0, 60)]
    via = bytes(4) + address("2001:db8::c") + address("2001:db8::d") + b"\x04\x02\0\0\x05\x01"
    via += bytes(-(len(via) + 4) % 8)
    for kind in (0, 2, 4):
        for units in range(8):
            for left in (0, 1):
                packets.append(ip6(struct.pack(">BBBB", UDP, units, kind, left) + b"\1" + via[1:] + KNOCK6, 43))
    return packets


def icmp():
    entries = b"\2\2\7\x08" + address(A) + bytes(4) + address(B) + bytes(4)
    echo = struct.pack(">HBB", 7, 1, 1) + extension_of(thing(3, 1, b"eth0"))
    bodies = ((0, b"\0\7\0\1"), (9, entries), (11, bytes(4) + ip4(KNOCK, UDP)[:28]), (12, b"\x14\0\0\0" + ip4(KNOCK, UDP)[:24]),
              (13, b"\0\7\0\1"), (14, b"\0\7\0\1" + bytes(range(12))), (18, b"\0\7\0\1\xff\xff\xff\0"), (42, echo),
              (43, b"\0\7\1\x45!"))
    packets = [message4(kind, 0, data) for kind, body in bodies for data in beginnings(body)]
    quote = ip4(KNOCK, UDP, options=b"\x94\x04\0\0")[:32]
    return packets + [message4(3, code, bytes(4) + data) for code in (1, 2, 3, 4) for data in beginnings(quote, 12)] + [
        message4(5, 1, bytes(4) + data) for data in beginnings(quote, 12)]


def icmp_objects():
    """Objects that say each length, in an extension that is as long as they are."""
    lead = b"\0\x20\0\0" + ip4(KNOCK, UDP)[:28] + bytes(100)
    v4 = b"\0\1\0\0" + address(A)
    bodies = ((1, 1, bytes(range(5))), (2, 0x0f, struct.pack(">I", 7) + v4 + b"\x06eth0\0" + struct.pack(">I", 1500)),
              (2, 0x44, b"\0\2\0\0" + address(A6)), (3, 1, b"eth0"), (3, 2, bytes(5)), (3, 3, v4))
    return [message4(11, 0, lead + extension_of(thing(kind, code, data)))
            for kind, code, body in bodies for data in beginnings(body)] + [
        message4(11, 0, lead + extension_of(thing(1, 1, bytes(4), length), thing(1, 1, bytes(4)))) for length in range(14)]


def icmp6():
    lost = ip6(KNOCK6, UDP)[:44]
    listener = struct.pack(">HH", 1000, 0) + address(GROUP6)
    query = listener + b"\0\x7d\0\1" + address(A6)
    report = b"\0\0\0\2" + (b"\1\0\0\1" + address(GROUP6) + address(A6)) + b"\2\1\0\0" + address(GROUP6) + b"aux!"
    node = b"\0\3\0\0" + bytes(8)
    bodies = ((128, b"\0\7\0\1"), (130, query), (131, listener), (143, report), (139, node + address(A6)),
              (140, node + bytes(4) + address(A6)), (133, bytes(4)), (135, bytes(4) + address(A6)), (136, bytes(4) + address(A6)),
              (137, bytes(4) + address(A6) * 2), (144, b"\0\7\0\0"), (147, b"\0\7\xc0\0"))
    return [message6(kind, 0, data) for kind, body in bodies for data in beginnings(body)] + [
        message6(1, code, bytes(4) + data) for code in (0, 2, 4) for data in beginnings(lost, 20)] + [
        message6(kind, 0, data) for kind in (2, 3, 4) for data in beginnings(bytes(4) + lost, 0)[::4]]


def discovery():
    """Each option from 8 bytes to 40."""
    filler = bytes(range(1, 39))
    head = struct.pack(">BBHII", 64, 0, 1800, 0, 0)
    return [message6(134, 0, head + b"".join(bytes([kind, units]) + filler[:units * 8 - 2] for units in range(1, 6)), LOCAL,
                     "ff02::1") for kind in (1, 2, 3, 4, 5, 7, 8, 14, 24, 25, 31, 99)] + [
        message6(134, 0, head + b"\x1f\2\0\0\0\0\7\x08" + bytes([n]) + b"a" * 7) for n in range(9)]


def igmp():
    group = address(GROUP)
    query = group + b"\0\x7d\0\1" + address(A)
    report = b"\0\0\0\2" + (b"\1\0\0\1" + group + address(A)) + b"\2\1\0\0" + group + b"aux!"
    bodies = ((0x11, 0, group), (0x11, 50, query), (0x12, 0, group), (0x16, 0, group), (0x17, 0, group), (0x22, 0, report))
    return [membership(kind, code, data) for kind, code, body in bodies for data in beginnings(body)]


def captures():
    yield "dhcp", dhcp(), "DHCP options of each kind"
    yield "dns", dns(), "data of DNS records and of EDNS options"
    yield "tcp", tcp_kinds(), "TCP options of each kind"
    yield "mptcp", mptcp(), "Multipath TCP options of each subtype"
    yield "ip-options", ip4_options(), "IPv4 options; their pointers at each place"
    yield "ip6-headers", ip6_headers(), "IPv6 options and routing headers"
    yield "icmp", icmp(), "ICMP messages, and what they quote"
    yield "icmp-objects", icmp_objects(), "objects of ICMP extensions"
    yield "icmp6", icmp6(), "ICMPv6 messages, and what they quote"
    yield "nd", discovery(), "options of neighbor discovery"
    yield "igmp", igmp(), "IGMP messages"


def each():
    for name, packets, what in captures():
        yield f"print/short-{name}.pcap", f"every length: {what}", pcap(packets, 101)
