/* SPDX-License-Identifier: BSD-2-Clause */
/* The interpreter: what the kernel gives for a packet, from its bytes and metadata. */
#include "bpf.h"

#include "bpf_alu.h"
#include "bpf_opcode.h"
#include "bytes.h"

#include <string.h>

struct packet {
	const uint8_t *bytes;
	uint32_t len; /* bytes that are there; below 2^31 */
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

#define NLA_HEADER    4
#define NLA_TYPE_BITS 0x3fffu /* the two bits above are flags */

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

static const struct flt_meta no_meta; /* a packet on a unix socket */

static struct loaded load_ancillary(const struct packet *p, uint32_t k, uint32_t a, uint32_t x)
{
	const struct flt_meta *m = p->meta ? p->meta : &no_meta;

	switch (k - BPF_OFF_META) {
	case SKF_AD_PROTOCOL: return value_if(m->present & FLT_META_PROTOCOL, m->protocol);
	case SKF_AD_PKTTYPE: return value_if(m->present & FLT_META_PKTTYPE, m->pkttype);
	case SKF_AD_IFINDEX:
		return (struct loaded){ m->present & FLT_META_DEVICE ? m->ifindex : a,
					!(m->present & FLT_META_DEVICE) };
	case SKF_AD_HATYPE:
		return (struct loaded){ m->present & FLT_META_DEVICE ? m->hatype : a,
					!(m->present & FLT_META_DEVICE) };
	case SKF_AD_NLATTR: return value(load_attribute(p, a, x));
	case SKF_AD_NLATTR_NEST: return value(load_nested_attribute(p, a, x));
	case SKF_AD_MARK: return value_if(m->present & FLT_META_MARK, m->mark);
	case SKF_AD_QUEUE: return value_if(m->present & FLT_META_QUEUE, m->queue);
	case SKF_AD_RXHASH: return value_if(m->present & FLT_META_HASH, m->hash);
	case SKF_AD_CPU: return value_if(m->present & FLT_META_CPU, m->cpu);
	case SKF_AD_ALU_XOR_X: return value(a ^ x);
	case SKF_AD_VLAN_TAG: return value_if(m->present & FLT_META_VLAN, m->vlan_tci);
	case SKF_AD_VLAN_TAG_PRESENT: return value((m->present & FLT_META_VLAN) != 0);
	case SKF_AD_PAY_OFFSET: return value_if(m->present & FLT_META_PAYOFF, m->pay_offset);
	case SKF_AD_RANDOM: return value_if(m->present & FLT_META_RANDOM, m->random);
	case SKF_AD_VLAN_TPID: return value_if(m->present & FLT_META_VLAN, m->vlan_tpid);
	default: return out_of_bounds; /* bpf_check lets none through */
	}
}

static inline uint32_t get_byte(const uint8_t *b)
{
	return b[0];
}

/* MSH: the header length of IPv4, in bytes. */
static inline uint32_t get_header_len(const uint8_t *b)
{
	return (b[0] & 0xfu) * 4;
}

static uint32_t get_sized(const uint8_t *b, uint32_t size)
{
	return size == 4 ? get_be32(b) : size == 2 ? get_be16(b) : b[0];
}

/* Offsets past the data: those that count from the network or the link header, or none. */
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

static struct loaded load_header_len(const struct packet *p, uint32_t off)
{
	struct loaded got = load_relative(p, off, 1);

