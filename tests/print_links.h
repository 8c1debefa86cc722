/* SPDX-License-Identifier: BSD-2-Clause */
/* Link types by the first byte of an input of tests/fuzz/fuzz_print.c. */
#ifndef PRINT_LINKS_H
#define PRINT_LINKS_H

#include "libfilter.h"

static const uint32_t print_links[] = {
	FLT_LINKTYPE_EN10MB,    FLT_LINKTYPE_RAW,
	FLT_LINKTYPE_IPV4,      FLT_LINKTYPE_IPV6,
	FLT_LINKTYPE_NULL,      FLT_LINKTYPE_LOOP,
	FLT_LINKTYPE_LINUX_SLL, FLT_LINKTYPE_LINUX_SLL2,
	FLT_LINKTYPE_PPP,       999, /* one that no printer knows */
};

static inline uint32_t print_link(uint8_t first)
{
	return print_links[first % (sizeof(print_links) / sizeof(print_links[0]))];
}

#endif
