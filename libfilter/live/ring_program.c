/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of a ring: in the kernel where it can be, here where it must be, and changed under
 * load. */
#include "ring.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "bpf_superset.h"
#include "diag.h"
#include "program.h"

/*
 * A packet that an old filter let in may still be on its way into the ring when the new one is
 * there: another processor counts it a moment later. What carries a time up to this much after
 * the change is judged once more, which costs time and changes nothing for the others.
 */
#define GRACE_NS 100000000

/* ---- what a program needs ------------------------------------------------------------------- */

/* Loads of metadata that a V3 ring does not carry. It does carry a hash, but always one: where
 * nobody needed it before, it is worked out behind the filter, which saw 0. */
/* clang-format off */
static const struct {
	uint32_t offset;         /* from SKF_AD_OFF */
	const char *name;
} unseen[] = {
	{ SKF_AD_MARK, "the packet mark" },
	{ SKF_AD_QUEUE, "the receive queue" },
	{ SKF_AD_RXHASH, "the receive hash" },
	{ SKF_AD_CPU, "the processor" },
	{ SKF_AD_PAY_OFFSET, "the payload offset" },
};
/* clang-format on */

static bool loads_meta(const struct flt_insn *insn, uint32_t offset)
{
	return BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS &&
	       insn->k == (uint32_t)SKF_AD_OFF + offset;
}

static bool program_loads(const struct flt_program *prog, uint32_t offset)
{
	for (uint32_t i = 0; prog && i < prog->info.count; i++)
		if (loads_meta(&prog->insns[i], offset))
			return true;
	return false;
}

static bool loads_link_header(const struct flt_program *prog)
{
	for (uint32_t i = 0; prog && i < prog->info.count; i++) {
		const struct flt_insn *insn = &prog->insns[i];
		bool load = BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_ABS;
		if (load && insn->k >= (uint32_t)SKF_LL_OFF && insn->k < (uint32_t)SKF_NET_OFF)
			return true;
	}
	return false;
}

/* What keeps the program from running here, or NULL. */
static const char *unseen_load(const struct ring *ring, const struct flt_program *prog)
{
	if (ring->datagram && loads_link_header(prog))
		return "the link header";
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (program_loads(prog, unseen[i].offset))
			return unseen[i].name;
	return NULL;
}

/* A program is made for one layout of the bytes. */
static int check_layout(const struct ring *ring, const struct flt_program *prog,
			struct flt_error *err)
{
	uint32_t linktype = prog->info.linktype;

	if (linktype && linktype != ring->linktype) {
		const char *made = flt_linktype_name(linktype),
			   *given = flt_linktype_name(ring->linktype);
		return flt__fail(err, FLT_E_ARGUMENT,
				 "the filter was compiled for link type %s, but %s delivers %s",
				 made ? made : "?", ring->device, given ? given : "?");
	}
	if (prog->info.flags & FLT_PROGRAM_COOKED && !ring->cooked)
		return flt__fail(
			err, FLT_E_ARGUMENT,
			"the filter was compiled for cooked packets, but %s delivers its own "
			"headers",
			ring->device);
	return FLT_OK;
}

/* The kernel would run it over other bytes than it is made for. */
static bool wants_our_header(const struct ring *ring, const struct flt_program *prog)
{
	return ring->cooked &&
	       !(prog->info.flags & (FLT_PROGRAM_COOKED | FLT_PROGRAM_ALL | FLT_PROGRAM_EMPTY));
}

/* FLT_E_KERNEL when the kernel would refuse the program or has not what it reads. */
static int check_kernel(const struct ring *ring, const struct flt_program *prog,
			struct flt_error *why)
{
	if (prog->info.count > BPF_MAXINSNS)
		return flt__fail(why, FLT_E_KERNEL,
				 "the filter has %u instructions; the kernel accepts at most %u",
				 prog->info.count, BPF_MAXINSNS);
	if (wants_our_header(ring, prog))
		return flt__fail(
			why, FLT_E_KERNEL,
			"the filter reads the %s header, which packets of %s lack in the kernel",
			ring->linktype == FLT_LINKTYPE_LINUX_SLL ? "SLL" : "SLL2", ring->device);
	return FLT_OK;
}

/* ---- the kernel's side ---------------------------------------------------------------------- */

