/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes as a program, metadata and a packet: 1 byte how many instructions, 1 byte which metadata, 8
 * bytes an instruction, then the packet. Whatever the checker accepts runs, ends, can be written
 * and read back, and has supersets that accept the packet if it does.
 */
#include <stdlib.h>
#include <string.h>

#include "bpf.h"
#include "bpf_superset.h"
#include "bytes.h"

#define MAX_INSNS 255u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct flt_insn take_insn(struct cursor *c)
{
	struct flt_insn insn;

	insn.code = cur_le16(c);
	insn.jt = cur_u8(c);
	insn.jf = cur_u8(c);
	insn.k = cur_le32(c);
	return insn;
}

static struct flt_meta some_meta(uint8_t choice)
{
	struct flt_meta meta = { .ifindex = 2,
				 .hatype = 1,
				 .protocol = 0x800,
				 .vlan_tci = 5,
				 .vlan_tpid = 0x8100,
				 .hash = 0x89abcdef,
				 .mark = 7,
				 .cpu = 1,
				 .pay_offset = 42 };

	meta.present = choice & 1 ? 0xffffffff : choice;
	meta.link_off = choice & 2 ? -14 : choice >> 4;
	meta.net_off = choice & 4 ? 14 : INT32_MAX;
	return meta;
}

/* Of a size that the packet's length chooses. */
static void try_superset(const struct flt_insn *insns, uint32_t count, const uint8_t *bytes,
			 uint32_t caplen, const struct flt_meta *meta)
{
	const struct bpf_limits limits = { 1 + caplen % count, UINT64_MAX };
	struct flt_insn *wider;
	uint32_t wider_count;

	if (!flt__bpf_superset(insns, count, &limits, &wider, &wider_count))
		return;
	if (wider_count > limits.insns || flt_check(wider, wider_count, NULL) != FLT_OK)
		abort();
	if (flt__bpf_run(insns, bytes, caplen, caplen, meta) &&
	    !flt__bpf_run(wider, bytes, caplen, caplen, meta))
		abort();
	free(wider);
}

static void try_packet(const struct flt_insn *insns, uint32_t count, struct cursor *c,
		       uint8_t choice)
{
	struct flt_meta meta = some_meta(choice);
	uint32_t caplen = (uint32_t)cur_left(c);
	/* A block of its own, so that the sanitizer sees every byte too far. */
	uint8_t *bytes = malloc(caplen ? caplen : 1);

	if (!bytes)
		return;
	if (caplen)
		memcpy(bytes, c->at, caplen);
	uint32_t with = flt__bpf_run(insns, bytes, caplen, caplen, &meta);
	if (with != flt__bpf_run(insns, bytes, caplen, caplen, &meta))
		abort();
	flt__bpf_run(insns, bytes, caplen, caplen + 100, NULL);
	try_superset(insns, count, bytes, caplen, &meta);
	free(bytes);
}

static void try_text(const struct flt_insn *insns, uint32_t count, enum flt_format format)
{
	static char text[MAX_INSNS * 256];
	struct flt_insn *again = NULL;
	uint32_t count_again = 0;
	int len = flt__bpf_format(insns, count, format, text, sizeof(text));

	if (len <= 0 || (size_t)len >= sizeof(text))
		abort();
	if (format != FLT_FORMAT_DECIMAL && format != FLT_FORMAT_JSON)
		return;
	if (flt__bpf_parse(&again, &count_again, text, (size_t)len, format, NULL) != FLT_OK)
		abort();
	if (count != count_again || memcmp(insns, again, count * sizeof(*insns)) != 0)
		abort();
	free(again);
}

/* Of a link type that the choice of metadata says, too. */
static void try_notes(const struct flt_insn *insns, uint32_t count, uint8_t choice)
{
	static const uint32_t linktypes[] = { 0, 1, 9, 101, 105, 113, 117, 127 };
	const struct flt_program_opts opts = { .size = sizeof(opts),
					       .linktype = linktypes[choice % 8] };
	struct flt_note notes[MAX_INSNS];
	struct flt_program *prog;

	if (flt_program_new(&prog, insns, count, &opts, NULL) != FLT_OK)
		return;
	if (flt_program_notes(prog, notes, MAX_INSNS) != (int)count)
		abort();
	flt_program_unref(prog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cur_make(data, size);
	struct flt_insn insns[MAX_INSNS];
	uint32_t count = cur_u8(&c);
	uint8_t choice = cur_u8(&c);

	for (uint32_t i = 0; i < count; i++)
		insns[i] = take_insn(&c);
	if (c.cut || flt__bpf_check(insns, count, BPF_KERNEL_LIMIT, NULL) != FLT_OK)
		return 0;
	try_packet(insns, count, &c, choice);
	uint32_t longest = flt__bpf_longest_path(insns, count);
	if (!longest || longest > count)
		abort();
	for (int format = FLT_FORMAT_TEXT; format <= FLT_FORMAT_DOT; format++)
		try_text(insns, count, (enum flt_format)format);
	try_notes(insns, count, choice);
	return 0;
}
