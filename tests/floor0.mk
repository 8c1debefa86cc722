# SPDX-License-Identifier: BSD-2-Clause
# floor 0: bytes, diag, arena
