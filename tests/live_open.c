/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: which there are, what they deliver, and what is said of one that is not there. */
#include "live_net.h"

#include <errno.h>
#include <grp.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT           7001
#define SLL2           20u
#define MAX_INTERFACES 64
#define NOBODY         65534

/* ---- what is said --------------------------------------------------------------------------- */

static void expect_refusal(const char *device, const struct flt_open_opts *opts, int code,
			   const char *part)
{
	struct flt_source *src = NULL;
	struct flt_error err;
	int got = flt_open_live(&src, device, opts, &err);

	EXPECT(got == code && !src, "%s: %d, not %d", device, got, code);
	EXPECT(strstr(err.message, part), "%s: '%s' does not say '%s'", device, err.message, part);
	flt_source_close(src);
}

static void test_unknown(void)
{
	char longest[4000];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	expect_refusal("v00", NULL, FLT_E_DEVICE, "did you mean 'v0'?");
	expect_refusal("nothere", NULL, FLT_E_DEVICE, "no interface 'nothere'");
	expect_refusal("", NULL, FLT_E_DEVICE, "no interface ''");
	expect_refusal("a\nb\x1b[31m", NULL, FLT_E_DEVICE, "'a?b?[31m'");
	expect_refusal(longest, NULL, FLT_E_DEVICE, "no interface 'xxxxxxxx");
	expect_refusal("h\xc3\xa4user", NULL, FLT_E_DEVICE, "'h\xc3\xa4user'");
}

static void test_bad_options(void)
{
	struct flt_open_opts flags = { .size = sizeof(flags), .flags = 0x8000 };
	struct flt_open_opts direction = { .size = sizeof(direction), .direction = 3 };
	struct flt_open_opts snaplen = { .size = sizeof(snaplen), .snaplen = 262145 };
	struct flt_open_opts buffer = { .size = sizeof(buffer), .buffer_bytes = UINT64_MAX };
	struct flt_open_opts size = { .size = 1 };
	struct flt_program *sll2 = live_port_program(SLL2, PORT, 1, FLT_LINKTYPE_LINUX_SLL2);
	struct flt_open_opts linktype = { .size = sizeof(linktype), .program = sll2 };
	struct flt_open_opts sll = { .size = sizeof(sll), .linktype = FLT_LINKTYPE_LINUX_SLL };
	struct flt_open_opts raw = { .size = sizeof(raw), .linktype = FLT_LINKTYPE_RAW };

	expect_refusal(LIVE_HERE, &flags, FLT_E_ARGUMENT, "0x8000");
	expect_refusal(LIVE_HERE, &direction, FLT_E_ARGUMENT, "direction 3");
	expect_refusal(LIVE_HERE, &snaplen, FLT_E_ARGUMENT, "262145");
	expect_refusal(LIVE_HERE, &buffer, FLT_E_ARGUMENT, "half of the memory");
	expect_refusal(LIVE_HERE, &size, FLT_E_ARGUMENT, "size");
	expect_refusal(LIVE_HERE, &linktype, FLT_E_ARGUMENT, "LINUX_SLL2, but v0 delivers EN10MB");
	expect_refusal(LIVE_HERE, &sll, FLT_E_ARGUMENT, "type EN10MB, not LINUX_SLL");
	expect_refusal("any", &raw, FLT_E_ARGUMENT, "type LINUX_SLL2, not RAW");
	flt_program_unref(sll2);
}

static void expect_end(struct flt_source *src, uint64_t packets, const char *part)
{
	const struct flt_packet *batch;
	struct flt_error err;
	uint32_t count;
	uint64_t seen = 0;
	int code;

	while ((code = flt_source_read(src, &batch, &count, 2000, &err)) == 1)
		seen += count;
	EXPECT(code == FLT_E_DEVICE && strstr(err.message, part), "%d: '%s'", code, err.message);
	EXPECT(seen == packets, "%llu packets before the end", (unsigned long long)seen);
	EXPECT(flt_source_read(src, &batch, &count, -1, &err) == FLT_E_DEVICE, "again: %s",
	       err.message);
	EXPECT(strstr(err.message, part), "again: '%s'", err.message);
}

/* A pair of its own, so that the others are left alone. */
static void test_down_and_gone(void)
{
	live_command("ip link add x0 type veth peer name x1 && ip link set x1 up");
	expect_refusal("x0", NULL, FLT_E_DEVICE, "x0 is down");
	live_command("ip addr add 10.8.0.1/24 dev x0 && ip link set x0 up && "
		     "ip neigh add 10.8.0.2 lladdr 02:00:00:00:00:09 dev x0");
	struct flt_program *prog = live_port_program(14, PORT, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open("x0", &opts);
	int udp = live_udp(false, "10.8.0.2", PORT);
	EXPECT(send(udp, "x", 1, 0) == 1, "%s", strerror(errno));
	live_command("ip link set x0 down && ip link set x0 up && ip link del x0");
	expect_end(src, 1, "x0 is gone");
	flt_source_close(src);
	close(udp);
	flt_program_unref(prog);
}

/* In a child without privilege; its status says what failed. */
static int unprivileged(void)
{
	struct flt_interface list[MAX_INTERFACES];
	struct flt_source *src = NULL;
	struct flt_error err;

	if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
		return 1;
	if (flt_open_live(&src, LIVE_HERE, NULL, &err) != FLT_E_PERMISSION || src)
		return 2;
	if (!strstr(err.message, "CAP_NET_RAW") || !strstr(err.message, "root") ||
	    !strstr(err.message, "setcap"))
		return 3;
	if (flt_open_live(&src, "nothere", NULL, &err) != FLT_E_DEVICE)
		return 4;
	return flt_interfaces(list, MAX_INTERFACES, &err) >= 3 ? 0 : 5;
}

/* The reader waits while the interface goes; it must not take that for "went down". */
static void test_gone_while_waiting(void)
{
	live_command(
		"ip link add x0 type veth peer name x1 && ip link set x0 up && ip link set x1 up");
	struct flt_program *prog = live_port_program(14, PORT, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open("x0", &opts);
	pid_t pid = fork();

	if (pid == 0) {
		usleep(30000);
		_exit(system("ip link del x0") != 0);
	}
	expect_end(src, 0, "x0 is gone");
	waitpid(pid, NULL, 0);
	flt_source_close(src);
	flt_program_unref(prog);
}

static void test_no_permission(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unprivileged());
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0, "failed at %d", WEXITSTATUS(status));
}

