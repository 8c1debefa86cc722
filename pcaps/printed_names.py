# SPDX-License-Identifier: BSD-2-Clause
"""Captures for the printers of applications: DNS, DHCP, NTP, and protocols whose messages are lines of text."""
import struct

from frames import *  # noqa: F403
from savefiles import pcap

CLIENT, SERVER = "02:00:00:00:00:0a", "192.0.2.254"


# ---- DNS

def datagram(data, sport=53, dport=40000):
    return ip4(udp(data, sport, dport, B, A), UDP, B, A)


def header(flags, *counts, ident=7):
    return struct.pack(">HH4H", ident, flags, *counts, *([0] * (4 - len(counts))))


def asked(kind=1, name="www.example", group=1):
    return dns_name(name) + struct.pack(">HH", kind, group)


def record(kind, data=b"", ttl=300, group=1, name=b"\xc0\x0c"):
    return name + struct.pack(">HHIH", kind, group, ttl, len(data)) + data


def answer(*records, flags=0x8180, authorities=0, additionals=0):
    count = len(records) - authorities - additionals
    return datagram(header(flags, 1, count, authorities, additionals) + asked() + b"".join(records))


def dns_types():
    """A question for each type that has a name, and for one that has none."""
    named = (*range(1, 49), 99, 100, 101, 102, 103, 104, *range(249, 257), 65280)
    return [ip4(udp(header(0x0100, 1) + asked(kind), 40000, 53), UDP) for kind in named]


def dns_records():
    """Each type whose data is read: whole, and shorter than it should be."""
    name, serial = b"\x02ns\xc0\x0c", struct.pack(">5I", 2024, 7200, 3600, 1209600, 300)
    key = b"\x08hmac-md5\0" + bytes(6) + struct.pack(">HH", 300, 4) + b"\1\2\3\4" + struct.pack(">HHH", 7, 16, 0)
    a6 = address("2001:db8::99")
    datas = ((1, address(A)), (1, address(A)[:3]), (28, address(A6)), (28, address(A6)[:7]), (2, name), (5, name),
             (12, name), (39, name), (6, name + b"\x04root\xc0\x0c" + serial), (6, name + b"\0" + serial[:7]),
             (15, b"\0\x0a" + name), (15, b"\0"), (16, b"\x05hello\x00\x03a\"b"), (16, b"\x09cut"), (16, b"\x03\x01\x1b\xff"),
             (33, struct.pack(">HHH", 10, 20, 443) + name), (33, b"\0\x0a\0"), (38, b"\0" + a6),
             (38, b"\x40" + a6[8:] + name), (38, b"\x81"), (38, b"\x40" + a6[:3]), (250, key), (250, key[:20]),
             (256, struct.pack(">HH", 10, 1) + b"https://www.example/"), (256, b"\0"), (13, b"\x03cpu\x02os"), (65280, b"??"),
             (1, b""))
    return [answer(record(kind, data)) for kind, data in datas]


def dns_sections():
    """Answers, authorities and additionals; times to live, classes."""
    ns, extra = record(2, b"\x02ns\xc0\x0c"), record(1, address(B), name=b"\x02ns\xc0\x0c")
    lives = [answer(record(1, address(A), ttl)) for ttl in (0, 59, 60, 3661, 90061, 694861, 32230861, 0xffffffff)]
    groups = [answer(record(1, address(A), group=group)) for group in (3, 4, 255, 254, 17)]
    query = datagram(header(0x0100, 1, 1, 1, 1) + asked() + record(1, address(A)) + ns + extra, 40000, 53)
    return [answer(record(1, address(A)), ns, extra, authorities=1, additionals=1), query,
            answer(record(1, address(A)), ns, ns, authorities=2)[:-9], *lives, *groups]


