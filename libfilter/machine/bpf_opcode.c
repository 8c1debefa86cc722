/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_opcode.h"

#include "bpf.h"

#include <stddef.h>

static const struct bpf_opcode opcodes[256] = {
#define OPCODE(name, code, text, operand, reads, writes, check)                                    \
	[code] = { text, operand, reads, writes, check },
#include "opcodes.def"
};

/* In order of k, 4 apart. */
static const struct bpf_ancillary ancillaries[] = {
#define ANCILLARY(name, k, list_text, asm_text, reads) { k, list_text, asm_text, reads },
#include "opcodes.def"
};

#define ANCILLARY_COUNT (sizeof(ancillaries) / sizeof(ancillaries[0]))

const struct bpf_opcode *flt__bpf_opcode(uint16_t code)
{
	return code < 256 && opcodes[code].text ? &opcodes[code] : NULL;
}

const struct bpf_ancillary *flt__bpf_ancillary(uint32_t k)
{
	uint32_t row = (k - BPF_OFF_META) / 4;

	if (k < BPF_OFF_META || row >= ANCILLARY_COUNT || ancillaries[row].k != k)
		return NULL;
	return &ancillaries[row];
}
