/* SPDX-License-Identifier: BSD-2-Clause */
/* The sniffer itself on a live network: what it stores, what it prints and when, what it says. */
#include "live_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
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
#define WANTED        "udp dst port 5001"
#define RUNS          10
#define DATAGRAMS     10000
#define LONE_LIMIT_US 20000
#define TEXT          4096
#define NOBODY        65534

static char work[64];       /* a directory of our own, which everybody may enter */
static char sniff_path[96]; /* a copy: the build may lie where another user cannot go */
static char stored[96];     /* a file in it */

/* ---- the program ---------------------------------------------------------------------------- */

struct sniff {
	pid_t pid;
	int out, err;
	char said[TEXT]; /* on standard error, so far */
	size_t said_len;
};

static void become(int out, int err, const char *const *args, bool as_nobody)
{
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	if (as_nobody && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
		_exit(99);
	execv(sniff_path, (char *const *)(uintptr_t)args);
	_exit(98);
}

static void start(struct sniff *s, bool as_nobody, const char *const *args)
{
	int out[2], err[2];

	memset(s, 0, sizeof(*s));
	EXPECT(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0, "pipe: %s",
	       strerror(errno));
	s->pid = fork();
	if (s->pid == 0)
		become(out[1], err[1], args, as_nobody);
	close(out[1]);
	close(err[1]);
	s->out = out[0];
	s->err = err[0];
}

/* More of standard error; false when there is nothing for a while, or it has ended. */
static bool hear(struct sniff *s)
{
	struct pollfd fd = { s->err, POLLIN, 0 };

	if (poll(&fd, 1, 5000) != 1 || s->said_len == sizeof(s->said) - 1)
		return false;
	ssize_t got = read(s->err, s->said + s->said_len, sizeof(s->said) - 1 - s->said_len);
	if (got <= 0)
		return false;
	s->said_len += (size_t)got;
	return true;
}

static void wait_listening(struct sniff *s)
{
	while (!strstr(s->said, "listening on") && hear(s))
		continue;
	EXPECT(strstr(s->said, "listening on"), "it said: %s", s->said);
}

/* Lines on standard output until it ends. */
static unsigned count_lines(struct sniff *s)
{
	char text[TEXT];
	unsigned lines = 0;
	ssize_t got;

	while ((got = read(s->out, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < got; i++)
			lines += text[i] == '\n';
	return lines;
}

static void finish(struct sniff *s, int expected)
{
	int status = 0;

	while (hear(s))
		continue;
	waitpid(s->pid, &status, 0);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == expected, "status 0x%x, it said: %s",
	       status, s->said);
	close(s->out);
	close(s->err);
}

static void expect_said(const struct sniff *s, const char *part)
{
	EXPECT(strstr(s->said, part), "not '%s' but: %s", part, s->said);
}

static uint64_t count_stored(const struct flt_open_opts *opts)
{
	struct flt_source *src = NULL;
	struct flt_error err;
	uint64_t seen = 0;
	int code = flt_open_file(&src, stored, opts, &err);

	if (EXPECT(code == FLT_OK, "%s", err.message)) {
		seen = live_count(src, -1, &code);
		EXPECT(code == FLT_END, "%d", code);
	}
	flt_source_close(src);
	return seen;
}

/* ---- 10,000 of 20,000 ----------------------------------------------------------------------- */

static void store_run(unsigned run, int to_wanted, int to_other)
{
	const char *const args[] = { "sniff", "-i", LIVE_HERE, "-w", stored, WANTED, NULL };
	struct sniff s;
	unsigned sent = 0;

	start(&s, false, args);
	wait_listening(&s);
	for (uint32_t i = 0; i < DATAGRAMS; i++) {
		sent += send(to_other, &i, sizeof(i), 0) == sizeof(i);
		sent += send(to_wanted, &i, sizeof(i), 0) == sizeof(i);
	}
	kill(s.pid, SIGINT);
	finish(&s, 0);
	EXPECT(sent == 2 * DATAGRAMS, "run %u: %u sent", run, sent);
	expect_said(&s, "10000 packets captured");
	expect_said(&s, "10000 packets received by filter");
	expect_said(&s, "0 packets dropped by kernel");
	uint64_t found = count_stored(NULL);
	EXPECT(found == DATAGRAMS, "run %u: %llu in the file", run, (unsigned long long)found);
}

static void test_store(void)
{
	int sinks[] = { live_sink(false, PORT_WANTED), live_sink(false, PORT_OTHER) };
	int to_wanted = live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED);
	int to_other = live_udp(true, LIVE_ADDRESS_HERE, PORT_OTHER);

	for (unsigned run = 0; run < RUNS; run++)
		store_run(run, to_wanted, to_other);
	printf("     %d runs: %d of %d in the file\n", RUNS, DATAGRAMS, 2 * DATAGRAMS);
	close(sinks[0]);
	close(sinks[1]);
	close(to_wanted);
	close(to_other);
}

/* ---- printing ------------------------------------------------------------------------------- */

struct prompt {
	struct sniff sniff;
	int udp;
};

static int64_t printed_after(void *context, int i)
{
	const struct prompt *prompt = context;
	char text[TEXT];

	usleep((useconds_t)(15000 + i * 700));
	int64_t sent_at = live_now_us();
	EXPECT(send(prompt->udp, "x", 1, 0) == 1, "%s", strerror(errno));
	struct pollfd fd = { prompt->sniff.out, POLLIN, 0 };
	EXPECT(poll(&fd, 1, 2000) == 1 && read(fd.fd, text, sizeof(text)) > 0, "no line");
	return live_now_us() - sent_at;
}

/* Standard output is a pipe: a packet is there within 20 ms all the same. */
static void test_prompt(void)
{
	const char *const args[] = { "sniff", "-ni", LIVE_HERE, WANTED, NULL };
	int sink = live_sink(false, PORT_WANTED);
	struct prompt prompt = { .udp = live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED) };

	start(&prompt.sniff, false, args);
	wait_listening(&prompt.sniff);
	live_delays("printed after", LONE_LIMIT_US, printed_after, &prompt);
	int64_t start_us = live_now_us();
	kill(prompt.sniff.pid, SIGTERM);
	finish(&prompt.sniff, 0);
	EXPECT(live_now_us() - start_us < 500000, "an idle link ends at once");
	close(sink);
	close(prompt.udp);
}

