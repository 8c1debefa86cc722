/* SPDX-License-Identifier: BSD-2-Clause */
/* The IPv4 header, as transport protocols need it. */
#include "lowering.h"

#define ETHERTYPE_IP 0x0800u
#define IP4_PROTO    9u
#define IP4_FRAGMENT 6u

bool flt__lower_ip4_proto(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *ip;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	flt__lower_field(g, flt__off_add(g->frame.net, IP4_PROTO), 1, number, to);
	return true;
}

void flt__lower_first_fragment(struct lower *g, struct target to)
{
	ir_val fragment = flt__lower_load(g, flt__off_add(g->frame.net, IP4_FRAGMENT), 2);

	flt__lower_cmp(g, TEST_SET, fragment, 0x1fff, flt__lower_invert(to));
}

ir_val flt__lower_ip4_hlen(struct lower *g)
{
	ir_val first = flt__lower_load(g, g->frame.net, 1);
	ir_val hlen = flt__lower_alu_k(g, IR_LSH, flt__lower_alu_k(g, IR_AND, first, 0x0f), 2);
	ir_val base = flt__lower_off_value(g, g->frame.net);

	return base == IR_NONE ? hlen : flt__lower_alu(g, IR_ADD, hlen, base);
}
