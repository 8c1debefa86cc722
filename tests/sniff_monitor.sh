#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A wireless device in monitor mode, as a tun device plays it: its frames begin with a radiotap header, and filters
# of 802.11 run in the kernel.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"
[ -c /dev/net/tun ] || skip "no /dev/net/tun"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
exec python3 - "$sniff" <<'END'
import fcntl
import os
import struct
import subprocess
import sys

TUNSETIFF, TUNSETLINK, IFF_TUN, RADIOTAP = 0x400454ca, 0x400454cd, 1, 803

HEADER = bytes([0, 0, 8, 0, 0, 0, 0, 0])
STATION, ACCESS_POINT, SERVER = (bytes([2, 0, 0, 0, 0, n]) for n in (1, 2, 3))
EVERYONE = b'\xff' * 6
BEACON = b'\x80\0\0\0' + EVERYONE + ACCESS_POINT + ACCESS_POINT + b'\0' * 14
ACK = b'\xd4\0\0\0' + STATION
IP = b'\xaa\xaa\x03\0\0\0\x08\x00' + b'\x45' + b'\0' * 19
TO_ACCESS_POINT = b'\x08\x01\0\0' + ACCESS_POINT + STATION + SERVER + b'\0\0' + IP
QOS = b'\x88\x01\0\0' + ACCESS_POINT + STATION + SERVER + b'\0\0' + b'\0\0' + IP
FRAMES = [BEACON, ACK, TO_ACCESS_POINT, QOS]

# expression: which of the frames it lets through
ROWS = [
    ('type mgt', [0]),
    ('subtype ack', [1]),
    ('ip', [2, 3]),
    ('wlan src 02:00:00:00:00:01 and wlan dst 02:00:00:00:00:03', [2, 3]),
    ('wlan addr1 02:00:00:00:00:01', [1]),
    ('broadcast', [0]),
    ('radio[2] = 8 and subtype qos-data', [3]),
    ('wlan ra 02:00:00:00:00:02 and dir tods', [2, 3]),
]


def device():
    tun = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack('16sH14x', b'mon0', IFF_TUN))
    fcntl.ioctl(tun, TUNSETLINK, RADIOTAP)
    subprocess.run(['ip', 'link', 'set', 'mon0', 'up'], check=True)
    return tun


def captured(tun, expression):
    """The frames of one capture; a marker that every expression lets through ends it."""
    marker = HEADER + BEACON + b'end'
    sniff = subprocess.Popen([sys.argv[1], '-i', 'mon0', '-U', '-w', '-', '--immediate-mode',
                              '(%s) or greater %d' % (expression, len(HEADER + QOS) + 1)],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for line in sniff.stderr:
        if b'listening' in line:
            break
    marker += b'\0' * (len(HEADER + QOS) + 1 - len(marker))
    for frame in [HEADER + f for f in FRAMES] + [marker]:
        os.write(tun, struct.pack('!HH', 0, 0x19) + frame)
    header = sniff.stdout.read(24)
    frames = []
    while True:
        size = struct.unpack('<IIII', sniff.stdout.read(16))[2]
        frame = sniff.stdout.read(size)
        if frame == marker:
            break
        frames.append(FRAMES.index(frame[len(HEADER):]))
    sniff.terminate()
    sniff.wait()
    return struct.unpack('<I', header[20:24])[0], frames


def main():
    tun = device()
    failed = 0
    for expression, wanted in ROWS:
        linktype, frames = captured(tun, expression)
        if (linktype, frames) != (127, wanted):
            print('%s: link type %d, frames %s, not %s' % (expression, linktype, frames, wanted))
            failed += 1
    print('sniff_monitor.sh: %d rows, %d failed' % (len(ROWS), failed))
    return 1 if failed else 0


sys.exit(main())
END
