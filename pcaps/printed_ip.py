# SPDX-License-Identifier: BSD-2-Clause
"""Captures for the printers of IPv4, IPv6, TCP and UDP: options, extension headers, and what is wrong with a header."""
import struct

from frames import *  # noqa: F403
from savefiles import NANO, pcap

KNOCK = udp(b"knock", 40000, 4000)
KNOCK6 = udp(b"knock", 40000, 4000, A6, B6)


def changed(packet, at, new):
    return packet[:at] + new + packet[at + len(new):]


def ip4_headers():
    plain = ip4(KNOCK, UDP)
    return [changed(plain, 1, bytes([tos])) for tos in (0x01, 0x02, 0x03, 0xb8)] + [
        ip4(KNOCK, UDP, ttl=0), ip4(KNOCK, UDP, fragment=0x4000), ip4(KNOCK, UDP, fragment=0x8000),
        ip4(KNOCK, UDP, fragment=0xe000), ip4(KNOCK, UDP, fragment=5), plain[:4] + b"\xff\xff" + plain[6:],
        changed(plain, 0, b"\x55"), changed(plain, 0, b"\x44"), changed(plain, 0, b"\x4f"),
        changed(plain, 2, b"\0\0"), changed(plain, 2, b"\0\x13"), changed(plain, 2, b"\1\0"), plain[:19],
        ip4(icmp6(128, 0, bytes(4)), ICMP6), ip4(plain, 4)]


def ip4_protocols():
    return [ip4(b"\xc0\xde", number) for number in (
        0, 8, 9, 33, 43, 44, 46, 47, 50, 51, 55, 59, 60, 62, 88, 89, 103, 108, 112, 113, 132, 135, 143, 253)]


def padded(option):
    return option + bytes(-len(option) % 4)


def ip4_options():
    """Each option as it should be; then lengths and pointers that cannot be."""
    hops = address(A) + address(B)
    time = struct.pack(">I", 43_200_000)
    return [ip4(KNOCK, UDP, options=padded(option)) for option in (
        b"\x07\x0b\x04" + hops, b"\x07\x0b\x08" + hops, b"\x07\x0b\x0c" + hops, b"\x83\x0b\x04" + hops,
        b"\x89\x0b\x08" + hops, b"\x89\x07\x08" + address(B), b"\x44\x0c\x05\x00" + time * 2,
        b"\x44\x0c\x0d\x00" + time * 2, b"\x44\x14\x05\x01" + (address(A) + time) * 2, b"\x44\x14\x0d\x03" + (
            address(A) + time) * 2, b"\x44\x0c\x05\x10" + time * 2, b"\x44\x0c\x05\x30" + time * 2, b"\x44\x0c\x05\x32" + time * 2,
        b"\x94\x04\x00\x00", b"\x94\x04\x00\x05", b"\x82\x0b" + bytes(9), b"\x52\x0c" + bytes(10),
        b"\x99\x04\xab\xcd", b"\x01\x01\x01\x00", b"\x00\x07\x07\x07", b"\x94\x04\x00\x00\x07\x07\x04" + address(B),
        b"\x07\x0a\x04" + hops[:7], b"\x07\x0b\x03" + hops, b"\x07\x0b\x05" + hops, b"\x07\x0b\x40" + hops,
        b"\x83\x02\x00\x00", b"\x44\x02\x00\x00", b"\x44\x0b\x05\x00" + time * 2, b"\x44\x0c\x04\x00" + time * 2,
        b"\x44\x0c\x06\x00" + time * 2, b"\x44\x0c\x40\x00" + time * 2, b"\x94\x02\x00\x00", b"\x99\x01\x00\x00",
        b"\x99\x20\x00\x00", b"\x83\x20\x04" + hops)]


