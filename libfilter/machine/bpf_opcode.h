/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of opcodes.def as enums and structs. */
#ifndef BPF_OPCODE_H
#define BPF_OPCODE_H

#include <stdint.h>

#include <linux/filter.h>

#define REG_A 0x1u
#define REG_X 0x2u
#define REG_M 0x4u

enum bpf_operand {
	OPND_NONE,
	OPND_ABS,  /* [12], or the name of an ancillary load */
	OPND_IND,  /* [x + 12] */
	OPND_MSH,  /* 4*([14]&0xf) */
	OPND_LEN,  /* #pktlen */
	OPND_CELL, /* M[3] */
	OPND_HEX,  /* #0x800 */
	OPND_DEC,  /* #-1 */
	OPND_X,    /* x */
	OPND_A,    /* A, which the listing leaves out */
	OPND_JA,   /* where it goes */
};

enum bpf_rule {
	CHECK_NONE,
	CHECK_ABS,     /* from SKF_AD_OFF up: a known ancillary load */
	CHECK_CELL,    /* k is a cell of M[] */
	CHECK_DIVISOR, /* k is not 0 */
	CHECK_SHIFT,   /* k is below 32 */
	CHECK_JA,      /* k stays inside the program */
	CHECK_JUMP,    /* jt and jf stay inside the program */
};

enum bpf_op {
#define OPCODE(name, code, text, operand, reads, writes, check) OP_##name = (code),
#include "opcodes.def"
};

struct bpf_opcode {
	const char *text;      /* NULL: no such opcode */
	uint8_t operand;       /* enum bpf_operand */
	uint8_t reads, writes; /* REG_* */
	uint8_t check;         /* enum bpf_rule */
};

struct bpf_ancillary {
	uint32_t k;
	const char *list_text;
	const char *asm_text; /* NULL: none */
	uint8_t reads;        /* REG_* */
};

/* The row of a code, or NULL when it is not legal. */
const struct bpf_opcode *flt__bpf_opcode(uint16_t code);
/* The row of an ancillary offset, or NULL when there is none. */
const struct bpf_ancillary *flt__bpf_ancillary(uint32_t k);

#endif
