#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command of packaging/systemd/sniff@.service, with the privileges that the unit gives and no more:
# a user of no name and one capability. Needs root, to have what can be taken away.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
command -v setpriv >/dev/null || skip "setpriv is not there"
in_new_network "$0"

unit="${TOP_BUILDDIR:-.}/packaging/systemd/sniff@.service"
sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir "$work/state" "$work/etc"
chown 65534:65534 "$work/state"
chmod 700 "$work/state"
# The built program may lie where that user cannot go.
install -m 755 "$sniff" "$work/sniff"
ip link set lo up
ip link add br-test type veth peer name far
ip link set br-test up
ip link set far up
ip address add 10.9.0.1/24 dev br-test
ip neighbor add 10.9.0.2 lladdr 02:00:00:00:00:02 dev br-test
to=10.9.0.2

# What systemd makes of the lines: NAME=VALUE of Environment=, then the shell's script and its
# arguments, %i, %% and $$ being what they stand for.
environment=$(sed -n 's/^Environment=//p' "$unit")
script=$(sed -e ':a' -e '/\\$/{N;s/\\\n[ \t]*//;ba' -e '}' "$unit" |
	sed -n "s/^ExecStart=\/bin\/sh -efuc '\(.*\)' sh %i\$/\1/p" |
	sed -e 's/%%/%/g' -e 's/\$\$/$/g' -e "s,exec [^ ]*/bin/sniff,exec $work/sniff,")
check "ExecStart as expected" [ -n "$script" ]

# what AmbientCapabilities=CAP_NAME and CapabilityBoundingSet=CAP_NAME are for setpriv
capability()
{
	sed -n "s/^$1=CAP_//p" "$unit" | tr '[:upper:]' '[:lower:]'
}
umask=$(sed -n 's,^UMask=,,p' "$unit")
ambient=$(capability AmbientCapabilities)
bounding=$(capability CapabilityBoundingSet)

# with_unit_privileges [NAME=VALUE...]: the unit's command on br-test
with_unit_privileges()
{
	# shellcheck disable=SC2086
	exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps="-all,+$ambient" \
		--ambient-caps="-all,+$ambient" --bounding-set="-all,+$bounding" --no-new-privs \
		env -i PATH=/usr/bin:/bin STATE_DIRECTORY="$work/state" $environment "$@" \
		sh -c 'umask "$1"; exec sh -efuc "$0" sh br-test' "$script" "$umask"
}

matches()
{
	echo "$2" | grep -q -E -e "$1"
}

file_of()
{
	set -- "$work/state"/*
	echo "$1"
}

# One file for a second, of what the filter lets through.
began=$(date -u +%Y%m%dT%H%M%SZ)
(with_unit_privileges FOR=1s FILTER='udp dst port 7001' OPTIONS='-s 60 -p') 2>"$work/err" &
pid=$!
check "it listens" wait_for '^listening on br-test' "$work/err"
uids=$(awk '/^Uid:/ { print $2, $3, $4, $5 }' /proc/$pid/status)
check "its user: $uids" [ "$uids" = "65534 65534 65534 65534" ]
left=$(awk '/^Cap(Inh|Prm|Eff|Amb):/ { print $2 }' /proc/$pid/status | sort -u)
check "capabilities while it captures: $left" [ "$left" = 0000000000000000 ]
send 100 7001 7002
wait $pid
check "after --for: status $?" [ $? -eq 0 ]
file=$(file_of)
name=${file##*/}
check "the name '$name'" matches '^br-test-[0-9]{8}T[0-9]{6}Z\.pcap$' "$name"
stamp=${name#br-test-}
check "the time in the name" [ "$(printf '%s\n' "$began" "${stamp%.pcap}" | sort | head -n 1)" = "$began" ]
check "mode and owner" [ "$(stat -c '%a %u' "$file")" = "600 65534" ]
count=$("$sniff" -r "$file" --count 2>/dev/null)
check "packets in the file: $count" [ "$count" = "100 packets" ]
check "snapshot length" grep -q 'snapshot length 60' "$work/err"
rm -f "$file"

# Without a file of settings: everything, until it is stopped.
(with_unit_privileges) 2>"$work/err" &
pid=$!
wait_for '^listening on br-test' "$work/err"
send 10 7001 7002
kill -TERM $pid
wait $pid
check "stopped by SIGTERM: status $?" [ $? -eq 0 ]
count=$("$sniff" -r "$(file_of)" --count udp 2>/dev/null)
check "packets without a filter: $count" [ "$count" = "20 packets" ]

# What is no filter is not tried again: the status that RestartPreventExitStatus names, and the place.
(with_unit_privileges FILTER='udp prot 53; touch /') 2>"$work/err"
status=$?
check "no filter: status $status" [ $status -eq "$(sed -n 's/^RestartPreventExitStatus=//p' "$unit")" ]
check "the place in the filter" grep -q '^    ^~~~' "$work/err"
# What may be there again is.
rm -f "$work/state"/*; ip link delete br-test
(with_unit_privileges) 2>"$work/err"
check "no interface: status $?" [ $? -eq 1 ]
finish
