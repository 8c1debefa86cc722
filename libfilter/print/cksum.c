/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum (RFC 1071). */
#include "print.h"

static uint32_t fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)sum;
}

uint32_t flt__cksum_add(uint32_t sum, const uint8_t *bytes, size_t len)
{
	uint64_t total = sum;
	size_t i = 0;

	for (; i + 4 <= len; i += 4)
		total += get_be32(bytes + i);
	if (i + 2 <= len) {
		total += get_be16(bytes + i);
		i += 2;
	}
	if (i < len)
		total += (uint32_t)bytes[i] << 8;
	return fold(total);
}

uint16_t flt__cksum_end(uint32_t sum)
{
	return (uint16_t)~fold(sum);
}

uint16_t flt__cksum_pseudo(const struct net *net, uint8_t protocol, const uint8_t *bytes,
			   uint32_t len)
{
	size_t size = net->version == 6 ? 16 : 4;
	uint32_t sum = flt__cksum_add(0, net->origin, size);

	sum = flt__cksum_add(sum, net->final, size);
	sum += (len >> 16) + (len & 0xffff) + protocol;
	return flt__cksum_end(flt__cksum_add(fold(sum), bytes, len));
}

uint16_t flt__cksum_should_be(uint16_t sum, uint16_t was)
{
	uint32_t should = (uint32_t)sum + was;

	return (uint16_t)fold(should);
}
