/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print DNS. */
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

#include "print.h"

struct dns {
	struct cursor message; /* from the id on: pointers in names count from here */
	bool multicast;
	bool cut; /* less was captured than there was */
	uint16_t id, flags;
	uint16_t counts[4]; /* questions, answers, authorities, additionals */
};

#define DNS_OPT 41u

extern const struct valname flt__dns_type_names[];

/* A name, which is taken; false when it cannot be read to its end: the line is cut there. */
bool flt__print_dns_name(struct printer *p, const struct dns *dns, struct cursor *c);
bool flt__dns_skip_name(struct cursor *c);
void flt__print_dns_class(struct printer *p, uint16_t class);
/* One record; false: nothing can follow. */
bool flt__print_dns_record(struct printer *p, const struct dns *dns, struct cursor *c);

#endif
