# SPDX-License-Identifier: BSD-2-Clause
# the sniffer: options, printing
