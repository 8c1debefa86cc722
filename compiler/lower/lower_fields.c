/* SPDX-License-Identifier: BSD-2-Clause */
/* Keywords that ask for one field of the link header: `vpi 10`, `opc != 5`, `sls (3 or 4)`. Where
 * it lies is a row of fields.def. It is the capture's own header, whatever encapsulation the text
 * has led to. */
#include "lowering.h"

struct field {
	uint8_t off, size;
	bool is_little;
	uint8_t bit;
	uint32_t most;
	const char *what;
};

enum { BIG = false, LITTLE = true };

static const struct field fields[] = {
#define FIELD(tag, off, size, order, bit, most, what) { off, size, order, bit, most, what },
#include "fields.def"
#undef FIELD
};

/* clang-format off */
static const uint8_t keyword_fields[KW_COUNT] = {
	[KW_PF_RNR] = FIELD_PF_RNR,     [KW_PF_SRNR] = FIELD_PF_SRNR,
	[KW_PF_ACTION] = FIELD_PF_ACTION, [KW_PF_REASON] = FIELD_PF_REASON,
	[KW_ATM_VPI] = FIELD_ATM_VPI,   [KW_ATM_VCI] = FIELD_ATM_VCI,
	[KW_MTP_SIO] = FIELD_MTP_SIO,   [KW_MTP_HSIO] = FIELD_MTP_HSIO,
	[KW_MTP_OPC] = FIELD_MTP_OPC,   [KW_MTP_HOPC] = FIELD_MTP_HOPC,
	[KW_MTP_DPC] = FIELD_MTP_DPC,   [KW_MTP_HDPC] = FIELD_MTP_HDPC,
	[KW_MTP_SLS] = FIELD_MTP_SLS,   [KW_MTP_HSLS] = FIELD_MTP_HSLS,
};
/* clang-format on */

/* ---- one field --------------------------------------------------------------------------- */

/* What a load, which is big-endian, gives where the field holds number and all other bits are 0. */
static uint32_t encode(const struct field *field, uint32_t number)
{
	uint32_t bits = number << field->bit;
	uint32_t swapped = 0;

	if (!field->is_little)
		return bits;
	for (uint32_t i = 0; i < field->size; i++)
		swapped = swapped << 8 | (bits >> 8 * i & 0xff);
	return swapped;
}

static struct arith load(struct lower *g, const struct field *field)
{
	struct off off = flt__off_add(PACKET_START, g->outer->mtp_off + field->off);
	ir_val value = flt__lower_load(g, off, field->size);
	uint32_t mask = encode(field, field->most);

	if (mask != 0xffffffff >> (32 - 8 * field->size))
		value = flt__lower_alu_k(g, IR_AND, value, mask);
	return (struct arith){ value, 0, 0 };
}

/* Numbers are compared as they lie in the header. For point codes that is not their order: the
 * established tools do the same. */
static void compare(struct lower *g, const struct field *field, enum relop relop, uint32_t number,
		    struct target to)
{
	struct arith right = { IR_NONE, encode(field, number), 0 };

	flt__lower_compare(g, relop, load(g, field), right, to);
}

void flt__lower_field_is(struct lower *g, enum field_id id, uint32_t number, struct target to)
{
	compare(g, &fields[id], REL_EQ, number, to);
}

void flt__lower_field_range(struct lower *g, enum field_id id, uint32_t low, uint32_t high,
			    struct target to)
{
	struct ir_block *upper;

	if (low == high) {
		flt__lower_field_is(g, id, low, to);
		return;
	}
	compare(g, &fields[id], REL_GE, low, flt__lower_then(g, to, &upper));
	flt__lower_start(g, upper);
	compare(g, &fields[id], REL_LE, high, to);
}

/* ---- the keyword ------------------------------------------------------------------------- */

static bool check_numbers(struct lower *g, const struct ast *node, const struct field *field)
{
	for (uint32_t i = 0; i < node->argc; i++) {
		if (node->args[i].number > field->most)
			return COMPILE_FAIL(g->c, FLT_E_MEANING, node->args[i].span,
					    "%s is at most %u, not %u", field->what, field->most,
					    node->args[i].number);
	}
	return true;
}

bool flt__lower_field_keyword(struct lower *g, const struct ast *node, struct target to)
{
	const struct field *field = &fields[keyword_fields[node->keyword]];

	if (!check_numbers(g, node, field))
		return false;
	for (uint32_t i = 0; i < node->argc; i++) {
		bool is_last = i + 1 == node->argc;
		struct ir_block *next = NULL;
		compare(g, field, node->relop, node->args[i].number,
			is_last ? to : flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	return true;
}
