#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the rows of tests/sniff_rows.txt: command lines of sniff, and what comes of each.
#   $ command      run by sh in an empty folder; sniff is in the PATH, $P is the folder of captures,
#                  $ORDER the byte order of the machine (le or be)
#   = status       0 when it is missing
#   > line         of standard output, as a pattern of sh; none: there is no output
#   ! line         of standard error; none: there is nothing but "reading from file" and "assuming"
#   > ... ! ...    any further lines
# ONLY=text runs the rows whose command holds the text.
top=${TOP_SRCDIR:-.}
rows_file=${ROWS:-$top/tests/sniff_rows.txt}
sniff=${SNIFF:-${TOP_BUILDDIR:-.}/sniff/sniff}
case $sniff in
/*) ;;
*) sniff=$PWD/$sniff ;;
esac
P=$(cd "$top/pcaps" && pwd)
export P
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/names"
ln -s "$sniff" "$work/bin/sniff"
# word FILE OFFSET: 32 bits as the machine reads them that sniff is built for.
cat >"$work/bin/word" <<'END'
od -A n -t x1 -j "$2" -N 4 "$1" | {
	read -r a b c d
	[ "$ORDER" = be ] && echo "$a$b$c$d" || echo "$d$c$b$a"
}
END
chmod +x "$work/bin/word"
PATH=$work/bin:$PATH
NAMES=$work/names
export NAMES
unset POSIXLY_CORRECT
TZ=UTC
export TZ
case ${BYTE_ORDER:-little} in
little) ORDER=le ;;
*) ORDER=be ;;
esac
export ORDER
umask 022

rows=0 failed=0

complain()
{
	[ "$bad" -eq 0 ] && printf '%s:%s: %s\n' "$rows_file" "$at" "$command"
	bad=1
	printf '    %s\n' "$1"
}

# compare NAME EXPECTED ACTUAL: files, line by line
compare()
{
	exec 3<"$2" 4<"$3"
	while IFS= read -r expected <&3; do
		[ "$expected" = ... ] && return
		if ! IFS= read -r actual <&4 && [ -z "$actual" ]; then
			complain "$1 lacks: $expected"
			return
		fi
		# The pattern is meant as one.
		# shellcheck disable=SC2254
		case $actual in
		$expected) ;;
		*)
			complain "$1: $actual"
			complain "wanted: $expected"
			;;
		esac
	done
	IFS= read -r actual <&4 && complain "$1 has besides: $actual"
}

run_row()
{
	[ -n "$command" ] || return
	case $command in
	*"$ONLY"*) ;;
	*) return ;;
	esac
	rows=$((rows + 1)) bad=0
	rm -rf "$work/here"
	mkdir -m 777 "$work/here"
	(cd "$work/here" && sh -c "$command") >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" = "$status" ] || complain "status $got, wanted $status"
	compare stdout "$work/want_out" "$work/out"
	if [ ! -s "$work/want_err" ]; then
		grep -v -e '^reading from file ' -e '^sniff: assuming link-type ' "$work/err" >"$work/err2"
		mv "$work/err2" "$work/err"
	fi
	compare stderr "$work/want_err" "$work/err"
	failed=$((failed + bad))
}

line_number=0 command=
chmod 755 "$work"
while IFS= read -r line; do
	line_number=$((line_number + 1))
	case $line in
	'$ '*)
		run_row
		command=${line#??} status=0 at=$line_number
		: >"$work/want_out"
		: >"$work/want_err"
		;;
	'= '*) status=${line#??} ;;
	'> '*) printf '%s\n' "${line#??}" >>"$work/want_out" ;;
	'! '*) printf '%s\n' "${line#??}" >>"$work/want_err" ;;
	'#'*|'') ;;
	*)
		echo "$rows_file:$line_number: not a row: $line"
		failed=$((failed + 1))
		;;
	esac
done <"$rows_file"
run_row

echo "$rows rows, $failed failed"
[ "$rows" -gt 0 ] && [ "$failed" -eq 0 ]
