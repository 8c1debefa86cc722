/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter changes while packets flow. One filter wants ports A and B, the other B and C; a
 * sender numbers its datagrams to each. Of B none may be missing, whatever changes when; of A
 * none may come after the change to the other filter, of C none after the change back.
 */
#include "live_net.h"

#include <linux/filter.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT_A     6001
#define PORT_B     6002
#define PORT_C     6003
#define PORTS      3
#define CHANGES    60
#define KEEP       262144u
#define UDP_AT     34u /* Ethernet, IPv4 without options */
#define NUMBER_AT  (UDP_AT + 8)
#define LOADS_HALF 800u  /* byte loads: over half of net.core.optmem_max */
#define LOADS_OVER 2500u /* over all of it */

/* `loads` instructions that change nothing, then the two ports. */
static struct flt_program *two_ports(uint16_t first, uint16_t second, uint32_t loads)
{
	static struct flt_insn insns[LOADS_OVER + 8];
	const struct flt_insn test[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 14 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 4, 0x45 },
		{ BPF_LD | BPF_H | BPF_ABS, 0, 0, UDP_AT + 2 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 1, 0, first },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, second },
		{ BPF_RET | BPF_K, 0, 0, KEEP },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};

	for (uint32_t i = 0; i < loads; i++)
		insns[i] = (struct flt_insn){ BPF_LD | BPF_B | BPF_ABS, 0, 0, i % 14 };
	memcpy(&insns[loads], test, sizeof(test));
	return live_program(insns, loads + sizeof(test) / sizeof(test[0]), FLT_LINKTYPE_EN10MB);
}

/* ---- the sender ----------------------------------------------------------------------------- */

static void send_for_ever(const int *to)
{
	struct timespec pause = { 0, 200000 };

	for (uint32_t number = 0;; number++) {
		for (int i = 0; i < PORTS; i++)
			(void)!send(to[i], &number, sizeof(number), 0);
		/* Full speed in bursts: several thousand a second, on both sides of each change. */
		if (number % 8 == 0)
			nanosleep(&pause, NULL);
	}
}

static pid_t start_sender(void)
{
	int to[PORTS];

	for (int i = 0; i < PORTS; i++)
		to[i] = live_udp(true, LIVE_ADDRESS_HERE, (uint16_t)(PORT_A + i));
	pid_t pid = fork();
	if (pid == 0)
		send_for_ever(to);
	for (int i = 0; i < PORTS; i++)
		close(to[i]);
	return pid;
}