	return got.ends ? got : value((got.value & 0xf) * 4);
}

/* Absolute loads know metadata too; no packet is long enough to have bytes there. */
static struct loaded load_special(const struct packet *p, uint32_t k, uint32_t size, uint32_t a,
				  uint32_t x)
{
	return k >= BPF_OFF_META ? load_ancillary(p, k, a, x) : load_relative(p, k, size);
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* The bytes that an instruction reads: where, and how many; 0: none that are there. */
static uint32_t find_load(const struct packet *p, const struct flt_insn *insn, uint32_t x,
			  uint32_t *off)
{
	const struct bpf_opcode *row = flt__bpf_opcode(insn->code);
	uint32_t size = BPF_SIZE(insn->code) == BPF_W ? 4 : BPF_SIZE(insn->code) == BPF_H ? 2 : 1;

	if (row->operand != OPND_ABS && row->operand != OPND_IND && row->operand != OPND_MSH)
		return 0;
	*off = insn->k + (row->operand == OPND_IND ? x : 0);
	if (*off >= BPF_OFF_NET && *off < BPF_OFF_META)
		*off += (uint32_t)(p->meta ? p->meta->net_off : 0) - BPF_OFF_NET;
	else if (*off >= BPF_OFF_LINK && *off < BPF_OFF_NET && p->meta)
		*off += (uint32_t)p->meta->link_off - BPF_OFF_LINK;
	return inside(*off, size, p->len) ? size : 0;
}

static void note_step(struct bpf_trace *trace, const struct packet *p, uint32_t at,
		      const struct flt_insn *insn, uint32_t a, uint32_t x)
{
	struct flt_step step = { .insn = at, .a = a, .x = x };

	step.load_len = find_load(p, insn, x, &step.load_off);
	if (trace->count < trace->max)
		trace->steps[trace->count] = step;
	trace->count++;
}

/* ---- the machine ---------------------------------------------------------------------------- */

/* clang-format off */
#define ALU_ROWS(name, op)                                         \
	case OP_##name##_k:                                        \
		a = flt__bpf_alu(op, a, pc->k);                    \
		continue;                                          \
	case OP_##name##_x:                                        \
		if (flt__bpf_alu_ends(op, x))                      \
			return 0;                                  \
		a = flt__bpf_alu(op, a, x);                        \
		continue

/* The guess is there to have a branch: the processor runs on past one, but waits for an address
 * that is computed from the comparison. With clang that takes twice as long. */
#define JUMP(op, b) \
	pc += __builtin_expect(flt__bpf_jumps(op, a, b), false) ? pc->jt : pc->jf

#define JUMP_ROWS(name, op)                                        \
	case OP_##name##_k:                                        \
		JUMP(op, pc->k);                                   \
		continue;                                          \
	case OP_##name##_x:                                        \
		JUMP(op, x);                                       \
		continue

/* Nearly every load is of bytes that are there, and most of a run's time goes by here: so these are
 * read in place, and only what lies elsewhere is worth a call. */
#define LOAD_ROW(name, reg, off, size, from, elsewhere)            \
	case OP_##name:                                            \
		if (inside(off, size, len)) {                      \
			reg = from(bytes + (off));                 \
			continue;                                  \
		}                                                  \
		got = elsewhere;                                   \
		if (got.ends)                                      \
			return got.value;                          \
		reg = got.value;                                   \
		continue

#define LOAD_ABS_ROW(name, size, from) \
	LOAD_ROW(name, a, pc->k, size, from, load_special(&p, pc->k, size, a, x))

#define LOAD_IND_ROW(name, size, from) \
	LOAD_ROW(name, a, x + pc->k, size, from, load_relative(&p, x + pc->k, size))
/* clang-format on */

#define ALWAYS __attribute__((always_inline))

/* executed and trace are constants in each of the functions that this becomes: who does not count
 * does not ask either. */
static inline ALWAYS uint32_t run(const struct flt_insn *insns, const uint8_t *bytes,
				  uint32_t caplen, uint32_t wirelen, const struct flt_meta *meta,
				  uint32_t *executed, struct bpf_trace *trace)
{
	const uint32_t len = caplen < INT32_MAX ? caplen : INT32_MAX;
	const struct packet p = { bytes, len, meta };
	uint32_t a = 0, x = 0, cells[BPF_MEM_CELLS] = { 0 };
	struct loaded got;

	/* The switch is over the enum, so that the compiler misses a row that is missing here. */
	for (const struct flt_insn *pc = insns;; pc++) {
		if (executed)
			++*executed;
		if (trace)
			note_step(trace, &p, (uint32_t)(pc - insns), pc, a, x);
		/* clang-format off */
		switch ((enum bpf_op)pc->code) {
		LOAD_ABS_ROW(ld_w, 4, get_be32);
		LOAD_ABS_ROW(ld_h, 2, get_be16);
		LOAD_ABS_ROW(ld_b, 1, get_byte);
		LOAD_IND_ROW(ld_w_x, 4, get_be32);
		LOAD_IND_ROW(ld_h_x, 2, get_be16);
		LOAD_IND_ROW(ld_b_x, 1, get_byte);
		LOAD_ROW(ldx_msh, x, pc->k, 1, get_header_len, load_header_len(&p, pc->k));
		case OP_ld_len:  a = wirelen; continue;
		case OP_ld_k:    a = pc->k; continue;
		case OP_ld_m:    a = cells[pc->k % BPF_MEM_CELLS]; continue;
		case OP_ldx_len: x = wirelen; continue;
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
		/* clang-format on */
		return 0; /* no instruction: bpf_check lets none through */
	}
}

uint32_t flt__bpf_run(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
		      uint32_t wirelen, const struct flt_meta *meta)
{
	return run(insns, bytes, caplen, wirelen, meta, NULL, NULL);
}

uint32_t flt__bpf_run_counted(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
			      uint32_t wirelen, const struct flt_meta *meta, uint32_t *executed)
{
	return run(insns, bytes, caplen, wirelen, meta, executed, NULL);
}

uint32_t flt__bpf_run_traced(const struct flt_insn *insns, const uint8_t *bytes, uint32_t caplen,
			     uint32_t wirelen, const struct flt_meta *meta, struct bpf_trace *trace)
{
	return run(insns, bytes, caplen, wirelen, meta, NULL, trace);
}
