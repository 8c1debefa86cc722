#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every row of sniff/options.def is in the manual page, in the completion, in -h, and in some test.
top=${TOP_SRCDIR:-.}
build=${TOP_BUILDDIR:-.}
sniff=${SNIFF:-$build/sniff/sniff}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

from_table()
{
	"${AWK:-awk}" -v mode="$1" -f "$top/build-aux/options.awk" "$top/sniff/options.def"
}

sh "$top/build-aux/page.sh" "$top" 0 >"$work/page" || exit 1
sed 's/\\-/-/g; s/\\fB//g; s/\\fR//g; s/\\fI//g' "$work/page" >"$work/plain"
from_table rows | tr '\t' '|' >"$work/rows"
from_table bash >"$work/completion"
"$sniff" -h >"$work/help" || exit 1
cat "$top/tests/sniff_rows.txt" "$top/tests/sniff_live.sh" >"$work/tests"

rows=0 failed=0

miss()
{
	echo "$1 is not in $2"
	failed=$((failed + 1))
}

while IFS='|' read -r letter name _ effect; do
	rows=$((rows + 1))
	option=-$letter
	[ -n "$letter" ] || option=--$name
	grep -q -e "^$option\( \|,\|$\)" "$work/plain" || miss "$option" "the manual page"
	[ -z "$name" ] || grep -q -e "--$name" "$work/plain" || miss "--$name" "the manual page"
	[ -z "$name" ] || grep -q -e "--$name" "$work/help" || case $effect in
	NOTHING|LATER|NEVER) ;;
	*) miss "--$name" "-h" ;;
	esac
	grep -q -e " $option\( \|,\|$\)" "$work/help" || miss "$option" "-h"
	case $effect in
	NOTHING|LATER|NEVER) ;;
	*) grep -q -e "	$option\( \|$\)" "$work/completion" || miss "$option" "the completion" ;;
	esac
	short=${letter:-$name}
	grep -q -e "sniff.* -[-a-zA-Z]*$short" "$work/tests" || miss "$option" "any test"
done <"$work/rows"

from_source=$(grep -c '^OPTION(' "$top/sniff/options.def")
[ "$rows" = "$from_source" ] || miss "a row" "what options.awk reads: $rows of $from_source"
if command -v bash >/dev/null; then
	bash -n "$work/completion" || miss "correct bash" "the completion"
fi
if command -v mandoc >/dev/null; then
	# From standard input: in a name mandoc looks for a section, and the folder's is random.
	mandoc -T lint -W warning <"$work/page" || miss "correct man" "the manual page"
fi

echo "$rows options, $failed failed"
[ "$rows" -gt 0 ] && [ "$failed" -eq 0 ]
