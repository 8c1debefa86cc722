#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sniff, and an interface that goes down and comes back, is removed, or comes back as another kind of device.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# start ARGUMENTS: sniff in the background, listening
start()
{
	: >"$work/err"
	"$sniff" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	wait_for '^listening on ' "$work/err"
}

ended()
{
	wait $pid
	status=$?
}

says() { grep -q -e "$1" "$work/err"; }
said() { [ "$(grep -c -e "$1" "$work/err")" -eq "$2" ]; }
lines() { [ "$(grep -c "^[0-9]" "$work/out")" -eq "$1" ]; }

running()
{
	tries=0
	until ip -o link show dev far | grep -q LOWER_UP; do
		tries=$((tries + 1))
		[ $tries -lt 250 ] || return 1
		sleep 0.02
	done
}

up() { ip link set near up && running; }

pair()
{
	ip link add near type veth peer name far
	ip link set far up
	up
}

# frames COUNT: of an EtherType for experiments, from the far end
frames()
{
	python3 - "$1" <<'END'
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
s.bind(("far", 0))
for i in range(int(sys.argv[1])):
    s.send(b"\xff" * 6 + b"\2\0\0\0\0\1" + b"\x88\xb5" + bytes(46))
END
}

ours='ether proto 0x88b5'
time='[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]\{6\}'

# ---- down, up, down, up

pair
start -i near -n -c 9 $ours
frames 2
ip link set near down
check "a line" wait_for "^$time near went down; capture goes on\$" "$work/err"
up
frames 3
ip link set near down
tries=0
until said 'went down' 2 || [ $tries -gt 250 ]; do
	tries=$((tries + 1))
	sleep 0.02
done
check "a line each" said 'went down; capture goes on$' 2
up
frames 4
ended
check "all nine packets" lines 9
check "status 0" [ "$status" -eq 0 ]
check "counts" says '^9 packets captured$'

# ---- the time is that of packets

hour=$(TZ=XXX-5:30 date +'%Y-%m-%d %H')
TZ=XXX-5:30 start -tttt -i near -n $ours
ip link set near down
check "date and zone" wait_for "^$hour:.* near went down" "$work/err"
[ "$(TZ=XXX-5:30 date +'%Y-%m-%d %H')" = "$hour" ] || echo "an hour has passed"
up
kill -INT $pid
ended
check "status 0 with SIGINT" [ "$status" -eq 0 ]

start -t -i near -n $ours
ip link set near down
check "no time where packets have none" wait_for '^near went down' "$work/err"
up
kill -INT $pid
ended

start -i near -w "$work/file" $ours
frames 2
ip link set near down
check "a line with -w" wait_for "^$time near went down" "$work/err"
up
frames 2
sleep 0.1
kill -INT $pid
ended
check "both sides in the file" [ "$("$sniff" -r "$work/file" --count 2>/dev/null)" = '4 packets' ]

start -i near -n --count --for 1s $ours
ip link set near down
ended
check "--for ends while it is down" [ "$status" -eq 0 ]

check "down at the start" sh -c "'$sniff' -i near 2>&1 | grep -q 'near is down (ip link set near up)'"
up

# ---- removed

start -i near -n $ours
frames 3
ip link del near
ended
check "gone" says '^sniff: the interface near is gone$'
check "what came before is there" lines 3
check "never down" said 'went down' 0
check "status 1" [ "$status" -eq 1 ]

pair
start -i near -n $ours
ip link set near down
wait_for 'went down' "$work/err"
ip link del near
ended
check "gone while it is down" says '^sniff: the interface near is gone$'
check "status 1 then" [ "$status" -eq 1 ]

# ---- another kind of device

[ -c /dev/net/tun ] || { echo "not tried: no /dev/net/tun"; finish; }
cat >"$work/tap.py" <<'END'
import fcntl, os, struct, subprocess, sys, time
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH14x", b"tap0", 2 | 0x1000))
def ip(*words): subprocess.run(("ip", "link", "set", "tap0") + words, check=True)
def write(n):
    for i in range(n):
        os.write(tap, b"\xff" * 6 + b"\2\0\0\0\0\1" + b"\x88\xb5" + bytes(46))
ip("up")
for line in sys.stdin:
    word, _, number = line.strip().partition(" ")
    if word == "write": write(int(number))
    elif word == "type": fcntl.ioctl(tap, 0x400454cd, int(number))
    else: ip(word)
    print(line, end="", flush=True)
END
mkfifo "$work/tap"
python3 "$work/tap.py" <"$work/tap" >"$work/done" &
exec 9>"$work/tap"
tell_tap() { echo "$*" >&9; wait_for "^$*\$" "$work/done"; }

tell_tap write 0
start -i tap0 -n $ours
tell_tap write 3
tell_tap down
wait_for 'went down' "$work/err"
tell_tap type 803
tell_tap up
tell_tap write 4
ended
check "from what to what" says \
	'^sniff: the hardware type of the interface tap0 changed from 1 (EN10MB) to 803 (IEEE802_11_RADIO); start the capture again$'
check "status 1 after that" [ "$status" -eq 1 ]
check "nothing of the new type" lines 3
check "counted" says '^3 packets captured$'
exec 9>&-
finish