static int attach_ret_to(int fd, uint32_t bytes)
{
	const struct flt_insn ret = { BPF_RET | BPF_K, 0, 0, bytes };

	return flt__attach(fd, &ret, 1);
}

static int attach_ret(const struct ring *ring, uint32_t bytes)
{
	return attach_ret_to(ring->fd, bytes);
}

/* Would the kernel take it? Tried where nobody listens, and in the place of a filter, which counts
 * until it is replaced. */
static int try_program(const struct flt_program *prog)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	int failed = attach_ret_to(fd, 0);
	if (!failed)
		failed = flt__attach(fd, prog->insns, prog->info.count);
	close(fd);
	return failed;
}

static uint32_t snaplen_with(const struct ring *ring, const struct flt_program *prog)
{
	if (ring->asked_snaplen)
		return ring->asked_snaplen;
	return prog && prog->info.snaplen ? prog->info.snaplen : RING_SNAPLEN;
}

static int attach_program(const struct ring *ring, const struct flt_program *prog)
{
	if (!prog)
		return attach_ret(ring, snaplen_with(ring, NULL));
	return flt__attach(ring->fd, prog->insns, prog->info.count);
}

static int64_t day_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* The filter that was there. */
static void reattach(const struct ring *ring)
{
	if (ring->wider)
		attach_program(ring, ring->wider);
	else if (ring->fallback)
		attach_ret(ring, RING_SNAPLEN);
	else
		attach_program(ring, ring->program);
}

/* Between the old filter and one that cannot be judged here stands a closed door; what the old one
 * let in before goes. */
static int switch_closed(struct ring *ring, const struct flt_program *prog)
{
	int failed = try_program(prog);

	if (failed)
		return failed;
	attach_ret(ring, 0);
	flt__ring_count(ring);
	failed = attach_program(ring, prog);
	if (failed)
		reattach(ring);
	else
		ring->discard_until = ring->counts.accepted;
	return failed;
}

/*
 * The old filter and the new one change places in one step, so that no packet is missed between
 * them. Where the kernel cannot hold both, one that lets everything in stands between: what comes
 * meanwhile is judged here.
 */
static int switch_open(struct ring *ring, const struct flt_program *prog)
{
	int failed = attach_program(ring, prog);

	if (failed == ENOMEM && attach_ret(ring, RING_SNAPLEN) == 0)
		failed = attach_program(ring, prog);
	return failed;
}

/* What waits in the ring, or is on its way, was let in by the old filter. */
static void judge_what_waits(struct ring *ring)
{
	flt__ring_count(ring);
	ring->judge_until = ring->counts.accepted;
	ring->judge_until_ns = day_time_ns() + GRACE_NS;
}

/* ---- what the kernel does not take ---------------------------------------------------------- */

#define RET_BYTES 256u /* of the filter that is being replaced, at least */

/* As large as the kernel takes it, by our estimate or, where that was too low, by trying. NULL:
 * there is none that keeps anything out. */
static struct flt_program *find_superset(const struct flt_program *prog)
{
	uint64_t optmem = flt__optmem_max();
	uint64_t bytes = flt__bpf_kernel_bytes(prog->insns, prog->info.count);

	optmem -= optmem > 2 * RET_BYTES ? RET_BYTES : 0;
	bytes = optmem && optmem < bytes ? optmem : bytes;
	for (int failed = ENOMEM; failed == ENOMEM && bytes > 0; bytes -= (bytes + 7) / 8) {
		struct flt_superset_opts opts = { .size = sizeof(opts), .max_kernel_bytes = bytes };
		struct flt_program *wider = NULL;
		if (flt_program_superset(&wider, prog, &opts, NULL) != FLT_OK)
			return NULL;
		bool is_plain = wider->info.flags & FLT_PROGRAM_ALL;
		failed = is_plain ? 0 : try_program(wider);
		if (!failed && !is_plain)
			return wider;
		flt_program_unref(wider);
	}
	return NULL;
}

/* Attached is a superset of the program, or (NULL) nothing that keeps anything out. 0 or the
 * errno. */
static int attach_wider(struct ring *ring, const struct flt_program *prog,
			struct flt_program **wider)
{
	*wider = wants_our_header(ring, prog) ? NULL : find_superset(prog);
	if (*wider && switch_open(ring, *wider) == 0)
		return 0;
	flt_program_unref(*wider);
	*wider = NULL;
	return attach_ret(ring, RING_SNAPLEN);
}

