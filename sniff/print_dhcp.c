/* SPDX-License-Identifier: BSD-2-Clause */
/* BOOTP and DHCP (RFC 951, RFC 2131). */
#include "print.h"

static const struct valname operations[] = { { 1, "Request" }, { 2, "Reply" }, { 0, NULL } };

static void operation(struct printer *p, uint8_t op)
{
	const char *name = valname(operations, op, NULL);

	OUT(p->out, "BOOTP/DHCP, ");
	if (name)
		out_text(p->out, name);
	else
		out_fmt(p->out, "unknown (0x%02x)", op);
}

void print_dhcp(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "bootp";
	uint8_t op = want_u8(p, &c);
	uint8_t hardware = want_u8(p, &c);
	uint8_t hardware_len = want_u8(p, &c);

	operation(p, op);
	if (op == 1 && hardware == 1 && hardware_len == 6) {
		want_skip(p, &c, 25);
		const uint8_t *client = want(p, &c, 6);
		OUT(p->out, " from ");
		out_mac(p->out, client, 6);
	}
	out_fmt(p->out, ", length %u", len);
}
