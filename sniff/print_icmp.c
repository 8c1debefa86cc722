/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

void print_icmp(struct printer *p, struct cursor c, uint32_t len)
{
	(void)c;
	out_fmt(p->out, "ICMP length %u", len);
}
