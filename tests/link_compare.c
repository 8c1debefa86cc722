/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and descriptions of link types are those that libpcap knows. */
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "libfilter.h"

#define LAST_NUMBER 1023

int main(void)
{
	unsigned known = 0, failures = 0;

	for (int number = 0; number <= LAST_NUMBER; number++) {
		const char *name = pcap_datalink_val_to_name(number);
		const char *description = pcap_datalink_val_to_description(number);
		uint32_t linktype = number ? (uint32_t)number : FLT_LINKTYPE_NULL;
		const char *ours = flt_linktype_name(linktype);
		const char *our_description = flt_linktype_describe(linktype);

		if (!name)
			continue;
		known++;
		if (flt_linktype_find(name) == linktype && ours && strcmp(name, ours) == 0 &&
		    description && strcmp(description, our_description) == 0)
			continue;
		failures++;
		printf("%d: %s (%s), ours is %s (%s)\n", number, name,
		       description ? description : "-", ours ? ours : "-",
		       our_description ? our_description : "-");
	}
	printf("%u link types, %u differ\n", known, failures);
	return failures || !known;
}
