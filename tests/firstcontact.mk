# SPDX-License-Identifier: BSD-2-Clause
# the first minutes of a user: quickstart, installation, lint
TESTS += tests/lint tests/lint_planted tests/quickstart_packages tests/install tests/man3_facts tests/man3_snippets tests/manual tests/manual_words tests/commands
TESTS += tests/wording
if !HAVE_PCAP
TESTS += tests/no_comparisons
endif

# Minutes, and root: not part of make check. The second makes a fresh Debian root, from the network.
check-firstcontact:
	$(top_srcdir)/tests/firstcontact
check-debootstrap:
	$(top_srcdir)/tests/firstcontact-debootstrap
.PHONY: check-firstcontact check-debootstrap

EXTRA_DIST += tests/lint tests/lint.rows tests/lint_code.py tests/lint_graph.py tests/lint_layers.py \
	tests/lint_planted tests/lint_tree.py
EXTRA_DIST += tests/README tests/quickstart_packages tests/format tests/no_comparisons tests/install tests/man3.py tests/man3_facts tests/man3_given.py \
	tests/man3_snippets tests/manual tests/manual_words tests/wording tests/commands tests/pages.py tests/firstcontact \
	tests/firstcontact-debootstrap .clang-format .ci/run

# How the sources are laid out: by one version of clang-format, which .ci/run installs. So it is no part of
# make check.
check-format:
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/format
format:
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) $(srcdir)/tests/format --fix
.PHONY: check-format format
