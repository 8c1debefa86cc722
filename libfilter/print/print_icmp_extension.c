/* SPDX-License-Identifier: BSD-2-Clause */
/* Extension structures of ICMP messages: MPLS labels (RFC 4950), interfaces (RFC 5837, RFC 8335).
 * */
#include "print_icmp_extension.h"

#define OBJECT_HEADER 4u
#define VERSION       2u
#define INDENT        "\n\t    "

#define CLASS_MPLS           1u
#define CLASS_INTERFACE      2u
#define CLASS_IDENTIFICATION 3u

static const struct valname class_names[] = {
	{ CLASS_MPLS, "MPLS Stack Entry" },
	{ CLASS_INTERFACE, "Interface Information" },
	{ CLASS_IDENTIFICATION, "Interface Identification" },
	{ 0, NULL },
};

static const struct valname roles[] = {
	{ 0, "Incoming IP Interface" },
	{ 1, "Sub-IP component of Incoming IP Interface" },
	{ 2, "Outgoing IP Interface" },
	{ 3, "IP Nexthop" },
	{ 0, NULL },
};

#define HAS_INDEX   8u
#define HAS_ADDRESS 4u
#define HAS_NAME    2u
#define HAS_MTU     1u

struct object {
	struct cursor value;
	uint32_t len; /* of the value */
	uint8_t class, type;
};

static void unknown(struct printer *p, const struct object *object)
{
	flt__hexdump(p->out, object->value.at, cur_left(&object->value), INDENT);
}

static void mpls(struct printer *p, struct object *object)
{
	if (object->type != 1) {
		unknown(p, object);
		return;
	}
	uint32_t entry = want_be32(p, &object->value);
	flt__out_fmt(p->out, INDENT "label %u, tc %u", entry >> 12, entry >> 9 & 7);
	if (entry & 0x100)
		OUT(p->out, ", [S]");
	flt__out_fmt(p->out, ", ttl %u", entry & 0xff);
}

/* Text up to the first NUL. */
static void name_text(struct printer *p, struct cursor *c, uint32_t len)
{
	struct cursor text = part(c, len);
	bool whole = cur_left(&text) == len;

	while (cur_left(&text) > 0 && *text.at != 0)
		flt__out_byte(p->out, cur_u8(&text));
	if (!whole && cur_left(&text) == 0)
		flt__print_cut(p);
}

static void index_value(struct printer *p, struct cursor *c)
{
	uint32_t index = want_be32(p, c);
	flt__out_fmt(p->out, INDENT "Interface Index: %u", index);
}

static void address_value(struct printer *p, struct cursor *c, uint16_t family)
{
	OUT(p->out, INDENT "IP Address sub-object: ");
	if (family == 1)
		flt__print_ipv4_address(p, c);
	else if (family == 2)
		flt__print_ipv6_address(p, c);
	else
		flt__out_fmt(p->out, "Unknown Address Family Identifier %u", family);
}

static void name_of_interface(struct printer *p, struct cursor *c)
{
	uint8_t len = want_u8(p, c);

	if (len == 0 && !p->cut_in) {
		OUT(p->out, INDENT "Interface Name [length 0]");
		flt__print_invalid(p);
		return;
	}
	flt__out_fmt(p->out, INDENT "Interface Name, length %u: ", len);
	name_text(p, c, len - 1u);
}

static bool interface(struct printer *p, struct object *object)
{
	struct cursor *c = &object->value;

	OUT(p->out, INDENT "Interface Role: ");
	flt__out_text(p->out, flt__valname(roles, object->type >> 6, "an unknown interface role"));
	if (object->type & HAS_INDEX)
		index_value(p, c);
	if (object->type & HAS_ADDRESS) {
		uint16_t family = want_be16(p, c);
		want_skip(p, c, 2);
		address_value(p, c, family);
	}
	if (object->type & HAS_NAME) {
		bool empty = cur_left(c) > 0 && *c->at == 0;
		name_of_interface(p, c);
		if (empty)
			return false;
	}
	if (object->type & HAS_MTU) {
		uint32_t mtu = want_be32(p, c);
		flt__out_fmt(p->out, INDENT "Interface MTU: %u", mtu);
	}
	return true;
}

static void identification(struct printer *p, struct object *object)
{
	struct cursor *c = &object->value;

	if (object->type == 1) {
		flt__out_fmt(p->out, INDENT "Interface Name, length %u: ", object->len);
		name_text(p, c, object->len);
	} else if (object->type == 2) {
		index_value(p, c);
	} else if (object->type == 3) {
		uint16_t family = want_be16(p, c);
		want_skip(p, c, 2);
		address_value(p, c, family);
	} else {
		unknown(p, object);
	}
}

static bool object_value(struct printer *p, struct object *object)
{
	switch (object->class) {
	case CLASS_MPLS: mpls(p, object); return true;
	case CLASS_INTERFACE: return interface(p, object);
	case CLASS_IDENTIFICATION: identification(p, object); return true;
	default: unknown(p, object); return true;
	}
}

static void objects(struct printer *p, struct cursor c, uint32_t len)
{
	while (len >= OBJECT_HEADER && cur_left(&c) > 0) {
		struct object object;
		uint32_t object_len = want_be16(p, &c);

		object.class = want_u8(p, &c);
		object.type = want_u8(p, &c);
		flt__out_fmt(p->out, "\n\t  %s Object (%u), Class-Type: %u, length %u",
			     flt__valname(class_names, object.class, "unknown"), object.class,
			     object.type, object_len);
		if (object_len < OBJECT_HEADER)
			return;
		object.len = object_len - OBJECT_HEADER;
		object.value = part(&c, object.len);
		if (object.len > 0 && !object_value(p, &object))
			return;
		if (object_len > len)
			return;
		len -= object_len;
	}
}

bool flt__icmp_extension_holds(struct cursor c, uint32_t len)
{
	return cur_left(&c) >= len && flt__cksum_end(flt__cksum_add(0, c.at, len)) == 0;
}

void flt__print_icmp_extension(struct printer *p, struct cursor c, uint32_t len, const char *title,
			       bool multipart)
{
	struct cursor start = c;
	uint8_t version = want_u8(p, &c) >> 4;

	flt__out_fmt(p->out, "\n\t%s", title);
	if (multipart)
		flt__out_fmt(p->out, " v%u", version);
	if (version != VERSION) {
		OUT(p->out, ", packet not supported");
		return;
	}
	want_skip(p, &c, 1);
	uint16_t sum = want_be16(p, &c);
	if (cur_left(&start) >= len)
		flt__out_fmt(p->out, ", checksum 0x%04x (%s), length %u", sum,
			     flt__icmp_extension_holds(start, len) ? "correct" : "incorrect", len);
	objects(p, c, len - 4);
}
