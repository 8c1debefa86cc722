/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's arithmetic, once: the interpreter and the compiler's folder share it. */
#ifndef BPF_ALU_H
#define BPF_ALU_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/filter.h>

/* A division by zero ends the program with 0: ask this before flt__bpf_alu(). op: BPF_ADD ... */
static inline bool flt__bpf_alu_ends(uint32_t op, uint32_t b)
{
	return (op == BPF_DIV || op == BPF_MOD) && b == 0;
}

/* 32 bits, wrapping; shifts count modulo 32; BPF_NEG does not look at b. */
static inline uint32_t flt__bpf_alu(uint32_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD: return a + b;
	case BPF_SUB: return a - b;
	case BPF_MUL: return a * b;
	case BPF_DIV: return b ? a / b : 0;
	case BPF_MOD: return b ? a % b : 0;
	case BPF_AND: return a & b;
	case BPF_OR: return a | b;
	case BPF_XOR: return a ^ b;
	case BPF_LSH: return a << (b & 31);
	case BPF_RSH: return a >> (b & 31);
	case BPF_NEG: return 0u - a;
	default: return 0;
	}
}

/* Does a conditional jump go to jt? op is BPF_JEQ ... BPF_JSET. */
static inline bool flt__bpf_jumps(uint32_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_JEQ: return a == b;
	case BPF_JGT: return a > b;
	case BPF_JGE: return a >= b;
	case BPF_JSET: return (a & b) != 0;
	default: return false;
	}
}

#endif
