# SPDX-License-Identifier: BSD-2-Clause
# floor 1: the machine, and the kernel as its judge
