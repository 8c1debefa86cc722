# SPDX-License-Identifier: BSD-2-Clause
# the filter workbench
