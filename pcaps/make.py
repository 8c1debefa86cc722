#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes every capture in this folder from nothing: pcaps/make.py DIR. Same bytes on each run, so that
tests/pcaps can show that the files and this script agree. Addresses are those set aside for
documentation (RFC 5737, RFC 3849); no packet here was ever on a wire."""
import ipaddress
import os
import struct
import sys

START = 1735732800    # 2025-01-01 12:00:00 UTC
MAC_A, MAC_B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
HOST_A, HOST_B = "192.0.2.10", "198.51.100.20"
HOST_A6, HOST_B6 = "2001:db8::a", "2001:db8:1::b"
FIN, SYN, PUSH, ACK = 1, 2, 8, 16
EN10MB, PPP, RAW, SLL, SLL2, NULL, LOOP = 1, 9, 101, 113, 276, 0, 108


# ---- layers, from the bottom

def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def addr(text):
    return ipaddress.ip_address(text).packed


def ether(kind, payload, src=MAC_A, dst=MAC_B):
    return mac(dst) + mac(src) + struct.pack("!H", kind) + payload


def vlan(vid, kind, payload, tpid=0x8100, src=MAC_A, dst=MAC_B):
    return ether(tpid, struct.pack("!HH", vid, kind) + payload, src, dst)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(proto, payload, src=HOST_A, dst=HOST_B, ident=1, frag=0x4000, ttl=64, options=b""):
    words = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH", 0x40 | words, 0, words * 4 + len(payload), ident, frag, ttl, proto, 0)
    head += addr(src) + addr(dst) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(proto, payload, src=HOST_A6, dst=HOST_B6, hops=64):
    return struct.pack("!IHBB", 6 << 28, len(payload), proto, hops) + addr(src) + addr(dst) + payload


def pseudo(src, dst, proto, length):
    return addr(src) + addr(dst) + struct.pack("!IBBH", length, 0, 0, proto)


def with_sum(segment, at, src, dst, proto):
    """Fills in a transport checksum, which lies at byte `at`."""
    total = checksum(pseudo(src, dst, proto, len(segment)) + segment)
    if proto == 17 and total == 0:
        total = 0xffff
    return segment[:at] + struct.pack("!H", total) + segment[at + 2:]


def tcp(sport, dport, seq, ack, flags, data=b"", options=b"", src=HOST_A, dst=HOST_B):
    words = 5 + len(options) // 4
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, words << 4, flags, 64240, 0, 0)
    return with_sum(head + options + data, 16, src, dst, 6)


def udp(sport, dport, data, src=HOST_A, dst=HOST_B):
    return with_sum(struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data, 6, src, dst, 17)


def icmp(kind, code, rest):
    head = struct.pack("!BBH", kind, code, 0) + rest
    return head[:2] + struct.pack("!H", checksum(head)) + head[4:]


def icmp6(kind, code, rest, src=HOST_A6, dst=HOST_B6):
    return with_sum(struct.pack("!BBH", kind, code, 0) + rest, 2, src, dst, 58)


def echo(number, data=bytes(range(32))):
    return struct.pack("!HH", 0x1234, number) + data


# ---- files

def stamped(packets, step_us=1500):
    return [(START * 10**9 + n * step_us * 1000, packet, len(packet)) for n, packet in enumerate(packets)]


def pcap(linktype, packets, order="<", nano=False, snaplen=262144):
    out = struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0, snaplen, linktype)
    for time, data, wirelen in packets:
        fraction = time % 10**9 // (1 if nano else 1000)
        data = data[:snaplen]
        out += struct.pack(order + "IIII", time // 10**9, fraction, len(data), wirelen) + data
    return out


def block(kind, body, order="<"):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def pcapng(interfaces, packets, order="<"):
    out = block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1), order)
    for linktype, name in interfaces:
        option = struct.pack(order + "HH", 2, len(name)) + name + b"\0" * (-len(name) % 4)
        out += block(1, struct.pack(order + "HHI", linktype, 0, 262144) + option + bytes(4), order)
    for number, (time, data, wirelen) in packets:
        time //= 1000
        head = struct.pack(order + "IIIII", number, time >> 32, time & 0xffffffff, len(data), wirelen)
        out += block(6, head + data, order)
    return out


# ---- what the files hold

def http_session():
    """A handshake, a request, its answer, the end; and a second client on port 8080."""
    ask = b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: demo\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n"
    mss = bytes.fromhex("020405b40402080a000003e80000000001030307")
    me, you = 1000, 5000
    there = {"src": HOST_A, "dst": HOST_B}
    back = {"src": HOST_B, "dst": HOST_A}
    rows = [
        (there, 40000, 80, me, 0, SYN, b"", mss),
        (back, 80, 40000, you, me + 1, SYN | ACK, b"", mss),
        (there, 40000, 80, me + 1, you + 1, ACK, b"", b""),
        (there, 40000, 80, me + 1, you + 1, PUSH | ACK, ask, b""),
        (back, 80, 40000, you + 1, me + 1 + len(ask), PUSH | ACK, answer, b""),
        (there, 40000, 80, me + 1 + len(ask), you + 1 + len(answer), FIN | ACK, b"", b""),
        (back, 80, 40000, you + 1 + len(answer), me + 2 + len(ask), FIN | ACK, b"", b""),
        (there, 40001, 8080, 77, 0, SYN, b"", mss),
    ]
    return [ether(0x800, ipv4(6, tcp(sport, dport, seq, ack, flags, data, options, **way), **way))
            for way, sport, dport, seq, ack, flags, data, options in rows]


def dns_query(number, name="www.example.com", kind=1):
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", kind, 1)


def dns():
    back = {"src": HOST_B, "dst": HOST_A}
    six = {"src": HOST_A6, "dst": HOST_B6}
    reply = dns_query(7)[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + dns_query(7)[12:]
    reply += bytes.fromhex("c00c00010001000000e10004") + addr("203.0.113.80")
    return [
        ether(0x800, ipv4(17, udp(53000, 53, dns_query(7)))),
        ether(0x800, ipv4(17, udp(53, 53000, reply, **back), **back)),
        ether(0x86dd, ipv6(17, udp(53001, 53, dns_query(8, kind=28), **six))),
        ether(0x800, ipv4(17, udp(123, 123, bytes([0x23]) + bytes(47)))),
    ]


def arp():
    def body(op, sha, spa, tha, tpa):
        return struct.pack("!HHBBH", 1, 0x800, 6, 4, op) + mac(sha) + addr(spa) + mac(tha) + addr(tpa)
    ask = body(1, MAC_A, HOST_A, "00:00:00:00:00:00", "192.0.2.1")
    answer = body(2, MAC_B, "192.0.2.1", MAC_A, HOST_A)
    pad = bytes(18)
    return [ether(0x806, ask + pad, dst="ff:ff:ff:ff:ff:ff"), ether(0x806, answer + pad, MAC_B, MAC_A)]


def ping():
    lost = ipv4(17, udp(53000, 33434, b"probe"), ttl=1)
    return [
        ether(0x800, ipv4(1, icmp(8, 0, echo(1)))),
        ether(0x800, ipv4(1, icmp(0, 0, echo(1)), HOST_B, HOST_A)),
        ether(0x800, ipv4(1, icmp(11, 0, bytes(4) + lost[:28]), "203.0.113.1", HOST_A)),
        ether(0x800, ipv4(1, icmp(3, 3, bytes(4) + lost[:28]), HOST_B, HOST_A)),
    ]


def ping6():
    group, me = "ff02::1:ff00:b", "fe80::a"
    ask = icmp6(135, 0, bytes(4) + addr("2001:db8:1::b") + b"\x01\x01" + mac(MAC_A), me, group)
    answer = icmp6(136, 0, b"\x60\0\0\0" + addr("2001:db8:1::b") + b"\x02\x01" + mac(MAC_B), HOST_B6, me)
    return [
        ether(0x86dd, ipv6(58, ask, me, group, 255), dst="33:33:ff:00:00:0b"),
        ether(0x86dd, ipv6(58, answer, HOST_B6, me, 255), MAC_B, MAC_A),
        ether(0x86dd, ipv6(58, icmp6(128, 0, echo(1)))),
        ether(0x86dd, ipv6(58, icmp6(129, 0, echo(1), HOST_B6, HOST_A6), HOST_B6, HOST_A6), MAC_B, MAC_A),
    ]


def tags():
    inner = ipv4(17, udp(1000, 2000, b"tagged"))
    double = struct.pack("!HH", 20, 0x8100) + struct.pack("!HH", 5, 0x800) + inner
    return [
        ether(0x800, inner),
        vlan(5, 0x800, inner),
        vlan(0x6006, 0x800, inner),
        ether(0x88a8, double),
        vlan(5, 0x86dd, ipv6(17, udp(1000, 2000, b"tagged", HOST_A6, HOST_B6))),
    ]


def fragments():
    whole = udp(4000, 5000, bytes(range(256)) * 12)
    parts = [(0, 1480), (1480, 2960), (2960, len(whole))]
    four = [ether(0x800, ipv4(17, whole[a:b], ident=99, frag=(a // 8) | (0x2000 if b < len(whole) else 0)))
            for a, b in parts]
    six = udp(4000, 5000, bytes(64), HOST_A6, HOST_B6)
    head = struct.pack("!BBHI", 17, 0, 1, 42)
    tail = struct.pack("!BBHI", 17, 0, 40, 42)
    return four + [ether(0x86dd, ipv6(44, head + six[:40])), ether(0x86dd, ipv6(44, tail + six[40:]))]


def extensions():
    hop = bytes.fromhex("06000502000001 00".replace(" ", ""))
    segment = tcp(50000, 443, 1, 0, SYN, src=HOST_A6, dst=HOST_B6)
    routing = struct.pack("!BBBBI", 6, 2, 4, 0, 0) + addr(HOST_B6)
    return [
        ether(0x86dd, ipv6(6, segment)),
        ether(0x86dd, ipv6(0, hop + segment)),
        ether(0x86dd, ipv6(43, routing + segment)),
        ether(0x86dd, ipv6(60, bytes.fromhex("3b00010400000000"))),
    ]


def options():
    record_route = bytes.fromhex("070b04c0000201 00000000 00".replace(" ", ""))
    sack = bytes.fromhex("0101080a0000000a00000014" "0101050a000003e9000007d1")
    return [
        ether(0x800, ipv4(1, icmp(8, 0, echo(1)), options=record_route)),
        ether(0x800, ipv4(6, tcp(50000, 22, 1, 1, ACK, options=sack))),
    ]


def llc():
    spanning_tree = b"\x42\x42\x03" + bytes(35)
    snap = b"\xaa\xaa\x03\0\0\x0c\x20\0" + bytes(30)
    ipx = b"\xe0\xe0\x03" + b"\xff\xff\0\x1e" + bytes(26)
    return [mac("01:80:c2:00:00:00") + mac(MAC_A) + struct.pack("!H", len(body)) + body
            for body in (spanning_tree, snap, ipx)]


def mixed_ip():
    return [
        ipv4(1, icmp(8, 0, echo(1))),
        ipv4(17, udp(53000, 53, dns_query(1))),
        ipv6(58, icmp6(128, 0, echo(1))),
        ipv6(6, tcp(50000, 443, 1, 0, SYN, src=HOST_A6, dst=HOST_B6)),
    ]


def family(packet, six):
    """The address family before a packet: 2, or IPv6's, which differs from system to system."""
    return 2 if packet[0] >> 4 == 4 else six


