#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# page.sh SOURCE VERSION: the manual page of sniff on standard output, with what options.def says of the
# options in the places of @SYNOPSIS@ and @OPTIONS@.
set -e
source=$1
version=$2

from_table()
{
	"${AWK:-awk}" -v mode="$1" -f "$source/build-aux/options.awk" "$source/sniff/options.def"
}

while IFS= read -r line; do
	case $line in
	@SYNOPSIS@) from_table synopsis ;;
	@OPTIONS@) from_table options ;;
	*@VERSION@*) printf '%s%s%s\n' "${line%%@VERSION@*}" "$version" "${line#*@VERSION@}" ;;
	*) printf '%s\n' "$line" ;;
	esac
done < "$source/sniff/sniff.1.in"
