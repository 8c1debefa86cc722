# SPDX-License-Identifier: BSD-2-Clause
"""Captures for the printers of ICMP, ICMPv6 with neighbor discovery and multicast listeners, and IGMP."""
import struct

from frames import *  # noqa: F403
from savefiles import pcap

LOST = ip4(udp(b"knock", 40000, 9), UDP)[:28]
GROUP, SOURCES = "239.1.2.3", ("192.0.2.10", "192.0.2.11")
GROUP6, SOURCES6 = "ff0e::1234", ("2001:db8::10", "2001:db8::11")
LOCAL = "fe80::a"


def error(kind, code, rest=bytes(4), lost=LOST):
    return ip4(icmp(kind, code, rest, lost), ICMP, B, A)


def icmp_unreachable():
    segment = ip4(tcp(SYN), TCP)[:28]
    other = ip4(b"\0\1\0\2" + bytes(4), 132)
    options = ip4(udp(b"", 1, 7), UDP, options=b"\x94\x04\0\0")
    return [error(3, code) for code in range(17)] + [
        error(3, 3, lost=lost) for lost in (segment, other, options, LOST[:20])] + [
        error(3, 4, struct.pack(">HH", 0, 1400)), error(3, 1, lost=LOST[:19]), error(3, 2, lost=b"")]


def icmp_errors():
    return [error(5, code, address(B)) for code in range(5)] + [error(11, code) for code in range(3)] + [
        error(12, 0, b"\x14\0\0\0"), error(12, 1), error(4, 0), error(11, 0, lost=b"")]


def message4(kind, code=0, body=b""):
    return ip4(icmp(kind, code, b"", body), ICMP)


def icmp_kinds():
    ids = struct.pack(">HH", 7, 1)
    times = struct.pack(">III", 43_200_000, 43_200_007, 86_399_999)
    entries = address(A) + struct.pack(">I", 5) + address(B) + struct.pack(">I", 0)

    def advertised(count, size, seconds):
        return struct.pack(">BBH", count, size, seconds) + entries[:count * 8]
    wrong = ip4(changed(icmp(8, 0, ids), 2, b"\x12\x34"), ICMP)
    return [message4(8, 0, ids), message4(0, 0, ids), message4(9, 0, advertised(1, 2, 59)),
            message4(9, 0, advertised(2, 2, 1800)), message4(9, 16, advertised(0, 2, 9000)),
            message4(9, 0, advertised(2, 3, 5)), message4(9, 0, advertised(9, 2, 5)), message4(10, 0, bytes(4)),
            message4(13, 0, ids + bytes(12)), message4(14, 0, ids + times), message4(15, 0, ids), message4(16, 0, ids),
            message4(17, 0, ids + bytes(4)), message4(18, 0, ids + b"\xff\xff\xff\0"), message4(41, 0, ids), wrong,
            ip4(icmp(8, 0, ids), ICMP, fragment=0x2000), ip4(b"\x08", ICMP)]


def changed(packet, at, new):
    return packet[:at] + new + packet[at + len(new):]


def extension_of(*objects, version=2):
    data = bytes([version << 4, 0, 0, 0]) + b"".join(objects)
    return with_checksum(data, 2)


def thing(kind, code, body=b"", length=None):
    return struct.pack(">HBB", 4 + len(body) if length is None else length, kind, code) + body


def icmp_extensions():
    """Behind 128 bytes of the datagram, whose length is told in words or is not."""
    def multipart(data, kind=11, words=32):
        return error(kind, 0, bytes([0, words, 0, 0]), LOST + bytes(100) + data)
    label = struct.pack(">I", 100 << 12 | 3 << 9 | 7), struct.pack(">I", 200 << 12 | 0x100 | 64)
    v4, v6 = b"\0\1\0\0" + address(A), b"\0\2\0\0" + address(A6)
    index, name, mtu = struct.pack(">I", 7), b"\x08eth0\0\0\0", struct.pack(">I", 1500)
    interfaces = [thing(2, 0x0f, index + v4 + name + mtu), thing(2, 0x4c, index + v6), thing(2, 0x84, v4),
                  thing(2, 0xc4, b"\0\3\0\0"), thing(2, 0x0a, index + b"\0\0\0\0"), thing(2, 0x09, index + mtu)]
    whole = extension_of(thing(1, 1, label[0]), thing(1, 1, label[1]), *interfaces[:4])
    return [multipart(data, *how) for data, *how in (
        (whole, 11, 32), (whole, 3, 32), (whole, 12, 0), (changed(whole, 2, b"\x12\x34"), 11, 0),
        (changed(whole, 2, b"\x12\x34"), 11, 32), (extension_of(interfaces[4], interfaces[5]),),
        (extension_of(thing(1, 2, bytes(8)), thing(9, 1, b"unknown"), thing(3, 1, b"eth0\0\0\0\0")),),
        (extension_of(thing(1, 1), thing(1, 1, label[1], 3)),), (extension_of(thing(1, 1, label[1], 200)),),
        (extension_of(thing(2, 0x3f, index + v4 + name + mtu)),), (extension_of(thing(1, 1, label[1]), version=1),),
        (extension_of(thing(2, 0x02, b"\x40eth0"))[:12],))]


