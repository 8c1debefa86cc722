/* SPDX-License-Identifier: BSD-2-Clause */
/* A device goes down and comes back, goes for good, or comes back as another kind of device. */
#include "live_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define OURS       0x88b5u /* an EtherType for experiments */
#define FRAME      60
#define AT_ONCE_US 1000000
#define SOON_MS    3000
#define TOO_LONG_S 60

static const uint8_t frame[FRAME] = { 255, 255, 255, 255, 255, 255,       2,
				      0,   0,   0,   0,   1,   OURS >> 8, OURS & 0xff };

/* Frames of our own alone; a kernel says hello on each device that comes up. */
static struct flt_program *our_frames(void)
{
	const struct flt_insn insns[] = {
		{ BPF_LD | BPF_H | BPF_ABS, 0, 0, 12 },
		{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, OURS },
		{ BPF_RET | BPF_K, 0, 0, 262144 },
		{ BPF_RET | BPF_K, 0, 0, 0 },
	};

	return live_program(insns, 4, FLT_LINKTYPE_EN10MB);
}

static struct flt_source *open_ours(const char *device)
{
	struct flt_program *prog = our_frames();
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open(device, &opts);

	flt_program_unref(prog);
	return src;
}

static int open_sender(const char *device)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(device) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	EXPECT(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "%s", strerror(errno));
	return fd;
}

static void send_frames(int fd, int count)
{
	for (int i = 0; i < count; i++)
		EXPECT(send(fd, frame, sizeof(frame), 0) == FRAME, "%s", strerror(errno));
}

static uint64_t downs(struct flt_source *src)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	EXPECT(flt_source_stats(src, &stats) == FLT_OK, "statistics");
	return stats.downs;
}

static bool is_running(const char *device)
{
	struct flt_interface list[32];
	int count = flt_interfaces(list, 32, NULL);

	for (int i = 0; i < count && i < 32; i++)
		if (strcmp(list[i].name, device) == 0)
			return list[i].flags & FLT_IF_RUNNING;
	return false;
}

/* What is sent before the kernel has noticed the cable is dropped. */
static void await_running(const char *device)
{
	int64_t end = live_now_us() + SOON_MS * INT64_C(1000);

	while (!is_running(device) && live_now_us() < end)
		usleep(2000);
	EXPECT(is_running(device), "%s", device);
}

static void set_up(const char *command)
{
	live_command(command);
	await_running("x1");
}

static void make_pair(void)
{
	set_up("ip link add x0 type veth peer name x1 && ip link set x0 up && ip link set x1 up");
}

/* Packets until the number of downs has changed, or nothing came for a while. */
static uint64_t read_until_down(struct flt_source *src)
{
	const struct flt_packet *packets;
	struct flt_error err;
	uint64_t seen = 0, before = downs(src);
	uint32_t count = 0;
	int code = 1;

	while (code == 1 || (code == 0 && downs(src) == before)) {
		code = flt_source_read(src, &packets, &count, SOON_MS, &err);
		seen += code == 1 ? count : 0;
		if (code == 0 && downs(src) == before)
			break;
	}
	EXPECT(code == 0 && downs(src) == before + 1, "%d %s", code, err.message);
	return seen;
}

static void expect_end(struct flt_source *src, uint64_t packets, const char *part)
{
	const struct flt_packet *batch;
	struct flt_error err;
	uint32_t count;
	uint64_t seen = 0;
	int code;

	while ((code = flt_source_read(src, &batch, &count, SOON_MS, &err)) == 1)
		seen += count;
	EXPECT(code == FLT_E_DEVICE && strstr(err.message, part), "%d: '%s'", code, err.message);
	EXPECT(seen == packets, "%llu packets before the end", (unsigned long long)seen);
	EXPECT(flt_source_read(src, &batch, &count, SOON_MS, &err) == FLT_E_DEVICE, "again: %s",
	       err.message);
}

/* ---- down, and up again --------------------------------------------------------------------- */

