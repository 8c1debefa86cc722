# SPDX-License-Identifier: BSD-2-Clause
"""Savefiles as bytes: pcap in its variants, pcapng block by block."""
import struct

MICRO, NANO, MODIFIED = 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34

START = 1_700_000_000        # every capture begins here, a packet a millisecond


def times(packets):
    """(seconds, nanoseconds, packet) for each."""
    return [(START, 1_000_000 * n + 123_456, packet) for n, packet in enumerate(packets)]


def pcap(packets, link=1, magic=MICRO, order="<", version=(2, 4), snaplen=262144, upper=0):
    data = struct.pack(order + "IHHiIII", magic, *version, 0, 0, snaplen, upper | link)
    for seconds, ns, packet in times(packets):
        fraction = ns if magic == NANO else ns // 1000
        lengths = (min(len(packet), snaplen), len(packet))
        if version == (543, 0) or version < (2, 3):
            lengths = lengths[::-1]
        data += struct.pack(order + "4I", seconds, fraction, *lengths)
        if magic == MODIFIED:
            data += struct.pack(order + "IHBB", 2, 0x0800, 0, 0)
        data += packet[:snaplen]
    return data


class Section:
    """A pcapng section: a byte order, and blocks in the order in which they are asked for."""

    def __init__(self, order="<", version=(1, 0), length=-1):
        self.order = order
        self.data = b""
        self.block(0x0a0d0d0a, self.pack("IHHq", 0x1a2b3c4d, *version, length)
                   + self.option(4, b"make-captures.py") + self.option(0, b""))

    def pack(self, layout, *values):
        return struct.pack(self.order + layout, *values)

    def option(self, code, value):
        return self.pack("HH", code, len(value)) + value + b"\0" * (-len(value) % 4)

    def block(self, kind, body):
        body += b"\0" * (-len(body) % 4)
        length = self.pack("I", len(body) + 12)
        self.data += self.pack("I", kind) + length + body + length
        return self

    def interface(self, link=1, snaplen=262144, resolution=None, offset=None):
        options = b""
        if resolution is not None:
            options += self.option(9, bytes([resolution]))
        if offset is not None:
            options += self.option(14, self.pack("q", offset))
        if options:
            options += self.option(0, b"")
        return self.block(1, self.pack("HHI", link, 0, snaplen) + options)

    def enhanced(self, packet, ticks, interface=0, options=b""):
        head = self.pack("5I", interface, ticks >> 32, ticks & 0xffffffff, len(packet), len(packet))
        return self.block(6, head + packet + b"\0" * (-len(packet) % 4) + options)

    def simple(self, packet):
        return self.block(3, self.pack("I", len(packet)) + packet)

    def obsolete(self, packet, ticks, interface=0, drops=0xffff):
        head = self.pack("HHIIII", interface, drops, ticks >> 32, ticks & 0xffffffff, len(packet), len(packet))
        return self.block(2, head + packet)
