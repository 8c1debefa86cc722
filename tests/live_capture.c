/* SPDX-License-Identifier: BSD-2-Clause */
/* Nothing that was accepted is lost, nothing foreign comes, a lone packet comes soon. */
#include "live_net.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT_WANTED   5001
#define PORT_OTHER    5002
#define WANTED        10000u
#define RUNS          10
#define LONE_LIMIT_US 20000
#define SLL2          20u

static struct flt_source *interrupted;

static void on_interrupt(int number)
{
	(void)number;
	flt_source_stop(interrupted);
}

static struct flt_source *open_port(const char *device, uint32_t ip_off, uint32_t linktype)
{
	struct flt_program *prog = live_port_program(ip_off, PORT_WANTED, 262144, linktype);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open(device, &opts);

	flt_program_unref(prog);
	return src;
}

/* ---- 10,000 of 20,000, SIGINT right after the last ------------------------------------------ */

/* The sender, in a process of its own; it interrupts us with the last datagram out of its hands. */
static pid_t start_sender(uint32_t wanted)
{
	int to_wanted = live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED);
	int to_other = live_udp(true, LIVE_ADDRESS_HERE, PORT_OTHER);
	pid_t pid = fork();

	if (pid != 0) {
		close(to_wanted);
		close(to_other);
		return pid;
	}
	char text[32] = "datagram";
	uint32_t sent = 0;
	for (uint32_t i = 0; i < wanted; i++) {
		sent += send(to_other, text, sizeof(text), 0) == sizeof(text);
		memcpy(text, &i, sizeof(i));
		sent += send(to_wanted, text, sizeof(text), 0) == sizeof(text);
	}
	kill(getppid(), SIGINT);
	_exit(sent == 2 * wanted ? 0 : 1);
}

/* The sequence numbers in the packets; returns how many were not the next one. */
static uint32_t out_of_order(const struct flt_packet *packets, uint32_t count, uint32_t *next)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t number = 0;
		if (packets[i].caplen >= 14 + 28 + sizeof(number))
			memcpy(&number, packets[i].bytes + 14 + 28, sizeof(number));
		wrong += number != *next;
		*next = number + 1;
	}
	return wrong;
}

static void one_run(unsigned run)
{
	const struct flt_packet *packets;
	struct flt_source *src = open_port(LIVE_HERE, 14, FLT_LINKTYPE_EN10MB);
	struct flt_source_stats stats = { .size = sizeof(stats) };
	struct flt_error err;
	uint32_t count, next = 0, wrong = 0;
	uint64_t seen = 0;
	int code, status = 0;

	interrupted = src;
	pid_t sender = start_sender(WANTED);
	while ((code = flt_source_read(src, &packets, &count, -1, &err)) == 1) {
		wrong += out_of_order(packets, count, &next);
		seen += count;
	}
	EXPECT(code == FLT_END, "run %u: %s", run, err.message);
	waitpid(sender, &status, 0);
	EXPECT(status == 0, "run %u: the sender failed", run);
	EXPECT(seen == WANTED, "run %u: %llu of %u", run, (unsigned long long)seen, WANTED);
	EXPECT(wrong == 0, "run %u: %u out of order", run, wrong);
	flt_source_stats(src, &stats);
	EXPECT(stats.received == WANTED && stats.delivered == WANTED && stats.dropped == 0,
	       "run %u: received %llu, delivered %llu, dropped %llu", run,
	       (unsigned long long)stats.received, (unsigned long long)stats.delivered,
	       (unsigned long long)stats.dropped);
	flt_source_close(src);
}

static void test_all_that_matched(void)
{
	int sinks[] = { live_sink(false, PORT_WANTED), live_sink(false, PORT_OTHER) };
	struct sigaction action = { .sa_handler = on_interrupt };

	sigaction(SIGINT, &action, NULL);
	for (unsigned run = 0; run < RUNS; run++)
		one_run(run);
	signal(SIGINT, SIG_DFL);
	printf("     %d runs of %u among %u\n", RUNS, WANTED, 2 * WANTED);
	close(sinks[0]);
	close(sinks[1]);
}

/* ---- a stop while two processes send ------------------------------------------------------- */

#define SENDERS   2u
#define STOP_RUNS 20

static void send_for_ever(int udp, uint32_t sender)
{
	uint32_t text[2] = { sender, 0 };

	while (true)
		if (send(udp, text, sizeof(text), 0) == sizeof(text))
			text[1]++;
}

static void start_senders(pid_t *pids)
{
	for (uint32_t i = 0; i < SENDERS; i++) {
		int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED);
		pids[i] = fork();
		if (pids[i] == 0)
			send_for_ever(udp, i);
		close(udp);
	}
}

/* Each sender's numbers must be without a gap; the first one of each is where we came in. */
static void check_numbers(const struct flt_packet *packets, uint32_t count, uint32_t *next,
			  uint32_t *gaps)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t text[2] = { SENDERS, 0 };
		memcpy(text, packets[i].bytes + 14 + 28, sizeof(text));
		if (!EXPECT(text[0] < SENDERS, "sender %u", text[0]))
			continue;
		*gaps += next[text[0]] && text[1] != next[text[0]];
		next[text[0]] = text[1] + 1;
	}
}