def ip6_headers():
    plain = ip6(KNOCK6, UDP)
    return [changed(plain, 0, b"\x6b\x80\0\0"), changed(plain, 0, b"\x60\x0a\xbc\xde"), changed(plain, 0, b"\x50"),
            changed(plain, 4, b"\0\xff"), changed(plain, 4, b"\0\x09"), plain[:39], ip6(b"", 59),
            ip6(b"\xc0\xde", 253), ip6(icmp(8, 0, bytes(4)), ICMP), ip6(plain, 41), ip6(ip4(KNOCK, UDP), 4),
            changed(plain, 4, b"\0\0"), ip6(b"", 59, "::ffff:192.0.2.1", "::198.51.100.7"), ip6(b"", 59, "::", "::1"),
            ip6(b"", 59, "2001:db8:0:1::1", "1::")]


def ip_versions():
    """What an EtherType says, and what the header behind it says."""
    four, six = ip4(KNOCK, UDP), ip6(KNOCK6, UDP)
    return [ether(six), ether(four, 0x86dd), ether(b"\x50" + four[1:]), ether(b"\x00" + six[1:], 0x86dd), ether(b"\x70" + six[1:], 0x86dd),
            ether(b"\x45"),
            ether(b"\x60", 0x86dd)]


def nested():
    """As many headers as are read one inside the other, and more."""
    inner = KNOCK
    for depth in range(36):
        inner = ip4(inner, 4 if depth else UDP)
    return [inner]


def options6(*options):
    body = b"".join(options)
    gap = -(len(body) + 2) % 8
    pad = b"" if gap == 0 else b"\0" if gap == 1 else b"\x01" + bytes([gap - 2]) + bytes(gap - 2)
    return extension(KNOCK6, UDP, body + pad)


def ip6_options():
    home = b"\xc9\x10" + address("2001:db8::99")
    bodies = (b"\0\0\0\0\0\0", b"\x01\x04\0\0\0\0", b"\x05\x02\0\0", b"\x05\x02\x12\x34", b"\x05\x01\0", home,
              b"\xc9\x04\0\0\0\0", b"\xc2\x04\0\1\0\0", b"\xc2\x02\0\0", b"\x1e\x03abc", b"\x07\x00")
    long = struct.pack(">BB", UDP, 0) + b"\x1e\x20\0\0\0\0" + KNOCK6
    short = struct.pack(">BB", UDP, 9) + b"\x01\x04\0\0\0\0"
    end = struct.pack(">BB", UDP, 0) + b"\x01\x03\0\0\0\x1e" + KNOCK6
    return [ip6(options6(body), kind) for body in bodies for kind in (0, 60)] + [
        ip6(data, kind) for data in (long, short, end, b"\x11") for kind in (0, 60)]


def ip6_jumbo():
    """Jumbograms whose payload length is 0 or is not, with a jumbo option that is right or too large."""
    def jumbo(length, field=0):
        return changed(ip6(options6(b"\xc2\x04" + struct.pack(">I", length)), 0), 4, struct.pack(">H", field))
    whole = len(options6(bytes(6)))
    behind = extension(extension(options6(b"\xc2\x04\0\0\0\x09"), 0), 60)
    return [changed(ip6(behind, 0), 4, b"\0\0"), jumbo(whole), jumbo(whole + 100), jumbo(whole - 3), jumbo(4), jumbo(whole, whole)]


