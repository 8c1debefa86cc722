/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel = user space on the same frame and metadata. Frames go over a veth; some hundred packet
 * sockets, each with a program of its own, let the kernel judge each frame, and flt_run() judges
 * the packet that the ring delivered with its metadata. Mark, queue, processor and payload
 * offset do not come with a ring: there the metadata is filled with what
 * programs in the kernel read.
 */
#include "live_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARK      0xc0ffee05u
#define FRAME_MAX 128u

/* ---- frames --------------------------------------------------------------------------------- */

#define TO_US    0x02, 0, 0, 0, 0, 1
#define TO_OTHER 0x02, 0, 0, 0, 0, 0x77
#define TO_ALL   0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define TO_GROUP 0x01, 0, 0x5e, 0, 0, 0xfb
#define FROM     0x02, 0, 0, 0, 0, 2
#define IPV4_UDP                                                                                   \
	0x45, 0, 0, 36, 0, 1, 0, 0, 64, 17, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1, 0x13, 0x88, 0x13,      \
		0x89, 0, 16, 0, 0, 'p', 'a', 'y', 'l', 'o', 'a', 'd', '!'

#define FROM_HERE 1u /* leaves by our end: an outgoing packet */
#define TAG_TAKEN 2u /* the kernel takes a tag out */
#define TAG_LEFT  4u /* a tag stays in the bytes */

struct frame {
	const char *name;
	uint32_t flags;
	uint32_t len;
	uint8_t bytes[FRAME_MAX];
};

/* clang-format off */
static const struct frame frames[] = {
	{ "to us", 0, 50, { TO_US, FROM, 0x08, 0, IPV4_UDP } },
	{ "to another host", 0, 50, { TO_OTHER, FROM, 0x08, 0, IPV4_UDP } },
	{ "broadcast", 0, 50, { TO_ALL, FROM, 0x08, 0, IPV4_UDP } },
	{ "multicast", 0, 50, { TO_GROUP, FROM, 0x08, 0, IPV4_UDP } },
	{ "802.1Q", TAG_TAKEN, 54, { TO_US, FROM, 0x81, 0, 0x60, 5, 0x08, 0, IPV4_UDP } },
	{ "priority tag", TAG_TAKEN, 54, { TO_US, FROM, 0x81, 0, 0xe0, 0, 0x08, 0, IPV4_UDP } },
	{ "802.1ad", TAG_TAKEN, 54, { TO_US, FROM, 0x88, 0xa8, 0x10, 7, 0x08, 0, IPV4_UDP } },
	{ "two tags", TAG_TAKEN | TAG_LEFT, 58,
	  { TO_US, FROM, 0x88, 0xa8, 0x10, 7, 0x81, 0, 0x60, 5, 0x08, 0, IPV4_UDP } },
	{ "length instead of a type", 0, 60, { TO_US, FROM, 0, 46, 0x42, 0x42, 3 } },
	{ "unknown type", 0, 60, { TO_US, FROM, 0x12, 0x34, 1, 2, 3 } },
	{ "outgoing", FROM_HERE, 50, { TO_OTHER, TO_US, 0x08, 0, IPV4_UDP } },
	{ "outgoing, other bytes", FROM_HERE, 60, { TO_OTHER, TO_US, 0x86, 0xdd, 0x60, 1, 2, 3 } },
	{ "outgoing, other type", FROM_HERE, 60, { TO_OTHER, TO_US, 0x12, 0x34, 9, 8, 7, 6 } },
	{ "outgoing, to all", FROM_HERE, 50, { TO_ALL, TO_US, 0x08, 0, IPV4_UDP } },
	{ "outgoing, to a group", FROM_HERE, 50, { TO_GROUP, TO_US, 0x08, 0, IPV4_UDP } },
	{ "outgoing, tag in the bytes", FROM_HERE | TAG_LEFT, 54,
	  { TO_OTHER, TO_US, 0x81, 0, 0x60, 5, 0x08, 0, IPV4_UDP } },
};
/* clang-format on */