static void stop_under_load(unsigned run)
{
	const struct flt_packet *packets;
	struct flt_source *src = open_port(LIVE_HERE, 14, FLT_LINKTYPE_EN10MB);
	struct flt_source_stats stats = { .size = sizeof(stats) };
	uint32_t count, next[SENDERS] = { 0 }, gaps = 0;
	int64_t start = live_now_us(), stopped = 0;
	int code;

	while ((code = flt_source_read(src, &packets, &count, 1000, NULL)) == 1) {
		check_numbers(packets, count, next, &gaps);
		if (!stopped && live_now_us() - start > 10000 + run * 1500) {
			stopped = live_now_us();
			flt_source_stop(src);
		}
	}
	flt_source_stats(src, &stats);
	EXPECT(code == FLT_END, "run %u: %d", run, code);
	EXPECT(gaps == 0 || stats.dropped, "run %u: %u gaps", run, gaps);
	EXPECT(stats.received == stats.delivered + stats.dropped,
	       "run %u: received %llu, delivered %llu", run, (unsigned long long)stats.received,
	       (unsigned long long)stats.delivered);
	EXPECT(live_now_us() - stopped < 200000, "run %u: the end took %lld us", run,
	       (long long)(live_now_us() - stopped));
	flt_source_close(src);
}

static void test_stop_under_load(void)
{
	int sink = live_sink(false, PORT_WANTED);
	pid_t pids[SENDERS];

	start_senders(pids);
	for (unsigned run = 0; run < STOP_RUNS; run++)
		stop_under_load(run);
	for (uint32_t i = 0; i < SENDERS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	close(sink);
}

/* ---- a lone packet -------------------------------------------------------------------------- */

struct lone {
	struct flt_source *src;
	int udp;
};

static int64_t lone_delay(void *context, int i)
{
	const struct lone *lone = context;
	struct flt_packet packet;
	struct flt_error err;

	/* Fall at every point of the kernel's tick. */
	usleep((useconds_t)(3000 + i * 700));
	int64_t start = live_now_us();
	EXPECT(send(lone->udp, "x", 1, 0) == 1, "send");
	EXPECT(flt_source_next(lone->src, &packet, 1000, &err) == 1, "no packet: %s", err.message);
	return live_now_us() - start;
}

static void measure_lone(const char *what, uint32_t flags, int64_t limit_us)
{
	struct flt_program *prog = live_port_program(14, PORT_WANTED, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .flags = flags, .program = prog };
	struct lone lone = { live_open(LIVE_HERE, &opts),
			     live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED) };
	int sink = live_sink(false, PORT_WANTED);

	live_delays(what, limit_us, lone_delay, &lone);
	flt_source_close(lone.src);
	flt_program_unref(prog);
	close(lone.udp);
	close(sink);
}

static void test_lone_packet(void)
{
	measure_lone("usual", 0, LONE_LIMIT_US);
	measure_lone("immediate", FLT_OPEN_IMMEDIATE, LONE_LIMIT_US / 4);
}

/* ---- loopback ------------------------------------------------------------------------------- */

static void count_loopback(const char *device, uint32_t ip_off, uint32_t linktype,
			   uint32_t direction, uint8_t pkttype, uint32_t expected)
{
	struct flt_program *prog = live_port_program(ip_off, PORT_WANTED, 262144, linktype);
	struct flt_open_opts opts = { .size = sizeof(opts),
				      .direction = direction,
				      .program = prog };
	struct flt_source *src = live_open(device, &opts);
	int sink = live_sink(false, PORT_WANTED), udp = live_udp(false, "127.0.0.1", PORT_WANTED);
	struct flt_packet packet;
	struct flt_error err;
	uint32_t seen = 0;

	for (int i = 0; i < 100; i++)
		EXPECT(send(udp, "x", 1, 0) == 1, "send");
	while (flt_source_next(src, &packet, 60, &err) == 1) {
		EXPECT(packet.meta->pkttype == pkttype, "%s: packet type %u", device,
		       packet.meta->pkttype);
		seen++;
	}
	EXPECT(seen == expected, "%s, direction %u: %u of %u", device, direction, seen, expected);
	flt_source_close(src);
	flt_program_unref(prog);
	close(udp);
	close(sink);
}

static void test_loopback_once(void)
{
	count_loopback("lo", 14, FLT_LINKTYPE_EN10MB, FLT_DIRECTION_INOUT, PACKET_HOST, 100);
	count_loopback("lo", 14, FLT_LINKTYPE_EN10MB, FLT_DIRECTION_IN, PACKET_HOST, 100);
	count_loopback("lo", 14, FLT_LINKTYPE_EN10MB, FLT_DIRECTION_OUT, PACKET_OUTGOING, 100);
	count_loopback("any", SLL2, FLT_LINKTYPE_LINUX_SLL2, FLT_DIRECTION_INOUT, PACKET_HOST, 100);
}

/* ---- stop ----------------------------------------------------------------------------------- */

static void test_stop_when_idle(void)
{
	struct flt_source *src = open_port(LIVE_HERE, 14, FLT_LINKTYPE_EN10MB);
	struct pollfd poll_fd = { flt_source_fd(src), POLLIN, 0 };
	int64_t start = live_now_us();
	int code;

	EXPECT(poll(&poll_fd, 1, 0) == 0, "readable before anything happened");
	flt_source_stop(src);
	EXPECT(poll(&poll_fd, 1, 1000) == 1, "not readable after the stop");
	EXPECT(live_count(src, -1, &code) == 0 && code == FLT_END, "%d", code);
	EXPECT(live_count(src, -1, &code) == 0 && code == FLT_END, "again: %d", code);
	EXPECT(live_now_us() - start < 100000, "took %lld us", (long long)(live_now_us() - start));
	flt_source_close(src);
}

/* clang-format off */
static const struct live_test tests[] = {
	{ "all that matched", test_all_that_matched },
	{ "stop under load", test_stop_under_load },
	{ "lone packet", test_lone_packet },
	{ "loopback once", test_loopback_once },
	{ "stop when idle", test_stop_when_idle },
};
/* clang-format on */

int main(void)
{
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
