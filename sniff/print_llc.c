/* SPDX-License-Identifier: BSD-2-Clause */
#include "print.h"

bool print_llc_frame(struct printer *p, struct cursor c, uint32_t len)
{
	(void)p; (void)c; (void)len;
	return false;
}
