#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dist_time.sh SRCDIR: prints the time, in seconds since 1970, that all files of the tarball get:
# SOURCE_DATE_EPOCH when it is set, else the date of the last commit. In a tree that came from a tarball
# it is the time that the tarball gave, so that make dist makes the same one again.
set -eu

if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
	case $SOURCE_DATE_EPOCH in
	*[!0-9]*) echo "SOURCE_DATE_EPOCH is '$SOURCE_DATE_EPOCH', not a number of seconds since 1970" >&2; exit 1 ;;
	esac
	echo "$SOURCE_DATE_EPOCH"
	exit
fi

# quickstart builds from links to the sources. A tarball may lie in somebody's repository without
# being a part of it, so the file itself has to be git's.
file=$(readlink -f "$1/configure.ac")
tree=${file%/*}
if git -C "$tree" ls-files --error-unmatch configure.ac >/dev/null 2>&1; then
	git -C "$tree" -c log.showSignature=false log -1 --format=%ct
elif [ -e "$tree/.git" ]; then
	echo "git does not read $tree: set SOURCE_DATE_EPOCH to the date of the last commit" >&2
	exit 1
else
	stat -c %Y "$file"
fi
