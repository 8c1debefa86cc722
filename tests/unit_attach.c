/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs on sockets of one's own. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>

#include "libfilter.h"

static struct flt_program *make(const struct flt_insn *insns, uint32_t count)
{
	struct flt_program *prog = NULL;
	struct flt_error err;

	ck_assert_msg(flt_program_new(&prog, insns, count, NULL, &err) == FLT_OK, "%s",
		      err.message);
	return prog;
}

/* Keeps the packets that begin with this byte. */
static struct flt_program *begins_with(uint8_t byte)
{
	const struct flt_insn insns[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, byte, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return make(insns, 4);
}

/* Loads of bytes, which the kernel translates into many instructions each. */
static struct flt_program *many_loads(uint32_t count)
{
	struct flt_insn *insns = calloc(count, sizeof(*insns));

	for (uint32_t i = 0; i < count; i++)
		insns[i] = (struct flt_insn)BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0);
	insns[count - 1] = (struct flt_insn)BPF_STMT(BPF_RET | BPF_K, 0xffffffff);
	struct flt_program *prog = make(insns, count);
	free(insns);
	return prog;
}

static void open_pair(int pair[2])
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
}

static void close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

/* What can be read, a letter a packet. */
static const char *readable(int fd, char *letters, size_t len)
{
	size_t used = 0;

	while (used + 1 < len && recv(fd, letters + used, 1, MSG_DONTWAIT) >= 0)
		used++;
	letters[used] = '\0';
	return letters;
}

static void attach_ok(struct flt_program *prog, int fd)
{
	struct flt_error err;

	ck_assert_msg(flt_attach(prog, fd, &err) == FLT_OK, "%s", err.message);
	flt_program_unref(prog);
}

START_TEST(replaced_without_a_gap)
{
	int pair[2];
	char letters[16];

	open_pair(pair);
	attach_ok(begins_with('a'), pair[1]);
	send(pair[0], "a", 1, 0);
	send(pair[0], "b", 1, 0);
	ck_assert_str_eq(readable(pair[1], letters, sizeof(letters)), "a");
	/* An `a` waits when the filter changes: nobody wants it any more. */
	send(pair[0], "a", 1, 0);
	attach_ok(begins_with('b'), pair[1]);
	send(pair[0], "a", 1, 0);
	send(pair[0], "b", 1, 0);
	ck_assert_str_eq(readable(pair[1], letters, sizeof(letters)), "b");
	ck_assert_int_eq(flt_detach(pair[1], NULL), FLT_OK);
	ck_assert_int_eq(flt_detach(pair[1], NULL), FLT_OK);
	send(pair[0], "c", 1, 0);
	ck_assert_str_eq(readable(pair[1], letters, sizeof(letters)), "c");
	close_pair(pair);
}
END_TEST

START_TEST(a_stream_keeps_its_bytes)
{
	int pair[2];
	char letters[16] = "";
	struct flt_program *prog = begins_with('a');

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ck_assert_int_eq(send(pair[0], "xyz", 3, 0), 3);
	flt_attach(prog, pair[1], NULL);
	ck_assert_int_eq(recv(pair[1], letters, sizeof(letters), MSG_DONTWAIT), 3);
	ck_assert_str_eq(letters, "xyz");
	flt_program_unref(prog);
	close_pair(pair);
}
END_TEST

static long optmem_max(void)
{
	FILE *file = fopen("/proc/sys/net/core/optmem_max", "r");
	long value = 0;

	if (file && fscanf(file, "%ld", &value) != 1)
		value = 0;
	if (file)
		fclose(file);
	return value;
}

/* 1 when the program can be attached to a new socket. */
static int fits(uint32_t loads)
{
	struct flt_program *prog = many_loads(loads);
	int pair[2];

	open_pair(pair);
	int code = flt_attach(prog, pair[1], NULL);
	flt_program_unref(prog);
	close_pair(pair);
	return code == FLT_OK;
}

START_TEST(optmem_is_named)
{
	struct flt_program *prog = many_loads(4096);
	long optmem = optmem_max();
	struct flt_error err;
	char value[64], letters[16];
	int pair[2];

	if (!optmem || optmem > 300000) {
		printf("not tried: net.core.optmem_max is %ld, no program is too large for that\n",
		       optmem);
		flt_program_unref(prog);
		return;
	}
	open_pair(pair);
	attach_ok(begins_with('a'), pair[1]);
	ck_assert_int_eq(flt_attach(prog, pair[1], &err), FLT_E_KERNEL);
	snprintf(value, sizeof(value), "net.core.optmem_max is %ld ", optmem);
	ck_assert_msg(strstr(err.message, value) != NULL, "%s", err.message);
	ck_assert_int_eq(err.sys_errno, ENOMEM);
	/* The old filter is back. */
	send(pair[0], "a", 1, 0);
	send(pair[0], "b", 1, 0);
	ck_assert_str_eq(readable(pair[1], letters, sizeof(letters)), "a");
	flt_program_unref(prog);
	close_pair(pair);
}
END_TEST

/* A program that fills more than half of the room can still replace itself: the old one is not
 * charged then. */
START_TEST(charged_once)
{
	uint32_t low = 1, high = 4096;
	int pair[2];

	if (fits(high)) {
		printf("not tried: net.core.optmem_max is too large\n");
		return;
	}
	while (low + 1 < high) {
		uint32_t middle = (low + high) / 2;
		*(fits(middle) ? &low : &high) = middle;
	}
	printf("%u byte loads fit in net.core.optmem_max %ld\n", low, optmem_max());
	ck_assert_uint_lt(low, 1400u * (uint32_t)(optmem_max() / 1024 + 1) / 128);
	open_pair(pair);
	attach_ok(many_loads(low - 4), pair[1]);
	attach_ok(many_loads(low - 4), pair[1]);
	close_pair(pair);
}
END_TEST

START_TEST(refusals)
{
	struct flt_program *large = many_loads(4097), *prog = begins_with('a');
	struct flt_error err;
	int pair[2], one = 1, file = open("/dev/null", O_RDWR);

	open_pair(pair);
	ck_assert_int_eq(flt_attach(large, pair[1], &err), FLT_E_KERNEL);
	ck_assert_str_eq(err.message,
			 "the program has 4097 instructions; the kernel takes up to 4096");
	ck_assert_int_eq(flt_attach(prog, -1, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, EBADF);
	ck_assert_int_eq(flt_attach(prog, file, NULL), FLT_E_SYSTEM);
	ck_assert_int_eq(flt_detach(-1, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(flt_attach(NULL, pair[1], &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_attach(prog, pair[1], &err), FLT_OK);
	ck_assert_int_eq(setsockopt(pair[1], SOL_SOCKET, SO_LOCK_FILTER, &one, sizeof(one)), 0);
	ck_assert_int_eq(flt_attach(prog, pair[1], &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, EPERM);
	ck_assert_ptr_nonnull(strstr(err.message, "SO_LOCK_FILTER"));
	ck_assert_int_eq(flt_detach(pair[1], &err), FLT_E_SYSTEM);
	flt_program_unref(large);
	flt_program_unref(prog);
	close(file);
	close_pair(pair);
}
END_TEST

int main(void)
{
	const struct unit_row tests[] = {
		{ "replaced without a gap", replaced_without_a_gap },
		{ "a stream keeps its bytes", a_stream_keeps_its_bytes },
		{ "optmem is named", optmem_is_named },
		{ "charged once", charged_once },
		{ "refusals", refusals },
		{ NULL, NULL },
	};

	return unit_run("sockets", tests);
}
