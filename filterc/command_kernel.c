/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel as an engine: the program filters a unix datagram socket, the packet is sent, and what
 * arrives tells the value. The kernel keeps min(value, length) bytes, so a value of at least the
 * packet's length is told apart by asking again with changed programs: for `ret #k` with that
 * return turned into `ret #0`; for `ret a` bit by bit, each return replaced by a jump to a test of
 * one bit.
 */
#include <errno.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command_kernel.h"

#define BITS 32
/* different `ret #k` in a program; beyond, the value stays as kept */
#define VALUES_MAX 8

struct lane { /* a socket pair with one variant of the program */
	int send_fd, read_fd;
	bool open;
};

struct kernel {
	struct flt_insn *insns; /* the program, with room for the test of a bit behind it */
	struct flt_insn *variant;
	uint32_t count;
	bool returns_a;
	uint32_t values[VALUES_MAX];
	uint32_t value_count;
	bool too_many_values;
	struct lane whole;
	struct lane by_value[VALUES_MAX];
	struct lane by_bit[BITS];
	struct lane is_a; /* passes packets that end in `ret a` */
	uint8_t *room;
	uint32_t room_len;
};

/* ---- lanes --------------------------------------------------------------------------------- */

static int fail(struct flt_error *err, const char *what)
{
	err->code = FLT_E_SYSTEM;
	err->sys_errno = errno;
	snprintf(err->message, sizeof(err->message), "%s: %s", what, strerror(errno));
	return FLT_E_SYSTEM;
}

static int lane_open(struct lane *lane, const struct flt_insn *insns, uint32_t count,
		     struct flt_error *err)
{
	struct flt_program *prog;
	int pair[2], room = 1 << 22;

	if (lane->open)
		return FLT_OK;
	int code = flt_program_new(&prog, insns, count, NULL, err);
	if (code < 0)
		return code;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0) {
		flt_program_unref(prog);
		return fail(err, "socketpair");
	}
	/* The larger buffer is for long packets; without the privilege the usual one has to do. */
	if (setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	*lane = (struct lane){ pair[0], pair[1], true };
	code = flt_attach(prog, pair[1], err);
	flt_program_unref(prog);
	return code;
}

static void lane_close(struct lane *lane)
{
	if (!lane->open)
		return;
	close(lane->send_fd);
	close(lane->read_fd);
}

/* Bytes that the kernel kept, or -1 when it dropped the packet. */
static int lane_run(struct kernel *k, struct lane *lane, const uint8_t *bytes, uint32_t caplen,
		    int64_t *kept, struct flt_error *err)
{
	if (send(lane->send_fd, bytes, caplen, MSG_DONTWAIT) < 0 && errno != EPERM)
		return fail(err, "cannot send a packet to the kernel");
	ssize_t got = recv(lane->read_fd, k->room, k->room_len, MSG_DONTWAIT);
	if (got < 0 && errno != EAGAIN)
		return fail(err, "recv");
	*kept = got;
	return FLT_OK;
}

/* ---- variants ------------------------------------------------------------------------------ */

static bool is_ret_a(const struct flt_insn *insn)
{
	return insn->code == (BPF_RET | BPF_A);
}

static bool is_ret_k(const struct flt_insn *insn)
{
	return insn->code == (BPF_RET | BPF_K);
}

static void note_returns(struct kernel *k)
{
	for (uint32_t i = 0; i < k->count; i++) {
		const struct flt_insn *insn = &k->insns[i];
		uint32_t known = 0;
		k->returns_a |= is_ret_a(insn);
		if (!is_ret_k(insn) || insn->k == 0)
			continue;
		while (known < k->value_count && k->values[known] != insn->k)
			known++;
		if (known == VALUES_MAX)
			k->too_many_values = true;
		else if (known == k->value_count)
			k->values[k->value_count++] = insn->k;
	}
}

/* The program with one return value turned into no. */
static int open_without_value(struct kernel *k, uint32_t row, struct flt_error *err)
{
	memcpy(k->variant, k->insns, k->count * sizeof(*k->variant));
	for (uint32_t i = 0; i < k->count; i++)
		if (is_ret_k(&k->variant[i]) && k->variant[i].k == k->values[row])
			k->variant[i].k = 0;
	return lane_open(&k->by_value[row], k->variant, k->count, err);
}

/* The program with each `ret a` leading to: yes when A has one of the bits. Other returns are
 * no. */