def dns_edns():
    """What an OPT record carries: each option whole and odd, the DO flag, the upper bits of a result."""
    def option(code, data=b""):
        return struct.pack(">HH", code, len(data)) + data

    def opt(*options, size=1232, flags=0):
        return record(41, b"".join(options), flags, size, b"\0")
    cookie = bytes(range(1, 17))
    subnet = b"\0\1\x18\0" + address(A)[:3]
    each = [option(code, data) for code, data in (
        (3, b""), (3, b"ns1"), (8, subnet), (8, b"\0\2\x38\x30" + address(A6)[:7]), (8, b"\0\3\0\0"), (8, b"\0\1"),
        (8, b"\0\1\x20\0" + address(A) + b"\0"), (9, b""), (9, struct.pack(">I", 3600)), (9, b"\1"), (10, cookie[:8]),
        (10, cookie), (10, cookie[:9]), (11, b""), (11, b"\0\x96"), (11, b"\1"), (12, bytes(7)), (14, b"\1\2\3\4\5"),
        (1, b"\1"), (2, b"\1"), (5, b"\7\x08"), (6, b"\1"), (7, b"\1"), (13, b"\0"), (16, b"\1\2"), (17, b"\3\4"),
        (65001, b"local"))]
    results = [answer(opt(flags=bits << 24), flags=0x8180 | low, additionals=1) for bits, low in (
        (0, 0), (1, 0), (1, 7), (255, 15))]
    two = datagram(header(0x8181, 2, 0, 0, 1) + asked() + asked(28) + opt(flags=1 << 24))
    asks = datagram(header(0x0120, 1, 0, 0, 1) + asked() + opt(each[2], flags=0x8000), 40000, 53)
    return [answer(opt(data), additionals=1) for data in each] + results + [
        two, asks, answer(opt(each[1] + each[11], flags=0x8000), additionals=1), answer(opt(b"\0\3\0\7ns"), additionals=1),
        answer(record(1, address(A)), opt(flags=1 << 24), additionals=2), datagram(header(0x8181, 1, 0, 0, 1) + b"\x3f")]


def dns_headers():
    """Flags, operations, results and counts."""
    question = asked()
    queries = [datagram(header(flags, 1) + question, 40000, 53) for flags in (
        0, 0x0100, 0x0110, 0x0500, 0x0180, 0x000f, *(code << 11 for code in range(1, 16)))]
    answers = [datagram(header(0x8000 | flags, 1) + question) for flags in (
        0, 0x0080, 0x0480, 0x0280, 0x00a0, 0x06a0, *range(1, 16), *(code << 11 for code in range(1, 16)))]
    counts = [datagram(header(0, *numbers), 40000, 53) for numbers in ((0,), (0, 1), (0, 0, 1), (0, 0, 0, 1), (2, 2, 2, 2))]
    inverse = [datagram(header(0x0800, *numbers), 40000, 53) for numbers in ((0, 1), (1, 0), (0, 2))]
    return queries + answers + counts + inverse + [
        datagram(header(0x8180, 0, 0)), datagram(header(0x8180, 2) + question + asked(28)), datagram(header(0)[:11])]


def dns_names():
    """Names that are compressed, too long, damaged, or that never end."""
    long = b"\x3f" + b"a" * 63
    far = datagram(header(0x8180, 1, 1) + asked() + record(2, long * 3 + b"\x3d" + b"b" * 61 + b"\0"))
    too_far = datagram(header(0x8180, 1, 1) + asked() + record(2, long * 4 + b"\0"))
    datas = (b"\x01a\xc0\x0c", b"\xc0\x0c", b"\xc0\x30", b"\xc0\xff", b"\x40", b"\x80", b"\0", b"\x05abc", b"\xc0",
             b"\x03\x01\"\xff\0")
    classes = [datagram(header(0x0100, 1) + asked(1, group=group), 40000, 53) for group in (1, 3, 4, 255, 77)]
    return [answer(record(2, data)) for data in datas] + [far, too_far] + classes + [
        datagram(header(0x0100, 1) + b"\x40", 40000, 53), datagram(header(0x0100, 1) + b"\0\0\1\0\1", 40000, 53),
        datagram(header(0x8180, 1, 1) + asked() + b"\x40"), datagram(header(0x8180, 0, 2) + record(1, address(A), name=b"\0")),
        datagram(header(0x8180, 0, 1) + b"\0\0\1\0\1")]


def dns_multicast():
    def multicast(data):
        return ip4(udp(data, 5353, 5353, A, "224.0.0.251"), UDP, A, "224.0.0.251", ttl=255)
    return [multicast(header(0, 1) + asked(12, "_http._tcp.local")), multicast(header(0, 1) + asked(group=0x8001)),
            multicast(header(0x8400, 0, 2) + record(1, address(A), 120, 0x8001, dns_name("host.local"))
                      + record(16, b"\x04path", 120, 1, dns_name("web.local")))]


def dns_over_tcp():
    def stream(data, flags=PSH | ACK):
        return ip4(tcp(flags, 53, 40000, 1, 1, payload=data, src=B, dst=A), TCP, B, A)
    message = header(0x8180, 1, 1) + asked() + record(1, address(A))
    return [stream(struct.pack(">H", len(message)) + message), stream(struct.pack(">H", 900) + message), stream(b"\0"),
            stream(struct.pack(">H", 5) + message[:5])]


# ---- DHCP

def boot(op=1, hardware=1, hardware_len=6, hops=0, xid=0x1234, secs=0, flags=0, addresses=("0.0.0.0",) * 4, sname=b"",
         file=b"", vendor=b"\x63\x82\x53\x63"):
    return struct.pack(">BBBBIHH", op, hardware, hardware_len, hops, xid, secs, flags) + b"".join(
        map(address, addresses)) + mac(CLIENT).ljust(16, b"\0") + sname.ljust(64, b"\0") + file.ljust(128, b"\0") + vendor