static void test_lock(void)
{
	struct flt_program *prog = live_port_program(14, PORT, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .flags = FLT_OPEN_LOCK };
	struct flt_source *src = live_open(LIVE_HERE, &opts);
	struct flt_error err;
	int code;

	EXPECT(flt_source_set_program(src, prog, &err) == FLT_OK, "before the first read: %s",
	       err.message);
	live_count(src, 0, &code);
	EXPECT(flt_source_set_program(src, NULL, &err) == FLT_E_PERMISSION, "after it");
	EXPECT(strstr(err.message, "locked"), "%s", err.message);
	flt_source_stop(src);
	EXPECT(live_count(src, -1, &code) == 0 && code == FLT_END, "%d", code);
	flt_source_close(src);
	flt_program_unref(prog);
}

/* ---- the list ------------------------------------------------------------------------------- */

static int place_of(const struct flt_interface *list, int count, const char *name)
{
	for (int i = 0; i < count && i < MAX_INTERFACES; i++)
		if (strcmp(list[i].name, name) == 0)
			return i;
	return -1;
}

static void test_list(void)
{
	struct flt_interface list[MAX_INTERFACES], two[2];
	struct flt_error err;

	live_command("ip link add y0 type veth peer name y1");
	int count = flt_interfaces(list, MAX_INTERFACES, &err);
	EXPECT(count >= 5 && count <= MAX_INTERFACES, "%d: %s", count, err.message);
	int here = place_of(list, count, LIVE_HERE), any = place_of(list, count, "any");
	int lo = place_of(list, count, "lo"), down = place_of(list, count, "y0");
	EXPECT(here == 0 && here < any && any < lo && lo < down, "%d %d %d %d", here, any, lo,
	       down);
	EXPECT(list[here].linktype == FLT_LINKTYPE_EN10MB && list[here].hatype == ARPHRD_ETHER,
	       "v0");
	EXPECT(list[here].flags == (FLT_IF_UP | FLT_IF_RUNNING), "0x%x", list[here].flags);
	EXPECT(list[here].netmask == 0xffffff00 && list[here].mtu == 1500, "0x%x",
	       list[here].netmask);
	EXPECT(list[here].address_count >= 1, "%u addresses", list[here].address_count);
	EXPECT(list[here].addresses[0].family == 4 &&
		       memcmp(list[here].addresses[0].bytes, "\x0a\x09\x00\x01", 4) == 0,
	       "first address");
	EXPECT(list[any].index == 0 && list[any].flags & FLT_IF_ANY &&
		       list[any].flags & FLT_IF_COOKED &&
		       list[any].linktype == FLT_LINKTYPE_LINUX_SLL2,
	       "any");
	EXPECT(list[lo].flags & FLT_IF_LOOPBACK && list[lo].linktype == FLT_LINKTYPE_EN10MB, "lo");
	EXPECT(!(list[down].flags & FLT_IF_UP), "y0");
	EXPECT(flt_interfaces(two, 2, NULL) == count, "a list of two");
	EXPECT(memcmp(two, list, sizeof(two)) == 0, "its rows");
	EXPECT(flt_interfaces(NULL, 0, NULL) == count, "no list");
	EXPECT(flt_interfaces(NULL, 1, NULL) == FLT_E_ARGUMENT, "nowhere to put one");
	live_command("ip link del y0");
}

static void test_empty_namespace(void)
{
	struct flt_interface list[MAX_INTERFACES];
	struct flt_error err;

	EXPECT(unshare(CLONE_NEWNET) == 0, "%s", strerror(errno));
	int count = flt_interfaces(list, MAX_INTERFACES, &err);
	EXPECT(count >= 2 && strcmp(list[0].name, "any") == 0, "%d: %s", count, err.message);
	EXPECT(place_of(list, count, "lo") > 0, "no lo");
	expect_refusal("lo", NULL, FLT_E_DEVICE, "lo is down");
	struct flt_source *src = live_open("any", NULL);
	flt_source_close(src);
	live_go_here();
}

static const struct live_test tests[] = {
	{ "unknown", test_unknown },
	{ "bad options", test_bad_options },
	{ "down and gone", test_down_and_gone },
	{ "gone while waiting", test_gone_while_waiting },
	{ "no permission", test_no_permission },
	{ "lock", test_lock },
	{ "list", test_list },
	{ "empty namespace", test_empty_namespace },
};

int main(void)
{
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
