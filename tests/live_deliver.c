/* SPDX-License-Identifier: BSD-2-Clause */
/* What each kind of device delivers: bytes, lengths, headers of our making, losses. */
#include "live_net.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/udp.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "program.h"

#define PORT       7001
#define SLL2       20u
#define LOADS_OVER 2500u /* over net.core.optmem_max */
#define SEGMENT    1400
#define SEGMENTS   40
#define BURST      6000

#ifndef SOL_UDP
#define SOL_UDP 17
#endif

static int next_packet(struct flt_source *src, struct flt_packet *packet)
{
	struct flt_error err;
	int code = flt_source_next(src, packet, 1000, &err);

	return EXPECT(code == 1, "%d: %s", code, err.message);
}

/* `any`: our header, and a program for the plain layout, which runs in user space. */
static void test_any(void)
{
	struct flt_program *prog = live_port_program(SLL2, PORT, 262144, FLT_LINKTYPE_LINUX_SLL2);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open("any", &opts);
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_packet packet;
	int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT), sink = live_sink(false, PORT);
	uint8_t head[SLL2] = { 0x08, 0, 0, 0, 0, 0, 0, (uint8_t)if_nametoindex(LIVE_HERE),
			       0,    1, 0, 6 };

	flt_source_info(src, &info);
	EXPECT(info.flags == (FLT_SOURCE_LIVE | FLT_SOURCE_COOKED | FLT_SOURCE_FALLBACK), "0x%x",
	       info.flags);
	EXPECT(info.linktype == FLT_LINKTYPE_LINUX_SLL2 && strstr(info.note, "SLL2"), "%s",
	       info.note);
	EXPECT(send(udp, "hello", 5, 0) == 5, "%s", strerror(errno));
	if (next_packet(src, &packet)) {
		EXPECT(packet.caplen == SLL2 + 33 && packet.wirelen == SLL2 + 33, "%u",
		       packet.caplen);
		EXPECT(memcmp(packet.bytes, head, 12) == 0, "the header");
		EXPECT(packet.bytes[SLL2] == 0x45 &&
			       memcmp(packet.bytes + SLL2 + 28, "hello", 5) == 0,
		       "bytes");
		EXPECT(packet.meta->net_off == SLL2 && !(packet.meta->present & FLT_META_LINK),
		       "offsets");
	}
	flt_source_close(src);
	flt_program_unref(prog);
	close(udp);
	close(sink);
}

/* The port program as the compiler would make it for a cooked socket, after `loads` that do
 * nothing. */
static struct flt_program *cooked_program(uint32_t loads)
{
	static struct flt_insn insns[LOADS_OVER + 8];
	struct flt_program *port = live_port_program(0, PORT, 262144, 0), *prog = NULL;
	struct flt_program_info info = { .size = sizeof(info),
					 .linktype = FLT_LINKTYPE_LINUX_SLL2,
					 .flags = FLT_PROGRAM_LIVE | FLT_PROGRAM_COOKED };
	uint32_t count;
	const struct flt_insn *test = flt_program_insns(port, &count);

	for (uint32_t i = 0; i < loads; i++)
		insns[i] = (struct flt_insn){ BPF_LD | BPF_B | BPF_ABS, 0, 0, i % 20 };
	memcpy(&insns[loads], test, count * sizeof(*test));
	struct bpf_code code = { insns, NULL, loads + count };
	EXPECT(flt__program_make(&prog, &code, &info, NULL) == FLT_OK, "a program");
	flt_program_unref(port);
	return prog;
}

static void deliver_cooked(uint32_t loads, uint32_t flags)
{
	struct flt_program *prog = cooked_program(loads);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open("any", &opts);
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_packet packet;
	int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT), sink = live_sink(false, PORT);
	int other = live_udp(true, LIVE_ADDRESS_HERE, PORT + 1);

	flt_source_info(src, &info);
	EXPECT(info.flags == (FLT_SOURCE_LIVE | FLT_SOURCE_COOKED | flags), "0x%x %s", info.flags,
	       info.note);
	(void)!send(other, "other", 5, 0);
	EXPECT(send(udp, "hello", 5, 0) == 5, "%s", strerror(errno));
	if (next_packet(src, &packet))
		EXPECT(packet.caplen == SLL2 + 33 &&
			       memcmp(packet.bytes + SLL2 + 28, "hello", 5) == 0,
		       "%u bytes", packet.caplen);
	flt_source_close(src);
	flt_program_unref(prog);
	close(udp);
	close(sink);
	close(other);
}

static void test_cooked(void)
{
	deliver_cooked(0, 0);
	deliver_cooked(LOADS_OVER, FLT_SOURCE_FALLBACK | FLT_SOURCE_SUPERSET);
}

static void test_snaplen(void)
{
	struct flt_open_opts opts = { .size = sizeof(opts), .snaplen = 50 };
	const char *devices[] = { LIVE_HERE, "any" };
	int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT), sink = live_sink(false, PORT);

	for (int i = 0; i < 2; i++) {
		struct flt_source *src = live_open(devices[i], &opts);
		struct flt_packet packet;
		uint8_t bytes[100] = { 0 };
		EXPECT(send(udp, bytes, sizeof(bytes), 0) == sizeof(bytes), "%s", strerror(errno));
		if (next_packet(src, &packet))
			EXPECT(packet.caplen == 50 && packet.wirelen == (i ? SLL2 : 14) + 128u,
			       "%s: %u of %u", devices[i], packet.caplen, packet.wirelen);
		flt_source_close(src);
	}
	close(udp);
	close(sink);
}

