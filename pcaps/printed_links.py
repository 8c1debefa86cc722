# SPDX-License-Identifier: BSD-2-Clause
"""Captures for the printers of links: each kind of header and each word that they have for one."""
import struct

from frames import *  # noqa: F403
from savefiles import pcap

PING = ip4(icmp(8, 0, struct.pack(">HH", 7, 1), b"abcd"), ICMP)
ALL = "ff:ff:ff:ff:ff:ff"

ETHERTYPES = (
    0x0600, 0x0707, 0x1000, 0x1111, 0x6001, 0x6002, 0x6003, 0x6004, 0x6007, 0x6558, 0x8038, 0x803c, 0x803e, 0x805b,
    0x805c, 0x809b, 0x80f3, 0x8137, 0x8808, 0x8809, 0x880b, 0x8847, 0x8848, 0x8863, 0x8864, 0x886f, 0x888e, 0x8899,
    0x88a2, 0x88ca, 0x88cc, 0x88e5, 0x88f7, 0x8902, 0x893a, 0x8947, 0x894f, 0x9000, 0xabcd, 0xd28b, 0xfefe, 0xfff0)


def any_arp(op, hardware=1, protocol=0x0800, lengths=(6, 4), addresses=None):
    hardware_len, protocol_len = lengths
    fixed = struct.pack(">HHBBH", hardware, protocol, hardware_len, protocol_len, op)
    if addresses is None:
        addresses = [bytes((first + n) & 0xff for n in range(size))
                     for first, size in zip((0x01, 0x20, 0x41, 0x60), lengths * 2)]
    return ether(fixed + b"".join(addresses), 0x0806, dst=ALL)


def arp_operations():
    return [any_arp(op) for op in (1, 2, 3, 4, 8, 9, 10, 99)] + [
        ether(arp(1, A, HOST_A, B), 0x0806, dst=ALL), ether(arp(4, A, HOST_A, B, HOST_B), 0x8035)]


def arp_addresses():
    hardware = [any_arp(1, kind, lengths=(2 if kind == 15 else 1 if kind == 7 else 20 if kind == 32 else 8, 4))
                for kind in (6, 7, 15, 23, 24, 32, 99)]
    return hardware + [any_arp(1, protocol=0x1000), any_arp(2, protocol=0x86dd, lengths=(6, 16)),
                       any_arp(2, protocol=0x1234, lengths=(6, 2)), any_arp(1, lengths=(6, 5)),
                       any_arp(1, lengths=(0, 4)), any_arp(2, lengths=(0, 4)), any_arp(9, lengths=(255, 4)),
                       any_arp(1)[:40]]


def ether_types():
    return [ether(b"\xc0\xde", kind) for kind in ETHERTYPES]


def ether_lengths():
    """802.3: as long as it says, shorter, longer than it says (padded), too long for the field."""
    bridge = b"\x42\x42\x03" + bytes(range(8))
    return [ether(bridge, 11), ether(bridge, 20), ether(bridge + bytes(35), 11), ether(bridge, 0x8870),
            ether(b"", 0), ether(bridge, 1500), ether(bridge, 1501), ether(bridge[:2], 2)]


def ether_tags():
    """Priorities, the bit that says that a frame may be dropped, each number that stands for a tag; what is below."""
    bridge = b"\x42\x42\x03" + bytes(range(8))
    drop = struct.pack(">HH", 7 << 13 | 0x1000 | 100, 0x0800) + PING
    return [ether(tag(PING, 1, priority=3), kind) for kind in (0x8100, 0x88a8, 0x9100, 0x9200)] + [
        ether(drop, 0x8100), ether(tag(bridge, 5, 11), 0x8100), ether(tag(b"\xc0\xde", 5, 0x88cc), 0x8100),
        ether(tag(b"\xc0\xde", 5, 0xfff0), 0x8100), ether(tag(tag(b"", 6, 0x8100), 5, 0x8100), 0x8100),
        ether(tag(tag(tag(PING, 3), 2, 0x9100), 1, 0x8100), 0x88a8)]


def llc(dsap, ssap, control, body=b""):
    head = bytes([dsap, ssap]) + (bytes([control]) if control & 3 == 3 else struct.pack("<H", control))
    return ether(head + body, len(head + body))


def llc_commands():
    """Unnumbered, supervisory, information; asking and answering, with the poll bit and without."""
    unnumbered = [llc(4, ssap, control | poll) for control in (0x03, 0xe3, 0xaf, 0x63, 0x43, 0x0f, 0x6f, 0x87, 0x33)
                  for ssap, poll in ((4, 0), (5, 16))]
    return unnumbered + [
        llc(4, 4, 0xaf, b"\x81\x01\x02"), llc(4, 4, 0xaf, b"\x81\x01"), llc(4, 5, 0xbf, b"\x81\x01\x00rest"),
        llc(4, 4, 0x0201), llc(4, 5, 0x0305), llc(4, 4, 0x0409), llc(4, 4, 0x060d),
        llc(4, 4, 0x0a0c, b"data"), llc(4, 5, 0x0b0e, b"data")]


def llc_saps():
    known = (0x00, 0x02, 0x04, 0x06, 0x0e, 0x42, 0x8e, 0xe0, 0xf0, 0xfe, 0x7e, 0x10)
    return [llc(sap, sap, 3, b"!") for sap in known if sap != 6] + [
        llc(sap | 1, 0x42, 3, b"!") for sap in known] + [
        llc(0x12, 0x10, 3, b"!"), llc(6, 6, 3, PING), llc(6, 7, 3, PING), llc(0xff, 0xff, 3)]


