# SPDX-License-Identifier: BSD-2-Clause
# Small captures, one purpose each; pcaps/INDEX says which, pcaps/make-captures.py makes them.
TESTS += tests/pcaps
EXTRA_DIST += tests/pcaps pcaps
