/* SPDX-License-Identifier: BSD-2-Clause */
/* Every opcode with boundary operands: our listing's line is the established one, byte for byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap.h>

#include "libfilter.h"

#define PLACE 17u           /* of the instruction; before it are 16 stores and one load */
#define COUNT (PLACE + 260) /* behind it rets, so that every jump lands */

static const uint32_t operands[] = {
	0,          1,          9,          15,         16,         31,         255,
	256,        0x800,      262144,     0x7fffffff, 0x80000000, 0x80000001, 0xffe00000,
	0xfff00001, 0xfffff000, 0xfffff004, 0xfffff008, 0xfffff00c, 0xfffff010, 0xfffff014,
	0xfffff018, 0xfffff01c, 0xfffff020, 0xfffff024, 0xfffff028, 0xfffff02c, 0xfffff030,
	0xfffff034, 0xfffff038, 0xfffff03c, 0xffffffff,
};

static void lay_out(struct flt_insn *insns)
{
	for (uint32_t i = 0; i < COUNT; i++)
		insns[i] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	for (uint32_t cell = 0; cell < 16; cell++)
		insns[cell] = (struct flt_insn){ BPF_ST, 0, 0, cell };
	insns[PLACE - 1] = (struct flt_insn){ BPF_LD | BPF_IMM, 0, 0, 0 };
}

/* The line of the listing, or NULL: no legal instruction. */
static char *our_line(struct flt_insn insn, char *text, size_t len)
{
	struct flt_insn insns[COUNT];
	struct flt_program *prog = NULL;

	lay_out(insns);
	insns[PLACE] = insn;
	if (flt_program_new(&prog, insns, COUNT, NULL, NULL) != FLT_OK)
		return NULL;
	flt_program_format(prog, FLT_FORMAT_TEXT, text, len);
	flt_program_unref(prog);
	for (uint32_t i = 0; i < PLACE; i++)
		text = strchr(text, '\n') + 1;
	*strchr(text, '\n') = '\0';
	return text;
}

/* 1: differs. */
static int compare(struct flt_insn insn, unsigned *compared)
{
	char text[32768];
	const struct bpf_insn theirs = { insn.code, insn.jt, insn.jf, insn.k };
	const char *ours = our_line(insn, text, sizeof(text));
	const char *wanted = bpf_image(&theirs, PLACE);

	/* ldx #pktlen is legal, but libpcap has no text for it. */
	if (!ours || strstr(wanted, "unimp"))
		return 0;
	++*compared;
	if (strcmp(ours, wanted) == 0)
		return 0;
	printf("code 0x%02x k 0x%08x: '%s' is not '%s'\n", insn.code, insn.k, ours, wanted);
	return 1;
}

int main(void)
{
	unsigned compared = 0, opcodes = 0;
	int different = 0;

	for (uint16_t code = 0; code < 256; code++) {
		unsigned before = compared;
		for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++)
			different +=
				compare((struct flt_insn){ code, 3, 200, operands[i] }, &compared);
		opcodes += compared > before;
	}
	printf("%u lines of %u opcodes compared with libpcap's, %d differ\n", compared, opcodes,
	       different);
	return different || opcodes < 47;
}