static void count_printed(const char *device, const char *address, bool there, const char *filter)
{
	const char *const args[] = { "sniff", "-ni", device, "--for", "300ms", filter, NULL };
	int sink = live_sink(false, PORT_WANTED), udp = live_udp(there, address, PORT_WANTED);
	struct sniff s;

	start(&s, false, args);
	wait_listening(&s);
	for (int i = 0; i < 5; i++)
		EXPECT(send(udp, "x", 1, 0) == 1, "%s", strerror(errno));
	unsigned lines = count_lines(&s);
	finish(&s, 0);
	EXPECT(lines == 5, "%s: %u lines; it said: %s", device, lines, s.said);
	EXPECT(!strstr(s.said, "user space"), "in the kernel: %s", s.said);
	close(sink);
	close(udp);
}

static void test_print(void)
{
	count_printed(LIVE_HERE, LIVE_ADDRESS_HERE, true, WANTED);
	count_printed("lo", "127.0.0.1", false, WANTED);
	count_printed("lo", "127.0.0.1", false, "inbound and " WANTED);
	count_printed("any", "127.0.0.1", false, WANTED);
	count_printed("any", LIVE_ADDRESS_HERE, true, "inbound and " WANTED);
}

/* ---- a tag ---------------------------------------------------------------------------------- */

static void send_tagged(void)
{
	/* clang-format off */
	static const uint8_t frame[60] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,	0, 0, 0, 0,    2,    0x81, 0, 0x60,
		5,    0x08, 0,	  0x45, 0,    0,    28, 0, 0, 0, 0,    64,   17,   0, 0,
		10,   9,    0,	  2,	10,   9,    0,	1, 1, 1, 0x13, 0x89, 0,	   8
	};
	/* clang-format on */

	live_go_there();
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(LIVE_THERE) };
	EXPECT(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "%s", strerror(errno));
	EXPECT(send(fd, frame, sizeof(frame), 0) == sizeof(frame), "%s", strerror(errno));
	live_go_here();
	close(fd);
}

/* The kernel takes the tag out, the filter sees it, the file has it again, and the filter sees
 * it there. */
