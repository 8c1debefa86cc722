/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is left to do when all instructions are known. Cells that nothing reads are not written:
 * what they would hold was always found in a register.
 *
 * Pieces of a program with the same instructions that go on at the same places are one, whatever
 * they mean: a port that was loaded for IPv4 and one that was loaded for IPv6 are compared by
 * the same `jgt`. Backwards, what pieces go on to is merged before them.
 */
#include "emitter.h"

#include <string.h>

#include <linux/filter.h>

/* ---- cells that nobody reads ---------------------------------------------------------------- */

static bool reads_cell(const struct flt_insn *insn)
{
	uint16_t mode = BPF_W | BPF_MEM;

	return insn->code == (BPF_LD | mode) || insn->code == (BPF_LDX | mode);
}

static bool writes_cell(const struct flt_insn *insn)
{
	return insn->code == BPF_ST || insn->code == BPF_STX;
}

static void drop_stores(struct layout *l, struct piece *piece, uint32_t read)
{
	struct flt_insn *body = &l->e->code[piece->body_at];
	uint32_t kept = 0;

	for (uint32_t i = 0; i < piece->body_len; i++)
		if (!writes_cell(&body[i]) || read >> body[i].k & 1)
			body[kept++] = body[i];
	piece->body_len = kept;
}

void flt__emit_drop_stores(struct layout *l)
{
	uint32_t read = 0;

	for (uint32_t i = 0; i < l->e->count; i++)
		if (reads_cell(&l->e->code[i]))
			read |= 1u << l->e->code[i].k;
	for (uint32_t i = 0; i < l->count; i++)
		if (l->pieces[i].body_len)
			drop_stores(l, &l->pieces[i], read);
	l->e->uses_cells = read != 0;
}

/* ---- pieces that are the same --------------------------------------------------------------- */

struct merge {
	const struct layout *l;
	uint32_t *stays; /* by piece: the piece that stands for it */
	uint32_t *table; /* 1 + a piece that stays, by its instructions; 0: free */
	uint32_t mask;
};

static uint32_t mix(uint32_t h, uint32_t k)
{
	h = (h ^ k) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static const struct flt_insn *body_of(const struct merge *m, const struct piece *piece)
{
	return &m->l->e->code[piece->body_at];
}

static uint32_t hash_of(const struct merge *m, const struct piece *piece)
{
	uint32_t h = mix(mix(piece->block->exit.k, piece->yes), piece->no);

	for (uint32_t i = 0; i < piece->body_len; i++)
		h = mix(mix(h, body_of(m, piece)[i].code), body_of(m, piece)[i].k);
	return h;
}

static bool is_same(const struct merge *m, const struct piece *x, const struct piece *y)
{
	const struct ir_exit *p = &x->block->exit, *q = &y->block->exit;

	return p->kind == q->kind && p->test == q->test && p->k == q->k && !p->b == !q->b &&
	       x->yes == y->yes && x->no == y->no && x->body_len == y->body_len &&
	       (x->body_len == 0 ||
		memcmp(body_of(m, x), body_of(m, y), x->body_len * sizeof(struct flt_insn)) == 0);
}

static uint32_t merged(const struct merge *m, uint32_t label)
{
	return label < m->l->count ? m->stays[label] : label;
}

static void merge_piece(struct merge *m, uint32_t index)
{
	struct piece *piece = &m->l->pieces[index];

	piece->yes = merged(m, piece->yes);
	piece->no = merged(m, piece->no);
	uint32_t at = hash_of(m, piece) & m->mask;
	while (m->table[at] && !is_same(m, &m->l->pieces[m->table[at] - 1], piece))
		at = (at + 1) & m->mask;
	if (!m->table[at] || index == 0)
		m->table[at] = index + 1;
	m->stays[index] = m->table[at] - 1;
}

/* Numbers without gaps; labels after those of pieces are returns. */
static uint32_t renumber(const uint32_t *number, uint32_t label, uint32_t before, uint32_t after)
{
	return label < before ? number[label] : label - before + after;
}

static void close_ranks(struct layout *l, const uint32_t *stays, uint32_t *number)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		if (stays[i] != i)
			continue;
		number[i] = kept;
		l->pieces[kept++] = l->pieces[i];
	}
	for (uint32_t i = 0; i < kept; i++) {
		l->pieces[i].yes = renumber(number, l->pieces[i].yes, l->count, kept);
		l->pieces[i].no = renumber(number, l->pieces[i].no, l->count, kept);
	}
	l->count = kept;
}

bool flt__emit_merge(struct layout *l)
{
	struct arena *arena = &l->e->c->arena;
	struct merge m = { .l = l, .mask = 2 * flt__ir_ones_above(l->count) + 1 };

	m.stays = flt__arena_array(arena, (size_t)l->count + 1, sizeof(*m.stays));
	m.table = flt__arena_array(arena, (size_t)m.mask + 1, sizeof(*m.table));
	uint32_t *number = flt__arena_array(arena, (size_t)l->count + 1, sizeof(*number));
	if (arena->failed)
		return false;
	for (uint32_t i = l->count; i-- > 0;)
		merge_piece(&m, i);
	close_ranks(l, m.stays, number);
	return true;
}
