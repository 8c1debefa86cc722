/* SPDX-License-Identifier: BSD-2-Clause */
/* NTP (RFC 5905). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * | lp| ver | mode|    stratum    |      poll     |   precision   |
 * +---------------------------------------------------------------+
 * |      root delay, root dispersion, reference: 4 bytes each     |
 * +---------------------------------------------------------------+
 * | reference, origin, receive, transmit time stamps: 8 bytes each|
 * +---------------------------------------------------------------+
 */

#include "print.h"

/* clang-format off */
static const struct valname modes[] = {
	{ 0, "Reserved" }, { 1, "symmetric active" }, { 2, "symmetric passive" }, { 3, "Client" },
	{ 4, "Server" },
	{ 5, "Broadcast" }, { 6, "Control Message" }, { 7, "Reserved" }, { 0, NULL }
};
/* clang-format on */

void flt__print_ntp(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "ntp";
	uint8_t first = want_u8(p, &c);

	flt__out_fmt(p->out, "NTPv%u, %s, length %u", first >> 3 & 7,
		     flt__valname(modes, first & 7, "Unknown"), len);
}
