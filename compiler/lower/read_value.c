/* SPDX-License-Identifier: BSD-2-Clause */
/* What a value says as it was written: addresses, their masks, what kind it is. */
#include "read_value.h"

#include <stdio.h>

enum proto_layer { LINK, ETHER, LLC, IP, IP4, IP6, OSI, ISIS };

static const enum proto_layer layers[PROTO_COUNT] = {
#define PROTO(tag, word, others, layer, number) [PROTO_##tag] = layer,
#include "protos.def"
#undef PROTO
};

bool flt__lower_is_inside_ip(enum proto proto)
{
	return layers[proto] == IP || layers[proto] == IP4 || layers[proto] == IP6;
}

const char *flt__lower_value_name(const struct value *value)
{
	switch (value->kind) {
	case VAL_NUMBER: return "a number";
	case VAL_NAME: return "a name";
	case VAL_RANGE: return "a range";
	case VAL_IPV4: return value->prefix == PREFIX_NONE ? "an IPv4 address" : "an IPv4 network";
	case VAL_IPV6: return value->prefix == PREFIX_NONE ? "an IPv6 address" : "an IPv6 network";
	case VAL_MAC: return "an Ethernet address";
	case VAL_ARCNET: return "an 8-bit address";
	case VAL_NUMBERS: return "a range of numbers";
	case VAL_IPV4S: return "a range of IPv4 addresses";
	case VAL_IPV6S: return "a range of IPv6 addresses";
	case VAL_FILE: return "a file";
	case VAL_SET: return "a set";
	}
	return "a value";
}

bool flt__lower_is_ip4_proto(enum proto proto)
{
	return proto == PROTO_NONE || proto == PROTO_IP || proto == PROTO_ARP ||
	       proto == PROTO_RARP;
}

bool flt__lower_read_ip4(const struct value *value, uint32_t *addr, uint32_t *mask)
{
	*addr = 0;
	for (uint32_t i = 0; i < 4; i++)
		*addr = *addr << 8 | (i < value->parts ? value->bytes[i] : 0);
	*mask = value->parts >= 4 ? MASK_HOST : ~(MASK_HOST >> 8 * value->parts);
	return value->prefix == PREFIX_NONE;
}

/* Without its length the network would be read as one address. */
static bool bits_outside(struct compile *c, const struct value *value, uint32_t net)
{
	char length[8] = "";

	if (value->prefix == PREFIX_LEN)
		snprintf(length, sizeof(length), "/%u", value->prefix_len);
	return COMPILE_FAIL(c, FLT_E_MEANING, value->span,
			    "'%s' has bits outside its mask; the network is %u.%u.%u.%u%s",
			    value->text, net >> 24, net >> 16 & 0xff, net >> 8 & 0xff, net & 0xff,
			    length);
}

bool flt__lower_read_prefix4(struct compile *c, const struct value *value, uint32_t addr,
			     uint32_t *mask)
{
	if (value->prefix == PREFIX_LEN && value->prefix_len > 32)
		return COMPILE_FAIL(c, FLT_E_MEANING, value->prefix_span,
				    "the prefix of an IPv4 network has at most 32 bits, not %u",
				    value->prefix_len);
	if (value->prefix == PREFIX_LEN)
		*mask = value->prefix_len ? MASK_HOST << (32 - value->prefix_len) : 0;
	else
		*mask = value->mask;
	return !(addr & ~*mask) || bits_outside(c, value, addr & *mask);
}

void flt__lower_read_number4(uint32_t *addr, uint32_t *mask)
{
	while (*addr && !(*addr & 0xff000000)) {
		*addr <<= 8;
		*mask <<= 8;
	}
}

void flt__lower_read_words(const uint8_t bytes[16], uint32_t words[4])
{
	for (int i = 0; i < 4; i++) {
		words[i] = 0;
		for (int j = 0; j < 4; j++)
			words[i] = words[i] << 8 | bytes[4 * i + j];
	}
}

static uint32_t mask_word(uint32_t bits)
{
	if (bits == 0)
		return 0;
	return bits >= 32 ? MASK_HOST : MASK_HOST << (32 - bits);
}

bool flt__lower_read_prefix6(struct compile *c, const struct value *value, const uint32_t addr[4],
			     uint32_t mask[4])
{
	uint32_t len = value->prefix == PREFIX_NONE ? 128 : value->prefix_len;

	if (value->prefix == PREFIX_MASK)
		return COMPILE_FAIL(
			c, FLT_E_MEANING, value->prefix_span,
			"an IPv6 network takes a prefix length such as /64, not a mask");
	if (len > 128)
		return COMPILE_FAIL(c, FLT_E_MEANING, value->prefix_span,
				    "the prefix of an IPv6 network has at most 128 bits, not %u",
				    len);
	for (uint32_t i = 0; i < 4; i++) {
		mask[i] = mask_word(len > 32 * i ? len - 32 * i : 0);
		if (addr[i] & ~mask[i])
			return COMPILE_FAIL(c, FLT_E_MEANING, value->span,
					    "'%s' has bits outside its prefix of %u", value->text,
					    len);
	}
	return true;
}