def snaps():
    def frame(oui, kind, body=b"\xc0\xde"):
        return llc(0xaa, 0xaa, 3, struct.pack(">I", oui)[1:] + struct.pack(">H", kind) + body)
    return [frame(0, 0x0800, PING), frame(0, 0x88cc), frame(0, 0xfff0), frame(0xf8, 0x0800, PING), frame(0xf8, 0x88cc),
            frame(0x080007, 0x809b), frame(0x080007, 0x0800, PING), *(frame(0x0c, kind) for kind in (
                0x2000, 0x2003, 0x2004, 0x0111, 0x010b, 0x9999)),
            *(frame(0x80c2, kind) for kind in (1, 7, 14, 99)), frame(0x123456, 7),
            llc(0xaa, 0xab, 3, b"\0\0\0\x08\0" + PING), llc(0xab, 0xaa, 3, b"\0\0\0\x08\0" + PING)]


def cooked(head):
    """head(payload, protocol, packet type)"""
    drop = struct.pack(">HH", 0xb064, 0x0800) + PING
    bridge = b"\x42\x42\x03" + bytes(range(8))
    return [head(PING, 0x0800, kind) for kind in (0, 1, 2, 3, 4, 9)] + [
        head(bridge, 4), head(b"\xaa\xaa\x03\0\0\0\x88\xcc\xc0\xde", 4), head(b"\xaa\xaa\x03\0\0\0\x08\0" + PING, 4),
        head(b"\xe0\xe0" + bytes(6), 1), head(b"\xc0\xde", 0x88cc), head(b"\xc0\xde", 0xfff0),
        head(b"\xc0\xde", 3), head(tag(PING, 100, priority=2), 0x8100), head(drop, 0x8100),
        head(tag(tag(PING, 6), 5, 0x8100), 0x8100), head(tag(bridge, 5, 4), 0x8100),
        head(tag(b"\xc0\xde", 5, 0xfff0), 0x8100), head(b"", 0x8100)]


def no_address(packets, at, length):
    return [packets[0][:at] + length + packets[0][at + len(length):]]


def ppp_protocols():
    numbers = (0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x002f, 0x0031, 0x0033, 0x0035, 0x003d, 0x00fd, 0x0281,
               0x0283, 0x8021, 0x8023, 0x802b, 0x803d, 0x8057, 0x80fd, 0x8281, 0xc021, 0xc023, 0xc025, 0xc223, 0xc227,
               0x4001)
    return [b"\xff\x03" + struct.pack(">H", number) + b"\x01\x02\0\x04" for number in numbers] + [
        b"\xff\x03\x00\x21" + PING, b"\x21" + PING, b"\xff", b"\xff\x03\xc0"]


def families():
    udp6 = ip6(udp(b"hello", 40000, 4000, A6, B6), UDP)
    return [struct.pack("<I", 2) + PING] + [struct.pack("<I", number) + udp6 for number in (24, 28, 30)] + [
        struct.pack(">I", 30) + udp6, struct.pack("<I", 7) + b"\xc0\xde", struct.pack("<I", 99) + b"\xc0\xde",
        struct.pack(">I", 99) + b"\xc0\xde"]


def raws():
    return [PING, ip6(b"", 59), b"\x51" + PING[1:], b"\x00", b"\xf0\x00"]


def captures():
    yield "arp-operations", 1, arp_operations(), "ARP: each operation, one that is unknown, an Ethernet frame of RARP"
    yield "arp-addresses", 1, arp_addresses(), "ARP: hardware and protocols, addresses of odd lengths; the last is cut"
    yield "ether-types", 1, ether_types(), "EtherTypes that have a name and no printer; one without a name"
    yield "ether-lengths", 1, ether_lengths(), "802.3: lengths that are right, too large, too small, none"
    yield "ether-tags", 1, ether_tags(), "802.1Q, 802.1ad and their forerunners, one to three deep, around several things"
    yield "llc-commands", 1, llc_commands(), "802.2: each command and response, with poll and without"
    yield "llc-saps", 1, llc_saps(), "802.2: each service access point, groups, two that are unknown"
    yield "snap-organizations", 1, snaps(), "SNAP: each organization and what its types are called"
    old = cooked(lambda payload, kind, packet_type=0: sll(payload, kind, packet_type))
    yield ("sll-kinds", 113, old + no_address(old, 4, b"\0\0"),
           "Linux cooked: packet types, 802.2, 802.3, tags, unknown EtherTypes; the last has no address")
    new = cooked(lambda payload, kind, packet_type=0: sll2(payload, kind, packet_type))
    yield "sll2-kinds", 276, new + no_address(new, 11, b"\0"), "the same in version 2"
    yield "ppp-protocols", 9, ppp_protocols(), "PPP: each protocol that has a name, one that has none; the last two are cut"
    yield "null-families", 0, families(), "BSD loopback: each address family, in both byte orders"
    yield "raw-versions", 101, raws(), "raw IP: versions 4 and 6, then 5, 0 and 15"


def each():
    for name, link, packets, what in captures():
        yield f"print/{name}.pcap", what, pcap(packets, link)
