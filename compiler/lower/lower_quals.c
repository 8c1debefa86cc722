/* SPDX-License-Identifier: BSD-2-Clause */
/* Qualifiers that do not go with what they stand before. */
#include "lowering.h"

#include <string.h>

#include "read_value.h"
#include "quote.h"

/* The protocol as it was written: the first of the words that qualify. */
static struct span proto_span(const struct lower *g, const struct quals *quals)
{
	struct span span = quals->span;
	uint32_t len = 0;

	while (len < span.len && strchr(" \t\r\n", g->c->text[span.at + len]) == NULL)
		len++;
	span.len = len;
	return span;
}

/* What can qualify the words after the protocol, or how to say what was meant. */
static const char *advice(const struct ast *node)
{
	enum proto proto = node->quals.proto;

	switch (node->quals.type) {
	case TYPE_PORT:
	case TYPE_PORTRANGE:
		return proto == PROTO_IP || proto == PROTO_IP6 ?
			       "to require both, join them with 'and'" :
			       "only tcp, udp and sctp can";
	case TYPE_PROTO: return "only ip, ip6, ether, iso and isis can";
	case TYPE_PROTOCHAIN: return "only ip and ip6 can";
	case TYPE_GATEWAY: return "only ip, arp and rarp can";
	default: break;
	}
	if (flt__lower_is_inside_ip(proto))
		return "to require both, join them with 'and'";
	return node->value->kind == VAL_IPV6 ? "only ip6 can" :
	       node->value->kind == VAL_NAME ? "only ip, ip6, arp and rarp can" :
					       "only ip, arp and rarp can";
}

bool flt__lower_bad_quals(struct lower *g, const struct ast *node, const char *meant)
{
	struct span span = node->quals.span.len ? proto_span(g, &node->quals) : node->span;
	struct quote proto = flt__quote(g->c, span);

	return COMPILE_FAIL(g->c, FLT_E_MEANING, span, "%s cannot qualify %s; %s", proto.text,
			    meant, advice(node));
}

bool flt__lower_check_dir(struct lower *g, const struct quals *quals)
{
	const char *word = flt__dir_word(quals->dir);

	if (quals->dir < DIR_RA)
		return true;
	if (!flt__lower_has(g, ALLOW_WLAN))
		return flt__lower_only(g, quals->dir_span, "802.11");
	return COMPILE_FAIL(g->c, FLT_E_MEANING, quals->dir_span,
			    "'%s' needs a MAC address; write 'wlan %s 00:11:22:33:44:55'", word,
			    word);
}
