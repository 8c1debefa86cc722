/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of DNS (RFC 1035, 4.1.4), whose pointers only go back, and classes. */
#include "dns_message.h"

#define POINTER       0xc0u
#define CLASS_IN      1u
#define NAME_MOST     255u /* bytes (RFC 1035, 2.3.4) */
#define POINTERS_MOST 127u /* as many as a name can have labels */

static const struct valname class_names[] = {
	{ 1, "IN" }, { 3, "CHAOS" }, { 4, "HS" }, { 255, "ANY" }, { 0, NULL }
};

void flt__print_dns_class(struct printer *p, uint16_t class)
{
	if (class == CLASS_IN)
		return;
	out_char(p->out, ' ');
	flt__out_valname(p->out, class_names, "(Class %u)", class);
}

bool flt__dns_skip_name(struct cursor *c)
{
	for (;;) {
		uint8_t len = cur_u8(c);

		if (c->cut || (len & POINTER) == 0x40 || (len & POINTER) == 0x80)
			return false;
		if ((len & POINTER) == POINTER)
			return cur_skip(c, 1);
		if (len == 0)
			return true;
		if (!cur_skip(c, len))
			return false;
	}
}

/* A name while it is put together. */
struct expansion {
	/* Bytes that may still come: of a name that is no longer than RFC 1035 allows, wherever its
	 * labels stand. */
	unsigned room;
	unsigned pointers; /* that may still come */
};

enum { LABELS_END = -1, LABELS_CUT = -2, LABELS_TOO_LONG = -3 };

/* False: there is no room for it and the end of the name. */
static bool label(struct printer *p, struct cursor *c, uint8_t len, struct expansion *name)
{
	unsigned taken = len + 1u; /* with its length */

	if (taken >= name->room) {
		flt__print_bytes(p, c, len < name->room ? len : name->room - 1);
		OUT(p->out, "<DOMAIN NAME TOO LONG>");
		return false;
	}
	name->room -= taken;
	flt__print_bytes(p, c, len);
	out_char(p->out, '.');
	return true;
}

/* The labels up to the end or to a pointer, whose target is returned; or LABELS_*. */
static int labels(struct printer *p, struct cursor *c, struct expansion *name)
{
	for (bool first = true;; first = false) {
		uint8_t len = cur_u8(c);

		if (c->cut || (len & POINTER) == 0x40 || (len & POINTER) == 0x80)
			return LABELS_CUT;
		if ((len & POINTER) == POINTER) {
			int target = (len & 0x3f) << 8 | cur_u8(c);
			return c->cut ? LABELS_CUT : target;
		}
		if (len == 0) {
			if (first)
				out_char(p->out, '.');
			return LABELS_END;
		}
		if (!label(p, c, len, name))
			return LABELS_TOO_LONG;
	}
}

/* Pointers only go back, so that a name ends, and there are not many in one. */
bool flt__print_dns_name(struct printer *p, const struct dns *dns, struct cursor *c)
{
	struct expansion name = { .room = NAME_MOST, .pointers = POINTERS_MOST };
	struct cursor at = *c;
	int limit = (int)(c->at - dns->message.at);
	int target = labels(p, &at, &name);

	if (!flt__dns_skip_name(c))
		target = LABELS_CUT;
	while (target >= 0) {
		if (target >= limit || name.pointers-- == 0) {
			OUT(p->out, "<BAD PTR>");
			target = LABELS_CUT;
			break;
		}
		limit = target;
		at = dns->message;
		cur_skip(&at, (size_t)target);
		target = labels(p, &at, &name);
	}
	if (target == LABELS_CUT)
		flt__print_cut(p);
	return target != LABELS_CUT;
}
