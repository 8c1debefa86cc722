/* SPDX-License-Identifier: BSD-2-Clause */
#include "live_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SKIPPED        77
#define FAILURES_SHOWN 20

static int ns_here = -1, ns_there = -1;
static unsigned checks, failures;

bool live_expect(bool ok, const char *file, int line, const char *cond, const char *fmt, ...)
{
	va_list args;

	checks++;
	if (ok)
		return true;
	if (++failures > FAILURES_SHOWN)
		return false;
	printf("%s:%d: %s: ", file, line, cond);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	return false;
}

void live_command(const char *command)
{
	int status = system(command);

	EXPECT(status == 0, "'%s' ended with %d", command, status);
}

static void go(int ns)
{
	EXPECT(setns(ns, CLONE_NEWNET) == 0, "setns: %s", strerror(errno));
}

void live_go_there(void)
{
	go(ns_there);
}

void live_go_here(void)
{
	go(ns_here);
}

static int new_namespace(void)
{
	if (unshare(CLONE_NEWNET) != 0)
		return -1;
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* NULL, or why not. */
static const char *make_network(void)
{
	char move[128];

	ns_there = new_namespace();
	ns_here = ns_there < 0 ? -1 : new_namespace();
	if (ns_here < 0)
		return "network namespaces need root";
	if (system("ip link set lo up 2>/dev/null") != 0)
		return "there is no ip(8)";
	if (system("ip link add " LIVE_HERE
		   " numtxqueues 4 numrxqueues 4 type veth peer name " LIVE_THERE
		   " numtxqueues 4 numrxqueues 4 2>/dev/null") != 0)
		return "this kernel has no veth";
	snprintf(move, sizeof(move), "ip link set " LIVE_THERE " netns /proc/%d/fd/%d",
		 (int)getpid(), ns_there);
	live_command(move);
	live_command("ip addr add " LIVE_ADDRESS_HERE "/24 dev " LIVE_HERE
		     " && ip link set " LIVE_HERE " up");
	live_go_there();
	live_command("ip addr add " LIVE_ADDRESS_THERE "/24 dev " LIVE_THERE
		     " && ip link set " LIVE_THERE " up");
	live_go_here();
	return NULL;
}

int live_main(const struct live_test *tests, unsigned count)
{
	const char *why = make_network();
	const char *only = getenv("LIVE_ONLY");
	unsigned ran = 0;

	if (why) {
		printf("skipped: %s\n", why);
		return SKIPPED;
	}
	for (unsigned i = 0; i < count; i++) {
		unsigned before = failures;
		if (only && strcmp(only, tests[i].name) != 0)
			continue;
		tests[i].run();
		ran++;
		printf("%s %s\n", failures == before ? "ok  " : "FAIL", tests[i].name);
		fflush(stdout);
	}
	printf("%u tests, %u checks, %u failures\n", ran, checks, failures);
	return ran == 0 || checks == 0 || failures ? 1 : 0;
}

static struct sockaddr_in inet_address(const char *address, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &to.sin_addr);
	return to;
}

static int udp_socket(bool there)
{
	if (there)
		live_go_there();
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (there)
		live_go_here();
	return fd;
}

int live_udp(bool there, const char *address, uint16_t port)
{
	struct sockaddr_in to = inet_address(address, port);
	int fd = udp_socket(there);

	EXPECT(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0, "connect: %s",
	       strerror(errno));
	return fd;
}

int live_sink(bool there, uint16_t port)
{
	struct sockaddr_in at = inet_address("0.0.0.0", port);
	int fd = udp_socket(there);

	EXPECT(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "bind: %s", strerror(errno));
	return fd;
}

struct flt_program *live_program(const struct flt_insn *insns, uint32_t count, uint32_t linktype)
{
	struct flt_program_opts opts = { .size = sizeof(opts), .linktype = linktype };
	struct flt_program *prog = NULL;
	struct flt_error err;

	int code = flt_program_new(&prog, insns, count, &opts, &err);
	EXPECT(code == FLT_OK, "%s", err.message);
	return prog;
}

struct flt_program *live_port_program(uint32_t ip_off, uint16_t port, uint32_t keep,
				      uint32_t linktype)
{
	const struct flt_insn insns[] = {
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, ip_off },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 5, 0x45 },
		{ BPF_LD | BPF_B | BPF_ABS, 0, 0, ip_off + 9 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 3, IPPROTO_UDP },
		{ BPF_LD | BPF_H | BPF_ABS, 0, 0, ip_off + 22 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, port },
		{ BPF_RET | BPF_K, 0, 0, keep },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};

	return live_program(insns, sizeof(insns) / sizeof(insns[0]), linktype);
}

struct flt_source *live_open(const char *device, const struct flt_open_opts *opts)
{
	struct flt_source *src = NULL;
	struct flt_error err;

	int code = flt_open_live(&src, device, opts, &err);
	EXPECT(code == FLT_OK, "%s: %s", device, err.message);
	return src;
}

uint64_t live_count(struct flt_source *src, int quiet_ms, int *code)
{
	const struct flt_packet *packets;
	struct flt_error err;
	uint32_t count;
	uint64_t seen = 0;

	while ((*code = flt_source_read(src, &packets, &count, quiet_ms, &err)) == 1)
		seen += count;
	EXPECT(*code == 0 || *code == FLT_END, "%s", err.message);
	return seen;
}

int64_t live_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* ---- delays --------------------------------------------------------------------------------- */

#define DELAY_ROUNDS 8
#define DELAYS       30

static int by_value(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int64_t one_round(const char *what, live_measure *measure, void *context)
{
	int64_t delays[DELAYS];

	for (int i = 0; i < DELAYS; i++)
		delays[i] = measure(context, i);
	qsort(delays, DELAYS, sizeof(delays[0]), by_value);
	int64_t judged = delays[DELAYS * 9 / 10 - 1];
	printf("     %s: median %lld us, 90 %% %lld us, longest %lld us\n", what,
	       (long long)delays[DELAYS / 2], (long long)judged, (long long)delays[DELAYS - 1]);
	return judged;
}

void live_delays(const char *what, int64_t limit_us, live_measure *measure, void *context)
{
	int64_t judged = one_round(what, measure, context);

	for (int round = 1; judged > limit_us && round < DELAY_ROUNDS; round++)
		judged = one_round(what, measure, context);
	EXPECT(judged <= limit_us, "%s: %lld us, the limit is %lld us", what, (long long)judged,
	       (long long)limit_us);
}