static void test_tag(void)
{
	const char *const args[] = { "sniff", "-i",   LIVE_HERE, "-c", "1",
				     "-w",    stored, "vlan 5",  NULL };
	const char *const again[] = { "sniff", "-r", stored, "-ne", "vlan 5", NULL };
	struct flt_source *src = NULL;
	struct flt_packet packet;
	struct sniff s;

	start(&s, false, args);
	wait_listening(&s);
	send_tagged();
	finish(&s, 0);
	EXPECT(flt_open_file(&src, stored, NULL, NULL) == FLT_OK, "the file");
	if (src && EXPECT(flt_source_next(src, &packet, -1, NULL) == 1, "a packet"))
		EXPECT(packet.caplen == 60 &&
			       memcmp(packet.bytes + 12, "\x81\x00\x60\x05\x08\x00", 6) == 0,
		       "%u bytes", packet.caplen);
	flt_source_close(src);
	start(&s, false, again);
	EXPECT(count_lines(&s) == 1, "read again");
	finish(&s, 0);
}

/* ---- what it says --------------------------------------------------------------------------- */

static void expect_failure(bool as_nobody, const char *device, int status, const char *part)
{
	const char *const args[] = { "sniff", "-ni", device, "-c", "1", NULL };
	struct sniff s;

	start(&s, as_nobody, args);
	finish(&s, status);
	expect_said(&s, part);
}

static void test_refusals(void)
{
	live_command("ip link add z0 type veth peer name z1");
	expect_failure(false, "nothere", 1, "no interface 'nothere'");
	expect_failure(false, "z0", 1, "z0 is down");
	expect_failure(true, LIVE_HERE, 1, "CAP_NET_RAW");
	live_command("ip link del z0");
}

static void test_gone(void)
{
	const char *const args[] = { "sniff", "-ni", "z0", "udp port 1", NULL };
	struct sniff s;

	live_command(
		"ip link add z0 type veth peer name z1 && ip link set z0 up && ip link set z1 up");
	start(&s, false, args);
	wait_listening(&s);
	live_command("ip link del z0");
	finish(&s, 1);
	expect_said(&s, "z0 is gone");
	expect_said(&s, "0 packets captured");
}

/* Too long for the kernel: it runs here, a line says so, and it filters the same. */
static void test_too_long(void)
{
	static char filter[200000] = WANTED " and not (udp port 1";
	const char *const args[] = { "sniff", "-ni", LIVE_HERE, "--for", "300ms", filter, NULL };
	int sink = live_sink(false, PORT_WANTED),
	    udp = live_udp(true, LIVE_ADDRESS_HERE, PORT_WANTED);
	int other = live_udp(true, LIVE_ADDRESS_HERE, PORT_OTHER);
	size_t used = strlen(filter);
	struct sniff s;

	for (unsigned i = 0; i < 3000; i++)
		used += (size_t)snprintf(filter + used, sizeof(filter) - used,
					 " or host 11.%u.%u.1", i / 250, i % 250);
	snprintf(filter + used, sizeof(filter) - used, ")");
	start(&s, false, args);
	wait_listening(&s);
	EXPECT(send(other, "x", 1, 0) == 1 && send(udp, "x", 1, 0) == 1, "%s", strerror(errno));
	EXPECT(count_lines(&s) == 1, "one line");
	finish(&s, 0);
	expect_said(&s, "user space runs the exact filter");
	close(sink);
	close(udp);
	close(other);
}

/* clang-format off */
static const struct live_test tests[] = {
	{ "store", test_store },
	{ "prompt", test_prompt },
	{ "print", test_print },
	{ "tag", test_tag },
	{ "refusals", test_refusals },
	{ "gone", test_gone },
	{ "too long", test_too_long },
};
/* clang-format on */

static bool make_work(const char *built)
{
	char command[1024];

	snprintf(work, sizeof(work), "/tmp/live_sniff.XXXXXX");
	if (!mkdtemp(work))
		return false;
	snprintf(stored, sizeof(stored), "%s/stored.pcap", work);
	snprintf(sniff_path, sizeof(sniff_path), "%s/sniff", work);
	snprintf(command, sizeof(command), "chmod 755 '%s' && install -m 755 '%s' '%s'", work,
		 built, sniff_path);
	return system(command) == 0;
}

int main(void)
{
	char built[512];
	const char *build = getenv("TOP_BUILDDIR");

	snprintf(built, sizeof(built), "%s/sniff/sniff", build ? build : ".");
	if (access(built, X_OK) != 0) {
		printf("skipped: there is no %s\n", built);
		return 77;
	}
	if (!make_work(built)) {
		printf("cannot make a copy of %s in %s\n", built, work);
		return 1;
	}
	int status = live_main(tests, sizeof(tests) / sizeof(tests[0]));
	unlink(stored);
	unlink(sniff_path);
	rmdir(work);
	return status;
}
