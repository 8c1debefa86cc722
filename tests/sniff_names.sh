#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Interfaces whose names and aliases have bytes in them that control a terminal: nothing that sniff prints has them.
. "${TOP_SRCDIR:-.}/tests/live_tools.sh"
in_new_network "$0"

sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
esc=$(printf 'e\033[31mx') c1=$(printf 'c\302\2332Jx') del=$(printf 'd\177\007\210x') umlaut=größe

# clean FILE...: printable characters and newlines alone
clean()
{
	python3 - "$@" <<'END'
import sys
for path in sys.argv[1:]:
    text = open(path, "rb").read().decode("utf-8")
    if not all(c == "\n" or c.isprintable() for c in text):
        sys.exit(f"{path}: {text!r}")
END
}

has() { grep -q -F -e "$1" "$2"; }

ip link set lo up
for name in "$esc" "$c1" "$del" "$umlaut"; do
	ip link add "$name" type veth peer name far 2>"$work/err" || skip "such a name is refused"
	ip link set "$name" alias "$(printf 'alias\033]0;x\007')"
	ip link set "$name" up
	ip link set far up

	"$sniff" -D >"$work/out" 2>"$work/err"
	check "-D" clean "$work/out" "$work/err"
	check "-D, the alias" has '(alias^[]0;x^G)' "$work/out"
	"$sniff" -L -i "$name" >"$work/out" 2>"$work/err"
	check "-L" clean "$work/out" "$work/err"
	"$sniff" -J -i "$name" >"$work/out" 2>"$work/err"
	check "-J" clean "$work/out" "$work/err"
	"$sniff" -i "$name" -y RAW >"$work/out" 2>"$work/err"
	check "-y" clean "$work/err"
	"$sniff" -i "${name}y" >"$work/out" 2>"$work/err"
	check "a name that is near" clean "$work/err"

	: >"$work/err"
	"$sniff" -i "$name" -n >"$work/out" 2>"$work/err" &
	pid=$!
	check "it listens" wait_for '^listening on ' "$work/err"
	ip link set "$name" down
	check "down" wait_for 'went down' "$work/err"
	"$sniff" -i "$name" >"$work/out" 2>"$work/down"
	check "is down" clean "$work/down"
	ip link del "$name"
	wait $pid
	check "listening, down and gone" clean "$work/err"
	check "gone" grep -q 'is gone$' "$work/err"
	"$sniff" -i "$name" >"$work/out" 2>"$work/err"
	check "unknown" clean "$work/err"
done

# every line of -i any
for name in "$esc" "$c1" "$del"; do
	ip link add "$name" type veth peer name far
	ip address add 10.9.9.1/24 dev "$name"
	ip link set "$name" up
	ip link set far up
	ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev "$name"
	: >"$work/err"
	"$sniff" -i any -n udp port 9 >"$work/out" 2>"$work/err" &
	pid=$!
	wait_for '^listening on ' "$work/err"
	to=10.9.9.2
	send 3 9
	sleep 0.2
	kill -INT $pid
	wait $pid
	check "-i any has the packets" has '10.9.9.2.9: UDP' "$work/out"
	check "-i any" clean "$work/out" "$work/err"
	ip link del "$name"
done

ip link add "$umlaut" type veth peer name far
"$sniff" -D >"$work/out" 2>"$work/err"
check "what can be read stays" has "$umlaut [" "$work/out"
finish
