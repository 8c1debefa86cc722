#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make fuzz: builds each target with libFuzzer and the sanitizers in fuzz.d/ and searches from its
# corpus for SECONDS_IN_ALL / targets seconds. What is found stays in fuzz.d/ and fails the run.
# CC, SECONDS_IN_ALL, TARGETS, SOURCES, CPPFLAGS, TOP_SRCDIR and MAKE come from the Makefile.
set -eu

set -- $TARGETS
[ $# -gt 0 ] || { echo "make fuzz: there are no targets"; exit 1; }
command -v "$CC" >/dev/null || { echo "make fuzz: needs $CC with libFuzzer (FUZZ_CC=... names another)"; exit 1; }
seconds=$((SECONDS_IN_ALL / $#))
[ "$seconds" -gt 0 ] || seconds=1
sanitize="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
mkdir -p fuzz.d

# A makefile, so that what did not change is not compiled again.
{
	printf 'FLAGS = %s %s\n' "$sanitize" "$CPPFLAGS"
	objects=
	for source in $SOURCES; do
		case $source in
		sniff/sniff.c | *.[!c] | *.def) continue ;;
		esac
		object=fuzz.d/$(echo "${source%.c}" | tr / _).o
		objects="$objects $object"
		printf '%s: %s/%s\n\t%s $(FLAGS) -c -MMD -o $@ $<\n' "$object" "$TOP_SRCDIR" "$source" "$CC"
	done
	printf 'fuzz.d/all.a: %s\n\trm -f $@; ar rcs $@ $^\n' "$objects"
	for what; do
		printf 'all: fuzz.d/%s\nfuzz.d/%s: %s/tests/fuzz/fuzz_%s.c fuzz.d/all.a\n' "$what" "$what" "$TOP_SRCDIR" "$what"
		printf '\t%s $(FLAGS) -fsanitize=fuzzer -o $@ $^\n' "$CC"
	done
	printf -- '-include fuzz.d/*.d\n'
} > fuzz.d/makefile
"$MAKE" -s -f fuzz.d/makefile all

failed=0
for what; do
	mkdir -p "fuzz.d/$what.found"
	echo "fuzz $what: $seconds seconds"
	if ! "fuzz.d/$what" -max_total_time="$seconds" -artifact_prefix="fuzz.d/$what-" -print_final_stats=1 \
			-rss_limit_mb=4096 -timeout=20 "fuzz.d/$what.found" "$TOP_SRCDIR/tests/fuzz/corpus/$what" \
			> "fuzz.d/$what.log" 2>&1; then
		tail -n 60 "fuzz.d/$what.log"
		failed=1
	fi
	grep -E 'number_of_executed_units|new_units_added' "fuzz.d/$what.log" || :
done
exit $failed