static void say_why(struct ring *ring, const struct flt_error *why)
{
	if (!ring->wider)
		snprintf(ring->note, sizeof(ring->note), "%.220s; the filter runs in user space",
			 why->message);
	else
		snprintf(ring->note, sizeof(ring->note),
			 "%.130s; the kernel runs a pre-filter of %u instructions, and user "
			 "space runs the exact filter on the packets that pass it",
			 why->message, ring->wider->info.count);
}

static int fall_back(struct ring *ring, const struct flt_program *prog, const struct flt_error *why,
		     struct flt_error *err)
{
	struct flt_program *wider;
	int failed = attach_wider(ring, prog, &wider);

	if (failed)
		return flt__fail_sys(err, FLT_E_SYSTEM, failed, "cannot filter on %s",
				     ring->device);
	flt_program_unref(ring->wider);
	ring->wider = wider;
	ring->fallback = true;
	say_why(ring, why);
	return FLT_OK;
}

static void kernel_filters(struct ring *ring)
{
	flt_program_unref(ring->wider);
	ring->wider = NULL;
	ring->fallback = false;
}

/* Neither there nor here: the old filter stays. */
static int refuse(const char *load, const struct flt_error *why, struct flt_error *err)
{
	return flt__fail(err, FLT_E_UNSUPPORTED,
			 "%.150s, and it reads %s, which only the kernel knows", why->message,
			 load);
}

static void adopt(struct ring *ring, const struct flt_program *prog)
{
	flt_program_unref(ring->program);
	/* Counting references does not change what a program is. */
	ring->program = flt_program_ref((struct flt_program *)(uintptr_t)prog);
	ring->random = program_loads(prog, SKF_AD_RANDOM) ? (uint64_t)day_time_ns() | 1 : 0;
}

/* FLT_OK: the kernel runs it. */
static int install(struct ring *ring, const struct flt_program *prog, bool seen,
		   struct flt_error *why)
{
	int code = prog ? check_kernel(ring, prog, why) : FLT_OK;

	if (code != FLT_OK)
		return code;
	int failed = seen ? switch_open(ring, prog) : switch_closed(ring, prog);
	return failed ? flt__attach_failed(failed, prog ? prog->info.count : 1, why) : FLT_OK;
}

int flt__ring_set_program(void *impl, const struct flt_program *prog, struct flt_error *err)
{
	struct ring *ring = impl;
	struct flt_error why;
	const char *load = unseen_load(ring, prog);
	int code = prog ? check_layout(ring, prog, err) : FLT_OK;

	if (code != FLT_OK)
		return code;
	if (ring->locked)
		return flt__fail(err, FLT_E_PERMISSION,
				 "the filter on %s is locked (FLT_OPEN_LOCK)", ring->device);
	flt__error_clear(&why);
	bool below = install(ring, prog, !load, &why) == FLT_OK;
	if (!below && load)
		return refuse(load, &why, err);
	code = below ? FLT_OK : fall_back(ring, prog, &why, err);
	if (code != FLT_OK)
		return code;
	if (below)
		kernel_filters(ring);
	ring->snaplen = snaplen_with(ring, prog);
	adopt(ring, prog);
	if (ring->bound && !load)
		judge_what_waits(ring);
	return FLT_OK;
}

/* ---- our side ------------------------------------------------------------------------------- */

/* A packet that was cut may have been accepted for bytes that are not there any more; behind the
 * change that is the kernel's word. */
static bool decided_here(const struct ring *ring, const struct flt_packet *packet)
{
	if (ring->fallback || ring->counts.taken <= ring->judge_until)
		return true;
	return packet->time_ns <= ring->judge_until_ns && packet->caplen == packet->wirelen;
}

uint64_t flt__ring_judge(const struct ring *ring, const struct flt_packet *packet)
{
	if (ring->counts.taken <= ring->discard_until)
		return 0;
	if (!ring->program || !decided_here(ring, packet))
		return RING_NEVER;
	if (ring->program->info.flags & FLT_PROGRAM_COOKED)
		return flt__run_cooked(ring->program, packet, ring_header_len(ring));
	return flt_run(ring->program, packet->bytes, packet->caplen, packet->wirelen, packet->meta);
}
