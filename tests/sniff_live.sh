#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sniff on live interfaces: what it prints, when it ends, and what privileges it keeps.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
case $sniff in
/*) ;;
*) sniff=$PWD/$sniff ;;
esac
work=$(mktemp -d) || exit 1
captures=$(cd "${TOP_SRCDIR:-.}/pcaps" && pwd)
peer=
trap 'rm -rf "$work"; [ -z "$peer" ] || kill "$peer"' EXIT
chmod 755 "$work"
ln -s "$sniff" "$work/sniff"
PATH=$work:$PATH
unset SUDO_UID SUDO_GID DOAS_USER PKEXEC_UID
ip link set lo up
to=127.0.0.1

# start ARGUMENTS: sniff in the background, listening
start()
{
	: >"$work/err"
	"$work/sniff" "$@" >"$work/out" 2>"$work/err" &
	pid=$!
	wait_for '^listening on ' "$work/err"
}

stop()
{
	kill "-$1" $pid
	wait $pid
	status=$?
}

lines() { [ "$(wc -l <"$1")" -eq "$2" ]; }
says() { grep -q -e "$1" "$work/err"; }
ended() { [ "$status" -eq 0 ]; }
field() { sed -n "s/^$1:[[:space:]]*//p" /proc/$pid/status; }

# ---- counts, -c, --for, signals

start -i lo -n -c 3 udp port 9
send 5 9
wait $pid
status=$?
check "-c ends it" ended
check "-c 3: three lines" lines "$work/out" 3
check "listening line" says '^listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes$'
check "captured" says '^3 packets captured$'
check "received by filter" says '^[0-9]* packets received by filter$'
check "dropped by kernel" says '^0 packets dropped by kernel$'

start -i lo -n --for 0.3s udp port 9
wait $pid
status=$?
check "--for without traffic" ended
check "none captured" says '^0 packets captured$'

start -i lo --count -c 4 udp port 9
send 4 9 10
wait $pid
check "--count while live" grep -q '^4 packets$' "$work/out"
check "--count prints nothing else" lines "$work/out" 1

start -i any -n -c 3 'ether[0] != 77 and udp port 9 and dst host 127.0.0.1'
send 3 10 9
wait $pid
check "a filter that runs here is told of" says '^sniff: the filter .*; the filter runs in user space$'
check "what it let go was not received by it" says '^3 packets received by filter$'

"$work/sniff" -i lo -B 1000000G --for 0.1 2>"$work/err"
status=$?
check "a buffer larger than the memory: status 1" [ $status -eq 1 ]
check "a buffer larger than the memory: said" says 'the buffer size 1000000000000000 is over the limit of [0-9]*, half of the memory$'
"$work/sniff" -i lo -B 18014398509481983 --for 0.1 2>"$work/err"
status=$?
check "a buffer larger than numbers: status 1" [ $status -eq 1 ]

for signal in INT TERM HUP; do
	start -i lo -n udp port 9
	send 1 9
	stop $signal
	check "SIG$signal: status 0" ended
	check "SIG$signal: what came before is delivered" lines "$work/out" 1
	check "SIG$signal: singular" says '^1 packet captured$'
done

: >"$work/err"
(
	trap '' HUP
	exec "$work/sniff" -i lo -n udp port 9 >"$work/out" 2>"$work/err"
) &
pid=$!
wait_for '^listening on ' "$work/err"
kill -HUP $pid
sleep 0.1
check "SIGHUP ignored on entry stays ignored" kill -0 $pid
stop INT
check "and SIGINT ends it" ended

# A terminal shows ^C; the counts begin on a line of their own.
python3 - "$work/sniff" >"$work/out" 2>"$work/err" <<'PY'
import os, pty, subprocess, sys
master, slave = pty.openpty()
sniff = subprocess.Popen([sys.argv[1], '-i', 'lo', 'udp', 'port', '9'], stdout=slave, stderr=slave)
said = b''
while b'bytes' not in said:
    said += os.read(master, 4096)
sniff.send_signal(2)
sniff.wait()
print(os.read(master, 4096).replace(b'\r', b'').decode(), end='')
PY
check "control-C on a terminal: an empty line" [ "$(head -n 1 "$work/out")" = "" ]
check "control-C on a terminal: then the counts" grep -q '^0 packets captured$' "$work/out"

# ---- prompt output

mkfifo "$work/pipe"
: >"$work/out"
: >"$work/err"
sed -u p <"$work/pipe" >"$work/out" &
reader=$!
"$work/sniff" -i lo -n udp port 9 2>"$work/err" >"$work/pipe" &
pid=$!
wait_for '^listening on ' "$work/err"
send 1 9
check "a lone packet comes through a pipe" wait_for . "$work/out"
stop INT
wait $reader

