# SPDX-License-Identifier: BSD-2-Clause
# Programs of a page each that use the library; make check builds and runs them.