/* ---- programs ------------------------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 16);
}

/* The loads; `carried`: a ring brings the value. */
static const struct {
	uint32_t offset;
	bool carried;
	const char *name;
} loads[] = {
	{ SKF_AD_PROTOCOL, true, "protocol" },
	{ SKF_AD_PKTTYPE, true, "packet type" },
	{ SKF_AD_IFINDEX, true, "interface" },
	{ SKF_AD_HATYPE, true, "hardware type" },
	{ SKF_AD_RXHASH, true, "hash" },
	{ SKF_AD_VLAN_TAG, true, "tag" },
	{ SKF_AD_VLAN_TAG_PRESENT, true, "tag present" },
	{ SKF_AD_VLAN_TPID, true, "tag's type" },
	{ SKF_AD_MARK, false, "mark" },
	{ SKF_AD_QUEUE, false, "queue" },
	{ SKF_AD_CPU, false, "processor" },
	{ SKF_AD_PAY_OFFSET, false, "payload offset" },
};

#define HASH 4 /* row of the table */
/* A cooked socket: the kernel's bytes begin at the network header, ours have a header before
 * that. */
struct mode {
	const char *device;
	int socket_type;
	uint32_t head_len;
	uint32_t link_len; /* of the link header, which only raw sockets see */
};

static const struct mode raw_mode = { LIVE_HERE, SOCK_RAW, 0, 0 };
static const struct mode cooked_mode = { "any", SOCK_DGRAM, 20, 14 };

#define LOADS           (sizeof(loads) / sizeof(loads[0]))
#define PARTS           7u /* of 5 bits each, which a packet's length can tell */
#define PART_BITS       5u
#define PART_MASK       31u
#define RANDOM_PROGRAMS 120u
#define PROBES          (LOADS * PARTS + RANDOM_PROGRAMS)

struct probe {
	struct flt_insn insns[8];
	uint32_t count;
	struct flt_program *prog;
	int fd;
};

static struct flt_insn load_meta(uint32_t offset)
{
	return (struct flt_insn){ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + offset };
}

/* Five bits of one load, plus 1, as the length that is kept: seven read a value out of the
 * kernel. */
static void make_part(struct probe *probe, uint32_t offset, uint32_t part)
{
	const struct flt_insn insns[] = {
		load_meta(offset),
		{ BPF_ALU | BPF_RSH | BPF_K, 0, 0, part * PART_BITS },
		{ BPF_ALU | BPF_AND | BPF_K, 0, 0, PART_MASK },
		{ BPF_ALU | BPF_ADD | BPF_K, 0, 0, 1 },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};

	memcpy(probe->insns, insns, sizeof(insns));
	probe->count = 5;
}

static struct flt_insn random_load(const struct mode *mode)
{
	const uint32_t link = mode->socket_type == SOCK_RAW ? (uint32_t)SKF_LL_OFF : 0;
	const uint32_t bases[] = { 0, 0, (uint32_t)SKF_NET_OFF, link };
	static const uint16_t sizes[] = { BPF_B, BPF_H, BPF_W };
	uint16_t code = (uint16_t)(BPF_LD | BPF_ABS | sizes[next_random() % 3]);

	if (next_random() % 2)
		return load_meta(loads[next_random() % LOADS].offset);
	return (struct flt_insn){ code, 0, 0, bases[next_random() % 4] + next_random() % 64 };
}

/* Two loads combined, and what comes out returned: the kernel cuts the packet to it. */
static void make_random(struct probe *probe, const struct mode *mode)
{
	static const uint16_t ops[] = { BPF_ADD, BPF_SUB, BPF_XOR, BPF_AND, BPF_OR, BPF_MUL };
	const struct flt_insn insns[] = {
		random_load(mode),
		{ BPF_MISC | BPF_TAX, 0, 0, 0 },
		random_load(mode),
		{ (uint16_t)(BPF_ALU | BPF_X | ops[next_random() % 6]), 0, 0, 0 },
		{ BPF_ALU | BPF_RSH | BPF_K, 0, 0, next_random() % 28 },
		{ BPF_ALU | BPF_AND | BPF_K, 0, 0, 63 },
		{ BPF_RET | BPF_A, 0, 0, 0 },
	};

	memcpy(probe->insns, insns, sizeof(insns));
	probe->count = 7;
}

/* ---- sockets -------------------------------------------------------------------------------- */