start -i lo -w "$work/file" udp port 9
send 1 9
sleep 0.2
check "a lone packet is in the file of -w" [ "$(wc -c <"$work/file")" -gt 24 ]
stop INT

start -i lo -w "$work/file" --print -n -U --immediate-mode -p -B 1M udp port 9
send 2 9
stop INT
check "--print besides -w" lines "$work/out" 2
check "-w keeps both" sh -c "'$sniff' -r '$work/file' --count 2>/dev/null | grep -q '^2 packets'"

# ---- interfaces

row=$(sniff -D | sed -n 's/^\([0-9]*\)\.lo .*/\1/p')
start -i "$row" udp port 9
check "-i takes a row of -D" says '^listening on lo,'
stop INT
first=$(sniff -D | sed -n 's/^1\.\([^ ]*\).*/\1/p')
start udp port 9
check "without -i the first row of -D, named" says "^listening on $first,"
stop INT
start -i any -n udp port 9
check "any is cooked" says '^listening on any, link-type LINUX_SLL2 '
send 2 9
stop INT
check "any: lo shows each packet once" says '^2 packets captured$'
check "any: the interface is named" grep -q ' lo  *In  *IP ' "$work/out"

# ---- LINUX_SLL, which older programs read: the same filters live and over the file

check "-L lists both" [ "$("$work/sniff" -L -i any | grep -c '^  LINUX_SLL2\{0,1\} ')" -eq 2 ]
check "-L lists one of lo" [ "$("$work/sniff" -L -i lo | wc -l)" -eq 2 ]
start -i any -y LINUX_SLL -n -e -w "$work/sll" -U udp dst port 9
check "-y LINUX_SLL" says '^listening on any, link-type LINUX_SLL (Linux cooked v1), '
send 3 9
stop INT
check "a header of 16 bytes" [ "$(wc -c <"$work/sll")" -eq $((24 + 3 * (16 + 16 + 36))) ]
check "of version 1" sh -c "'$sniff' -enr '$work/sll' 2>/dev/null | grep -c ' In 00:00:00:00:00:00 ethertype IPv4 (0x0800), length 5[0-9]: 127.0.0.1' | grep -q 3"
for expression in 'len = 52' 'ip[2:2] = 36' inbound 'greater 52 and less 52' 'ether[14:2] = 0x800' \
	'link[1] = 0' 'ether[2:2] = 772 and udp[4:2] = 16' 'host 127.0.0.1 and not ip6' 'not outbound'; do
	start -i any -y LINUX_SLL --count -c 3 "udp dst port 9 and ($expression)"
	send 3 9
	wait $pid
	check "-y LINUX_SLL, live: $expression" grep -q '^3 packets$' "$work/out"
	check "-y LINUX_SLL, saved: $expression" sh -c \
		"'$sniff' -r '$work/sll' --count 'udp dst port 9 and ($expression)' 2>/dev/null | grep -q '^3 packets'"
done
start -i any -y LINUX_SLL --count "udp dst port 9 and (len != 52 or ether[14:2] != 0x800)"
send 3 9
stop INT
check "-y LINUX_SLL: and the others not" grep -q '^0 packets$' "$work/out"
start -i any -y LINUX_SLL -s 20 -c 1 -w "$work/short" udp dst port 9
send 1 9
wait $pid
check "-y LINUX_SLL -s 20: the header is part of it" [ "$(wc -c <"$work/short")" -eq $((24 + 16 + 20)) ]
"$work/sniff" -i any -y EN10MB 2>"$work/err"
check "-y: both are named" says 'any delivers LINUX_SLL2 .* or LINUX_SLL .*, not EN10MB'
"$work/sniff" -i lo -y LINUX_SLL 2>"$work/err"
check "-y LINUX_SLL of lo" says 'lo delivers EN10MB (Ethernet), not LINUX_SLL'
"$work/sniff" -d -i any -y RAW udp port 9 >"$work/out" 2>"$work/err"
check "-d -i any -y RAW" grep -q -- '-y: any delivers LINUX_SLL2.*, not RAW' "$work/err"
"$work/sniff" -d -i any -y LINUX_SLL udp port 9 >"$work/out" 2>"$work/err"
check "-d -i any -y LINUX_SLL" grep -q ret "$work/out"

