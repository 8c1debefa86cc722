# SPDX-License-Identifier: BSD-2-Clause
# floor 2: savefiles
