/* SPDX-License-Identifier: BSD-2-Clause */
/* BOOTP and DHCP (RFC 951, RFC 2131). Options are in print_dhcp_options.c. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |   operation   | hardware type |  hardware len |      hops     |
 * +---------------------------------------------------------------+
 * |                          transaction                          |
 * +---------------------------------------------------------------+
 * |            seconds            |             flags             |
 * +---------------------------------------------------------------+
 * |addresses: client's, your, next server's, relay's; 4 bytes each|
 * +---------------------------------------------------------------+
 * |            hardware address of the client, 16 bytes           |
 * +---------------------------------------------------------------+
 * |                  name of the server, 64 bytes                 |
 * +---------------------------------------------------------------+
 * |                name of the boot file, 128 bytes               |
 * +---------------------------------------------------------------+
 * |                   magic cookie, then options                  |
 * +---------------------------------------------------------------+
 */

#include "print_dhcp_options.h"

#define REQUEST        1u
#define ETHERNET       1u
#define NAME_LEN       64u
#define FILE_LEN       128u
#define RFC1048_COOKIE 0x63825363u

static const struct valname operations[] = { { REQUEST, "Request" }, { 2, "Reply" }, { 0, NULL } };

static const struct valname flag_names[] = { { 0x8000, "Broadcast" }, { 0, NULL } };

struct dhcp {
	uint8_t op, hardware, hardware_len, hops;
	const uint8_t *client; /* hardware address, 16 bytes */
	struct cursor fixed;   /* from the transaction's number on */
};

static bool has_mac(const struct dhcp *dhcp)
{
	return dhcp->hardware == ETHERNET && dhcp->hardware_len == 6;
}

static void headline(struct printer *p, struct dhcp *dhcp, uint32_t len)
{
	const char *name = flt__valname(operations, dhcp->op, NULL);

	OUT(p->out, "BOOTP/DHCP, ");
	if (name)
		flt__out_text(p->out, name);
	else
		flt__out_fmt(p->out, "unknown (0x%02x)", dhcp->op);
	if (dhcp->op == REQUEST && has_mac(dhcp)) {
		struct cursor c = dhcp->fixed;

		want_skip(p, &c, 24);
		const uint8_t *mac = want(p, &c, 6);
		OUT(p->out, " from ");
		flt__out_mac(p->out, mac, 6);
	}
	flt__out_fmt(p->out, ", length %u", len);
}

static void numbers(struct printer *p, const struct dhcp *dhcp, struct cursor *c)
{
	if (dhcp->hardware != ETHERNET)
		flt__out_fmt(p->out, ", htype %u", dhcp->hardware);
	if (!has_mac(dhcp))
		flt__out_fmt(p->out, ", hlen %u", dhcp->hardware_len);
	if (dhcp->hops)
		flt__out_fmt(p->out, ", hops %u", dhcp->hops);
	uint32_t xid = want_be32(p, c);
	if (xid)
		flt__out_fmt(p->out, ", xid 0x%x", xid);
	uint16_t secs = want_be16(p, c);
	if (secs)
		flt__out_fmt(p->out, ", secs %u", secs);
	uint16_t flags = want_be16(p, c);
	OUT(p->out, ", Flags [");
	flt__out_bits(p->out, flag_names, flags, ", ", "none");
	out_char(p->out, ']');
	if (p->opts.verbose > 1)
		flt__out_fmt(p->out, " (0x%04x)", flags);
}

static void address(struct printer *p, struct cursor *c, const char *name)
{
	const uint8_t *bytes = want(p, c, 4);

	if (get_be32(bytes) == 0)
		return;
	flt__out_fmt(p->out, "\n\t  %s ", name);
	flt__out_ipv4(p->out, bytes);
}

/* Text that a NUL ends, in a field of len bytes. */
static void field(struct printer *p, struct cursor *c, size_t len, const char *name)
{
	struct cursor text = part(c, len);

	if (cur_left(&text) == 0 || *text.at == 0) {
		if (cur_left(&text) < len)
			flt__print_cut(p);
		return;
	}
	flt__out_fmt(p->out, "\n\t  %s \"", name);
	while (cur_left(&text) > 0 && *text.at != 0)
		flt__out_byte(p->out, cur_u8(&text));
	if (cur_left(&text) == 0 && (size_t)(text.end - c->at) != 0)
		flt__print_cut(p);
	out_char(p->out, '"');
}

static void vendor_area(struct printer *p, struct cursor c)
{
	uint32_t cookie = want_be32(p, &c);

	if (cookie == RFC1048_COOKIE) {
		OUT(p->out, "\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363");
		flt__print_dhcp_options(p, c);
	} else if (cookie != 0) {
		flt__out_fmt(p->out, "\n\t  Vendor-#0x%x", cookie);
	}
}

static void details(struct printer *p, struct dhcp *dhcp)
{
	struct cursor c = dhcp->fixed;

	numbers(p, dhcp, &c);
	address(p, &c, "Client-IP");
	address(p, &c, "Your-IP");
	address(p, &c, "Server-IP");
	address(p, &c, "Gateway-IP");
	const uint8_t *client = want(p, &c, 6);
	if (has_mac(dhcp)) {
		OUT(p->out, "\n\t  Client-Ethernet-Address ");
		flt__out_mac(p->out, client, 6);
	}
	want_skip(p, &c, 10);
	field(p, &c, NAME_LEN, "sname");
	field(p, &c, FILE_LEN, "file");
	vendor_area(p, c);
}

void flt__print_dhcp(struct printer *p, struct cursor c, uint32_t len)
{
	struct dhcp dhcp = { 0 };

	p->protocol = "bootp";
	dhcp.op = want_u8(p, &c);
	dhcp.hardware = want_u8(p, &c);
	dhcp.hardware_len = want_u8(p, &c);
	dhcp.hops = cur_u8(&c);
	dhcp.fixed = c;
	headline(p, &dhcp, len);
	if (p->opts.verbose > 0)
		details(p, &dhcp);
}