def routing(kind, left, body, units=None):
    return struct.pack(">BBBB", UDP, (len(body) - 4) // 8 if units is None else units, kind, left) + body + KNOCK6


def ip6_routing():
    via = address("2001:db8::c") + address("2001:db8::d")

    def segments(*tlvs):
        return struct.pack(">BBH", 1, 0x20 if tlvs else 0, 7) + via + b"".join(tlvs)
    hmac = b"\x05\x20\x80\0\0\0\0\x09" + bytes(range(32))
    return [ip6(data, 43) for data in (
        routing(0, 0, bytes(4) + via), routing(0, 2, bytes(4) + via), routing(0, 1, b"\0\0\0\1" + via),
        routing(2, 1, bytes(4) + via[:16]), routing(2, 1, bytes(4) + via[:24]), routing(3, 1, bytes(4) + via),
        routing(4, 0, segments()), routing(4, 1, segments()), routing(4, 1, segments(bytes(8))),
        routing(4, 1, segments(b"\x04\x06" + bytes(6))), routing(4, 1, segments(hmac[:40])),
        routing(4, 1, segments(b"\x09\x06" + bytes(6))), routing(0, 1, bytes(4) + via, 99))]


def ip6_chains():
    fragments = [ip6(fragment6(KNOCK6, UDP, offset, more, 0xabcd), 44) for offset, more in ((0, 1), (8, 1), (16, 0))]
    ports = tcp(SYN, src=A6, dst=B6)
    return fragments + [
        ip6(extension(b"", 59), 0), ip6(extension(b"", 59), 60), ip6(fragment6(b"", 59, 0, 0), 44),
        ip6(extension(extension(ports, TCP), 60), 0), ip6(extension(fragment6(ports, TCP, 0, 1), 44), 60),
        ip6(extension(b"\xc0\xde", 253), 0), ip6(b"\x3b", 44)]


def segment(flags=ACK, **fields):
    return ip4(tcp(flags, **fields), TCP)


def option_segments(options, flags=ACK):
    return [segment(flags, ack=5 if flags & ACK else 0, options=padded(option)) for option in options]


def tcp_headers():
    plain = segment(PSH | ACK, ack=1, payload=b"data")
    reset = b"a reason that is longer than thirty characters"
    return [changed(plain, 32, b"\x40"), changed(plain, 32, b"\xf0"), changed(plain, 32, b"\x51"),
            changed(plain, 36, b"\xff\xff"), changed(plain, 33, b"\x30"), segment(RST, payload=b"no"),
            segment(RST | ACK, ack=9, payload=reset), segment(0), segment(FIN, seq=7),
            ip4(tcp(ACK, payload=b"more")[:18], TCP), ip4(tcp(ACK)[:3], TCP), segment(PSH, payload=b"\0data"),
            ip4(changed(tcp(ACK), 12, b"\x60"), TCP), ip4(tcp(ACK, payload=bytes(8)), TCP, fragment=0x2000),
            segment(SYN, dport=40000), ip4(tcp(ACK, 5, 5, 1, 9, src=B, dst=A), TCP, B, A),
            ip4(tcp(ACK, 5, 5, 9, 2), TCP)]


def tcp_kinds():
    """Each option in its right length, and in a wrong one where that is told; then what cannot be."""
    number, md5 = struct.pack(">I", 70000), bytes(range(16))
    sack = struct.pack(">6I", 10, 20, 30, 40, 50, 60)
    return option_segments((
        b"\x02\x04\x05\xb4", b"\x02\x03\x05\xb4", b"\x03\x03\x0e", b"\x03\x04\x0e\x00", b"\x04\x02", b"\x04\x03\x00",
        b"\x05\x0a" + sack[:8], b"\x05\x1a" + sack, b"\x05\x02", b"\x05\x07" + sack[:5], b"\x06\x06" + number,
        b"\x07\x06" + number, b"\x08\x0a" + number * 2, b"\x08\x08" + number * 2, b"\x0b\x06" + number,
        b"\x0c\x06" + number, b"\x0d\x06" + number, b"\x13\x12" + md5, b"\x14\x04\x80\x01", b"\x1c\x04\x00\x0a",
        b"\x1c\x04\x80\x03", b"\x1d\x04\x01\x02", b"\x1d\x10\x01\x02" + md5[:12], b"\x1d\x03\x01", b"\x22\x02",
        b"\x22\x06abcd", b"\x22\x12" + md5, b"\x22\x05abc", b"\x22\x04ab", b"\xfe\x04\xf9\x89", b"\xfe\x08\xf9\x89abcd",
        b"\xfe\x07\xf9\x89abc", b"\xfe\x06\x12\x34ab", b"\xfe\x03\x12", b"\x09\x02", b"\xfd\x05abc", b"\x01\x00\x02\x04",
        b"\x02\x01", b"\x01\x01\x01\x02", b"\x02\x04", b"\x08\x04\0\0", b"\x03\x20\0\0", b"\x06\x02\0\0", b"\x13\x04ab",
        b"\x01\x02\x00\x00", b"\x1c\x02\x01\x01", b"\x14\x02", b"\x03\x02", b"\x01\x01\x02\x02", b"\x01\x01\x03\x02",
        b"\x01\x01\x14\x02", b"\x01\x01\x1c\x02", b"\x01\x01\x1e\x02"))


def mptcp_capable():
    keys, more = bytes(range(1, 17)), b"\0\x05\xab\xcd"
    synced = (b"\x1e\x04\x01\x81", b"\x1e\x0c\x00\x01" + keys[:8], b"\x1e\x0c\x01\xff" + keys[:8],
              b"\x1e\x04\x02\x00", b"\x1e\x08\x01\x00" + keys[:4])
    acked = (b"\x1e\x14\x01\x01" + keys, b"\x1e\x16\x01\x81" + keys + more[:2], b"\x1e\x18\x01\x00" + keys + more,
             b"\x1e\x18\x00\x00" + keys + more, b"\x1e\x0c\x01\x00" + keys[:8])
    return option_segments(synced, SYN) + option_segments(acked)


def mptcp_join():
    body = bytes(range(1, 21))
    return option_segments((b"\x1e\x0c\x10\x07" + body[:8], b"\x1e\x0c\x11\x07" + body[:8], b"\x1e\x10\x10\x07" + body[:12],
                            b"\x1e\x0a\x10\x07" + body[:6]), SYN) + option_segments(
        (b"\x1e\x10\x11\x07" + body[:12], b"\x1e\x18\x10\x00" + body), SYN | ACK) + option_segments(
        (b"\x1e\x18\x10\x00" + body, b"\x1e\x0c\x10\x07" + body[:8], b"\x1e\x10\x10\x07" + body[:12]))


def mptcp_data():
    """Each set of flags of a data sequence signal, in the length that they make; with a checksum, and with less."""
    def signal(flags, *sizes):
        body = bytes(range(1, sum(sizes) + 1))
        return b"\x1e" + bytes([4 + len(body), 0x20, flags]) + body
    return option_segments((
        signal(0), signal(0x10), signal(0x01, 4), signal(0x03, 8), signal(0x04, 10), signal(0x0c, 14), signal(0x05, 4, 10),
        signal(0x0f, 8, 14), signal(0x15, 4, 10, 2), signal(0x0c, 14, 2), signal(0x01, 3), signal(0x80), b"\x1e\x03\x20"))


def mptcp_rest():
    key, v6 = bytes(range(1, 9)), address(B6)
    v4 = address(B)
    adds = [bytes([0x30 | low, 5]) + body for low, body in (
        (0, v4), (1, v4 + b"\x1f\x90"), (4, v4 + key), (0, v4 + b"\x1f\x90" + key), (6, v6), (1, v6 + b"\x1f\x90"),
        (0, v6 + key), (0, v6 + b"\x1f\x90" + key), (9, v4), (0, v4[:3]))]
    others = [b"\x40\x01\x02\x03", b"\x40", b"\x50", b"\x51", b"\x51\x07", b"\x50\x07\x08", b"\x60\x00" + key,
              b"\x60" + key, b"\x70\x00" + key, b"\x70" + key, *(b"\x8f" + bytes([n]) for n in range(8)), b"\x80\x00",
              b"\x80", b"\x90\x00", b"\xf1", b""]
    return option_segments([b"\x1e" + bytes([2 + len(body)]) + body for body in adds + others])


def udp_headers():
    plain = ip4(KNOCK, UDP)
    return [changed(plain, 26, b"\0\0"), changed(plain, 26, b"\x12\x34"), changed(plain, 24, b"\0\x50"),
            changed(plain, 24, b"\0\x07"), changed(plain, 24, b"\0\0"), changed(plain, 24, b"\0\x0a"),
            ip4(KNOCK[:7], UDP), ip4(KNOCK[:3], UDP), ip4(KNOCK, UDP, fragment=0x2000),
            ip4(changed(KNOCK, 4, b"\1\0"), UDP, fragment=0x2000)]


def udp6_headers():
    plain = ip6(KNOCK6, UDP)
    return [plain, changed(plain, 46, b"\0\0"), changed(plain, 46, b"\x12\x34"), ip6(KNOCK6[:7], UDP), ip6(KNOCK6[:3], UDP)]


def times():
    """Fractions of a second, in nanoseconds, of a second and more; days around leap days."""
    data = pcap([], magic=NANO)
    packet = ether(ip4(KNOCK, UDP))
    for seconds, fraction in ((0, 0), (0, 999_999_999), (1, 1_000_000_001), (1, 4_294_967_295), (1_700_000_000, 1), *((day * 86400 - 1, 0) for day in (
            60, 61, 790, 791, 10957, 11016, 11017, 11018, 11323, 47540, 47541, 47542))):
        data += struct.pack("<IIII", seconds, fraction, len(packet), len(packet)) + packet
    return data


def giants():
    """Headers of packets far longer than what was captured of them: (bytes, length on the wire)."""
    four = ip4(KNOCK, UDP)
    six = ip6(KNOCK6, UDP)
    packets = [(ether(changed(four, 2, b"\0\0")), 3000), (ether(changed(four, 2, b"\0\0")), 70014),
               (ether(changed(changed(six, 4, b"\0\0"), 44, b"\0\0"), 0x86dd), 70014),
               (ether(changed(six, 4, b"\0\0"), 0x86dd), 70014), (ether(four), 100), (b"", 60), (b"", 0), (four, 10)]
    data = pcap([])
    for number, (packet, wirelen) in enumerate(packets):
        data += struct.pack("<IIII", 1_700_000_000, number, len(packet), wirelen) + packet
    return data


def captures():
    yield "ip-headers", 101, ip4_headers(), "IPv4: congestion marks, flags, lengths and versions that are wrong, checksums"
    yield "ip-protocols", 101, ip4_protocols(), "IPv4: protocols that have a name and no printer, one that has none"
    yield "ip-options", 101, ip4_options(), "IPv4: each option; then lengths and pointers that cannot be"
    yield "ip6-headers", 101, ip6_headers(), "IPv6: class, flow label, lengths and versions that are wrong"
    yield "ip-versions", 1, ip_versions(), "IPv4 and IPv6 behind the EtherType of the other; other versions; one byte"
    yield "ip-nested", 101, nested(), "IPv4 in IPv4, 36 deep"
    yield "ip6-options", 101, ip6_options(), "IPv6: each option of hop-by-hop and destination headers, damaged ones"
    yield "ip6-jumbo", 101, ip6_jumbo(), "IPv6: jumbo options around a short packet; right, too long, too short"
    yield "ip6-routing", 101, ip6_routing(), "IPv6: routing headers of types 0, 2, 3 and 4, with what follows segments"
    yield "ip6-chains", 101, ip6_chains(), "IPv6: fragments, no next header, chains, an unknown protocol; the last is cut"
    yield "tcp-headers", 101, tcp_headers(), "TCP: header lengths, checksums, resets with a reason, equal ports"
    yield "tcp-kinds", 101, tcp_kinds(), "TCP: each kind of option, in right lengths and wrong ones"
    yield "mptcp-capable", 101, mptcp_capable(), "Multipath TCP: MP_CAPABLE, each version and length"
    yield "mptcp-join", 101, mptcp_join(), "Multipath TCP: MP_JOIN in each step of the handshake"
    yield "mptcp-data", 101, mptcp_data(), "Multipath TCP: data sequence signals"
    yield "mptcp-rest", 101, mptcp_rest(), "Multipath TCP: addresses, priority, failure, close, reset; unknown subtypes"
    yield "udp-headers", 101, udp_headers(), "UDP on IPv4: lengths and checksums that are wrong or missing, fragments"
    yield "udp6-headers", 101, udp6_headers(), "UDP on IPv6: the same"


def each():
    for name, link, packets, what in captures():
        yield f"print/{name}.pcap", what, pcap(packets, link)
    yield "print/giants.pcap", "packets of up to 70014 bytes whose beginning was captured; the last three make no sense", giants()
    yield "print/times-ns.pcap", "times in nanoseconds; two have a fraction of a second or more; days around leap days", times()
