/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>

/* A program that loads the CPU gets one answer only if nothing moves us. */
static uint32_t stay_on_this_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)(cpu < 0 ? 0 : cpu), &set);
	sched_setaffinity(0, sizeof(set), &set);
	return (uint32_t)sched_getcpu();
}

static int open_pair(struct kernel *kernel)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0)
		return errno;
	kernel->send_fd = pair[0];
	kernel->receive_fd = pair[1];
	return 0;
}

/* Looks for an attribute without payload, its length and type in our order. */
static bool finds_attribute(struct kernel *kernel)
{
	const struct flt_insn find[] = {
		{ BPF_LD | BPF_IMM, 0, 0, sizeof(uint32_t) },
		{ BPF_LDX | BPF_IMM, 0, 0, 1 },
		{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_NLATTR },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};
	const uint16_t packet[] = { 0, 0, sizeof(uint32_t), 1 };
	uint8_t bytes[sizeof(packet)];

	memcpy(bytes, packet, sizeof(bytes));
	return kernel_attach(kernel, find, 4) == 0 &&
	       kernel_run(kernel, bytes, sizeof(bytes)) == sizeof(uint32_t);
}

static bool is_foreign(void)
{
	struct kernel one = { -1, -1, 0, false };

	if (open_pair(&one) != 0)
		return false;
	bool found = finds_attribute(&one);
	kernel_close(&one);
	return !found;
}

int kernel_open(struct kernel *kernel)
{
	kernel->cpu = stay_on_this_cpu();
	kernel->is_foreign = is_foreign();
	return open_pair(kernel);
}

void kernel_close(struct kernel *kernel)
{
	close(kernel->send_fd);
	close(kernel->receive_fd);
}

int kernel_attach(struct kernel *kernel, const struct flt_insn *insns, uint32_t count)
{
	union {
		const struct flt_insn *ours;
		struct sock_filter *theirs;
	} filter = { insns };
	struct sock_fprog program = { (unsigned short)count, filter.theirs };

	if (count > UINT16_MAX)
		return EINVAL; /* what the kernel says from 4,097 on; its count has 16 bits */
	if (setsockopt(kernel->receive_fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) == 0)
		return 0;
	return errno;
}

int kernel_attach_chain(struct kernel *kernel, const struct flt_insn *insns, uint32_t count,
			const uint32_t *values, uint32_t value_count, uint32_t first)
{
	struct flt_insn *chained = calloc(count + 2 * value_count + 1, sizeof(*chained));
	uint32_t at = count;

	if (!chained)
		return ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		chained[i] = insns[i];
		if (chained[i].code == (BPF_RET | BPF_A))
			chained[i] = (struct flt_insn){ BPF_JMP | BPF_JA, 0, 0, count - i - 1 };
	}
	for (uint32_t i = 0; i < value_count; i++) {
		chained[at++] = (struct flt_insn){ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, values[i] };
		chained[at++] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, first + i };
	}
	chained[at++] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	int error = kernel_attach(kernel, chained, at);
	free(chained);
	return error;
}

bool kernel_judges(const struct kernel *kernel, const struct flt_insn *insns, uint32_t count)
{
	for (uint32_t i = 0; i < count && kernel->is_foreign; i++)
		if (insns[i].k == (uint32_t)SKF_AD_OFF + SKF_AD_NLATTR ||
		    insns[i].k == (uint32_t)SKF_AD_OFF + SKF_AD_NLATTR_NEST)
			return false;
	return true;
}

int kernel_run(struct kernel *kernel, const uint8_t *bytes, uint32_t len)
{
	uint8_t first;

	if (send(kernel->send_fd, bytes, len, MSG_DONTWAIT) != (ssize_t)len)
		return KERNEL_DROPPED - 1;
	ssize_t got = recv(kernel->receive_fd, &first, sizeof(first), MSG_DONTWAIT | MSG_TRUNC);
	return got < 0 ? KERNEL_DROPPED : (int)got;
}