sleep 1000 &
peer=$!
kill $peer
unshare -n sleep 1000 &
peer=$!
sleep 0.1
ip link add near type veth peer name far netns $peer
ip address add 10.9.0.1/24 dev near
ip link set near up
nsenter -t $peer -n ip address add 10.9.0.2/24 dev far
nsenter -t $peer -n ip link set far up
for direction in in out inout; do
	start -i near -n -Q $direction udp port 9
	to=10.9.0.2
	send 3 9
	nsenter -t $peer -n python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b"x", ("10.9.0.1", 9))'
	stop INT
	case $direction in
	in) want=1 ;;
	out) want=3 ;;
	*) want=4 ;;
	esac
	check "-Q $direction" lines "$work/out" $want
done
start -i near@if7 udp port 9
check "-i near@if7, as ip link shows it" says '^listening on near,'
stop INT
"$work/sniff" -i naer@if7 2>"$work/err"
check "-i naer@if7: the name is near" says "no interface 'naer'; did you mean 'near'"
ip link add name tap@if7 type veth peer name other && ip link set tap@if7 up
start -i tap@if7 udp port 9
check "-i of a name with an @" says '^listening on tap@if7,'
stop INT
ip link del tap@if7
start -i near -n -s 30 -w "$work/file" ip
to=10.9.0.2
send 1 9
stop INT
check "-s cuts" sh -c "od -A n -t u4 -j 32 -N 4 '$work/file' | grep -q ' 30$'"
"$work/sniff" -d -i near 'ip broadcast' >"$work/out" 2>"$work/err"
check "the netmask comes from the interface" grep -q '#0xff' "$work/out"

to=127.0.0.1
start -i near -n udp port 9
ip link set near down
check "an interface that goes down is a line" wait_for '^[0-9:.]* near went down; capture goes on' \
	"$work/err"
stop INT
check "and no fault" [ "$status" -eq 0 ]
"$work/sniff" -i near 2>"$work/err"
check "an interface that is down" says 'sniff: .*near.* down'

# ---- privileges

start -i lo udp port 9
uid=$(id -u sniff 2>/dev/null || echo "${SNIFF_USER_ID:-65534}")
check "another user" [ "$(field Uid | tr '\t' ' ')" = "$uid $uid $uid $uid" ]
check "no groups" [ -z "$(field Groups | tr -d ' ')" ]
check "no effective capabilities" [ "$(field CapEff)" = 0000000000000000 ]
check "no permitted capabilities" [ "$(field CapPrm)" = 0000000000000000 ]
check "no inheritable capabilities" [ "$(field CapInh)" = 0000000000000000 ]
check "no capabilities to come" [ "$(field CapBnd)" = 0000000000000000 ]
check "no supplementary groups" [ -z "$(field Groups | tr -d ' ')" ]
check "no permitted capabilities" [ "$(field CapPrm)" = 0000000000000000 ]
check "no new privileges" [ "$(field NoNewPrivs)" = 1 ]
stop INT

start -i lo -Z daemon udp port 9
check "-Z" [ "$(field Uid | tr '\t' ' ')" = "$(id -u daemon | sed 's/.*/& & & &/')" ]
stop INT

mkfifo "$work/fifo"
: >"$work/err"
"$work/sniff" -r "$work/fifo" --count >"$work/out" 2>"$work/err" &
pid=$!
exec 9>"$work/fifo"
head -c 24 "${TOP_SRCDIR:-.}/pcaps/icmp.pcap" >&9
wait_for '^reading from' "$work/err"
sleep 0.1
check "-r gives up root too" [ "$(field CapEff)" = 0000000000000000 ]
check "-r: another user" [ "$(field Uid | cut -f 1)" = "$uid" ]
exec 9>&-
wait $pid

# Where those users may make files; tests/identity.sh has what is elsewhere.
mkdir -m 1777 "$work/all"
SUDO_UID=1234 SUDO_GID=2345 "$work/sniff" -i lo -w "$work/all/sudo" --for 0.1 2>"$work/err"
check "the file belongs to the user behind sudo" [ "$(stat -c %u:%g "$work/all/sudo")" = 1234:2345 ]
PKEXEC_UID=$(id -u daemon) "$work/sniff" -i lo -w "$work/all/pkexec" --for 0.1 2>"$work/err"
check "... pkexec" [ "$(stat -c %U "$work/all/pkexec")" = daemon ]
DOAS_USER=daemon "$work/sniff" -i lo -w "$work/all/doas" --for 0.1 2>"$work/err"
check "... doas" [ "$(stat -c %U "$work/all/doas")" = daemon ]
rm -f "$work/file"
"$work/sniff" -i lo -w "$work/file" --for 0.1 2>"$work/err"