def kind(packet):
    return 0x800 if packet[0] >> 4 == 4 else 0x86dd


def sll(packet):
    return struct.pack("!HHH8sH", 0, 1, 6, mac(MAC_A), kind(packet)) + packet


def sll2(packet):
    return struct.pack("!HHIHBB8s", kind(packet), 0, 2, 1, 4, 6, mac(MAC_A)) + packet


def ppp(packet):
    return b"\xff\x03" + (b"\0\x21" if packet[0] >> 4 == 4 else b"\0\x57") + packet


def files():
    web, addresses = stamped(http_session()), stamped(arp())
    yield "http.pcap", pcap(EN10MB, web)
    yield "dns.pcap", pcap(EN10MB, stamped(dns()))
    yield "arp.pcap", pcap(EN10MB, addresses)
    yield "ping.pcap", pcap(EN10MB, stamped(ping()))
    yield "ping6.pcap", pcap(EN10MB, stamped(ping6()))
    yield "vlan.pcap", pcap(EN10MB, stamped(tags()))
    yield "fragments.pcap", pcap(EN10MB, stamped(fragments()))
    yield "extensions.pcap", pcap(EN10MB, stamped(extensions()))
    yield "options.pcap", pcap(EN10MB, stamped(options()))
    yield "llc.pcap", pcap(EN10MB, stamped(llc()))
    yield "raw.pcap", pcap(RAW, stamped(mixed_ip()))
    yield "null.pcap", pcap(NULL, stamped([struct.pack("<I", family(p, 10)) + p for p in mixed_ip()]))
    yield "null-big.pcap", pcap(NULL, stamped([struct.pack(">I", family(p, 30)) + p for p in mixed_ip()]), ">")
    yield "loop.pcap", pcap(LOOP, stamped([struct.pack("!I", family(p, 24)) + p for p in mixed_ip()]))
    yield "sll.pcap", pcap(SLL, stamped([sll(p) for p in mixed_ip()]))
    yield "sll2.pcap", pcap(SLL2, stamped([sll2(p) for p in mixed_ip()]))
    yield "ppp.pcap", pcap(PPP, stamped([ppp(p) for p in mixed_ip()]))
    yield "nano.pcap", pcap(EN10MB, [(time + 123, data, length) for time, data, length in web], nano=True)
    yield "big-endian.pcap", pcap(EN10MB, web, ">")
    yield "short.pcap", pcap(EN10MB, web, snaplen=60)
    yield "cut.pcap", pcap(EN10MB, web)[:-9]
    yield "two.pcapng", pcapng([(EN10MB, b"eth0"), (EN10MB, b"eth1")],
                               [(0, p) for p in web[:4]] + [(1, p) for p in addresses])


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make.py DIR")
    for name, data in files():
        with open(os.path.join(sys.argv[1], name), "wb") as out:
            out.write(data)


main()
