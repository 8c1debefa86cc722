# SPDX-License-Identifier: BSD-2-Clause
# the sniffer: options, printing
if HAVE_CHECK
check_PROGRAMS += tests/unit_units
TESTS += tests/unit_units
tests_unit_units_SOURCES = tests/unit_units.c
tests_unit_units_LDADD = cli/libcli.la $(CHECK_LIBS)
endif

SNIFF_TESTS = tests/identity.sh tests/sniff_down.sh tests/sniff_end tests/sniff_full.sh \
	tests/sniff_rows.sh tests/sniff_vs_tcpdump.sh tests/sniff_live.sh tests/sniff_monitor.sh \
	tests/sniff_names.sh tests/sniff_progress.sh tests/sniff_veth.sh
TESTS += $(SNIFF_TESTS) tests/foreign_words tests/sniff_terminal tests/message_wrap
EXTRA_DIST += $(SNIFF_TESTS) tests/foreign_words tests/sniff_terminal tests/message_wrap
EXTRA_DIST += tests/live_tools.sh tests/sniff_rows.txt tests/expressions-200.txt

# the manual pages of both programs have the options that -h has
TESTS += tests/option_pages tests/missing tests/printed_protocols
EXTRA_DIST += tests/option_pages tests/missing tests/printed_protocols tests/usage.py

# and so have their completions, in bash, zsh and fish
TESTS += tests/completion
EXTRA_DIST += tests/completion tests/complete.bash tests/complete.fish tests/complete.zsh

FUZZ_TARGETS += options
check_PROGRAMS += tests/fuzz/replay_options
tests_fuzz_replay_options_SOURCES = tests/fuzz/fuzz_options.c tests/fuzz/replay_main.c \
	sniff/sniff_options.c
tests_fuzz_replay_options_LDADD = cli/libcli.la libfilter/print/libprint.la $(LDADD)
tests_fuzz_replay_options_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/sniff
EXTRA_DIST += tests/fuzz/corpus/options
