# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
# For tests that capture: . tests/live_tools.sh, then `in_new_network "$0"`. Such a script runs itself again
# in a network of its own, with lo up; it is left out, with the reason, where that cannot be.

skip()
{
	echo "skipped: $1"
	exit 77
}

in_new_network()
{
	[ "${IN_NEW_NETWORK:-}" = yes ] && return
	[ "$(id -u)" = 0 ] || skip "capturing needs root"
	for tool in unshare ip python3 nsenter; do
		command -v $tool >/dev/null || skip "$tool is not there"
	done
	unshare -n true 2>/dev/null || skip "no namespaces of our own here"
	IN_NEW_NETWORK=yes exec unshare -n sh "$1"
}

rows=0 failed=0

# check WHAT CONDITION...: one row
check()
{
	what=$1
	shift
	rows=$((rows + 1))
	"$@" && return
	failed=$((failed + 1))
	echo "failed: $what"
	[ ! -s "$work/err" ] || sed 's/^/    /' "$work/err"
}

finish()
{
	echo "$rows rows, $failed failed"
	[ "$rows" -gt 0 ] && [ "$failed" -eq 0 ]
	exit
}

# wait_for PATTERN FILE: up to 5 s
wait_for()
{
	tries=0
	until grep -q -e "$1" "$2" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 250 ] || return 1
		sleep 0.02
	done
}

# send COUNT PORT...: that many datagrams to each port, in turn, of address $to
send()
{
	python3 - "$to" "$@" <<'END'
import socket, sys
to, count, ports = sys.argv[1], int(sys.argv[2]), [int(p) for p in sys.argv[3:]]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(count):
    for port in ports:
        try:
            s.sendto(b"%08d" % i, (to, port))
        except ConnectionRefusedError:
            pass
END
}
