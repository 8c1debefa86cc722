/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipath TCP options (RFC 6824, RFC 8684). The length of an option tells which form it has. */
#include "print_tcp.h"

bool print_mptcp(struct printer *p, struct cursor c, uint32_t len, uint16_t flags)
{
	(void)flags;
	out_fmt(p->out, " %u", len + 2);
	(void)c;
	return true;
}