static void test_down_and_up(void)
{
	int code;

	make_pair();
	struct flt_source *src = open_ours("x0");
	int sender = open_sender("x1");
	uint64_t seen = 0;

	for (int round = 1; round <= 3; round++) {
		send_frames(sender, round);
		live_command("ip link set x0 down");
		seen += read_until_down(src);
		EXPECT(downs(src) == (uint64_t)round, "%llu", (unsigned long long)downs(src));
		set_up("ip link set x0 up");
		send_frames(sender, 10);
		seen += live_count(src, 200, &code);
		EXPECT(code == 0 && seen == (uint64_t)(round * (round + 1) / 2 + 10 * round),
		       "%llu packets", (unsigned long long)seen);
	}
	live_command("ip link del x0");
	expect_end(src, 0, "x0 is gone");
	flt_source_close(src);
	close(sender);
}

/* Who waits for ever is told at once, of one packet as of many. */
static void test_told_at_once(void)
{
	struct flt_packet packet;
	struct flt_error err;

	make_pair();
	struct flt_source *src = open_ours("x0");
	struct pollfd fd = { flt_source_fd(src), POLLIN, 0 };
	int64_t before = live_now_us();

	live_command("ip link set x0 down");
	EXPECT(poll(&fd, 1, SOON_MS) == 1, "the descriptor is not readable");
	EXPECT(flt_source_next(src, &packet, -1, &err) == 0, "%s", err.message);
	EXPECT(downs(src) == 1 && live_now_us() - before < AT_ONCE_US, "%lld us",
	       (long long)(live_now_us() - before));
	EXPECT(flt_source_next(src, &packet, 50, &err) == 0 && downs(src) == 1, "told twice");
	flt_source_stop(src);
	EXPECT(flt_source_next(src, &packet, -1, &err) == FLT_END, "%s", err.message);
	flt_source_close(src);
	live_command("ip link del x0");
}

/* Nobody reads while it goes down, comes back, and goes down. */
static void test_slow_reader(void)
{
	int code;

	make_pair();
	struct flt_source *src = open_ours("x0");
	int sender = open_sender("x1");

	send_frames(sender, 1000);
	set_up("ip link set x0 down && ip link set x0 up");
	send_frames(sender, 1000);
	live_command("ip link set x0 down");
	uint64_t seen = live_count(src, 200, &code);
	seen += live_count(src, 200, &code);
	EXPECT(code == 0 && seen == 2000, "%d: %llu", code, (unsigned long long)seen);
	EXPECT(downs(src) == 1, "%llu", (unsigned long long)downs(src));
	set_up("ip link set x0 up");
	send_frames(sender, 5);
	EXPECT(live_count(src, 200, &code) == 5, "%d", code);
	flt_source_close(src);
	close(sender);
	live_command("ip link del x0");
}

/* Another name is the same device. */
static void test_renamed(void)
{
	int code;

	make_pair();
	struct flt_source *src = open_ours("x0");
	int sender = open_sender("x1");

	set_up("ip link set x0 down && ip link set x0 name x2 && ip link set x2 up");
	send_frames(sender, 3);
	uint64_t seen = read_until_down(src) + live_count(src, 200, &code);
	EXPECT(seen == 3, "%llu", (unsigned long long)seen);
	flt_source_close(src);
	close(sender);
	live_command("ip link del x2");
}

static void test_any(void)
{
	int code;

	make_pair();
	struct flt_source *src = live_open("any", NULL);

	live_command("ip link set x0 down && ip link set x0 up && ip link del x0");
	live_count(src, 200, &code);
	EXPECT(code == 0 && downs(src) == 0, "%d, %llu", code, (unsigned long long)downs(src));
	flt_source_close(src);
}

/* ---- gone ----------------------------------------------------------------------------------- */

/* The usual way: it goes down and away in one, and nobody says "down". */
static void test_removed(void)
{
	make_pair();
	struct flt_source *src = open_ours("x0");
	int sender = open_sender("x1");

	send_frames(sender, 7);
	live_command("ip link del x0");
	expect_end(src, 7, "the interface x0 is gone");
	EXPECT(downs(src) == 0, "%llu", (unsigned long long)downs(src));
	flt_source_close(src);
	close(sender);
}

/* A device that is down is removed: the kernel tells the socket nothing. */
static void test_removed_while_down(void)
{
	make_pair();
	struct flt_source *src = open_ours("x0"), *polled = open_ours("x0");
	struct pollfd fd = { flt_source_fd(polled), POLLIN, 0 };

	live_command("ip link set x0 down");
	EXPECT(read_until_down(src) == 0 && read_until_down(polled) == 0, "packets");
	live_command("ip link del x0");
	expect_end(src, 0, "the interface x0 is gone");
	EXPECT(poll(&fd, 1, SOON_MS) == 1, "the descriptor is not readable");
	expect_end(polled, 0, "the interface x0 is gone");
	flt_source_close(src);
	flt_source_close(polled);
}

