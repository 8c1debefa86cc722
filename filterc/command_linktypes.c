/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc linktypes: what -y takes, by number. */
#include <stdio.h>

#include "commands.h"
#include "libfilter.h"
#include "status.h"

#define NUMBERS 0x10000u /* savefiles have 16 bits for one */

int command_linktypes(struct request *req)
{
	(void)req;
	for (uint32_t number = 0; number < NUMBERS; number++) {
		uint32_t linktype = number ? number : FLT_LINKTYPE_NULL;
		const char *name = flt_linktype_name(linktype);

		if (name)
			printf("%lu\t%s\t%s\n", (unsigned long)number, name,
			       flt_linktype_describe(linktype));
	}
	return DONE;
}
