/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters that are too large for the kernel: it runs a superset, the exact one runs here, a line
 * says so, and what comes out and what is counted is what the whole filter matches. With
 * net.core.optmem_max as small as it was for long, in a network of our own.
 */
#include "live_net.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf_superset.h"
#include "bytes.h"
#include "random_program.h"

#define OPTMEM_PATH  "/proc/sys/net/core/optmem_max"
#define OLD_OPTMEM   20480u
#define USUAL_OPTMEM 131072u
#define HOSTS_MOST   5000u
#define TEXT_BYTES   131072u
#define FRAME_BYTES  60u
#define SOURCE_AT    26u
#define NUMBER_AT    42u /* behind Ethernet, IPv4 and UDP */
#define FRAMES       4000u
#define QUIET_MS     300

static const char *sniff_path;
static char list_path[64]; /* the expression, for -F */
static char text[TEXT_BYTES];
static uint32_t hosts[HOSTS_MOST];

/* ---- the network ---------------------------------------------------------------------------- */

/* False where a network has no such setting of its own. */
static bool set_optmem(uint32_t bytes)
{
	FILE *file = fopen(OPTMEM_PATH, "w");
	bool done = file && fprintf(file, "%u", bytes) > 0;

	if (file)
		done &= fclose(file) == 0;
	if (!done)
		printf("     not tried: a network namespace has no net.core.optmem_max here\n");
	return done;
}

/* An address of anywhere, other than the two of the veth. */
static uint32_t draw_address(struct random *r)
{
	uint32_t low = random_below(r, 1 << 24);

	return (11 + random_below(r, 200)) << 24 | low;
}

/* `host A or host B ...`, as people write it. */
static void write_filter(struct random *r, uint32_t count)
{
	size_t used = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t a = hosts[i] = draw_address(r);
		used += (size_t)snprintf(text + used, TEXT_BYTES - used, "%shost %u.%u.%u.%u",
					 i ? " or " : "", a >> 24, a >> 16 & 255, a >> 8 & 255,
					 a & 255);
	}
	FILE *file = fopen(list_path, "w");
	if (EXPECT(file, "%s: %s", list_path, strerror(errno))) {
		fputs(text, file);
		fclose(file);
	}
}

static bool is_wanted(uint32_t number)
{
	return number % 2 == 0;
}

/* UDP from anywhere; every second one from a host of the list. */
static void send_frames(struct random *r, uint32_t count)
{
	uint8_t frame[FRAME_BYTES] = {
		0xff, 0xff, 0xff, 0xff, 0xff,      0xff,      2,  0,         0, 0, 0,
		9,    8,    0,    0x45, [17] = 46, [22] = 64, 17, [30] = 10, 9, 0, 255
	};
	struct sockaddr_ll at = { .sll_family = AF_PACKET };

	live_go_there();
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	at.sll_ifindex = (int)if_nametoindex(LIVE_THERE);
	EXPECT(bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0, "%s", strerror(errno));
	live_go_here();
	for (uint32_t i = 0; i < FRAMES; i++) {
		put_be32(frame + SOURCE_AT,
			 is_wanted(i) ? hosts[random_below(r, count)] : draw_address(r));
		put_be32(frame + NUMBER_AT, i);
		EXPECT(send(fd, frame, sizeof(frame), 0) == sizeof(frame), "%s", strerror(errno));
	}
	close(fd);
}

/* ---- the library ---------------------------------------------------------------------------- */

static struct flt_program *compile(void)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = FLT_COMPILE_LIVE };
	struct flt_program *prog = NULL;
	struct flt_error err;

	int code = flt_compile(&prog, text, strlen(text), &opts, &err);
	EXPECT(code == FLT_OK, "%s", err.message);
	return prog;
}

/* Of what waits nobody knows yet whether it passes. */
static void expect_no_more(struct flt_source *src)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };

	flt_source_stats(src, &stats);
	EXPECT(stats.received <= FRAMES / 2, "%llu received", (unsigned long long)stats.received);
}

/* Every wanted one, in order, and no other. */
static void expect_wanted(struct flt_source *src)
{
	struct flt_packet packet;
	struct flt_error err;
	uint32_t next = 0;

	while (flt_source_next(src, &packet, QUIET_MS, &err) == 1) {
		uint32_t number = get_be32(packet.bytes + NUMBER_AT);
		if (!EXPECT(packet.caplen == FRAME_BYTES && number == next, "%u, not %u", number,
			    next))
			return;
		if (next == 0)
			expect_no_more(src);
		next += 2;
	}
	EXPECT(next == FRAMES, "the last one was %u", next);
}

