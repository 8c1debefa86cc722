/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers that begin at one of several places, which a register says. */
#include "notes.h"

#define TAG_LEN 4 /* IEEE 802.1Q */

static struct place packet_place(struct notes *n, uint32_t off)
{
	return (struct place){ flt__value(&n->values, VALUE_CONST, 0, 0, 0), off };
}

/* ---- live, a tag in the bytes or beside them ------------------------------------------------ */

/* Does the link header end that many bytes later than one without a tag: by none, or by those of a
 * tag that is there? */
static bool is_moved_by_tag(struct notes *n, const struct headers *known, value_id by)
{
	const struct value_node *node = value_of(&n->values, by);
	const struct header_at *in;

	if (node->op == VALUE_PHI)
		in = flt__headers_at(known, (struct place){ by, 0 });
	else if (node->op == VALUE_CONST && node->k == TAG_LEN)
		in = flt__headers_at(known, packet_place(n, n->layout->payload_off));
	else
		return node->op == VALUE_CONST && node->k == 0;
	return in && in->headers == HEADER_BIT(node->op == VALUE_PHI ? n->link : HDR_VLAN);
}

bool flt__headers_are_moved(struct notes *n, const struct headers *known, value_id by)
{
	return n->layout && n->layout->allows & ALLOW_VLAN_META && is_moved_by_tag(n, known, by);
}

void flt__headers_add_moved(struct notes *n, struct headers *known, value_id by)
{
	if (value_of(&n->values, by)->op == VALUE_PHI)
		flt__headers_add(known, (struct place){ by, 0 }, HEADER_BIT(n->link));
}

/* ---- PPP, with or without its first bytes ---------------------------------------------------- */

/* Which headers begin as many bytes into the packet as a register says, or NULL. */
static const struct header_at *begin_at(struct notes *n, const struct headers *known, value_id off)
{
	const struct value_node *node = value_of(&n->values, off);

	return flt__headers_at(known, node->op == VALUE_CONST ? packet_place(n, node->k) :
								(struct place){ off, 0 });
}

void flt__headers_join(struct notes *n, struct headers *known, value_id phi,
		       const struct header_at *a, const struct header_at *b)
{
	if (a && b && value_of(&n->values, phi)->op == VALUE_PHI)
		flt__headers_add(known, (struct place){ phi, 0 },
				 flt__any_version(a->headers | b->headers));
}

const struct header_at *flt__headers_begin_at(struct notes *n, const struct headers *known,
					      value_id off)
{
	bool is_ppp = n->layout && n->layout->header_rule == HEADER_PPP;

	return is_ppp ? begin_at(n, known, off) : NULL;
}
