/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets that end too soon, and the way from one printer to the next. */
#include "print.h"

const uint8_t flt__no_bytes[WANT_LIMIT];

bool flt__print_ethertype(struct printer *p, uint16_t ethertype, struct cursor c, uint32_t len)
{
	print_fn *print = p->tables->ethertype(ethertype);

	if (!print)
		return false;
	flt__print_nested(p, print, c, len);
	return true;
}

void flt__print_nested(struct printer *p, print_fn *print, struct cursor c, uint32_t len)
{
	if (p->depth >= NESTING_LIMIT) {
		OUT(p->out, " [headers nested too deep]");
		return;
	}
	p->depth++;
	print(p, c, len);
	p->depth--;
}

void flt__print_cut(struct printer *p)
{
	if (p->cut_in)
		return;
	p->cut_in = p->protocol;
	out_drop(p->out);
}

void flt__print_link_len(struct printer *p, uint32_t len)
{
	if (!p->cut_in)
		p->link_len = len;
}

bool flt__print_forgive_cut(struct printer *p)
{
	if (!p->cut_in)
		return false;
	p->cut_in = NULL;
	out_resume(p->out);
	return true;
}

void flt__print_invalid(struct printer *p)
{
	OUT(p->out, " (invalid)");
}
