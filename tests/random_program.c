/* SPDX-License-Identifier: BSD-2-Clause */
#include "random_program.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bpf.h"
#include "bpf_opcode.h"

#define ATTRIBUTE_TYPES 12u

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const uint16_t codes[] = {
#define OPCODE(name, code, text, operand, reads, writes, check) OP_##name,
#include "opcodes.def"
};

static const uint32_t ancillary_offsets[] = {
#define ANCILLARY(name, k, list_text, asm_text, reads) k,
#include "opcodes.def"
};

/* Where rules and meanings change. */
static const uint32_t boundaries[] = {
	0,          1,          2,          3,          4,          7,          8,
	14,         15,         16,         17,         31,         32,         33,
	60,         63,         64,         127,        128,        255,        256,
	0x3fff,     0x4000,     0x7fff,     0x8000,     0xffff,     0x10000,    0x7ffffffe,
	0x7fffffff, 0x80000000, 0x80000001, 0xffdfffff, 0xffe00000, 0xffe00001, 0xffeffffc,
	0xffefffff, 0xfff00000, 0xfff00001, 0xfff00010, 0xfff00040, 0xffffefff, 0xfffff000,
	0xfffff001, 0xfffff03c, 0xfffff040, 0xfffffffc, 0xffffffff,
};

/* ---- numbers -------------------------------------------------------------------------------- */

void random_seed(struct random *r, uint64_t seed)
{
	r->state = seed;
}