static int packet_socket(const struct probe *probe, int type, const char *device, uint16_t protocol)
{
	int fd = socket(AF_PACKET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol),
				  .sll_ifindex = (int)if_nametoindex(device) };

	if (probe) {
		struct sock_fprog fprog = { (unsigned short)probe->count,
					    (void *)(uintptr_t)probe->insns };
		EXPECT(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &fprog, sizeof(fprog)) == 0,
		       "%s", strerror(errno));
	}
	EXPECT(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "bind: %s", strerror(errno));
	return fd;
}

static void open_probes(struct probe *probes, const struct mode *mode)
{
	for (uint32_t i = 0; i < PROBES; i++) {
		if (i < LOADS * PARTS)
			make_part(&probes[i], loads[i / PARTS].offset, i % PARTS);
		else
			make_random(&probes[i], mode);
		probes[i].prog = live_program(probes[i].insns, probes[i].count, 0);
		probes[i].fd = packet_socket(&probes[i], mode->socket_type, LIVE_HERE, ETH_P_ALL);
	}
}

static void close_probes(struct probe *probes)
{
	for (uint32_t i = 0; i < PROBES; i++) {
		close(probes[i].fd);
		flt_program_unref(probes[i].prog);
	}
}

/* Bytes that the kernel kept of the frame; 0: none of it. */
static uint32_t kernel_verdict(const struct probe *probe)
{
	uint8_t bytes[FRAME_MAX];
	ssize_t got = recv(probe->fd, bytes, sizeof(bytes), MSG_TRUNC);

	return got > 0 ? (uint32_t)got : 0;
}

static void send_frame(const struct frame *frame)
{
	uint32_t mark = MARK;
	bool here = frame->flags & FROM_HERE;

	if (!here)
		live_go_there();
	int fd = packet_socket(NULL, SOCK_RAW, here ? LIVE_HERE : LIVE_THERE, 0);
	EXPECT(setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) == 0, "%s",
	       strerror(errno));
	ssize_t sent = send(fd, frame->bytes, frame->len, 0);
	EXPECT(sent == (ssize_t)frame->len, "%s: %s", frame->name, strerror(errno));
	if (!here)
		live_go_here();
	close(fd);
}

/* ---- comparing ------------------------------------------------------------------------------ */

static uint32_t carried_value(uint32_t offset, const struct flt_meta *meta)
{
	switch (offset) {
	case SKF_AD_PROTOCOL: return meta->protocol;
	case SKF_AD_PKTTYPE: return meta->pkttype;
	case SKF_AD_IFINDEX: return meta->ifindex;
	case SKF_AD_HATYPE: return meta->hatype;
	case SKF_AD_RXHASH: return meta->hash;
	case SKF_AD_VLAN_TAG: return meta->vlan_tci;
	case SKF_AD_VLAN_TAG_PRESENT: return meta->present & FLT_META_VLAN ? 1 : 0;
	default: return meta->vlan_tpid;
	}
}

/* What the kernel's programs said of each load, from the verdicts of their parts. */
static void read_values(const uint32_t *verdicts, uint32_t *values)
{
	for (uint32_t i = 0; i < LOADS * PARTS; i++)
		values[i / PARTS] |= (verdicts[i] - 1) << i % PARTS * PART_BITS;
}

/* What does not come with a ring is given the kernel's value. The hash: a ring always has one,
 * worked out on the way into it where nobody needed it before; then the filter saw 0. */
static void add_uncarried(struct flt_meta *meta, const uint32_t *values)
{
	meta->hash = values[HASH];
	meta->present |= FLT_META_MARK | FLT_META_QUEUE | FLT_META_CPU | FLT_META_PAYOFF;
	meta->mark = values[8];
	meta->queue = (uint16_t)values[9];
	meta->cpu = values[10];
	meta->pay_offset = values[11];
}

static struct {
	uint64_t runs, accepted;
	bool nonzero[LOADS];
} tally;