static void stop_sender(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- the reader ----------------------------------------------------------------------------- */

struct tally {
	uint64_t seen[PORTS];
	uint64_t foreign; /* of the port that only the other filter wants */
	uint64_t missing; /* gaps in the numbers of B */
	uint32_t next_b;
	bool started;
};

static void tally_packet(struct tally *t, const struct flt_packet *packet, uint16_t unwanted)
{
	uint32_t number;

	if (packet->caplen < NUMBER_AT + sizeof(number))
		return;
	uint16_t port = (uint16_t)(packet->bytes[UDP_AT + 2] << 8 | packet->bytes[UDP_AT + 3]);
	memcpy(&number, packet->bytes + NUMBER_AT, sizeof(number));
	if (port < PORT_A || port > PORT_C)
		return;
	t->seen[port - PORT_A]++;
	t->foreign += port == unwanted;
	if (port != PORT_B)
		return;
	t->missing += t->started && number != t->next_b ? number - t->next_b : 0;
	t->started = true;
	t->next_b = number + 1;
}

static void read_some(struct flt_source *src, struct tally *t, uint16_t unwanted, int batches)
{
	const struct flt_packet *packets;
	struct flt_error err;
	uint32_t count;

	for (int i = 0; i < batches; i++) {
		int code = flt_source_read(src, &packets, &count, 1000, &err);
		if (!EXPECT(code == 1, "%d: %s", code, err.message))
			return;
		for (uint32_t p = 0; p < count; p++)
			tally_packet(t, &packets[p], unwanted);
	}
}

static void change_back_and_forth(const char *what, uint32_t loads, bool fallback)
{
	struct flt_program *progs[] = { two_ports(PORT_A, PORT_B, loads),
					two_ports(PORT_B, PORT_C, loads) };
	struct flt_open_opts opts = { .size = sizeof(opts),
				      .program = progs[0],
				      .buffer_bytes = 64u << 20 };
	struct flt_source *src = live_open(LIVE_HERE, &opts);
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_source_stats stats = { .size = sizeof(stats) };
	struct flt_error err;
	struct tally t = { .started = false };
	int sinks[PORTS];
	for (int i = 0; i < PORTS; i++)
		sinks[i] = live_sink(false, (uint16_t)(PORT_A + i));
	pid_t sender = start_sender();

	read_some(src, &t, PORT_C, 2);
	for (int i = 1; i <= CHANGES; i++) {
		/* Let something wait in the ring, a different amount each time. */
		usleep((useconds_t)(i % 7 * 3000));
		int code = flt_source_set_program(src, progs[i % 2], &err);
		EXPECT(code == FLT_OK, "%s, change %d: %s", what, i, err.message);
		read_some(src, &t, i % 2 ? PORT_A : PORT_C, 1 + i % 3);
	}
	stop_sender(sender);
	for (int i = 0; i < PORTS; i++)
		close(sinks[i]);
	flt_source_info(src, &info);
	flt_source_stats(src, &stats);
	EXPECT(!(info.flags & FLT_SOURCE_FALLBACK) == !fallback, "%s: '%s'", what, info.note);
	EXPECT(!fallback || strstr(info.note, "optmem_max"), "%s: '%s'", what, info.note);
	EXPECT(t.missing == 0, "%s: %llu of B missing", what, (unsigned long long)t.missing);
	EXPECT(t.foreign == 0, "%s: %llu foreign", what, (unsigned long long)t.foreign);
	EXPECT(stats.dropped == 0, "%s: %llu dropped", what, (unsigned long long)stats.dropped);
	EXPECT(t.seen[0] && t.seen[1] && t.seen[2], "%s: a port was never seen", what);
	printf("     %s: %d changes, A %llu, B %llu, C %llu, judged away here %llu\n", what,
	       CHANGES, (unsigned long long)t.seen[0], (unsigned long long)t.seen[1],
	       (unsigned long long)t.seen[2], (unsigned long long)stats.filtered);
	flt_source_close(src);
	flt_program_unref(progs[0]);
	flt_program_unref(progs[1]);
}

static void test_small(void)
{
	change_back_and_forth("small programs", 0, false);
}

static void test_either_fits(void)
{
	change_back_and_forth("programs that fit one at a time", LOADS_HALF, false);
}

static void test_none_fits(void)
{
	change_back_and_forth("programs over optmem_max", LOADS_OVER, true);
}

/* ---- metadata that only the kernel has ------------------------------------------------------ */

static struct flt_program *mark_program(uint32_t loads)
{
	static struct flt_insn insns[LOADS_OVER + 2];

	insns[0] = (struct flt_insn){ BPF_LD | BPF_W | BPF_ABS, 0, 0,
				      (uint32_t)SKF_AD_OFF + SKF_AD_MARK };
	for (uint32_t i = 0; i < loads; i++)
		insns[1 + i] = (struct flt_insn){ BPF_LD | BPF_B | BPF_ABS, 0, 0, 0 };
	insns[1 + loads] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, KEEP };
	return live_program(insns, loads + 2, FLT_LINKTYPE_EN10MB);
}

static void test_kernel_only(void)
{
	struct flt_program *small = mark_program(1), *large = mark_program(LOADS_OVER);
	struct flt_program *ports = two_ports(PORT_A, PORT_B, 0);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = ports };
	struct flt_source *src = live_open(LIVE_HERE, &opts), *none = NULL;
	int to_a = live_udp(true, LIVE_ADDRESS_HERE, PORT_A);
	int to_c = live_udp(true, LIVE_ADDRESS_HERE, PORT_C);
	int sinks[] = { live_sink(false, PORT_A), live_sink(false, PORT_C) };
	struct flt_error err;
	int code;

	EXPECT(flt_source_set_program(src, large, &err) == FLT_E_UNSUPPORTED, "%s", err.message);
	EXPECT(strstr(err.message, "packet mark") && strstr(err.message, "optmem_max"), "%s",
	       err.message);
	(void)!send(to_a, "x", 1, 0);
	(void)!send(to_c, "x", 1, 0);
	EXPECT(live_count(src, 60, &code) == 1, "the old filter stays");
	EXPECT(flt_source_set_program(src, small, &err) == FLT_OK, "%s", err.message);
	(void)!send(to_c, "x", 1, 0);
	EXPECT(live_count(src, 60, &code) >= 1, "the new filter wants everything");
	opts.program = large;
	EXPECT(flt_open_live(&none, LIVE_HERE, &opts, &err) == FLT_E_UNSUPPORTED && !none, "%s",
	       err.message);
	flt_source_close(src);
	flt_program_unref(small);
	flt_program_unref(large);
	flt_program_unref(ports);
	close(to_a);
	close(to_c);
	close(sinks[0]);
	close(sinks[1]);
}

static const struct live_test tests[] = {
	{ "small", test_small },
	{ "either fits", test_either_fits },
	{ "none fits", test_none_fits },
	{ "kernel only", test_kernel_only },
};

int main(void)
{
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
