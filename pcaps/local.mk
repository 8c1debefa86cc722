# SPDX-License-Identifier: BSD-2-Clause
# Small captures, one purpose each; pcaps/INDEX says which.
