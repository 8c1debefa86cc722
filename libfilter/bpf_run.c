/* SPDX-License-Identifier: BSD-2-Clause */
/* The interpreter: what the kernel gives for a packet, from its bytes and metadata. */
#include "bpf.h"

#include "bpf_alu.h"
#include "bpf_opcode.h"
#include "bytes.h"

#include <string.h>

struct packet {
	const uint8_t *bytes;
	uint32_t len;            /* bytes that are there; below 2^31 */
	uint32_t wirelen;
	const struct flt_meta *meta;
};

/* A value for a register, or the end of the program with that value. */
struct loaded {
	uint32_t value;
	bool ends;
};

static const struct loaded out_of_bounds = { 0, true };

static struct loaded value(uint32_t v)
{
	return (struct loaded){ v, false };
}

static struct loaded value_if(uint32_t present, uint32_t v)
{
	return value(present ? v : 0);
}

/* ---- netlink attributes: what the kernel's nla_* give, as found by trying -------------------- */

/* One thing is not repeated: for a packet that lies in several pieces (on a unix socket from about
 * 16 KB on) the kernel finds no attribute at all. Here every packet is in one piece. */

#define NLA_HEADER 4
#define NLA_TYPE_BITS 0x3fffu            /* the two bits above are flags */

/* The kernel reads them in the machine's order. */
static uint16_t host16(const uint8_t *b)
{
	uint16_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

/* The offset of the first attribute of that type among those in [at, at + left), or 0. */
static uint32_t find_attribute(const struct packet *p, uint32_t at, int64_t left, uint32_t type)
{
	while (left >= NLA_HEADER) {
		uint32_t len = host16(p->bytes + at);
		if (len < NLA_HEADER || len > left)
			return 0;
		if ((host16(p->bytes + at + 2) & NLA_TYPE_BITS) == type)
			return at;
		uint32_t step = (len + 3) & ~3u;
		at += step;
		left -= step;
	}
	return 0;
}

/* nlattr: A is where to start, X the type. */
static uint32_t load_attribute(const struct packet *p, uint32_t at, uint32_t type)
{
	return inside(at, NLA_HEADER, p->len) ? find_attribute(p, at, p->len - at, type) : 0;
}

/* nlattr_nest: the same among what lies inside the attribute at A. */
static uint32_t load_nested_attribute(const struct packet *p, uint32_t at, uint32_t type)
{
	if (!inside(at, NLA_HEADER, p->len))
		return 0;
	uint32_t len = host16(p->bytes + at);
	if (len > p->len - at)
		return 0;
	return find_attribute(p, at + NLA_HEADER, (int64_t)len - NLA_HEADER, type);
}

/* ---- loads that are not plain bytes --------------------------------------------------------- */

static const struct flt_meta no_meta;    /* a packet on a unix socket */

static struct loaded load_ancillary(const struct packet *p, uint32_t k, uint32_t a, uint32_t x)
{
	const struct flt_meta *m = p->meta ? p->meta : &no_meta;

	switch (k - BPF_OFF_META) {
	case SKF_AD_PROTOCOL:         return value_if(m->present & FLT_META_PROTOCOL, m->protocol);
	case SKF_AD_PKTTYPE:          return value_if(m->present & FLT_META_PKTTYPE, m->pkttype);
	case SKF_AD_IFINDEX:
		return (struct loaded){ m->present & FLT_META_DEVICE ? m->ifindex : a,
					!(m->present & FLT_META_DEVICE) };
	case SKF_AD_HATYPE:
		return (struct loaded){ m->present & FLT_META_DEVICE ? m->hatype : a,
					!(m->present & FLT_META_DEVICE) };
	case SKF_AD_NLATTR:           return value(load_attribute(p, a, x));
	case SKF_AD_NLATTR_NEST:      return value(load_nested_attribute(p, a, x));
	case SKF_AD_MARK:             return value_if(m->present & FLT_META_MARK, m->mark);
	case SKF_AD_QUEUE:            return value_if(m->present & FLT_META_QUEUE, m->queue);
	case SKF_AD_RXHASH:           return value_if(m->present & FLT_META_HASH, m->hash);
	case SKF_AD_CPU:              return value_if(m->present & FLT_META_CPU, m->cpu);
	case SKF_AD_ALU_XOR_X:        return value(a ^ x);
	case SKF_AD_VLAN_TAG:         return value_if(m->present & FLT_META_VLAN, m->vlan_tci);
	case SKF_AD_VLAN_TAG_PRESENT: return value((m->present & FLT_META_VLAN) != 0);
	case SKF_AD_PAY_OFFSET:       return value_if(m->present & FLT_META_PAYOFF, m->pay_offset);
	case SKF_AD_RANDOM:           return value_if(m->present & FLT_META_RANDOM, m->random);
	case SKF_AD_VLAN_TPID:        return value_if(m->present & FLT_META_VLAN, m->vlan_tpid);
	default:                      return out_of_bounds;      /* bpf_check lets none through */
	}
}

static uint32_t get_sized(const uint8_t *b, uint32_t size)
{
	return size == 4 ? get_be32(b) : size == 2 ? get_be16(b) : b[0];
}

/* Offsets past the data, and those that count from the network or the link header. */
static struct loaded load_relative(const struct packet *p, uint32_t off, uint32_t size)
{
	const struct flt_meta *m = p->meta ? p->meta : &no_meta;
	int64_t at;

	if (off >= BPF_OFF_NET)
		at = (int64_t)m->net_off + (off - BPF_OFF_NET);
	else if (off >= BPF_OFF_LINK && m->present & FLT_META_LINK)
		at = (int64_t)m->link_off + (off - BPF_OFF_LINK);
	else
		return out_of_bounds;
	if (at < 0 || !inside((uint64_t)at, size, p->len))
		return out_of_bounds;
	return value(get_sized(p->bytes + at, size));
}

/* Indirect loads and MSH: bytes only. */
static inline struct loaded load_bytes(const struct packet *p, uint32_t off, uint32_t size)
{
	if (inside(off, size, p->len))
		return value(get_sized(p->bytes + off, size));
	return load_relative(p, off, size);
}

/* Absolute loads know metadata too; no packet is long enough to have bytes there. */
static inline struct loaded load_abs(const struct packet *p, uint32_t k, uint32_t size, uint32_t a,
				     uint32_t x)
{
	if (inside(k, size, p->len))
		return value(get_sized(p->bytes + k, size));
	return k >= BPF_OFF_META ? load_ancillary(p, k, a, x) : load_relative(p, k, size);
}

/* ---- the machine ---------------------------------------------------------------------------- */

#define ALU_ROWS(name, op)                                         \
	case OP_##name##_k:                                        \
		a = flt__bpf_alu(op, a, pc->k);                    \
		continue;                                          \
	case OP_##name##_x:                                        \
		if (flt__bpf_alu_ends(op, x))                      \
			return 0;                                  \
		a = flt__bpf_alu(op, a, x);                        \
		continue

#define JUMP_ROWS(name, op)                                        \
	case OP_##name##_k:                                        \
		pc += flt__bpf_jumps(op, a, pc->k) ? pc->jt : pc->jf; \
		continue;                                          \
	case OP_##name##_x:                                        \
		pc += flt__bpf_jumps(op, a, x) ? pc->jt : pc->jf;  \
		continue

#define LOAD_ROW(name, load)                                       \
	case OP_##name:                                            \
		got = load;                                        \
		if (got.ends)                                      \
			return got.value;                          \
		a = got.value;                                     \
		continue

uint32_t flt__bpf_run(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
		      uint32_t wirelen, const struct flt_meta *meta)
{
	const struct packet p = { bytes, caplen < INT32_MAX ? caplen : INT32_MAX, wirelen, meta };
	uint32_t a = 0, x = 0, cells[BPF_MEM_CELLS] = { 0 };
	struct loaded got;

	/* The switch is over the enum, so that the compiler misses a row that is missing here. */
	for (const struct flt_insn *pc = insns;; pc++) {
		switch ((enum bpf_op)pc->code) {
		LOAD_ROW(ld_w, load_abs(&p, pc->k, 4, a, x));
		LOAD_ROW(ld_h, load_abs(&p, pc->k, 2, a, x));
		LOAD_ROW(ld_b, load_abs(&p, pc->k, 1, a, x));
		LOAD_ROW(ld_w_x, load_bytes(&p, x + pc->k, 4));
		LOAD_ROW(ld_h_x, load_bytes(&p, x + pc->k, 2));
		LOAD_ROW(ld_b_x, load_bytes(&p, x + pc->k, 1));
		case OP_ldx_msh:
			got = load_bytes(&p, pc->k, 1);
			if (got.ends)
				return got.value;
			x = (got.value & 0xf) * 4;
			continue;
		case OP_ld_len:  a = p.wirelen; continue;
		case OP_ld_k:    a = pc->k; continue;
		case OP_ld_m:    a = cells[pc->k % BPF_MEM_CELLS]; continue;
		case OP_ldx_len: x = p.wirelen; continue;
		case OP_ldx_k:   x = pc->k; continue;
		case OP_ldx_m:   x = cells[pc->k % BPF_MEM_CELLS]; continue;
		case OP_st:      cells[pc->k % BPF_MEM_CELLS] = a; continue;
		case OP_stx:     cells[pc->k % BPF_MEM_CELLS] = x; continue;
		case OP_tax:     x = a; continue;
		case OP_txa:     a = x; continue;
		ALU_ROWS(add, BPF_ADD);
		ALU_ROWS(sub, BPF_SUB);
		ALU_ROWS(mul, BPF_MUL);
		ALU_ROWS(div, BPF_DIV);
		ALU_ROWS(mod, BPF_MOD);
		ALU_ROWS(and, BPF_AND);
		ALU_ROWS(or, BPF_OR);
		ALU_ROWS(xor, BPF_XOR);
		ALU_ROWS(lsh, BPF_LSH);
		ALU_ROWS(rsh, BPF_RSH);
		case OP_neg:     a = flt__bpf_alu(BPF_NEG, a, 0); continue;
		case OP_ja:      pc += pc->k; continue;
		JUMP_ROWS(jeq, BPF_JEQ);
		JUMP_ROWS(jgt, BPF_JGT);
		JUMP_ROWS(jge, BPF_JGE);
		JUMP_ROWS(jset, BPF_JSET);
		case OP_ret_k:   return pc->k;
		case OP_ret_a:   return a;
		}
		return 0;                        /* no instruction: bpf_check lets none through */
	}
}
