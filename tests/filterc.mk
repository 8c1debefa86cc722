# SPDX-License-Identifier: BSD-2-Clause
# the filter workbench, and with it the recorded rows of the established tools
TESTS += tests/conformance_accept tests/conformance_apply tests/conformance_reject tests/conformance_proof
EXTRA_DIST += tests/corrected.py tests/corrected.rows
EXTRA_DIST += tests/conformance.py tests/conformance_accept tests/conformance_apply \
	tests/conformance_reject tests/conformance_proof
# no program longer than the recorded one
TESTS += tests/conformance_sizes
EXTRA_DIST += tests/conformance_sizes tests/conformance_sizes.py

# the project's own rows, each asked of the kernel too
check_PROGRAMS += tests/filter_rows
TESTS += tests/filter_rows
tests_filter_rows_SOURCES = tests/filter_rows.c
TESTS += tests/filterc_cases
TESTS += tests/filterc_output tests/graphs tests/shown tests/explain_width
EXTRA_DIST += tests/shown tests/explain.shown tests/explain_width
EXTRA_DIST += tests/filter.rows tests/filterc_cases tests/filterc_output tests/graphs

# the language against an installed libpcap, with what differs on purpose
TESTS += tests/language_compare
EXTRA_DIST += tests/language_compare tests/language_compare.py tests/language.rows tests/differences

# random expressions, optimized and at -O0, proved to be the same
check_PROGRAMS += tests/random_requests
TESTS += tests/optimizer_proof
tests_random_requests_SOURCES = tests/random_requests.c $(RANDOM_SOURCES)
EXTRA_DIST += tests/optimizer_proof tests/optimizer.rows

# Proofs for all recorded rows, all of tests/language.rows and 2,000 random expressions, where make check takes some
# of each. Fails, rather than skips, without the rows or the prover.
check-proof: filterc/filterc$(EXEEXT) sniff/sniff$(EXEEXT) tests/random_requests$(EXEEXT)
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 '$(srcdir)/tests/conformance.py' proof --all
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) python3 '$(srcdir)/tests/language_compare.py' --all
	$(AM_V_at)$(AM_TESTS_ENVIRONMENT) RUNS="$${RUNS:-2000}" python3 '$(srcdir)/tests/optimizer_proof' --all
.PHONY: check-proof

# what wrong expressions are told, by the library, filterc and sniff alike
TESTS += tests/error_rows
TESTS += tests/advice
EXTRA_DIST += tests/error_rows tests/error_rows.py tests/error.rows
EXTRA_DIST += tests/advice tests/advice.py
