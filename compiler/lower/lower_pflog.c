/* SPDX-License-Identifier: BSD-2-Clause */
/* The packet filter's log (pflog) of OpenBSD, FreeBSD and macOS: what its names and texts ask for.
 * Numbers of rules are lower_fields.c's. */
#include <string.h>

#include "lowering.h"
#include "names.h"

/* ---- reasons and actions ----------------------------------------------------------------- */

bool flt__lower_pf_reason(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *reason = &node->args[0];
	uint32_t number;

	if (reason->kind == VAL_NUMBER)
		return flt__lower_field_keyword(g, node, to);
	if (!flt__name_pf_reason(g->c, reason->text, reason->span, &number))
		return false;
	flt__lower_field_is(g, FIELD_PF_REASON, number, to);
	return true;
}

bool flt__lower_pf_action(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *action = &node->args[0];
	uint32_t number;

	if (!flt__name_pf_action(g->c, action->text, action->span, &number))
		return false;
	flt__lower_field_is(g, FIELD_PF_ACTION, number, to);
	return true;
}

/* ---- texts ------------------------------------------------------------------------------- */

#define IFNAME_OFF 4u
#define RSET_OFF   20u
#define TEXT_MAX   15u /* of 16 bytes, the last is 0 */

static uint32_t be(const char *text, uint32_t size)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < size; i++)
		k = k << 8 | (uint8_t)text[i];
	return k;
}

/* The bytes of the text and no more, so that `on em1` is also said of em10: thus the established
 * tools. Four at a time from its end, where names differ most. */
static void lower_text(struct lower *g, uint32_t at, const char *text, uint32_t len,
		       struct target to)
{
	while (len) {
		uint32_t size = len >= 4 ? 4 : len >= 2 ? 2 : 1;
		struct ir_block *next;
		len -= size;
		flt__lower_field(g, flt__off_add(PACKET_START, at + len), size,
				 be(text + len, size), flt__lower_then(g, to, &next));
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.yes);
}

bool flt__lower_pf_text(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *text = &node->args[0];
	bool is_ifname = node->keyword == KW_PF_IFNAME;
	size_t len = strlen(text->text);

	if (len > TEXT_MAX)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, text->span,
				    "the name of %s has at most %u characters, not %zu",
				    is_ifname ? "an interface" : "a pf ruleset", TEXT_MAX, len);
	lower_text(g, is_ifname ? IFNAME_OFF : RSET_OFF, text->text, (uint32_t)len, to);
	return true;
}
