#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Two namespaces joined by a veth: 10,000 datagrams that match among 20,000, SIGINT right after the last.
# All 10,000 are in the file, each time.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
runs=${RUNS:-10}
work=$(mktemp -d) || exit 1
unshare -n sleep 1000 &
peer=$!
trap 'rm -rf "$work"; kill $peer' EXIT
sleep 0.1
ip link set lo up
ip link add near type veth peer name far netns $peer
ip address add 10.9.0.1/24 dev near
ip link set near up
nsenter -t $peer -n ip address add 10.9.0.2/24 dev far
nsenter -t $peer -n ip link set far up
to=10.9.0.2

run=0
while [ $run -lt "$runs" ]; do
	run=$((run + 1))
	: >"$work/err"
	nsenter -t $peer -n "$sniff" -i far -w "$work/file" udp dst port 7001 2>"$work/err" &
	pid=$!
	wait_for '^listening on ' "$work/err"
	send 10000 7001 7002
	kill -INT $pid
	wait $pid
	check "run $run: status $?" [ $? -eq 0 ]
	count=$("$sniff" -r "$work/file" --count udp dst port 7001 2>/dev/null)
	check "run $run: $count" [ "$count" = "10000 packets" ]
	check "run $run: nothing else" [ "$("$sniff" -r "$work/file" --count 2>/dev/null)" = "$count" ]
done
finish