if unshare -rn true 2>/dev/null; then
	: >"$work/err"
	unshare -rn sh -c "ip link set lo up; exec '$work/sniff' -i lo udp port 9" >"$work/out" 2>"$work/err" &
	pid=$!
	check "in a user namespace" wait_for '^listening on ' "$work/err"
	check "the id stays, capabilities go" [ "$(field CapEff)" = 0000000000000000 ]
	stop INT
fi

if command -v setpriv >/dev/null; then
	cp "$sniff" "$work/plain"
	user="setpriv --reuid 65534 --regid 65534 --clear-groups"
	$user "$work/plain" -i lo >"$work/out" 2>"$work/err"
	status=$?
	check "no privilege: status 1" [ $status -eq 1 ]
	check "no privilege: the capability is named" says CAP_NET_RAW
	check "-D needs no privilege" sh -c "$user '$work/plain' -D | grep -q lo"
	check "-L needs no privilege" sh -c "$user '$work/plain' -L -i lo | grep -q EN10MB"
	check "-d needs no privilege" sh -c "$user '$work/plain' -d -i lo ip | grep -q ret"
	chmod u+s "$work/plain"
	: >"$work/out"
	chmod 600 "$work/file"
	$user "$work/plain" -r "$work/file" >"$work/out" 2>"$work/err"
	check "set-uid: files are opened as the user" says 'Permission denied'
	$user "$work/plain" -i lo -w "$work/mine" --for 0.1 2>"$work/err"
	check "set-uid: no file where the user may not write" says 'Permission denied'
	$user env POSIXLY_CORRECT=1 "$work/plain" ip -d -y EN10MB >"$work/out" 2>"$work/err"
	check "set-uid: the environment is ignored" grep -q ret "$work/out"
	$user "$work/plain" -i lo --for 0.1 2>"$work/err"
	check "set-uid: captures" says '^0 packets captured'
fi

# ---- a reader that does not read

insists()
{
	python3 - "$work/sniff" "$1" <<'END'
import fcntl, os, signal, subprocess, sys, time
end, begin = os.pipe()
fcntl.fcntl(begin, 1031, 4096)          # F_SETPIPE_SZ
sniff = subprocess.Popen([sys.argv[1], "-evXXr", sys.argv[2]], stdout=begin, stderr=subprocess.DEVNULL)
time.sleep(0.3)
sniff.send_signal(signal.SIGINT)
sniff.send_signal(signal.SIGINT)
time.sleep(0.1)
sniff.send_signal(signal.SIGINT)
time.sleep(0.1)
waits = sniff.poll() is None            # twice at once is once
time.sleep(2.9)
sniff.send_signal(signal.SIGINT)
sys.exit(not (waits and sniff.wait(5) == 1))
END
}

check "a signal ends a write that hangs, when it comes again later" insists "$captures/http.pcap"

# ---- names: files of our own over the machine's

mkdir "$work/etc"
echo 'hosts: files' >"$work/etc/nsswitch.conf"
echo 'services: files' >>"$work/etc/nsswitch.conf"
printf '192.0.2.1\tone.test one\n2001:db8::a\tsix.test\n' >"$work/etc/hosts"
printf 'domain\t53/udp\nlocal\t5353/tcp\n' >"$work/etc/services"

# named ARGUMENTS: sniff, where these files are in /etc
named()
{
	# shellcheck disable=SC2016
	unshare -m sh -c 'work=$1 && shift
		for file in nsswitch.conf hosts services; do
			mount --bind "$work/etc/$file" /etc/$file || exit
		done
		exec "$work/sniff" "$@"' named "$work" "$@" >"$work/out" 2>"$work/err"
}

if unshare -m sh -c 'mount --bind "$1" /etc/hosts && [ -e /etc/services ] && [ -e /etc/nsswitch.conf ]' sh "$work/etc/hosts" 2>/dev/null; then
	dns=$captures/dns.pcap
	named --resolve -t -r "$dns"
	check "names of hosts and services" grep -q -x 'IP one.test.5353 > 198.51.100.7.domain: .*' "$work/out"
	check "names of IPv6 hosts" grep -q '^IP6 six.test.5353 > 2001:db8::b.domain: ' "$work/out"
	named --resolve -N -t -r "$dns"
	check "-N leaves the domain out" grep -q '^IP one.5353 > ' "$work/out"
	named --resolve -n -t -r "$dns"
	check "-n: numbers" grep -q '^IP 192.0.2.1.5353 > ' "$work/out"
	named -t -r "$dns" host one.test
	check "a host by name, printed as a number" grep -q '^IP 192.0.2.1.5353 > ' "$work/out"
fi
finish