static int open_with_mask(struct kernel *k, struct lane *lane, uint32_t mask, struct flt_error *err)
{
	const struct flt_insn tail[] = {
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	memcpy(k->variant, k->insns, k->count * sizeof(*k->variant));
	for (uint32_t i = 0; i < k->count; i++) {
		if (is_ret_a(&k->variant[i]))
			k->variant[i] =
				(struct flt_insn)BPF_STMT(BPF_JMP | BPF_JA, k->count - i - 1);
		else if (is_ret_k(&k->variant[i]))
			k->variant[i].k = 0;
	}
	memcpy(k->variant + k->count, tail, sizeof(tail));
	return lane_open(lane, k->variant, k->count + 3, err);
}

/* ---- values -------------------------------------------------------------------------------- */

/* The packet passed whole: by `ret #k`, if without some k it no longer passes. */
static int find_value(struct kernel *k, const uint8_t *bytes, uint32_t caplen, uint32_t *value,
		      struct flt_error *err)
{
	for (uint32_t row = 0; row < k->value_count; row++) {
		int64_t kept = -1;
		if (k->values[row] < caplen)
			continue;
		int code = open_without_value(k, row, err);
		if (code == FLT_OK)
			code = lane_run(k, &k->by_value[row], bytes, caplen, &kept, err);
		if (code < 0)
			return code;
		if (kept < 0) {
			*value = k->values[row];
			return FLT_OK;
		}
	}
	return FLT_OK;
}

static int find_bits(struct kernel *k, const uint8_t *bytes, uint32_t caplen, uint32_t *value,
		     struct flt_error *err)
{
	uint32_t bits = 0;
	int64_t kept = -1;
	int code = open_with_mask(k, &k->is_a, UINT32_MAX, err);

	if (code == FLT_OK)
		code = lane_run(k, &k->is_a, bytes, caplen, &kept, err);
	if (code < 0 || kept < 0)
		return code;
	for (uint32_t bit = 0; bit < BITS; bit++) {
		code = open_with_mask(k, &k->by_bit[bit], 1u << bit, err);
		if (code == FLT_OK)
			code = lane_run(k, &k->by_bit[bit], bytes, caplen, &kept, err);
		if (code < 0)
			return code;
		bits |= kept >= 0 ? 1u << bit : 0;
	}
	*value = bits;
	return FLT_OK;
}

int kernel_run(struct kernel *k, const uint8_t *bytes, uint32_t caplen, uint32_t *value,
	       struct flt_error *err)
{
	int64_t kept = -1;

	if (caplen > k->room_len) {
		uint8_t *room = realloc(k->room, caplen);
		if (!room)
			return fail(err, "no memory for a packet");
		k->room = room;
		k->room_len = caplen;
	}
	int code = lane_run(k, &k->whole, bytes, caplen, &kept, err);
	if (code < 0)
		return code;
	*value = kept > 0 ? (uint32_t)kept : 0;
	if (kept < (int64_t)caplen)
		return FLT_OK;
	if (k->returns_a)
		code = find_bits(k, bytes, caplen, value, err);
	if (code == FLT_OK && !(k->returns_a && *value > caplen))
		code = find_value(k, bytes, caplen, value, err);
	return code;
}

void kernel_close(struct kernel *k)
{
	if (!k)
		return;
	lane_close(&k->whole);
	lane_close(&k->is_a);
	for (uint32_t i = 0; i < VALUES_MAX; i++)
		lane_close(&k->by_value[i]);
	for (uint32_t i = 0; i < BITS; i++)
		lane_close(&k->by_bit[i]);
	free(k->insns);
	free(k->variant);
	free(k->room);
	free(k);
}

int kernel_takes(const struct flt_program *prog, struct flt_error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) < 0)
		return fail(err, "socketpair");
	int code = flt_attach(prog, pair[0], err);
	close(pair[0]);
	close(pair[1]);
	return code;
}

struct kernel *kernel_open(const struct flt_program *prog, struct flt_error *err)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	struct kernel *k = calloc(1, sizeof(*k));

	if (!k) {
		fail(err, "no memory");
		return NULL;
	}
	k->count = count;
	k->insns = calloc(count, sizeof(*k->insns));
	k->variant = calloc((size_t)count + 3, sizeof(*k->variant));
	k->room_len = 1 << 16;
	k->room = malloc(k->room_len);
	if (!k->insns || !k->variant || !k->room) {
		fail(err, "no memory");
		kernel_close(k);
		return NULL;
	}
	memcpy(k->insns, insns, count * sizeof(*insns));
	note_returns(k);
	if (lane_open(&k->whole, k->insns, count, err) < 0) {
		kernel_close(k);
		return NULL;
	}
	return k;
}
