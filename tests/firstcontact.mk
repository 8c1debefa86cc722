# SPDX-License-Identifier: BSD-2-Clause
# the first minutes of a user: quickstart, installation, lint
TESTS += tests/lint
EXTRA_DIST += tests/lint .clang-format
