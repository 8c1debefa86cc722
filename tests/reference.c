/* SPDX-License-Identifier: BSD-2-Clause */
#include "reference.h"

#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "bpf_alu.h"

#define MEM_BITS 0xe0u /* BPF_MODE, which <linux/filter.h> has for bytes only */

struct machine {
	const uint8_t *bytes;
	uint32_t caplen, wirelen;
	const struct flt_meta *meta;
	uint32_t a, x, mem[BPF_MEM_CELLS];
	uint32_t loaded_at, loaded_size; /* where A is from; size 0: not from the packet alone */
	uint32_t loaded_mask;            /* which of those bits A still has */
	bool is_over, is_truncated, has_special;
};

/* ---- loads --------------------------------------------------------------------------------------
 */

/* Metadata and negative offsets: the interpreter's business. */
static uint32_t load_special(struct machine *m, const struct flt_insn *insn)
{
	struct flt_insn ask[] = { { BPF_LDX | BPF_IMM, 0, 0, m->x },
				  { BPF_LD | BPF_IMM, 0, 0, m->a },
				  *insn,
				  { BPF_RET | BPF_A, 0, 0, 0 } };
	struct flt_insn over[] = { ask[0], ask[1], *insn, { BPF_RET | BPF_K, 0, 0, 1 } };

	m->has_special = true;
	m->is_over = !flt__bpf_run(over, m->bytes, m->caplen, m->wirelen, m->meta);
	return flt__bpf_run(ask, m->bytes, m->caplen, m->wirelen, m->meta);
}

static uint32_t load_bytes(struct machine *m, uint32_t at, uint32_t size)
{
	uint32_t value = 0;

	if (at > m->caplen || size > m->caplen - at) {
		m->is_over = true;
		m->is_truncated = at <= BPF_MAX_BYTES && size <= BPF_MAX_BYTES - at;
		return 0;
	}
	for (uint32_t i = 0; i < size; i++)
		value = value << 8 | m->bytes[at + i];
	m->loaded_at = at;
	m->loaded_size = size;
	m->loaded_mask = 0xffffffff;
	return value;
}

static uint32_t load_size(uint16_t code)
{
	switch (BPF_SIZE(code)) {
	case BPF_B: return 1;
	case BPF_H: return 2;
	default: return 4;
	}
}

static uint32_t load(struct machine *m, const struct flt_insn *insn)
{
	uint32_t at = insn->k + (BPF_MODE(insn->code) == BPF_IND ? m->x : 0);

	m->loaded_size = 0;
	switch (insn->code & MEM_BITS) {
	case BPF_IMM: return insn->k;
	case BPF_MEM: return m->mem[insn->k];
	case BPF_LEN: return m->wirelen;
	case BPF_MSH: return (load_bytes(m, insn->k, 1) & 0xf) * 4;
	default: break;
	}
	return at >> 31 ? load_special(m, insn) : load_bytes(m, at, load_size(insn->code));
}

/* ---- the rest -----------------------------------------------------------------------------------
 */

static void arithmetic(struct machine *m, const struct flt_insn *insn)
{
	uint32_t b = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;

	m->is_over = flt__bpf_alu_ends(BPF_OP(insn->code), b);
	m->a = flt__bpf_alu(BPF_OP(insn->code), m->a, b);
	if (BPF_OP(insn->code) == BPF_AND)
		m->loaded_mask &= b;
	else
		m->loaded_size = 0;
}

static uint32_t jump(struct machine *m, const struct flt_insn *insn)
{
	uint32_t b = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;

	if (BPF_OP(insn->code) == BPF_JA)
		return insn->k;
	return flt__bpf_jumps(BPF_OP(insn->code), m->a, b) ? insn->jt : insn->jf;
}

static void step(struct machine *m, const struct flt_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD: m->a = load(m, insn); break;
	case BPF_LDX:
		m->x = load(m, insn);
		m->loaded_size = 0;
		break;
	case BPF_ST: m->mem[insn->k] = m->a; break;
	case BPF_STX: m->mem[insn->k] = m->x; break;
	case BPF_ALU: arithmetic(m, insn); break;
	default:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			m->x = m->a;
		else
			m->a = m->x;
		break;
	}
}

struct reference reference_run(const struct flt_insn *insns, uint32_t count, const uint8_t *bytes,
			       uint32_t caplen, uint32_t wirelen, const struct flt_meta *meta)
{
	struct machine m = { .bytes = bytes, .caplen = caplen, .wirelen = wirelen, .meta = meta };
	uint32_t executed = 0;

	for (uint32_t pc = 0; pc < count && !m.is_over; pc++) {
		const struct flt_insn *insn = &insns[pc];
		executed++;
		if (BPF_CLASS(insn->code) == BPF_RET)
			return (struct reference){ BPF_RVAL(insn->code) == BPF_A ? m.a : insn->k,
						   executed, false, m.has_special };
		if (BPF_CLASS(insn->code) == BPF_JMP)
			pc += jump(&m, insn);
		else
			step(&m, insn);
	}
	return (struct reference){ 0, executed, m.is_truncated, m.has_special };
}

/* ---- steering -----------------------------------------------------------------------------------
 */

static void poke(struct random *r, uint8_t *bytes, const struct machine *m, uint32_t k)
{
	uint32_t jitter = random_one_in(r, 4) ? random_below(r, 3) - 1 : 0;
	uint32_t free_bits = random_one_in(r, 2) ? 0 : ~m->loaded_mask;
	uint32_t value = (k + jitter) ^ (free_bits & random_below(r, UINT32_MAX));

	for (uint32_t i = m->loaded_size; i-- > 0; value >>= 8)
		bytes[m->loaded_at + i] = (uint8_t)value;
}

void reference_steer(struct random *r, const struct flt_insn *insns, uint32_t count, uint8_t *bytes,
		     uint32_t len)
{
	struct machine m = { .bytes = bytes, .caplen = len, .wirelen = len };

	for (uint32_t pc = 0; pc < count && !m.is_over; pc++) {
		const struct flt_insn *insn = &insns[pc];
		if (BPF_CLASS(insn->code) == BPF_RET)
			return;
		if (BPF_CLASS(insn->code) != BPF_JMP) {
			step(&m, insn);
			continue;
		}
		if (m.loaded_size && BPF_SRC(insn->code) == BPF_K && random_one_in(r, 3)) {
			poke(r, bytes, &m, insn->k);
			if (BPF_OP(insn->code) != BPF_JA)
				m.a = insn->k;
		}
		pc += jump(&m, insn);
	}
}