/* Segmentation left to the device: 40 datagrams are one packet of 56,000 bytes on a veth. */
static void test_giants(void)
{
	static uint8_t bytes[65507];
	struct flt_program *prog = live_port_program(14, PORT, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open(LIVE_HERE, &opts), *lo = live_open("lo", &opts);
	struct flt_packet packet;
	int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT), sink = live_sink(false, PORT);
	int local = live_udp(false, "127.0.0.1", PORT), segment = SEGMENT;

	if (setsockopt(udp, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)) == 0) {
		ssize_t sent = send(udp, bytes, SEGMENT * SEGMENTS, 0);
		EXPECT(sent == SEGMENT * SEGMENTS, "%s", strerror(errno));
		if (next_packet(src, &packet))
			EXPECT(packet.caplen == packet.wirelen &&
				       packet.caplen == SEGMENT * SEGMENTS + 42,
			       "%u of %u", packet.caplen, packet.wirelen);
	}
	EXPECT(send(local, bytes, sizeof(bytes), 0) == sizeof(bytes), "%s", strerror(errno));
	if (next_packet(lo, &packet))
		EXPECT(packet.caplen == packet.wirelen && packet.caplen == sizeof(bytes) + 42,
		       "%u of %u", packet.caplen, packet.wirelen);
	flt_source_close(src);
	flt_source_close(lo);
	flt_program_unref(prog);
	close(udp);
	close(sink);
	close(local);
}

static int make_tun(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "t0");
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0)
		return -1;
	live_command("ip addr add 10.7.0.1/24 dev t0 && ip link set t0 up");
	return fd;
}

/* A device without a header: packets begin with IP, in both directions. */
static void test_raw(void)
{
	static const uint8_t incoming[28] = { 0x45, 0, 0, 28, 0,         0,           0, 0,  64,
					      17,   0, 0, 10, 7,         0,           2, 10, 7,
					      0,    1, 1, 1,  PORT >> 8, PORT & 0xff, 0, 8 };
	int tun = make_tun();
	struct flt_packet packet;

	if (tun < 0) {
		printf("     no tun device here\n");
		return;
	}
	struct flt_program *prog = live_port_program(0, PORT, 262144, FLT_LINKTYPE_RAW);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src = live_open("t0", &opts);
	int udp = live_udp(false, "10.7.0.2", PORT);
	EXPECT(write(tun, incoming, sizeof(incoming)) == sizeof(incoming), "%s", strerror(errno));
	if (next_packet(src, &packet))
		EXPECT(packet.caplen == 28 && memcmp(packet.bytes, incoming, 28) == 0 &&
			       packet.meta->pkttype == PACKET_HOST &&
			       packet.linktype == FLT_LINKTYPE_RAW,
		       "incoming");
	EXPECT(send(udp, "x", 1, 0) == 1, "%s", strerror(errno));
	if (next_packet(src, &packet))
		EXPECT(packet.caplen == 29 && packet.bytes[0] == 0x45 &&
			       packet.meta->pkttype == PACKET_OUTGOING,
		       "outgoing");
	flt_source_close(src);
	flt_program_unref(prog);
	close(udp);
	close(tun);
}

/* ---- counting ------------------------------------------------------------------------------- */

static uint64_t count_drops(struct flt_source *src, uint64_t *seen)
{
	const struct flt_packet *packets;
	uint32_t count;
	uint64_t drops = 0;

	while (flt_source_read(src, &packets, &count, 60, NULL) == 1) {
		*seen += count;
		for (uint32_t i = 0; i < count; i++)
			drops += packets[i].meta->present & FLT_META_DROPS ?
					 packets[i].meta->drops :
					 0;
	}
	return drops;
}

static void test_drops(void)
{
	struct flt_program *prog = live_port_program(14, PORT, 262144, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .buffer_bytes = 1, .program = prog };
	struct flt_source *src = live_open(LIVE_HERE, &opts);
	struct flt_source_stats stats = { .size = sizeof(stats) };
	int udp = live_udp(true, LIVE_ADDRESS_HERE, PORT), sink = live_sink(false, PORT);
	uint8_t bytes[200] = { 0 };
	uint64_t seen = 0;

	for (int i = 0; i < BURST; i++)
		EXPECT(send(udp, bytes, sizeof(bytes), 0) == sizeof(bytes), "%s", strerror(errno));
	uint64_t told = count_drops(src, &seen);
	EXPECT(send(udp, bytes, sizeof(bytes), 0) == sizeof(bytes), "%s", strerror(errno));
	told += count_drops(src, &seen);
	flt_source_stats(src, &stats);
	EXPECT(stats.dropped > 0 && told == stats.dropped, "dropped %llu, told %llu",
	       (unsigned long long)stats.dropped, (unsigned long long)told);
	EXPECT(stats.received == BURST + 1 && stats.delivered == seen &&
		       stats.received == stats.delivered + stats.dropped,
	       "received %llu, delivered %llu", (unsigned long long)stats.received,
	       (unsigned long long)stats.delivered);
	printf("     %d sent at a ring of two blocks: %llu delivered, %llu dropped\n", BURST + 1,
	       (unsigned long long)stats.delivered, (unsigned long long)stats.dropped);
	flt_source_close(src);
	flt_program_unref(prog);
	close(udp);
	close(sink);
}

/* clang-format off */
static const struct live_test tests[] = {
	{ "any", test_any },
	{ "cooked", test_cooked },
	{ "snaplen", test_snaplen },
	{ "giants", test_giants },
	{ "raw", test_raw },
	{ "drops", test_drops },
};
/* clang-format on */

int main(void)
{
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
