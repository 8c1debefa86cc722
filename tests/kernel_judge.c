/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel judges the checker and the interpreter: random programs, random packets.
 *
 * A unix socket shows min(value, length) only. To see all 32 bits of A, each program runs a second
 * time with every `ret a` replaced by a chain of comparisons with the interpreter's values, which
 * returns the number of the one that A equals. A packet too short to show that number is sent
 * through a program that compares with its one value.
 *
 * SEED= and RUNS= (programs x packets) are taken from the environment; a difference prints both for
 * replay.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf.h"
#include "bpf_opcode.h"
#include "kernel.h"
#include "random_program.h"

#define PACKETS    64u
#define USUAL_RUNS 1000000u
#define MAX_ERRORS 5u

struct packet {
	uint8_t bytes[RANDOM_MAX_BYTES];
	uint32_t len;
	uint32_t value; /* the interpreter's */
	uint32_t index; /* of the value in the chain */
};

struct judge {
	struct kernel kernel;
	struct flt_meta meta;
	struct flt_insn insns[RANDOM_MAX_INSNS];
	uint32_t count;
	struct packet packets[PACKETS];
	uint32_t values[PACKETS], value_count;
	uint64_t programs, accepted, runs, in_full, differences;
	uint64_t seed;         /* of the program at hand */
	uint8_t seen[256];     /* opcodes in accepted programs */
	uint8_t seen_meta[64]; /* ancillary loads, by their offset from BPF_OFF_META */
};

/* ---- telling -------------------------------------------------------------------------------- */

static void print_difference(struct judge *j, const char *what, long ours, long theirs)
{
	j->differences++;
	printf("DIFFERENCE in %s: interpreter %ld, kernel %ld; replay: SEED=%" PRIu64 " RUNS=1\n",
	       what, ours, theirs, j->seed);
	for (uint32_t i = 0; i < j->count; i++)
		printf("  %3u: { 0x%02x, %u, %u, 0x%08x },\n", i, j->insns[i].code, j->insns[i].jt,
		       j->insns[i].jf, j->insns[i].k);
}

static void print_packet(const struct packet *packet)
{
	printf("  on %u bytes:", packet->len);
	for (uint32_t i = 0; i < packet->len; i++)
		printf(" %02x", packet->bytes[i]);
	printf("\n");
}

/* ---- acceptance ----------------------------------------------------------------------------- */

static bool loads_random(const struct judge *j)
{
	for (uint32_t i = 0; i < j->count; i++)
		if (j->insns[i].k == BPF_OFF_META + SKF_AD_RANDOM)
			return true;
	return false;
}

static bool accepted_by_both(struct judge *j)
{
	struct flt_error err = { 0 };
	int ours = flt__bpf_check(j->insns, j->count, BPF_KERNEL_LIMIT, &err);
	int theirs = kernel_attach(&j->kernel, j->insns, j->count);

	if ((ours == FLT_OK) != (theirs == 0) || (theirs && theirs != EINVAL)) {
		print_difference(j, "acceptance", ours, -theirs);
		printf("  %s\n", err.message);
	}
	return ours == FLT_OK && theirs == 0;
}

/* ---- values --------------------------------------------------------------------------------- */

static void expect(struct judge *j, const struct packet *packet, const char *what, uint32_t value)
{
	int ours = !value ? KERNEL_DROPPED : (int)(value < packet->len ? value : packet->len);
	int theirs = kernel_run(&j->kernel, packet->bytes, packet->len);

	if (ours != theirs) {
		print_difference(j, what, ours, theirs);
		print_packet(packet);
	}
}

static int by_length(const void *a, const void *b)
{
	const struct packet *left = a, *right = b;

	return (left->len > right->len) - (left->len < right->len);
}

/* Shortest first: their values get the low numbers, which they can show. */
static void make_packets(struct judge *j, struct random *r)
{
	for (uint32_t i = 0; i < PACKETS; i++)
		j->packets[i].len = random_packet(r, j->packets[i].bytes);
	qsort(j->packets, PACKETS, sizeof(j->packets[0]), by_length);
	j->value_count = 0;
	for (uint32_t i = 0; i < PACKETS; i++) {
		struct packet *p = &j->packets[i];
		p->value = flt__bpf_run(j->insns, p->bytes, p->len, p->len, &j->meta);
		for (p->index = 0; p->index < j->value_count; p->index++)
			if (j->values[p->index] == p->value)
				break;
		if (p->index == j->value_count)
			j->values[j->value_count++] = p->value;
	}
}

static bool attach_chain(struct judge *j, const uint32_t *values, uint32_t value_count,
			 uint32_t first)
{
	int refused =
		kernel_attach_chain(&j->kernel, j->insns, j->count, values, value_count, first);

	if (refused)
		print_difference(j, "attaching the comparison", 0, -refused);
	return !refused;
}

/* Through which instruction does this packet leave? Only what a `ret a` returns can be compared in
 * full. */