static void expect_counts(struct flt_source *src)
{
	struct flt_source_stats stats = { .size = sizeof(stats) };
	uint32_t unwanted = FRAMES / 2;

	flt_source_stats(src, &stats);
	EXPECT(stats.received == FRAMES / 2 && stats.delivered == FRAMES / 2 && !stats.dropped,
	       "%llu received, %llu delivered", (unsigned long long)stats.received,
	       (unsigned long long)stats.delivered);
	printf("     of %u others the kernel kept out %llu\n", unwanted,
	       (unsigned long long)(unwanted - stats.filtered));
	EXPECT(stats.filtered > unwanted / 20 && stats.filtered < unwanted * 19 / 20,
	       "%llu came up to user space", (unsigned long long)stats.filtered);
}

static void expect_note(struct flt_source *src, const char *limit)
{
	struct flt_source_info info = { .size = sizeof(info) };

	flt_source_info(src, &info);
	EXPECT((info.flags & (FLT_SOURCE_FALLBACK | FLT_SOURCE_SUPERSET)) ==
		       (FLT_SOURCE_FALLBACK | FLT_SOURCE_SUPERSET),
	       "0x%x", info.flags);
	EXPECT(strstr(info.note, limit) && strstr(info.note, "pre-filter"), "%s", info.note);
	printf("     %s\n", info.note);
}

static void capture(uint32_t count, uint32_t optmem, const char *limit)
{
	struct flt_open_opts opts = { .size = sizeof(opts) };
	struct random r;

	random_seed(&r, count);
	if (!set_optmem(optmem))
		return;
	write_filter(&r, count);
	struct flt_program *prog = compile();
	opts.program = prog;
	struct flt_source *src = live_open(LIVE_HERE, &opts);
	if (src) {
		expect_note(src, limit);
		send_frames(&r, count);
		expect_wanted(src);
		expect_counts(src);
	}
	flt_source_close(src);
	flt_program_unref(prog);
}

static void test_optmem(void)
{
	capture(1000, OLD_OPTMEM, "optmem_max is 20480");
}

static void test_instructions(void)
{
	capture(HOSTS_MOST, USUAL_OPTMEM, "the kernel accepts at most 4096");
}

/* The filter is changed for one that the kernel takes, and back. */
static void test_change(void)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_open_opts opts = { .size = sizeof(opts) };
	struct flt_error err;
	struct random r;

	random_seed(&r, 1);
	if (!set_optmem(OLD_OPTMEM))
		return;
	write_filter(&r, 1000);
	struct flt_program *prog = compile(), *small = live_port_program(14, 5001, 65535, 1);
	opts.program = prog;
	struct flt_source *src = live_open(LIVE_HERE, &opts);
	EXPECT(flt_source_set_program(src, small, &err) == FLT_OK, "%s", err.message);
	flt_source_info(src, &info);
	EXPECT(info.flags == FLT_SOURCE_LIVE, "0x%x: %s", info.flags, info.note);
	EXPECT(flt_source_set_program(src, prog, &err) == FLT_OK, "%s", err.message);
	expect_note(src, "optmem_max is 20480");
	send_frames(&r, 1000);
	expect_wanted(src);
	flt_source_close(src);
	flt_program_unref(prog);
	flt_program_unref(small);
}

/* ---- the sniffer ---------------------------------------------------------------------------- */

static FILE *start_sniff(const char *options)
{
	char command[512];

	snprintf(command, sizeof(command), "%s -nn -i " LIVE_HERE " %s -F %s 2>&1", sniff_path,
		 options, list_path);
	FILE *out = popen(command, "re");
	EXPECT(out, "%s", command);
	return out;
}

/* Lines up to one that has the word; the last one stays in `line`. */
static bool read_to(FILE *out, const char *word, char *line, int room)
{
	while (fgets(line, room, out))
		if (strstr(line, word))
			return true;
	return EXPECT(false, "'%s' was not said", word);
}

static void test_sniff(void)
{
	char line[1024];
	struct random r;

	random_seed(&r, 2);
	if (!set_optmem(OLD_OPTMEM))
		return;
	write_filter(&r, 1000);
	FILE *out = start_sniff("--count -c 2000");
	bool ok = out && read_to(out, "optmem_max is 20480 bytes", line, sizeof(line));
	ok = ok && EXPECT(strstr(line, "pre-filter of"), "%s", line);
	if (ok && read_to(out, "listening on", line, sizeof(line)))
		send_frames(&r, 1000);
	ok = ok && read_to(out, "2000 packets", line, sizeof(line));
	ok = ok && read_to(out, "2000 packets captured", line, sizeof(line));
	ok = ok && read_to(out, "2000 packets received by filter", line, sizeof(line));
	ok = ok && read_to(out, "0 packets dropped by kernel", line, sizeof(line));
	EXPECT(ok && pclose(out) == 0, "the sniffer");
}