/* For this namespace it is gone, too. */
static void test_moved(void)
{
	char move[128];

	make_pair();
	struct flt_source *src = open_ours("x0");

	live_go_there();
	int there = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	live_go_here();
	snprintf(move, sizeof(move), "ip link set x0 netns /proc/%d/fd/%d", (int)getpid(), there);
	live_command(move);
	expect_end(src, 0, "the interface x0 is gone");
	flt_source_close(src);
	close(there);
	live_command("ip link del x1");
}

/* ---- another kind of device ----------------------------------------------------------------- */

static int make_tap(void)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "t0");
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		printf("     no tap device here\n");
		return -1;
	}
	live_command("ip link set t0 up");
	return fd;
}

static void retype(int tap, unsigned long hatype)
{
	live_command("ip link set t0 down");
	EXPECT(ioctl(tap, TUNSETLINK, hatype) == 0, "%s", strerror(errno));
	live_command("ip link set t0 up");
}

static void write_frames(int tap, int count)
{
	for (int i = 0; i < count; i++)
		EXPECT(write(tap, frame, sizeof(frame)) == FRAME, "%s", strerror(errno));
}

#define RETYPED "t0 changed from 1 (EN10MB) to 801 (IEEE802_11)"

/* Its packets come at once: those of the old type are delivered, none of the new. */
static void retyped_under_packets(struct flt_program *prog)
{
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	int tap = make_tap();

	if (tap < 0)
		return;
	live_command("sysctl -qw net.ipv6.conf.t0.disable_ipv6=1");
	usleep(100000);
	struct flt_source *src = live_open("t0", &opts);
	write_frames(tap, 3);
	retype(tap, ARPHRD_IEEE80211);
	write_frames(tap, 4);
	usleep(50000);
	const struct flt_packet *packets;
	struct flt_error err;
	uint32_t count = 0;
	uint64_t seen = 0;
	int code;
	while ((code = flt_source_read(src, &packets, &count, SOON_MS, &err)) >= 0)
		seen += count;
	EXPECT(code == FLT_E_DEVICE && strstr(err.message, RETYPED), "%d: '%s'", code, err.message);
	EXPECT(seen == 3, "%llu packets of the old type", (unsigned long long)seen);
	flt_source_close(src);
	close(tap);
}

static void test_retyped(void)
{
	struct flt_program *prog = our_frames();

	retyped_under_packets(prog);
	retyped_under_packets(NULL);
	flt_program_unref(prog);
}

/* No packet shows it: it is seen all the same. */
static void test_retyped_in_silence(void)
{
	int tap = make_tap();

	if (tap < 0)
		return;
	struct flt_source *src = open_ours("t0");
	live_command("ip link set t0 down");
	EXPECT(read_until_down(src) == 0, "packets");
	retype(tap, ARPHRD_IEEE80211);
	expect_end(src, 0, RETYPED);
	flt_source_close(src);
	close(tap);
}

/* There and back before anybody looks. */
static void test_same_type_again(void)
{
	int tap = make_tap(), code;

	if (tap < 0)
		return;
	struct flt_source *src = open_ours("t0");
	retype(tap, ARPHRD_IEEE80211);
	retype(tap, ARPHRD_ETHER);
	write_frames(tap, 4);
	EXPECT(read_until_down(src) + live_count(src, 200, &code) == 4, "%d", code);
	flt_source_close(src);
	close(tap);
}

static const struct live_test tests[] = {
	{ "down and up", test_down_and_up },
	{ "told at once", test_told_at_once },
	{ "slow reader", test_slow_reader },
	{ "renamed", test_renamed },
	{ "any", test_any },
	{ "removed", test_removed },
	{ "removed while down", test_removed_while_down },
	{ "moved", test_moved },
	{ "retyped", test_retyped },
	{ "retyped in silence", test_retyped_in_silence },
	{ "same type again", test_same_type_again },
};

int main(void)
{
	alarm(TOO_LONG_S);
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
