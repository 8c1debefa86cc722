#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Whatever sniff prints: when it cannot be written, that is said, and the status is 1; when nobody reads it any
# more, that is no error.
sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
pcaps=${TOP_SRCDIR:-.}/pcaps
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
rows=0 failed=0

if [ ! -w /dev/full ]; then
	echo "skipped: there is no /dev/full"
	exit 77
fi

fail()
{
	failed=$((failed + 1))
	echo "failed: $*" | cut -c 1-100
	sed 's/^/    /' "$work/err"
}

full()
{
	"$sniff" "$@" >/dev/full 2>"$work/err"
	status=$?
	[ $status -eq 1 ] && grep -q '^sniff: standard output: .*No space left on device$' "$work/err" ||
		fail "status $status, full: $*"
}

# The reader has gone before there is anything to write.
gone()
{
	{ sleep 0.1 && "$sniff" "$@" 2>"$work/err"; echo $? >"$work/status"; } | true
	[ "$(cat "$work/status")" -eq 0 ] && ! grep -q '^sniff: standard output' "$work/err" || fail "gone: $*"
}

# A program whose text does not fit into one buffer.
long="port 1"
for port in $(seq 3 2 1501); do
	long="$long or port $port"
done
while read -r options; do
	rows=$((rows + 2))
	# shellcheck disable=SC2086
	full $options
	# shellcheck disable=SC2086
	gone $options
done <<END
-h
--version
-D
-L -i lo
-J -i lo
-d -y EN10MB ip
-dd -y EN10MB ip
-ddd -y EN10MB ip
-d -y EN10MB $long
-r $pcaps/icmp.pcap
-r $pcaps/icmp.pcap -l
-r $pcaps/icmp.pcap -U
-r $pcaps/icmp.pcap --count
-r $pcaps/icmp.pcap --count -c 1
-r $pcaps/icmp.pcap -w -
-r $pcaps/icmp.pcap -U -w -
-r $pcaps/icmp.pcap --print -w $work/file
END
echo "$rows rows, $failed failed"
[ "$rows" -gt 0 ] && [ "$failed" -eq 0 ]
