/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs on sockets of one's own. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
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
			 "the program has 4097 instructions; the kernel accepts at most 4096");
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

/* ---- sockets of AF_INET and AF_INET6: the transport header comes first ---------------------- */

static struct flt_program *compile(const char *expr, uint32_t linktype)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = linktype };
	struct flt_program *prog = NULL;
	struct flt_error err;

	ck_assert_msg(flt_compile(&prog, expr, strlen(expr), &opts, &err) == FLT_OK, "%s: %s", expr,
		      err.message);
	return prog;
}

/* -1 where the machine has no such socket. */
static int refused(int fd, const char *expr, uint32_t linktype, struct flt_error *err)
{
	struct flt_program *prog = compile(expr, linktype);
	int code = fd < 0 ? FLT_E_ARGUMENT : flt_attach(prog, fd, err);

	flt_program_unref(prog);
	return code;
}

static int has_filter(int fd)
{
	socklen_t count = 0;

	return getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, NULL, &count) == 0 && count > 0;
}

START_TEST(headers_that_are_not_there)
{
	/* clang-format off */
	static const struct {
		int domain, type, protocol;
		const char *header;
	} sockets[] = {
		{ AF_INET, SOCK_DGRAM, 0, "the UDP header" },
		{ AF_INET6, SOCK_DGRAM, 0, "the UDP header" },
		{ AF_INET, SOCK_STREAM, 0, "the TCP header" },
		{ AF_INET6, SOCK_STREAM, 0, "the TCP header" },
		{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, "the transport header" },
		{ AF_INET, SOCK_STREAM, 262, "the transport header" },    /* MPTCP */
		{ AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP, "the transport header" },
	};
	/* clang-format on */
	static const struct {
		const char *expr;
		uint32_t linktype;
		const char *name;
	} programs[] = {
		{ "udp port 5000", FLT_LINKTYPE_EN10MB, "EN10MB" },
		{ "udp port 5000", FLT_LINKTYPE_RAW, "RAW" },
		{ "udp", FLT_LINKTYPE_IPV4, "IPV4" },
		{ "ip6", FLT_LINKTYPE_LINUX_SLL, "LINUX_SLL" },
		{ "link[0:2] = 5000 and udp", FLT_LINKTYPE_RAW, "RAW" },
		{ "link[0:2] = 5000 or ip[0] = 69", FLT_LINKTYPE_RAW, "RAW" },
		{ "link[ip[0]] = 1", FLT_LINKTYPE_RAW, "RAW" },
		{ "udp[0:2] = 5000", FLT_LINKTYPE_RAW, "RAW" },
		{ "not arp", FLT_LINKTYPE_EN10MB, "EN10MB" },
		{ "link[0] = 8", 127, "IEEE802_11_RADIO" },
	};
	struct flt_error err;

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		int fd = socket(sockets[i].domain, sockets[i].type, sockets[i].protocol);
		if (fd < 0)
			printf("not tried: no socket for protocol %d\n", sockets[i].protocol);
		for (size_t j = 0; fd >= 0 && j < sizeof(programs) / sizeof(programs[0]); j++) {
			ck_assert_int_eq(refused(fd, programs[j].expr, programs[j].linktype, &err),
					 FLT_E_ARGUMENT);
			ck_assert_msg(strstr(err.message, sockets[i].header) &&
					      strstr(err.message, programs[j].name) &&
					      strstr(err.message, "link[0:2]"),
				      "%s", err.message);
			ck_assert_uint_lt(strlen(err.message), sizeof(err.message) - 1);
			ck_assert(!has_filter(fd));
		}
		if (fd >= 0)
			close(fd);
	}
}
END_TEST

/* A filter that was there stays, and what waits. */
START_TEST(a_refusal_changes_nothing)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct flt_error err;

	attach_ok(compile("link[0:2] = 5000", FLT_LINKTYPE_EN10MB), fd);
	ck_assert_int_eq(refused(fd, "udp", FLT_LINKTYPE_EN10MB, &err), FLT_E_ARGUMENT);
	ck_assert(has_filter(fd));
	close(fd);
}
END_TEST