def dhcp(data, back=False):
    if back:
        return ip4(udp(data, 67, 68, SERVER, A), UDP, SERVER, A)
    return ip4(udp(data, 68, 67, "0.0.0.0", "255.255.255.255"), UDP, "0.0.0.0", "255.255.255.255")


def option(number, data):
    return bytes([number, len(data)]) + data


def with_options(*options, **fields):
    return dhcp(boot(vendor=b"\x63\x82\x53\x63" + b"".join(options) + b"\xff", **fields))


def dhcp_headers():
    addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    return [dhcp(boot()), dhcp(boot(2, hops=3, secs=9, flags=0x8000, addresses=addresses, sname=b"server", file=b"boot.img"), True),
            dhcp(boot(9)), dhcp(boot(hardware=6)), dhcp(boot(hardware_len=0)), dhcp(boot(xid=0, flags=0x4001)),
            dhcp(boot(sname=b"s" * 64, file=b"\x01\xffb" * 42)), dhcp(boot(vendor=bytes(64))), dhcp(boot(vendor=b"\1\2\3\4")),
            dhcp(boot()[:100]), dhcp(boot()[:236])]


def dhcp_exchange():
    names = option(12, b"host") + option(61, b"\1" + mac(CLIENT))
    wishes = option(55, bytes((1, 3, 6, 15, 26, 28, 42, 51, 54, 121, 255, 0)))
    offer = option(54, address(SERVER)) + option(51, struct.pack(">I", 3600)) + option(1, address("255.255.255.0"))
    return [with_options(option(53, bytes([kind])), *rest) for kind, rest in (
        (1, (names, wishes)), (2, (offer,)), (3, (option(50, address(A)), option(54, address(SERVER)))),
        (4, (option(56, b"in use"),)), (5, (offer,)), (6, ()), (7, ()), (8, ()), (9, ()))]


# A value for each kind of option, by what dhcp_options.def calls it.
NUMBERS_32, NUMBERS_16 = struct.pack(">II", 1, 70000), struct.pack(">HH", 576, 1500)
VALUES = {
    "addresses": (address(A) + address(B), (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 28, 32, 41, 42, 44, 45, 48, 49, 50, 54, 65, 68,
                                            69, 70, 71, 72, 73, 74, 75, 76, 92, 112, 118, 150)),
    "numbers of 32 bits": (NUMBERS_32, (2, 24, 35, 38, 51, 58, 59, 91, 108)),
    "numbers of 16 bits": (NUMBERS_16, (13, 22, 25, 26, 57, 64, 93, 117)),
    "text": (b"text\0more", (12, 14, 15, 17, 18, 40, 47, 56, 60, 66, 67, 80, 88, 95, 98, 100, 101, 113, 114, 161)),
    "flags": (b"\0\1\2", (19, 20, 27, 29, 30, 31, 34, 36, 39, 116)),
    "bytes": (b"\0\x7f\xff", (23, 37, 43, 78, 79, 83, 89, 90, 94, 97)),
    "pairs": (address(A) + address(B) + address(B) + address(A), (21, 33)),
}


def dhcp_values():
    return [with_options(*(option(number, data) for number in numbers)) for data, numbers in VALUES.values()]


def dhcp_options():
    """Options whose value has a form of its own, and what can be wrong with it."""
    sub = b"\1\4eth0" + b"\2\6" + mac(CLIENT) + b"\6\2id" + b"\x09\1x"
    network = b"\x18" + address(A)[:3] + address(SERVER)
    return [with_options(*options) for options in (
        [option(46, bytes([n])) for n in (1, 2, 4, 8, 3)], [option(52, bytes([n])) for n in (1, 2, 3, 4)],
        [option(53, b""), option(53, b"\1\2"), option(46, b"\1\2"), option(52, b"\1\2")],
        [option(61, data) for data in (b"\0name", b"\1" + mac(CLIENT), b"\xff\1\2\3\4", b"\0")],
        [option(77, data) for data in (b"\3abc\2de", b"a", b"\0x", b"\5abc")],
        [option(81, data) for data in (b"\0\0\0host", b"\1\xff\xff\4host", b"\x0f\0\0h", b"\xf0\0\1h", b"ab")],
        [option(82, data) for data in (sub, b"\1\x09eth0", b"\1")],
        [option(121, data) for data in (network + b"\0" + address(SERVER), b"\x11" + address(A)[:3] + address(B), b"\x20"
                                        + address(A) + address(B), b"\x21" + bytes(8), b"\x18\1\2", network + b"\x08\1")],
        [option(249, network)], [option(200, data) for data in (b"\0\0\0\7", b"\0\7", b"\7\7\7", b"")],
        [option(1, b"\1\2\3"), option(21, bytes(9)), option(57, b"\1\2\3"), option(51, bytes(5))],
        [b"\0", option(12, b"a"), bytes(5), option(12, b"b")], [option(12, b""), b"\x0c"], [b"\x0c\x40short"])]


