# SPDX-License-Identifier: BSD-2-Clause
"""Frames for the captures: each function returns the bytes of one layer around its payload."""
import ipaddress
import struct

HOST_A, HOST_B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
A, B = "192.0.2.1", "198.51.100.7"
A6, B6 = "2001:db8::a", "2001:db8::b"

ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << n for n in range(8))


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def address(text):
    return ipaddress.ip_address(text).packed


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def with_checksum(data, at, before=b""):
    """data with the checksum of (before + data) in the two bytes at `at`, which were zero."""
    return data[:at] + struct.pack(">H", checksum(before + data)) + data[at + 2:]


# ---- links

def ether(payload, kind=0x0800, src=HOST_A, dst=HOST_B):
    return mac(dst) + mac(src) + struct.pack(">H", kind) + payload


def tag(payload, vid, kind=0x0800, priority=0):
    """What follows an EtherType of 0x8100 or 0x88a8."""
    return struct.pack(">HH", priority << 13 | vid, kind) + payload


def sll(payload, kind=0x0800, packet_type=0):
    return struct.pack(">HHH8sH", packet_type, 1, 6, mac(HOST_A) + b"\0\0", kind) + payload


def sll2(payload, kind=0x0800, packet_type=0, index=2):
    return struct.pack(">HHIHBB8s", kind, 0, index, 1, packet_type, 6, mac(HOST_A) + b"\0\0") + payload


def wlan(kind, way, addresses, payload=b"", qos=b""):
    """802.11: kind is type and subtype, way the directions and flags; the fourth address comes behind the sequence
    number."""
    fields = [mac(a) for a in addresses]
    sequence = b"\x10\x00" if len(fields) > 2 else b""
    return bytes([kind, way, 0x2c, 0]) + b"".join(fields[:3]) + sequence + b"".join(fields[3:]) + qos + payload


def snap(payload, kind=0x0800):
    return b"\xaa\xaa\x03\0\0\0" + struct.pack(">H", kind) + payload


def radiotap(payload, present=0, fields=b"", more=()):
    """A header of the length that its fields make; more: further words of `present`."""
    words = [present | (0x80000000 if more else 0), *more]
    return struct.pack(f"<BBH{len(words)}I", 0, 0, 4 + 4 * len(words) + len(fields), *words) + fields + payload


def avs(payload, length=64):
    return struct.pack(">II", 0x80211001, length) + bytes(length - 8) + payload


def prism(payload):
    return struct.pack("<II16s", 0x41, 144, b"wlan0") + bytes(120) + payload


def ppi(payload, link, fields=b""):
    return struct.pack("<BBHI", 0, 0, 8 + len(fields), link) + fields + payload


def pflog(payload, action, reason, interface, rule, family=2, ruleset="", subrule=0xffffffff, direction=1):
    """The header of OpenBSD's packet filter log; it says that it has 61 bytes and is padded to 64."""
    return struct.pack(">BBBB16s16sIIIIIIB3x", 61, family, action, reason, interface.encode(), ruleset.encode(), rule,
                       subrule, 0, 0, 0, 0, direction) + payload


def sunatm(payload, kind, path, channel):
    return struct.pack(">BBH", kind, path, channel) + payload


def signalling(message):
    """The beginning of a Q.2931 message."""
    return b"\x09\x03\x00\x00\x01" + bytes([message]) + b"\x80\x00\x00"


def routing_label(dpc, opc, sls):
    return struct.pack("<I", sls << 28 | opc << 14 | dpc)


def mtp2(payload, spare=0):
    """A signal unit: sequence numbers, and how much follows them (63: that much or more)."""
    return bytes([0x81, 0x82, spare << 6 | min(len(payload), 63)]) + payload


def mtp2_extended(payload):
    """Sequence numbers of 12 bits; the length indicator stands in the upper 9 bits, as the filter language reads it."""
    return struct.pack(">HHH", 0x8001, 0x8002, len(payload) << 7) + payload


# ---- network

def ip4(payload, proto, src=A, dst=B, options=b"", ident=1, fragment=0, ttl=64):
    """fragment is the whole 16-bit field: flags and offset in units of 8 bytes."""
    words = 5 + len(options) // 4
    head = struct.pack(">BBHHHBBH4s4s", 0x40 | words, 0, words * 4 + len(payload), ident, fragment,
                       ttl, proto, 0, address(src), address(dst)) + options
    return with_checksum(head, 10) + payload


def ip6(payload, next_header, src=A6, dst=B6, hops=64):
    return struct.pack(">IHBB16s16s", 6 << 28, len(payload), next_header, hops,
                       address(src), address(dst)) + payload


def extension(payload, next_header, body=b"\x01\x04\0\0\0\0"):
    """Hop-by-hop, routing and destination headers: body begins behind the two first bytes."""
    return struct.pack(">BB", next_header, (len(body) + 2) // 8 - 1) + body + payload


def fragment6(payload, next_header, offset, more, ident=0x1234):
    return struct.pack(">BBHI", next_header, 0, offset | more, ident) + payload


def pseudo(src, dst, proto, length):
    if "." in src:
        return address(src) + address(dst) + struct.pack(">BBH", 0, proto, length)
    return address(src) + address(dst) + struct.pack(">II", length, proto)


# ---- transport

def udp(payload, sport, dport, src=A, dst=B):
    data = struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload
    return with_checksum(data, 6, pseudo(src, dst, UDP, len(data)))


def tcp(flags, sport=40000, dport=80, seq=1, ack=0, options=b"", payload=b"", src=A, dst=B, urgent=0):
    words = 5 + len(options) // 4
    data = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, words << 4, flags, 65535, 0, urgent)
    data += options + payload
    return with_checksum(data, 16, pseudo(src, dst, TCP, len(data)))


def icmp(kind, code, rest, payload=b""):
    return with_checksum(struct.pack(">BBH", kind, code, 0) + rest + payload, 2)


def icmp6(kind, code, body, src=A6, dst=B6):
    data = struct.pack(">BBH", kind, code, 0) + body
    return with_checksum(data, 2, pseudo(src, dst, ICMP6, len(data)))


def arp(operation, sender, sender_mac, target, target_mac="00:00:00:00:00:00"):
    return struct.pack(">HHBBH6s4s6s4s", 1, 0x0800, 6, 4, operation, mac(sender_mac), address(sender),
                       mac(target_mac), address(target))


# ---- applications

def dns_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def dns(ident, name, kind, answer=None):
    question = dns_name(name) + struct.pack(">HH", kind, 1)
    if answer is None:
        return struct.pack(">6H", ident, 0x0100, 1, 0, 0, 0) + question
    data = address(answer)
    record = struct.pack(">HHHIH", 0xc00c, kind, 1, 300, len(data)) + data
    return struct.pack(">6H", ident, 0x8180, 1, 1, 0, 0) + question + record