/* ---- the estimate --------------------------------------------------------------------------- */

/* clang-format off */
static const struct flt_insn kinds[] = {
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, 26 },     { BPF_LD | BPF_H | BPF_ABS, 0, 0, 100000 },
	{ BPF_LD | BPF_B | BPF_ABS, 0, 0, 23 },     { BPF_LD | BPF_W | BPF_IND, 0, 0, 14 },
	{ BPF_LD | BPF_B | BPF_IND, 0, 0, 0 },      { BPF_LDX | BPF_B | BPF_MSH, 0, 0, 14 },
	{ BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 },      { BPF_LD | BPF_IMM, 0, 0, 0xffffffff },
	{ BPF_LDX | BPF_IMM, 0, 0, 7 },             { BPF_ST, 0, 0, 3 },
	{ BPF_ALU | BPF_ADD | BPF_K, 0, 0, 1u << 31 }, { BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0 },
	{ BPF_ALU | BPF_MOD | BPF_X, 0, 0, 0 },     { BPF_ALU | BPF_MOD | BPF_K, 0, 0, 3 },
	{ BPF_ALU | BPF_NEG, 0, 0, 0 },             { BPF_MISC | BPF_TAX, 0, 0, 0 },
	{ BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 5 },     { BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 1u << 31 },
	{ BPF_JMP | BPF_JGE | BPF_K, 1, 0, 0xffffffff }, { BPF_JMP | BPF_JGT | BPF_X, 1, 1, 0 },
	{ BPF_JMP | BPF_JSET | BPF_K, 1, 1, 1u << 31 }, { BPF_JMP | BPF_JSET | BPF_K, 0, 1, 1 },
	{ BPF_JMP | BPF_JA, 0, 0, 1 },              { BPF_RET | BPF_K, 0, 0, 5 },
	{ BPF_LD | BPF_B | BPF_ABS, 0, 0, (uint32_t)SKF_LL_OFF },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_PROTOCOL },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_IFINDEX },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_HATYPE },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_PKTTYPE },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT },
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)SKF_AD_OFF + SKF_AD_NLATTR },
};
/* clang-format on */

/* As many of one kind as fit by the estimate. */
static void try_kind(struct flt_insn kind)
{
	static struct flt_insn insns[OLD_OPTMEM / 8 + 3];
	uint32_t count = 0;

	do
		insns[count++] = kind;
	while (count <= OLD_OPTMEM / 8 && flt__bpf_kernel_bytes(insns, count) < OLD_OPTMEM - 48);
	insns[count - 1] = insns[count] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	insns[count + 1] = insns[count];
	uint64_t bytes = flt__bpf_kernel_bytes(insns, count + 2);
	struct sock_fprog prog = { (unsigned short)(count + 2), (void *)insns };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
	EXPECT(bytes <= OLD_OPTMEM && result == 0, "%u of code 0x%x: %llu bytes by the estimate",
	       count, kind.code, (unsigned long long)bytes);
	close(fd);
}

static void test_estimate(void)
{
	if (!set_optmem(OLD_OPTMEM))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		try_kind(kinds[i]);
}

/* ---- all ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct live_test tests[] = {
	{ "over optmem_max", test_optmem },
	{ "over 4,096 instructions", test_instructions },
	{ "change", test_change },
	{ "sniff", test_sniff },
	{ "estimate", test_estimate },
};
/* clang-format on */

int main(void)
{
	static char path[512];
	const char *build = getenv("TOP_BUILDDIR");

	snprintf(path, sizeof(path), "%s/sniff/sniff", build ? build : ".");
	sniff_path = path;
	if (access(sniff_path, X_OK) != 0) {
		printf("skipped: there is no %s\n", sniff_path);
		return 77;
	}
	snprintf(list_path, sizeof(list_path), "/tmp/live_superset.XXXXXX");
	int fd = mkstemp(list_path);
	if (fd < 0)
		return 1;
	close(fd);
	int status = live_main(tests, sizeof(tests) / sizeof(tests[0]));
	unlink(list_path);
	return status;
}