def icmp_extended_echo():
    """RFC 8335: asked for by name, by index, by address."""
    def ask(bits, *objects):
        return ip4(icmp(42, 0, struct.pack(">HBB", 7, 1, bits), extension_of(*objects) if objects else b""), ICMP)
    named = thing(3, 1, b"eth0")
    return [ask(1, named), ask(0, thing(3, 2, struct.pack(">I", 7))), ask(1, thing(3, 3, b"\0\1\4\0" + address(A))),
            ask(1, thing(3, 3, b"\0\2\x10\0" + address(A6))), ask(1, thing(3, 3, b"\0\6\6\0" + bytes(8))),
            ask(1, thing(3, 4, bytes(4))), ask(1), ask(1, named, bytes(9)), ask(1, thing(3, 1, b"eth0\0\0\0\0"))] + [
        ip4(icmp(43, code, struct.pack(">HBB", 7, 1, state << 5 | 7 & state), b"\0"), ICMP, B, A)
        for code, state in ((0, 2), (1, 0), (2, 1), (3, 3), (4, 4), (5, 5), (0, 6), (0, 7))]


# ---- ICMPv6

def message6(kind, code=0, body=b"", src=A6, dst=B6):
    return ip6(icmp6(kind, code, body, src, dst), ICMP6, src, dst)


def icmp6_errors():
    lost = ip6(udp(b"knock", 1, 9, A6, B6), UDP)
    segment, other = ip6(tcp(SYN, src=A6, dst=B6), TCP), ip6(b"\0\1\0\2", 132)
    return [message6(1, code, bytes(4) + lost) for code in range(8)] + [
        message6(1, 4, bytes(4) + segment), message6(1, 4, bytes(4) + other), message6(1, 0, bytes(4)),
        message6(2, 0, struct.pack(">I", 1280) + lost)] + [message6(3, code, bytes(4) + lost) for code in range(3)] + [
        message6(4, code, struct.pack(">I", 40) + lost) for code in range(5)]


def icmp6_kinds():
    ids = struct.pack(">HH", 7, 1)
    wrong = ip6(changed(icmp6(128, 0, ids), 2, b"\x12\x34"), ICMP6)
    option = b"\x03\x04\x40\xe0" + struct.pack(">III", 86400, 14400, 0) + address("2001:db8::")
    return [message6(kind, 0, ids) for kind in (128, 129, 138, 141, 142, 144, 145, 146, 5, 200)] + [
        message6(147, 0, ids[:2] + bytes([flags, 0]) + option) for flags in (0, 0x80, 0x40, 0xc0)] + [
        wrong, ip6(b"", ICMP6), ip6(fragment6(icmp6(128, 0, ids), ICMP6, 0, 1), 44), ip6(icmp6(128, 0, b"")[:1], ICMP6)]


def discovery():
    """Each message of neighbor discovery, its flags and preferences."""
    link = b"\x01\x01" + mac(HOST_A)

    def advertised(flags, lifetime=1800):
        return struct.pack(">BBHII", 64, flags, lifetime, 30000, 1000) + link
    return [message6(133, 0, bytes(4) + link, LOCAL, "ff02::2"), message6(133, 0, bytes(4))] + [
        message6(134, 0, advertised(flags), LOCAL, "ff02::1") for flags in (0, 0x80, 0x40, 0x22, 0x08, 0x10, 0x18, 0xff)] + [
        message6(135, 0, bytes(4) + address(B6) + link), *(message6(136, 0, bytes([flags, 0, 0, 0]) + address(B6)
                                                           + b"\x02\x01" + mac(HOST_B)) for flags in (0, 0x80, 0x40, 0xe0)),
        message6(137, 0, bytes(4) + address(LOCAL) + address(B6) + b"\x02\x01" + mac(HOST_B)
                 + b"\x04\x06" + bytes(6) + ip6(b"", 59))]