/* splitmix64: any seed is a good one, neighbours too. */
static uint64_t next(struct random *r)
{
	r->state += 0x9e3779b97f4a7c15u;
	uint64_t z = r->state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t random_below(struct random *r, uint32_t limit)
{
	return (uint32_t)((next(r) >> 32) * limit >> 32);
}

bool random_one_in(struct random *r, uint32_t n)
{
	return random_below(r, n) == 0;
}

static uint32_t any_number(struct random *r)
{
	switch (random_below(r, 4)) {
	case 0: return random_below(r, 64);
	case 1: return random_below(r, 0x10000);
	case 2: return boundaries[random_below(r, COUNT(boundaries))];
	default: return (uint32_t)next(r);
	}
}

/* ---- programs ------------------------------------------------------------------------------- */

/* An offset that is mostly inside a packet, or a program would rarely get past its first load. */
static uint32_t some_offset(struct random *r)
{
	if (random_one_in(r, 16))
		return boundaries[random_below(r, COUNT(boundaries))];
	if (random_one_in(r, 16))
		return BPF_OFF_NET + random_below(r, 48);
	return random_below(r, random_one_in(r, 8) ? 160 : 40);
}

static uint32_t absolute_offset(struct random *r)
{
	if (random_one_in(r, 4))
		return ancillary_offsets[random_below(r, COUNT(ancillary_offsets))];
	uint32_t k = some_offset(r);
	return k < BPF_OFF_META ? k : k & 0x1f;
}

static uint32_t operand_for(struct random *r, const struct bpf_opcode *op)
{
	switch (op->check) {
	case CHECK_ABS: return absolute_offset(r);
	case CHECK_CELL: return random_below(r, random_one_in(r, 4) ? BPF_MEM_CELLS : 3);
	case CHECK_DIVISOR: return any_number(r) | 1u << random_below(r, 8);
	case CHECK_SHIFT: return random_below(r, 32);
	default: break;
	}
	if (op->operand == OPND_IND || op->operand == OPND_MSH)
		return some_offset(r);
	return any_number(r);
}

static struct flt_insn ordinary_insn(struct random *r, uint32_t behind)
{
	struct flt_insn insn = { codes[random_below(r, COUNT(codes))], 0, 0, 0 };
	const struct bpf_opcode *op = flt__bpf_opcode(insn.code);
	/* Near targets, so that much of the program runs. */
	uint32_t far = behind > 1 ? behind - 1 : 1;
	uint32_t reach = random_one_in(r, 8) ? far : far < 4 ? far : 4;

	if (BPF_CLASS(insn.code) == BPF_RET && !random_one_in(r, 4))
		return (struct flt_insn){ OP_tax, 0, 0, 0 };
	insn.k = operand_for(r, op);
	if (op->check == CHECK_JA)
		insn.k = random_below(r, reach);
	if (op->check == CHECK_JUMP) {
		insn.jt = (uint8_t)random_below(r, reach < 256 ? reach : 256);
		insn.jf = (uint8_t)random_below(r, reach < 256 ? reach : 256);
	}
	return insn;
}

/* Some numbers in A, X and the first cells: loads of M[] need them, small A and X go further. */
static uint32_t prologue(struct random *r, struct flt_insn *insns)
{
	uint32_t at = 0;

	insns[at++] = (struct flt_insn){ OP_ldx_k, 0, 0, random_below(r, 24) };
	for (uint32_t cell = 0; cell < BPF_MEM_CELLS; cell++) {
		if (cell >= 3 && !random_one_in(r, 4))
			continue;
		if (random_one_in(r, 2))
			insns[at++] = (struct flt_insn){ OP_ld_k, 0, 0, any_number(r) };
		insns[at++] = (struct flt_insn){ random_one_in(r, 2) ? OP_st : OP_stx, 0, 0, cell };
	}
	return at;
}

static uint32_t put_ordinary(struct random *r, struct flt_insn *insns, uint32_t behind)
{
	insns[0] = ordinary_insn(r, behind);
	return 1;
}

/* What random instructions rarely come to: find a netlink attribute that is there. */
static uint32_t find_attribute(struct random *r, struct flt_insn *insns)
{
	uint32_t k = ancillary_offsets[3 + random_below(r, 2)];

	insns[0] = (struct flt_insn){ OP_ldx_k, 0, 0, random_below(r, ATTRIBUTE_TYPES) };
	insns[1] = (struct flt_insn){ OP_ld_k, 0, 0, random_below(r, 8) * 4 + random_one_in(r, 8) };
	insns[2] = (struct flt_insn){ OP_ld_w, 0, 0, k };
	return 3;
}

/* Break one field anywhere, often by one only. It may still be legal: the kernel knows. */
static void damage(struct random *r, struct flt_insn *insns, uint32_t count)
{
	uint32_t at = random_below(r, count);
	struct flt_insn *insn = &insns[at];
	const struct bpf_opcode *op = flt__bpf_opcode(insn->code);
	/* The first jump that leaves the program, and its neighbours. */
	uint32_t edge = count - at - 1 + random_below(r, 3) - 1;

	switch (random_below(r, 6)) {
	case 0: insn->code = (uint16_t)random_below(r, 256); break;
	case 1: insn->code = (uint16_t)next(r); break;
	case 2: insn->k = op->check == CHECK_JA ? edge : any_number(r); break;
	case 3:
		insn->k = op->check == CHECK_SHIFT ? 31 + random_below(r, 3) :
						     15 + random_below(r, 3);
		break;
	case 4: insn->jt = (uint8_t)(random_one_in(r, 2) ? edge : next(r)); break;
	default: insn->jf = (uint8_t)(random_one_in(r, 2) ? edge : next(r)); break;
	}
}

uint32_t random_program(struct random *r, struct flt_insn *insns)
{
	uint32_t at = random_one_in(r, 8) ? 0 : prologue(r, insns);
	uint32_t count =
		at + 1 + random_below(r, random_one_in(r, 16) ? RANDOM_MAX_INSNS - 40 : 24);

	while (at < count - 1) {
		if (count - 1 - at >= 3 && random_one_in(r, 32))
			at += find_attribute(r, insns + at);
		else
			at += put_ordinary(r, insns + at, count - 1 - at);
	}
	insns[at] =
		(struct flt_insn){ random_one_in(r, 8) ? OP_ret_k : OP_ret_a, 0, 0, any_number(r) };
	if (random_one_in(r, 3))
		damage(r, insns, count);
	return count;
}

/* ---- packets -------------------------------------------------------------------------------- */

/* Netlink attributes one behind the other, for the loads that look for them. */
static void put_attributes(struct random *r, uint8_t *bytes, uint32_t len)
{
	static const uint16_t flags[] = { 0, 0, 0x8000, 0x4000 };
	uint32_t at = random_below(r, 4) * 4;

	while (at + 4 <= len) {
		/* Some end exactly at the end of the packet, or just past it. */
		uint32_t size = random_one_in(r, 8) ?
					len - at + random_below(r, 3) - 1 :
					random_below(r, random_one_in(r, 4) ? 64 : 16);
		uint16_t head[2] = { (uint16_t)size, (uint16_t)(random_below(r, ATTRIBUTE_TYPES) |
								flags[random_below(r, 4)]) };
		memcpy(bytes + at, head, sizeof(head));
		at += size < 4 || random_one_in(r, 4) ? 4 : (size + 3) & ~3u;
	}
}

uint32_t random_packet(struct random *r, uint8_t *bytes)
{
	uint32_t len = random_one_in(r, 20) ? random_below(r, 10) : 40 + random_below(r, 120);
	uint32_t limit = random_one_in(r, 2) ? 256 : 8;

	if (random_one_in(r, 64))
		len = random_below(r, RANDOM_MAX_BYTES + 1);
	for (uint32_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)random_below(r, limit);
	if (random_one_in(r, 2))
		put_attributes(r, bytes, len);
	return len;
}

/* ---- the environment ------------------------------------------------------------------------ */

uint64_t random_seed_from_environment(void)
{
	const char *text = getenv("SEED");

	return text && *text ? strtoull(text, NULL, 0) : (uint64_t)time(NULL) << 20;
}

uint64_t random_runs_from_environment(uint64_t usual)
{
	const char *text = getenv("RUNS");

	return text && *text ? strtoull(text, NULL, 0) : usual;
}