static void compare(const struct mode *mode, const struct frame *frame, const struct probe *probes,
		    const struct flt_packet *packet)
{
	uint32_t head_len = mode->head_len, len = packet->wirelen - head_len;
	uint32_t verdicts[PROBES], values[LOADS] = { 0 };
	struct flt_meta meta = *packet->meta;

	for (uint32_t i = 0; i < PROBES; i++)
		verdicts[i] = kernel_verdict(&probes[i]);
	read_values(verdicts, values);
	for (uint32_t i = 0; i < LOADS; i++) {
		uint32_t ours =
			loads[i].carried ? carried_value(loads[i].offset, &meta) : values[i];
		bool free = i == HASH && values[i] == 0;
		EXPECT(ours == values[i] || free, "%s: %s is 0x%x here, 0x%x in the kernel",
		       frame->name, loads[i].name, ours, values[i]);
		tally.nonzero[i] |= values[i] != 0;
	}
	add_uncarried(&meta, values);
	meta.net_off -= (int32_t)head_len;
	for (uint32_t i = 0; i < PROBES; i++) {
		uint32_t ours = flt_run(probes[i].prog, packet->bytes + head_len,
					packet->caplen - head_len, len, &meta);
		ours = ours < len ? ours : len;
		EXPECT(ours == verdicts[i], "%s, program %u: %u here, %u in the kernel",
		       frame->name, i, ours, verdicts[i]);
		tally.runs++;
		tally.accepted += verdicts[i] != 0;
	}
}

static void judge_frame(const struct mode *mode, struct flt_source *src, const struct frame *frame,
			struct probe *probes)
{
	uint32_t len =
		frame->len - (frame->flags & TAG_TAKEN ? 4 : 0) - mode->link_len + mode->head_len;
	struct flt_packet packet;
	struct flt_error err;

	send_frame(frame);
	int code = flt_source_next(src, &packet, 1000, &err);
	if (EXPECT(code == 1, "%s: %d", frame->name, code)) {
		EXPECT(packet.wirelen == len, "%s: %u bytes", frame->name, packet.wirelen);
		compare(mode, frame, probes, &packet);
	}
}

static void judge_frames(const struct mode *mode)
{
	struct flt_open_opts opts = { .size = sizeof(opts), .flags = FLT_OPEN_IMMEDIATE };
	struct flt_source *src = live_open(mode->device, &opts);
	struct probe *probes = calloc(PROBES, sizeof(*probes));

	memset(&tally, 0, sizeof(tally));
	open_probes(probes, mode);
	/* A tag in the bytes: since Linux 6.12 a cooked socket gets the packet as if it had been
	 * taken out, while the filter saw it where it is. */
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (mode->socket_type == SOCK_RAW || !(frames[i].flags & TAG_LEFT))
			judge_frame(mode, src, &frames[i], probes);
	for (uint32_t i = 0; i < LOADS; i++)
		EXPECT(tally.nonzero[i], "%s was 0 in every frame", loads[i].name);
	printf("     %s: %zu frames, %llu runs, %llu accepted\n", mode->device,
	       sizeof(frames) / sizeof(frames[0]), (unsigned long long)tally.runs,
	       (unsigned long long)tally.accepted);
	close_probes(probes);
	flt_source_close(src);
	free(probes);
}

/* Nobody may send on a device of its own accord. */
static void silence(const char *device)
{
	char command[160];

	snprintf(command, sizeof(command), "ip addr flush dev %s && ip link set %s arp off up",
		 device, device);
	live_command(command);
	snprintf(command, sizeof(command),
		 "f=/proc/sys/net/ipv6/conf/%s/disable_ipv6; "
		 "test ! -e $f || echo 1 > $f",
		 device);
	live_command(command);
}

static void prepare_devices(void)
{
	live_command("ip link set " LIVE_HERE " down && "
		     "ip link set " LIVE_HERE " address 02:00:00:00:00:01");
	silence(LIVE_HERE);
	live_go_there();
	silence(LIVE_THERE);
	live_go_here();
}

static void pin_to_last_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sysconf(_SC_NPROCESSORS_ONLN) - 1, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void test_kernel_is_user_space(void)
{
	const char *seed = getenv("SEED");
	uint64_t number = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);

	random_state = number * 2 + 1;
	printf("     SEED=%llu\n", (unsigned long long)number);
	prepare_devices();
	pin_to_last_cpu();
	judge_frames(&raw_mode);
	judge_frames(&cooked_mode);
}

static const struct live_test tests[] = {
	{ "kernel is user space", test_kernel_is_user_space },
};

int main(void)
{
	return live_main(tests, sizeof(tests) / sizeof(tests[0]));
}