def discovery_options():
    """Each option in a router's advertisement; then odd lengths, lifetimes without end, an unknown one."""
    prefix, forever = address("2001:db8:1::"), b"\xff\xff\xff\xff"

    def option(kind, body):
        body += bytes(-(len(body) + 2) % 8)
        return bytes([kind, (len(body) + 2) // 8]) + body
    names = b"\x07example\x03org\0\x03lan\0"
    bodies = [option(kind, body) for kind, body in (
        (1, mac(HOST_A)), (2, mac(HOST_B)), (3, b"\x40\xc0" + struct.pack(">III", 86400, 14400, 0) + prefix),
        (3, b"\x30\x20" + forever * 2 + bytes(4) + prefix), (3, b"\x40\x00" + bytes(12) + prefix), (3, bytes(6)),
        (4, bytes(6) + ip6(b"", 59)), (5, b"\0\0\0\0\x05\xdc"), (5, b"\0\0\0\0\x05\xdc" + bytes(8)),
        (7, b"\0\0\0\0\x03\xe8"), (8, b"\0\0\0\5\7\x08"), (14, b"\1\2\3\4\5\6"), (24, b"\0\0" + forever),
        (24, b"\x40\x08\0\0\7\x08" + prefix[:8]), (24, b"\x80\x18\0\0\7\x08" + prefix), (24, b"\x40\x10\0\0\0\0" + prefix[:8]),
        (25, b"\0\0\0\0\7\x08" + address(A6)), (25, b"\0\0" + forever + address(A6) + address(B6)), (25, bytes(14)),
        (31, b"\0\0\0\0\7\x08" + names), (31, b"\0\0" + forever + names[:13]), (31, b"\0\0\0\0\0\0\x3fcut"),
        (99, b"abcdef"))]
    head = struct.pack(">BBHII", 64, 0, 1800, 0, 0)
    return [message6(134, 0, head + body, LOCAL, "ff02::1") for body in bodies + [
        bodies[0] + bodies[-1] + bodies[1], b"\x01\0" + mac(HOST_A), b"\x01\x02" + mac(HOST_A), b"\x01"]]


def listeners():
    """Multicast listener discovery: versions 1 and 2, times with an exponent, sources that are there and that are not."""
    group = address(GROUP6)

    def query(code, flags, interval, sources, count=None):
        return struct.pack(">HH", code, 0) + group + struct.pack(
            ">BBH", flags, interval, len(sources) if count is None else count) + b"".join(map(address, sources))

    def record(kind, sources=(), count=None, extra=b""):
        return struct.pack(">BBH", kind, len(extra) // 4, len(sources) if count is None else count) + group + b"".join(
            map(address, sources)) + extra

    def report(*records, count=None):
        return struct.pack(">HH", 0, len(records) if count is None else count) + b"".join(records)
    one = struct.pack(">HH", 1000, 0) + group
    return [message6(kind, 0, one) for kind in (130, 131, 132)] + [
        message6(130, 0, one[:-1]), message6(131, 0, one[:-1]), message6(130, 0, one + b"\0")] + [
        message6(130, 0, query(*fields)) for fields in (
            (1000, 0, 125, ()), (0x8123, 0x0a, 0x8f, SOURCES6), (0xffff, 8, 0xff, ()), (1, 2, 3, SOURCES6, 3))] + [
        message6(143, 0, body) for body in (
            report(*(record(kind) for kind in range(1, 8))), report(record(1, SOURCES6), record(6, SOURCES6[:1])),
            report(record(1, SOURCES6, 3)), report(record(2), count=2), report(record(4, (), None, b"more"), record(3)),
            report(), b"\0")]


def node_information():
    nonce = bytes(range(8))

    def info(kind, code, qtype, flags, data):
        return message6(kind, code, struct.pack(">HH", qtype, flags) + nonce + data)
    name = b"\x04host\x07example\0\0"
    return [info(139, 0, 0, 0, address(B6)), info(139, 1, 2, 0, name), info(139, 2, 4, 0x3f, address(B)),
            info(139, 0, 3, 0x21, address(B6)), info(139, 0, 1, 0, b""), info(139, 0, 9, 0x2, address(B6)),
            info(140, 0, 3, 0x3e, struct.pack(">I", 60) + address(A6) + struct.pack(">I", 0) + address(B6)),
            info(140, 0, 4, 0, struct.pack(">I", 60) + address(A)), info(140, 0, 2, 0, bytes(4) + name),
            info(140, 1, 3, 0, b""), info(140, 2, 2, 0, b""), info(140, 3, 0, 0, b"")]


# ---- IGMP

def membership(kind, code, body):
    return ip4(icmp(kind, code, b"", body), 2, A, GROUP, ttl=1)


def igmp():
    group, none = address(GROUP), bytes(4)

    def query(flags, interval, sources, count=None, of=group):
        return of + struct.pack(">BBH", flags, interval, len(sources) if count is None else count) + b"".join(
            map(address, sources))

    def record(kind, sources=(), count=None, extra=b""):
        return struct.pack(">BBH", kind, len(extra) // 4, len(sources) if count is None else count) + group + b"".join(
            map(address, sources)) + extra

    def report(*records, count=None):
        return struct.pack(">HH", 0, len(records) if count is None else count) + b"".join(records)
    messages = [(0x11, 0, none), (0x11, 0, group), (0x11, 100, none), (0x11, 50, group), (0x11, 50, group + b"\0"),
                (0x12, 0, group), (0x12, 0, group + b"\0"), (0x16, 0, group), (0x17, 0, group),
                (0x11, 100, query(0, 125, (), of=none)), (0x11, 100, query(0, 125, ())), (0x11, 50, query(2, 3, SOURCES)),
                (0x11, 0x8f, query(0, 125, ())), (0x11, 0xff, query(0, 125, SOURCES[:1])), (0x11, 10, query(0, 1, SOURCES, 3)),
                (0x11, 10, query(0, 125, ()) + b"\0"), (0x22, 0, report(*(record(kind) for kind in range(1, 8)))),
                (0x22, 0, report(record(1, SOURCES), record(6, SOURCES[:1]))), (0x22, 0, report(record(1, SOURCES, 3))),
                (0x22, 0, report(record(2), count=2)), (0x22, 0, report(record(4, (), None, b"more"), record(3))),
                (0x22, 0, report()), (0x22, 0, report(record(1)) + b"\0"), (0x22, 0, report(record(1, (), None, b"12345678"),
                                                                                       count=2)), (0x13, 0, group)]
    return [membership(*message) for message in messages] + [
        changed(membership(0x16, 0, group), 22, b"\x12\x34"), membership(0x16, 0, b"")]


def captures():
    yield "icmp-unreachable", icmp_unreachable(), "ICMP: each code of unreachable; ports of TCP, SCTP, behind options, cut quotes"
    yield "icmp-others", icmp_errors(), "ICMP: redirects, time exceeded, parameter problems, source quench"
    yield "icmp-kinds", icmp_kinds(), "ICMP: each other message, lifetimes of routers, a wrong checksum, a fragment"
    yield "icmp-extensions", icmp_extensions(), "ICMP: labels, interfaces and unknown objects behind the datagram; odd lengths"
    yield "icmp-extended-echo", icmp_extended_echo(), "ICMP: interfaces asked for by name, index, address; each state of answers"
    yield "icmp6-errors", icmp6_errors(), "ICMPv6: each code of each error"
    yield "icmp6-kinds", icmp6_kinds(), "ICMPv6: messages with little in them, mobile routers, unknown types, a wrong checksum"
    yield "nd-messages", discovery(), "neighbor discovery: each message, its flags and preferences"
    yield "nd-options", discovery_options(), "neighbor discovery: each option, odd lengths, lifetimes without end"
    yield "mld-messages", listeners(), "multicast listeners: both versions, times with exponents, sources that are missing"
    yield "node-information", node_information(), "ICMPv6 node information: each query and result"
    yield "igmp-messages", igmp(), "IGMP: three versions, times with exponents, sources and groups that are missing"


def each():
    for name, packets, what in captures():
        yield f"print/{name}.pcap", what, pcap(packets, 101)
