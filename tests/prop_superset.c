/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A superset accepts, whole, whatever the exact program accepts: random expressions, lists in
 * `and`, `or` and `not`, and random programs of anybody's; random limits; packets cut at every
 * length with the length on the wire held. It keeps the limits, passes our check and the kernel's,
 * and is the same one when it is made again.
 *
 * RUNS=n (programs), SEED=n replay.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "bpf_superset.h"
#include "kernel.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "random_links.h"
#include "reference.h"

#define USUAL_RUNS     4000u
#define DEPTH          8u
#define PACKETS        6u
#define STEERS         8u
#define ENTRIES        300u
#define TEXT_BYTES     16384u
#define ERRORS_MAX     20u
#define KEPT_OUT_LEAST 20u /* percent of what the exact programs reject, in all */

struct trial {
	struct packet_pool pool;
	struct random random;
	struct kernel kernel;
	uint64_t seed;
	char text[TEXT_BYTES];
	uint32_t linktype;
	struct flt_superset_opts limits;
	uint64_t programs, smaller, runs, accepted, rejected, kept_out;
	unsigned wrong;
};

static void wrong(struct trial *t, const char *what)
{
	if (t->wrong++ < ERRORS_MAX)
		printf("%.300s: at most %" PRIu32 " instructions, %" PRIu64
		       " bytes: %s; replay: SEED=%" PRIu64 " RUNS=1\n",
		       t->text, t->limits.max_insns, t->limits.max_kernel_bytes, what, t->seed);
}

/* ---- programs ----------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add(struct trial *t, const char *fmt, ...)
{
	size_t used = strlen(t->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(t->text + used, TEXT_BYTES - used, fmt, args);
	va_end(args);
}

/* Addresses of some networks and of anywhere, ports, or addresses of IPv6. */
static void add_list(struct trial *t)
{
	static const char *const kinds[] = { "host", "src host", "dst net",
					     "port", "ip6 host", "ether src" };
	struct random *r = &t->random;
	uint32_t kind = random_below(r, 6), count = 1 + random_below(r, ENTRIES);

	add(t, "%s {", kinds[kind]);
	for (uint32_t i = 0; i < count && strlen(t->text) < TEXT_BYTES - 200; i++) {
		uint32_t net = random_below(r, 40), low = random_below(r, 65536);
		uint32_t first = random_one_in(r, 2) ? 10 : 1 + random_below(r, 222);
		add(t, "%s", i ? "," : "");
		if (kind < 3)
			add(t, "%u.%u.%u.%u", first, net % 3, low >> 8, low & 255);
		else if (kind == 3)
			add(t, "%u", low);
		else if (kind == 4)
			add(t, "2001:db8:%x::%x", net, low);
		else
			add(t, "02:00:00:%02x:00:%02x", net % 3, low & 255);
	}
	add(t, "}");
}

static void draw_lists(struct trial *t)
{
	static const char *const plain[] = { "tcp",      "udp port 53",
					     "vlan 5",   "tcp[13] & 2 != 0",
					     "len > 60", "ip[6:2] & 0x1fff = 0",
					     "ifindex 3" };
	uint32_t terms = 1 + random_below(&t->random, 3);

	for (uint32_t i = 0; i < terms; i++) {
		add(t, "%s%s", i ? (random_one_in(&t->random, 2) ? " and " : " or ") : "",
		    random_one_in(&t->random, 4) ? "not " : "");
		if (random_one_in(&t->random, 3))
			add(t, "%s", plain[random_below(&t->random, 7)]);
		else
			add_list(t);
	}
}

#define COMPARISONS 120u

/* Anything but a jump: few bytes, few cells, so that much is read that was written elsewhere. */
static struct flt_insn draw_plain(struct random *r)
{
	/* clang-format off */
	static const struct flt_insn plain[] = {
		{BPF_LDX | BPF_MEM, 0, 0, 0},	 {BPF_STX, 0, 0, 1},
		{BPF_ST, 0, 0, 0},		 {BPF_LD | BPF_MEM, 0, 0, 1},
		{BPF_MISC | BPF_TAX, 0, 0, 0},	 {BPF_LD | BPF_B | BPF_IND, 0, 0, 2},
		{BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0}, {BPF_ALU | BPF_AND | BPF_K, 0, 0, 15},
	};
	/* clang-format on */

	if (random_one_in(r, 2))
		return (struct flt_insn){ BPF_LD | BPF_B | BPF_ABS, 0, 0, random_below(r, 6) };
	return plain[random_below(r, sizeof(plain) / sizeof(plain[0]))];
}

