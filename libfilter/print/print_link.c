/* SPDX-License-Identifier: BSD-2-Clause */
/* Link types with little or no header: raw IP, NULL and LOOP. */
#include "print.h"

/* Address families that NULL headers carry: AF_INET6 differs between systems, a file comes from
 * any. */
#define FAMILY_INET 2u
#define FAMILY_LEN  4u

static const struct valname families[] = { { 2, "IPv4" },  { 7, "ISO" },   { 24, "IPv6" },
					   { 28, "IPv6" }, { 30, "IPv6" }, { 0, NULL } };

static const struct {
	uint32_t family;
	print_fn *print;
} family_printers[] = { { 2, flt__print_ipv4 },
			{ 24, flt__print_ipv6 },
			{ 28, flt__print_ipv6 },
			{ 30, flt__print_ipv6 } };

/* Without a link header -e has nothing to show, and the printers leave their name to it. */
void flt__print_link_ipv4(struct printer *p, struct cursor c, uint32_t len)
{
	if (p->opts.link_header)
		OUT(p->out, "IP ");
	flt__print_ipv4(p, c, len);
}

void flt__print_link_ipv6(struct printer *p, struct cursor c, uint32_t len)
{
	if (p->opts.link_header)
		OUT(p->out, "IP6 ");
	flt__print_ipv6(p, c, len);
}

void flt__print_link_raw(struct printer *p, struct cursor c, uint32_t len)
{
	struct cursor peek = c;

	p->protocol = "raw";
	unsigned version = want_u8(p, &peek) >> 4;
	if (version == 4)
		flt__print_link_ipv4(p, c, len);
	else if (version == 6)
		flt__print_link_ipv6(p, c, len);
	else {
		flt__out_fmt(p->out, "IP%u", version);
		flt__print_invalid(p);
	}
}

static print_fn *family_printer(uint32_t family)
{
	for (size_t i = 0; i < sizeof(family_printers) / sizeof(family_printers[0]); i++)
		if (family_printers[i].family == family)
			return family_printers[i].print;
	return NULL;
}

static void family_header(struct printer *p, uint32_t family, uint32_t len)
{
	const char *name = flt__valname(families, family, NULL);

	if (!p->opts.quiet)
		flt__out_fmt(p->out, "AF %s (%u)", name ? name : "Unknown", family);
	else if (name)
		flt__out_text(p->out, name);
	else
		flt__out_fmt(p->out, "Unknown AF %u", family);
	flt__out_fmt(p->out, ", length %u: ", len);
}

static void print_family(struct printer *p, uint32_t family, struct cursor c, uint32_t len)
{
	print_fn *print = family_printer(family);

	if (p->opts.link_header)
		family_header(p, family, len);
	if (!print) {
		if (!p->opts.link_header)
			family_header(p, family, len);
		flt__print_payload(p, c);
		return;
	}
	print(p, c, len - FAMILY_LEN);
}

/* The family is in the byte order of the machine that captured; real ones are below 65536. */
void flt__print_link_null(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "null";
	const uint8_t *b = want(p, &c, FAMILY_LEN);
	uint32_t family = get_le32(b);

	flt__print_link_len(p, FAMILY_LEN);
	if ((family & 0xffff0000) != 0)
		family = get_be32(b);
	print_family(p, family, c, len);
}

/* By its definition in network byte order; there are files that do not know. */
void flt__print_link_loop(struct printer *p, struct cursor c, uint32_t len)
{
	flt__print_link_null(p, c, len);
}
