/* SPDX-License-Identifier: BSD-2-Clause */
/* SS7: which kind of MTP2 signal unit. The length indicator tells (Q.703): nothing but sequence
 * numbers (fill-in), a status of one or two bytes, or a message. */
#include "lowering.h"

/* clang-format off */
static const struct {
	enum keyword keyword;
	enum field_id field;
	uint32_t low, high;
} units[] = {
	{ KW_MTP_FISU, FIELD_MTP_LI, 0, 0 },   { KW_MTP_HFISU, FIELD_MTP_HLI, 0, 0 },
	{ KW_MTP_LSSU, FIELD_MTP_LI, 1, 2 },   { KW_MTP_HLSSU, FIELD_MTP_HLI, 1, 2 },
	{ KW_MTP_MSU,  FIELD_MTP_LI, 3, 63 },  { KW_MTP_HMSU,  FIELD_MTP_HLI, 3, 511 },
};
/* clang-format on */

bool flt__lower_signal_unit(struct lower *g, const struct ast *node, struct target to)
{
	size_t i = 0;

	while (units[i].keyword != node->keyword)
		i++;
	flt__lower_field_range(g, units[i].field, units[i].low, units[i].high, to);
	return true;
}
