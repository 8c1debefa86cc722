# SPDX-License-Identifier: BSD-2-Clause
# floor 3: the compiler, part of the library
libfilter_libinternal_la_SOURCES +=