static bool leaves_through_ret_a(struct judge *j, const struct packet *p)
{
	struct flt_insn probe[RANDOM_MAX_INSNS];
	uint32_t answers[2];

	memcpy(probe, j->insns, j->count * sizeof(probe[0]));
	for (uint32_t answer = 0; answer < 2; answer++) {
		for (uint32_t i = 0; i < j->count; i++)
			if (j->insns[i].code == OP_ret_a)
				probe[i] = (struct flt_insn){ OP_ret_k, 0, 0, answer + 1 };
		answers[answer] = flt__bpf_run(probe, p->bytes, p->len, p->len, &j->meta);
	}
	return answers[0] == 1 && answers[1] == 2;
}

static void compare_in_full(struct judge *j)
{
	bool shows[PACKETS];

	if (!attach_chain(j, j->values, j->value_count, 1))
		return;
	for (uint32_t i = 0; i < PACKETS; i++) {
		const struct packet *p = &j->packets[i];
		shows[i] = !leaves_through_ret_a(j, p) || j->value_count <= p->len ||
			   j->value_count == 1;
		if (!shows[i])
			continue;
		bool whole = leaves_through_ret_a(j, p);
		expect(j, p, "A", whole ? p->index + 1 : p->value);
		j->in_full += whole;
	}
	for (uint32_t i = 0; i < PACKETS; i++) {
		const struct packet *p = &j->packets[i];
		if (shows[i] || !attach_chain(j, &p->value, 1, KERNEL_ALL_BYTES))
			continue;
		expect(j, p, "A, alone", KERNEL_ALL_BYTES);
		j->in_full++;
	}
}

static void note_what_was_there(struct judge *j)
{
	for (uint32_t i = 0; i < j->count; i++) {
		uint32_t k = j->insns[i].k;
		j->seen[j->insns[i].code & 0xff] = 1;
		if (j->insns[i].code == OP_ld_w && flt__bpf_ancillary(k))
			j->seen_meta[k - BPF_OFF_META] = 1;
	}
}

static void judge_program(struct judge *j, uint64_t seed)
{
	struct random r;

	j->seed = seed;
	random_seed(&r, seed);
	j->count = random_program(&r, j->insns);
	j->programs++;
	if (!accepted_by_both(j))
		return;
	j->accepted++;
	note_what_was_there(j);
	if (loads_random(j) || !kernel_judges(&j->kernel, j->insns, j->count))
		return;
	make_packets(j, &r);
	for (uint32_t i = 0; i < PACKETS; i++)
		expect(j, &j->packets[i], "value", j->packets[i].value);
	j->runs += PACKETS;
	compare_in_full(j);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static uint32_t unseen(bool seen, const char *name)
{
	if (!seen)
		printf("no accepted program had %s\n", name);
	return !seen;
}

static uint32_t unseen_rows(const struct judge *j)
{
	uint32_t count = 0;

#define OPCODE(name, code, text, operand, reads, writes, check)                                    \
	count += unseen(j->seen[OP_##name], #name);
#define ANCILLARY(name, k, list_text, asm_text, reads)                                             \
	count += unseen(j->seen_meta[(k)-BPF_OFF_META], #name);
#include "opcodes.def"
	return count;
}

static int skip(const char *why, int error)
{
	printf("skipped: %s: %s\n", why, strerror(error));
	return 77;
}

int main(void)
{
	uint64_t seed = random_seed_from_environment(),
		 wanted = random_runs_from_environment(USUAL_RUNS);
	static const struct flt_insn accept_all = { OP_ret_k, 0, 0, KERNEL_ALL_BYTES };
	struct judge *j = calloc(1, sizeof(*j));

	if (!j)
		return 1;
	int error = kernel_open(&j->kernel);
	if (error)
		return skip("no unix socket pair", error);
	error = kernel_attach(&j->kernel, &accept_all, 1);
	if (error)
		return skip("this kernel attaches no filter", error);
	if (j->kernel.is_foreign)
		printf("skipped: netlink attributes: this kernel has the other byte order\n");
	j->meta.present = FLT_META_CPU;
	j->meta.cpu = j->kernel.cpu;
	printf("kernel_judge: SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, wanted);
	/* RUNS=1 is the replay of one program, accepted or not. */
	for (uint64_t i = 0;
	     i == 0 || (j->runs < wanted && wanted > 1 && j->differences < MAX_ERRORS); i++)
		judge_program(j, seed + i);
	uint32_t unseen_count = wanted >= USUAL_RUNS ? unseen_rows(j) : 0;
	printf("%" PRIu64 " programs, %" PRIu64 " accepted; %" PRIu64
	       " runs, A seen in full in %" PRIu64 " of them; %" PRIu64 " differences\n",
	       j->programs, j->accepted, j->runs, j->in_full, j->differences);
	bool good = !j->differences && !unseen_count && (j->runs || wanted <= 1);
	kernel_close(&j->kernel);
	free(j);
	return !good;
}
