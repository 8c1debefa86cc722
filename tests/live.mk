# SPDX-License-Identifier: BSD-2-Clause
# floor 2: live capture (skipped without the privilege)