/* Trees and tangles of comparisons, of which some go on with what others have loaded. */
static uint32_t draw_comparisons(struct random *r, struct flt_insn *insns)
{
	static const uint16_t tests[] = { BPF_JEQ | BPF_K, BPF_JEQ | BPF_K,  BPF_JGT | BPF_K,
					  BPF_JGE | BPF_K, BPF_JSET | BPF_K, BPF_JEQ | BPF_X };
	static const struct flt_insn start[] = { { BPF_LD | BPF_B | BPF_ABS, 0, 0, 1 },
						 { BPF_ST, 0, 0, 0 },
						 { BPF_ST, 0, 0, 1 } };
	uint32_t count = 3 + random_below(r, COMPARISONS), way = 1 + random_below(r, 12);
	uint32_t plain = 3 + random_below(r, 6);

	memcpy(insns, start, sizeof(start));
	for (uint32_t i = 3; i < count; i++) {
		uint32_t left = count - i; /* up to the second return */
		insns[i] = draw_plain(r);
		if (random_one_in(r, plain))
			continue;
		insns[i].code = (uint16_t)(BPF_JMP | tests[random_below(r, 6)]);
		insns[i].k = random_below(r, 20);
		insns[i].jt = (uint8_t)random_below(r, left < way ? left : way);
		insns[i].jf = (uint8_t)random_below(r, left < way ? left : way);
		if (random_one_in(r, 6))
			insns[i].jt = (uint8_t)(left - random_below(r, 2));
	}
	insns[count] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 0 };
	insns[count + 1] = (struct flt_insn){ BPF_RET | BPF_K, 0, 0, 262144 };
	return count + 2;
}

static struct flt_program *compile(struct trial *t)
{
	struct flt_resolver nobody = { .size = sizeof(nobody) };
	struct flt_compile_opts opts = { .size = sizeof(opts),
					 .linktype = t->linktype,
					 .flags = FLT_COMPILE_LIVE };
	struct flt_program *prog = NULL;

	opts.resolver = &nobody;
	opts.flags |= random_one_in(&t->random, 4) ? FLT_COMPILE_O0 : 0;
	flt_compile(&prog, t->text, strlen(t->text), &opts, NULL);
	return prog;
}

static struct flt_program *draw_program(struct trial *t)
{
	struct random_style style = { .depth = random_below(&t->random, DEPTH + 1),
				      .has_ours = true };
	struct flt_insn insns[RANDOM_MAX_INSNS];
	struct flt_program *prog = NULL;
	uint32_t kind = random_below(&t->random, 5);

	t->linktype = FLT_LINKTYPE_EN10MB;
	t->text[0] = '\0';
	if (kind >= 3) {
		uint32_t count = kind == 3 ? random_program(&t->random, insns) :
					     draw_comparisons(&t->random, insns);
		snprintf(t->text, TEXT_BYTES, "a random program");
		flt_program_new(&prog, insns, count, NULL, NULL);
		return prog;
	}
	if (kind == 0) {
		const struct random_link *link = &random_links[random_links_draw(&t->random)];
		t->linktype = (uint32_t)flt_linktype_find(link->name);
		style.own = link->own;
		random_filter_of(&t->random, t->text, &style);
	} else {
		draw_lists(t);
	}
	return compile(t);
}

static void draw_limits(struct trial *t, const struct flt_program *prog)
{
	uint32_t count;
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	uint64_t bytes = flt__bpf_kernel_bytes(insns, count);

	t->limits = (struct flt_superset_opts){ .size = sizeof(t->limits) };
	if (!random_one_in(&t->random, 3))
		t->limits.max_insns = 1 + random_below(&t->random, count);
	if (!random_one_in(&t->random, 3))
		t->limits.max_kernel_bytes = 1 + random_below(&t->random, (uint32_t)bytes);
}

/* ---- the superset as a program ------------------------------------------------------------ */

static void check_limits(struct trial *t, const struct flt_insn *insns, uint32_t count)
{
	uint32_t most = t->limits.max_insns ? t->limits.max_insns : BPF_KERNEL_LIMIT;
	uint64_t most_bytes = t->limits.max_kernel_bytes;

	if (count > most)
		wrong(t, "too many instructions");
	if (count > 1 && most_bytes && flt__bpf_kernel_bytes(insns, count) > most_bytes)
		wrong(t, "too many bytes");
	if (flt_check(insns, count, NULL) != FLT_OK)
		wrong(t, "it breaks a rule");
	int refusal = kernel_attach(&t->kernel, insns, count);
	if (refusal && refusal != ENOMEM)
		wrong(t, "the kernel refuses it");
}

static void check_again(struct trial *t, const struct flt_program *prog,
			const struct flt_insn *insns, uint32_t count)
{
	struct flt_program *again = NULL;
	uint32_t again_count = 0;

	flt_program_superset(&again, prog, &t->limits, NULL);
	const struct flt_insn *same = flt_program_insns(again, &again_count);
	if (again_count != count || memcmp(insns, same, count * sizeof(*insns)) != 0)
		wrong(t, "made again it is another one");
	flt_program_unref(again);
}

