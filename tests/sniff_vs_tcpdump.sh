#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# For each of 200 expressions: what `sniff -r F -w out EXPR` writes is byte for byte what tcpdump writes.
sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
list=${TOP_SRCDIR:-.}/tests/expressions-200.txt
trace=${SHARED:-../shared}/bench/traffic.pcap

skip()
{
	echo "skipped: $1"
	exit 77
}

command -v tcpdump >/dev/null || skip "tcpdump is not there to compare with"
[ -r "$trace" ] || skip "$trace is not there"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/names"

rows=0 failed=0 matching=0
while IFS= read -r expression; do
	case $expression in
	'#'*|'') continue ;;
	esac
	rows=$((rows + 1))
	if ! tcpdump -r "$trace" -w "$work/theirs" "$expression" 2>"$work/error"; then
		echo "tcpdump refuses '$expression': $(tail -n 1 "$work/error")"
		failed=$((failed + 1))
		continue
	fi
	"$sniff" --names "$work/names" --allow-empty -r "$trace" -w "$work/ours" "$expression" 2>"$work/error"
	status=$?
	[ "$(wc -c <"$work/theirs")" -gt 24 ] && matching=$((matching + 1))
	if [ "$status" -ne 0 ]; then
		echo "'$expression': status $status: $(tail -n 3 "$work/error")"
		failed=$((failed + 1))
	elif ! cmp -s "$work/ours" "$work/theirs"; then
		echo "'$expression': $(wc -c <"$work/ours") bytes, tcpdump has $(wc -c <"$work/theirs")"
		failed=$((failed + 1))
	fi
	rm -f "$work/ours" "$work/theirs"
done <"$list"

echo "$rows expressions, $matching of them with packets, $failed differ"
[ "$rows" -eq 200 ] && [ "$matching" -gt 100 ] && [ "$failed" -eq 0 ]
