/* SPDX-License-Identifier: BSD-2-Clause */
/* DECnet phase IV addresses: area.node, in one of four places, by the routing header's form. */
#include "lowering.h"

#define ETHERTYPE_DECNET 0x6003u
#define AREA_MAX         63u
#define NODE_MAX         1023u

/* A number at *text, up to the end or a dot; moves *text after it. */
static bool parse_part(const char **text, uint32_t max, uint32_t *part)
{
	const char *s = *text;
	uint32_t n = 0;

	if (*s < '0' || *s > '9')
		return false;
	while (*s >= '0' && *s <= '9') {
		n = n * 10 + (uint32_t)(*s++ - '0');
		if (n > max)
			return false;
	}
	*text = s;
	*part = n;
	return true;
}

/* As in the packet: little-endian, area in the upper 6 bits. */
static bool parse_decnet(struct lower *g, const struct value *value, uint32_t *addr)
{
	const char *text = value->text;
	uint32_t area, node;
	bool ok = parse_part(&text, AREA_MAX, &area) && *text++ == '.' &&
		  parse_part(&text, NODE_MAX, &node) && !*text;

	if (!ok)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "'%s' is not a DECnet address; write AREA.NODE, with area 0 to "
				    "63 and node 0 to 1023",
				    value->text);
	node |= area << 10;
	*addr = (node & 0xff) << 8 | node >> 8;
	return true;
}

/* Routing headers, short and long, each also with one byte of padding (0x81) before it. The flags
 * byte and the address follow the two bytes of length. */
static void lower_decnet_src(struct lower *g, uint32_t addr, struct target to)
{
	static const struct {
		uint32_t size, mask, flags, addr_off;
	} forms[] = {
		{ 1, 0x0007, 0x0002, 5 },
		{ 2, 0xff07, 0x8102, 6 },
		{ 1, 0x0007, 0x0006, 17 },
		{ 2, 0xff07, 0x8106, 18 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct ir_block *match = flt__lower_block(g);
		struct ir_block *next = flt__lower_block(g);
		flt__lower_field_mask(g, flt__off_add(g->frame.net, 2), forms[i].size,
				      forms[i].mask, forms[i].flags,
				      (struct target){ match, next });
		flt__lower_start(g, match);
		flt__lower_field(g, flt__off_add(g->frame.net, forms[i].addr_off), 2, addr,
				 (struct target){ to.yes, next });
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
}

/* In the short forms flags and destination are in one word. */
static void lower_decnet_dst(struct lower *g, uint32_t addr, struct target to)
{
	struct off flags = flt__off_add(g->frame.net, 2);
	struct ir_block *padded, *longer, *long_addr, *long_padded, *last;

	flt__lower_field_mask(g, flags, 4, 0x07ffff00, 0x02000000 | addr << 8,
			      flt__lower_else(g, to, &padded));
	flt__lower_start(g, padded);
	flt__lower_field_mask(g, flags, 4, 0xff07ffff, 0x81020000 | addr,
			      flt__lower_else(g, to, &longer));
	flt__lower_start(g, longer);
	long_addr = flt__lower_block(g);
	long_padded = flt__lower_block(g);
	flt__lower_field_mask(g, flags, 1, 0x07, 0x06, (struct target){ long_addr, long_padded });
	flt__lower_start(g, long_addr);
	flt__lower_field(g, flt__off_add(g->frame.net, 9), 2, addr,
			 (struct target){ to.yes, long_padded });
	flt__lower_start(g, long_padded);
	flt__lower_field_mask(g, flags, 2, 0xff07, 0x8106, flt__lower_then(g, to, &last));
	flt__lower_start(g, last);
	flt__lower_field(g, flt__off_add(g->frame.net, 10), 2, addr, to);
}

bool flt__lower_decnet_host(struct lower *g, const struct ast *node, struct target to)
{
	enum dir dir = node->quals.dir;
	struct ir_block *begin, *dst;
	uint32_t addr;

	if (!parse_decnet(g, node->value, &addr))
		return false;
	if (!flt__lower_linkproto(g, ETHERTYPE_DECNET, flt__lower_then(g, to, &begin)))
		return false;
	flt__lower_start(g, begin);
	if (dir == DIR_SRC) {
		lower_decnet_src(g, addr, to);
		return true;
	}
	if (dir != DIR_DST) {
		struct target first = dir == DIR_SRC_AND_DST ? flt__lower_then(g, to, &dst) :
							       flt__lower_else(g, to, &dst);
		lower_decnet_src(g, addr, first);
		flt__lower_start(g, dst);
	}
	lower_decnet_dst(g, addr, to);
	return true;
}