# ---- text

def ntp():
    return [datagram(bytes([version << 3 | mode]) + bytes(47), 123, 123) for version in (1, 4) for mode in range(8)] + [
        datagram(b"", 123, 123)]


def said(port, data, back=False, **fields):
    src, dst = (B, A) if back else (A, B)
    sport, dport = (port, 40000) if back else (40000, port)
    return ip4(tcp(PSH | ACK, sport, dport, 1, 1, payload=data, src=src, dst=dst, **fields), TCP, src, dst)


def http():
    words = ("GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE "
             "NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH "
             "UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL").split()
    lines = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody\n", b"get /\tx HTTP/1.0\nHost: a\n\n", b"GET / HTTP/1.1", b"GET / HTTP/1.1\r"
    others = b"GET / \x01\r\n", b"\r\n", b"HTTP/1.1 2000 no", b"HTTP/1.1 2a0 no", b"HTTP/1.1 \r\n", b"word", b"GETS /", b"G\rT"
    return [said(80, f"{word} / HTTP/1.1\r\n".encode()) for word in words] + [
        said(80, data, True) for data in lines + others] + [said(8080, lines[2])]


def talk():
    sip = b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n"
    requests = ("ACK BYE CANCEL DO INFO INVITE MESSAGE NOTIFY OPTIONS PRACK QAUTH REFER REGISTER SPRACK SUBSCRIBE UPDATE "
                "PUBLISH NONE").split()
    stream = ("ANNOUNCE DESCRIBE GET_PARAMETER OPTIONS PAUSE PLAY RECORD REDIRECT SET_PARAMETER SETUP TEARDOWN NONE").split()
    return [said(25, b"220 mail.example ESMTP\r\n", True), said(25, b"EHLO a\r\nMAIL FROM:<a@b>\r\n"),
            said(21, b"220 ready\r\n", True), said(21, b"USER a\r\n"), said(43, b"example\r\n"), said(43, b"\0\1"),
            said(554, b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", True), said(8554, b"PLAY rtsp://a RTSP/1.0\r\n"),
            datagram(sip, 5060, 5060)] + [datagram(f"{word} sip:a@b SIP/2.0\r\n".encode(), 5060, 5060) for word in requests] + [
        said(554, f"{word} rtsp://a RTSP/1.0\r\n".encode()) for word in stream]


def ssh():
    return [said(22, data, True) for data in (
        b"SSH-2.0-test\r\n", b"SSH-1.99-old\n", b"SSH-2.0-no end", b"SSH-2.0-a\tb\r\n", b"\0\0\1\x2c\x06\x14", b"SSH-\x01\r\n",
        b"SS", b"SSX-2.0\r\n")]


def captures():
    yield "dns-types", dns_types(), "DNS: a question for each type that has a name, and for one that has none"
    yield "dns-records", dns_records(), "DNS: each type whose data is read, whole and too short"
    yield "dns-sections", dns_sections(), "DNS: authorities, additionals, times to live, classes"
    yield "dns-edns", dns_edns(), "DNS: each option of an OPT record, extended results"
    yield "dns-headers", dns_headers(), "DNS: flags, operations, results, counts"
    yield "dns-names", dns_names(), "DNS: names that are compressed, long, damaged or endless"
    yield "dns-multicast", dns_multicast(), "multicast DNS: questions to one and to many, a cache flush"
    yield "dns-tcp", dns_over_tcp(), "DNS over TCP: a whole message, lengths that are wrong"
    yield "dhcp-headers", dhcp_headers(), "BOOTP: operations, hardware, addresses, names, vendor areas; the last two end early"
    yield "dhcp-messages", dhcp_exchange(), "DHCP: each message"
    yield "dhcp-values", dhcp_values(), "DHCP: each option that is a list of addresses, numbers, bytes, flags, or text"
    yield "dhcp-options", dhcp_options(), "DHCP: options with a form of their own, damaged ones, padding"
    yield "ntp-modes", ntp(), "NTP: each mode in two versions; the last is empty"
    yield "http-lines", http(), "HTTP: each request, answers, what is neither"
    yield "text-lines", talk(), "SMTP, FTP, WHOIS, RTSP, SIP: requests and replies"
    yield "ssh-versions", ssh(), "SSH: versions, and what is none"


def each():
    for name, packets, what in captures():
        yield f"print/{name}.pcap", what, pcap(packets, 101)
