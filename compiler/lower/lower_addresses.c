/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of both families, which a host or a set stands for. */
#include "lower_list.h"

#include <string.h>

#include "names.h"
#include "read_value.h"

static bool refuse_family(struct lower *g, const struct value *value, const char *family)
{
	return COMPILE_FAIL(g->c, FLT_E_NAME, value->span, "host '%s' has no %s address",
			    value->text, family);
}

void flt__lower_addresses_init(struct lower *g, struct addresses *a)
{
	flt__set_init(&a->ip4, &g->c->arena, 1);
	flt__set_init(&a->ip6, &g->c->arena, 4);
}

static bool add_address(struct addresses *a, const struct flt_address *address)
{
	struct set_range range = { .low = { 0 } };
	uint32_t words[4];

	flt__lower_read_words(address->bytes, words);
	memcpy(range.low, words, address->family == 4 ? sizeof(words[0]) : sizeof(words));
	memcpy(range.high, range.low, sizeof(range.high));
	return flt__set_add(address->family == 4 ? &a->ip4 : &a->ip6, &range);
}

bool flt__lower_add_host(struct lower *g, const struct value *value, enum proto proto,
			 struct addresses *a)
{
	bool wants_ip6 = proto == PROTO_NONE || proto == PROTO_IP6;
	const struct flt_address *list;
	uint32_t count, wanted = 0;

	if (!flt__name_hosts(g->c, value->text, value->span, &list, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!(list[i].family == 4 ? proto != PROTO_IP6 : wants_ip6))
			continue;
		wanted++;
		if (!add_address(a, &list[i]))
			return false;
	}
	return wanted || refuse_family(g, value, proto == PROTO_IP6 ? "IPv6" : "IPv4");
}

bool flt__lower_addresses(struct lower *g, const struct quals *quals, struct addresses *a,
			  struct target to)
{
	struct ir_block *ip6;

	flt__set_close(&a->ip4);
	flt__set_close(&a->ip6);
	if (a->ip4.count && a->ip6.count) {
		struct target first = flt__lower_else(g, to, &ip6);
		if (!flt__lower_set4(g, quals->proto, quals->dir, &a->ip4, first, first.no))
			return false;
		flt__lower_start(g, ip6);
	}
	if (a->ip6.count)
		return flt__lower_set6(g, quals->dir, &a->ip6, to);
	return flt__lower_set4(g, quals->proto, quals->dir, &a->ip4, to, to.no);
}