static void check_program(struct trial *t, const struct flt_program *prog,
			  const struct flt_program *wider)
{
	struct flt_program_info info = { .size = sizeof(info) };
	uint32_t count, exact_count;
	const struct flt_insn *insns = flt_program_insns(wider, &count);

	flt_program_insns(prog, &exact_count);
	flt_program_info(wider, &info);
	t->programs++;
	t->smaller += count < exact_count;
	if (!(info.flags & FLT_PROGRAM_SUPERSET))
		wrong(t, "it does not say that it is a superset");
	check_limits(t, insns, count);
	check_again(t, prog, insns, count);
}

/* ---- packets ------------------------------------------------------------------------------ */

/* Without a device some programs end with what A holds. */
static void random_meta(struct random *r, struct flt_meta *meta)
{
	*meta = (struct flt_meta){ .present = FLT_META_PROTOCOL | FLT_META_PKTTYPE };
	if (!random_one_in(r, 4))
		meta->present |= FLT_META_DEVICE;
	if (random_one_in(r, 2))
		meta->present |= FLT_META_VLAN;
	meta->ifindex = random_below(r, 6);
	meta->hatype = (uint16_t)random_below(r, 4);
	meta->protocol = random_one_in(r, 2) ? 0x0800 : 0x86dd;
	meta->vlan_tci = (uint16_t)(random_one_in(r, 2) ? 5 : random_number(r));
	meta->vlan_tpid = 0x8100;
	meta->pkttype = (uint8_t)random_below(r, 5);
}

static bool one_length(struct trial *t, const struct flt_program *prog,
		       const struct flt_program *wider, const uint8_t *bytes, uint32_t cut,
		       uint32_t len, const struct flt_meta *meta)
{
	uint32_t exact = flt_run(prog, bytes, cut, len, meta);
	uint32_t kept = flt_run(wider, bytes, cut, len, meta);

	t->runs++;
	t->accepted += exact != 0;
	t->rejected += exact == 0;
	t->kept_out += kept == 0;
	if (exact && !kept)
		wrong(t, "it rejects what the exact program accepts");
	else if (kept && kept < len && meta->present & FLT_META_DEVICE)
		wrong(t, "it cuts");
	else
		return true;
	return false;
}

static bool one_packet(struct trial *t, const struct flt_program *prog,
		       const struct flt_program *wider)
{
	uint8_t bytes[POOL_BYTES];
	uint32_t count, len = packet_pool_draw(&t->pool, &t->random, t->linktype, bytes);
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	struct flt_meta meta;

	random_meta(&t->random, &meta);
	if (t->text[0] == 'a' && random_one_in(&t->random, 2))
		for (uint32_t i = 0; i < len; i++)
			bytes[i] %= 20;
	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, insns, count, bytes, len);
	for (uint32_t cut = 0; cut <= len; cut++)
		if (!one_length(t, prog, wider, bytes, cut, len, &meta))
			return false;
	return true;
}

/* ---- one program -------------------------------------------------------------------------- */

static void one_program(struct trial *t)
{
	struct flt_program *prog = draw_program(t), *wider = NULL;
	struct flt_error err;

	if (!prog)
		return;
	draw_limits(t, prog);
	int code = flt_program_superset(&wider, prog, &t->limits, &err);
	if (code != FLT_OK && code != FLT_E_UNSUPPORTED)
		wrong(t, err.message);
	if (code == FLT_OK) {
		check_program(t, prog, wider);
		for (unsigned i = 0; i < PACKETS && one_packet(t, prog, wider); i++) {
		}
	}
	flt_program_unref(prog);
	flt_program_unref(wider);
}

static bool is_useful(const struct trial *t)
{
	return t->accepted && t->smaller && t->kept_out * 100 >= t->rejected * KEPT_OUT_LEAST;
}

int main(void)
{
	static struct trial t;
	const char *folder = getenv("TOP_SRCDIR") ? getenv("TOP_SRCDIR") : ".";
	uint64_t seed = random_seed_from_environment();
	uint64_t runs = random_runs_from_environment(USUAL_RUNS);
	char pcaps[4096];

	printf("SEED=%" PRIu64 " RUNS=%" PRIu64 "\n", seed, runs);
	snprintf(pcaps, sizeof(pcaps), "%s/pcaps/*.pcap", folder);
	if (!packet_pool_read(&t.pool, pcaps) || !packet_pool_rehead(&t.pool) ||
	    kernel_open(&t.kernel) != 0) {
		printf("no packets in %s, or no socket\n", pcaps);
		return 1;
	}
	for (uint64_t i = 0; i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_program(&t);
	}
	kernel_close(&t.kernel);
	packet_pool_free(&t.pool);
	printf("%" PRIu64 " programs, %" PRIu64 " made smaller, %" PRIu64 " packets: %" PRIu64
	       " accepted, %" PRIu64 " rejected, %" PRIu64 " of these by the superset; %u wrong\n",
	       t.programs, t.smaller, t.runs, t.accepted, t.rejected, t.kept_out, t.wrong);
	return t.wrong || (runs >= USUAL_RUNS && !is_useful(&t)) ? 1 : 0;
}