static int bound_udp(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	ck_assert_int_eq(bind(fd, (struct sockaddr *)at, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)at, &len), 0);
	return fd;
}

/* What is let through does match: datagrams from one port of two, on any link type. */
START_TEST(link_bytes_work_there)
{
	static const uint32_t linktypes[] = { FLT_LINKTYPE_EN10MB, FLT_LINKTYPE_RAW,
					      FLT_LINKTYPE_LINUX_SLL, 195 }; /* IEEE802_15_4 */
	static const char *const forms[] = { "link[0:2] = %u", "ether[0:2] = %u and len > 8",
					     "not link[0:2] != %u",
					     "link[0:2] = %u and less 100 and greater 3" };
	struct sockaddr_in to, wanted, other;
	int fd = bound_udp(&to), from = bound_udp(&wanted), stranger = bound_udp(&other);
	char expr[80], letters[16];
	int has_lo = sendto(from, "a", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1 &&
		     *readable(fd, letters, sizeof(letters));

	for (size_t i = 0; has_lo && i < 4; i++)
		for (size_t j = 0; j < 4; j++) {
			snprintf(expr, sizeof(expr), forms[j], ntohs(wanted.sin_port));
			attach_ok(compile(expr, linktypes[i]), fd);
			sendto(stranger, "b", 1, 0, (struct sockaddr *)&to, sizeof(to));
			sendto(from, "a", 1, 0, (struct sockaddr *)&to, sizeof(to));
			ck_assert_str_eq(readable(fd, letters, sizeof(letters)), "a");
		}
	attach_ok(compile("", FLT_LINKTYPE_EN10MB), fd);
	close(fd);
	close(from);
	close(stranger);
}
END_TEST

/* Instructions of one's own without a link type; with one, they are for its headers. */
START_TEST(adopted_programs)
{
	const struct flt_insn insns[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct flt_program_opts opts = { .size = sizeof(opts),
					       .linktype = FLT_LINKTYPE_EN10MB };
	struct flt_program *prog = NULL;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	attach_ok(make(insns, 4), fd);
	ck_assert_int_eq(flt_program_new(&prog, insns, 4, &opts, NULL), FLT_OK);
	ck_assert_int_eq(flt_attach(prog, fd, NULL), FLT_E_ARGUMENT);
	flt_program_unref(prog);
	close(fd);
}
END_TEST

/* A coarser program is one for the same sockets. */
START_TEST(supersets)
{
	struct flt_program *exact = compile("link[0:2] = 5000", FLT_LINKTYPE_RAW), *wider = NULL;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(flt_program_superset(&wider, exact, NULL, NULL), FLT_OK);
	attach_ok(wider, fd);
	flt_program_unref(exact);
	close(fd);
}
END_TEST

/* All others as ever. */
START_TEST(other_sockets)
{
	int pair[2], raw = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	int packet = socket(AF_PACKET, SOCK_RAW, 0);

	open_pair(pair);
	attach_ok(compile("udp port 53", FLT_LINKTYPE_RAW), pair[1]);
	attach_ok(compile("udp port 53", FLT_LINKTYPE_EN10MB), pair[1]);
	close_pair(pair);
	if (raw < 0 || packet < 0)
		printf("not tried: raw and packet sockets need root\n");
	if (raw >= 0) {
		attach_ok(compile("udp port 53", FLT_LINKTYPE_RAW), raw);
		attach_ok(compile("udp port 53", FLT_LINKTYPE_IPV4), raw);
		close(raw);
	}
	if (packet >= 0) {
		attach_ok(compile("udp port 53", FLT_LINKTYPE_EN10MB), packet);
		close(packet);
	}
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
		{ "headers that are not there", headers_that_are_not_there },
		{ "a refusal changes nothing", a_refusal_changes_nothing },
		{ "link bytes work there", link_bytes_work_there },
		{ "adopted programs", adopted_programs },
		{ "supersets", supersets },
		{ "other sockets", other_sockets },
		{ NULL, NULL },
	};

	return unit_run("sockets", tests);
}
