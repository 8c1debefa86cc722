#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# "Got N" with -v -w FILE on a terminal: in place, about each second, gone before other lines; nowhere else.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
case $sniff in
/*) ;;
*) sniff=$PWD/$sniff ;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 777 "$work"
ip link set lo up

# shown ARGUMENTS: what a terminal gets while five packets come, a second apart, SIGUSR1 and control-C behind them
cat >"$work/shown" <<'END'
import os, pty, select, signal, socket, subprocess, sys, time, tty
master, slave = pty.openpty()
tty.setraw(slave)
out = slave if os.environ.get("SCREEN") else subprocess.DEVNULL
sniff = subprocess.Popen(sys.argv[1:], stdout=out, stderr=slave)
os.close(slave)
text = b""
def read_for(seconds):
    global text
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([master], [], [], 0.05)[0]:
            try:
                text += os.read(master, 65536)
            except OSError:
                return
def read_until(words):
    end = time.monotonic() + 20
    while words not in text and time.monotonic() < end:
        read_for(0.1)
read_until(b"bytes")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(3):
    s.sendto(b"x", ("127.0.0.1", 9))
    s.sendto(b"y", ("127.0.0.1", 9))
    read_for(1.2)
sniff.send_signal(signal.SIGUSR1)
read_until(b"dropped by kernel")
s.sendto(b"x", ("127.0.0.1", 9))
read_for(1.3)
sniff.send_signal(signal.SIGINT)
sniff.wait(20)
read_for(0.2)
sys.stdout.write(text.decode().replace("\r", "<"))
END
shown() { python3 "$work/shown" "$@" >"$work/err" 2>&1; }
says() { grep -q -e "$1" "$work/err"; }
silent() { ! says "$1"; }

shown "$sniff" -i lo -v -w "$work/file" udp port 9
check "it begins with none" says '^<Got 0<Got [12]'
check "it counts" says '<Got 6'
check "gone before the counts of SIGUSR1" says '<Got 6<       *<6 packets captured$'
check "it goes on behind them" says '^<Got 7<       *<'
check "and ends with the counts" says '^7 packets captured$'
check "about each second" [ "$(grep -o '<Got' "$work/err" | wc -l)" -lt 9 ]
check "no line has it beside other words" silent 'Got [0-9]*[^0-9< ]'
shown "$sniff" -i lo -w "$work/file" udp port 9
check "not without -v" silent Got
shown "$sniff" -i lo -v udp port 9
check "not without -w" silent Got
SCREEN=yes shown "$sniff" -i lo -v -w "$work/file" --print -U -l udp port 9
check "not among packets on the screen" silent Got
shown "$sniff" -i lo -v -w - udp port 9
check "not when a pipe is written" silent Got
shown "$sniff" -i lo -v -w "$work/file" --print udp port 9
check "but when packets are printed elsewhere" says 'Got 7'
"$sniff" -i lo -v -w "$work/file" --for 1.5 2>"$work/err"
check "not where no terminal is" silent Got
finish
