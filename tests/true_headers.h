/* SPDX-License-Identifier: BSD-2-Clause */
/* Which headers a packet has, where, and what their fields are: read from the packet itself by the
 * RFCs, for tests of what the library says about a program. Knows nothing of the library's tables.
 */
#ifndef TRUE_HEADERS_H
#define TRUE_HEADERS_H

#include "libfilter.h"

#include <stdbool.h>

#define TRUE_HEADERS_MAX 48u

struct true_header {
	const char *word; /* as in notes: "ip", "tcp" */
	uint32_t off;
	uint32_t len; /* only so many bytes of it are meant; 0: all */
};

struct true_packet {
	const uint8_t *bytes;
	uint32_t len;
	const struct flt_meta *meta;
	const struct true_link *link;
	struct true_header headers[TRUE_HEADERS_MAX];
	uint32_t count;
	bool is_live;
};

struct true_field {
	const char *header, *name;
	uint16_t off, size;
	uint32_t mask; /* 0: all of a field of more than 4 bytes */
};

/* Sets all but bytes, len and meta. False: nothing is known of the link type. */
bool true_headers(struct true_packet *p, uint32_t linktype, uint32_t flags);
/* False: that header has no such field. */
bool true_headers_field(const struct true_packet *p, const char *header, const char *name,
			struct true_field *field);
/* Is it a header's name at all, whether or not the packet has one? */
bool true_headers_word(const char *word);

#endif
