# SPDX-License-Identifier: BSD-2-Clause
# floor 3: the language
