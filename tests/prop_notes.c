/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notes of programs and clauses of expressions are true: random expressions, link types, flags and
 * packets, each step of each run compared with what its note says of the packet. The packet is read
 * by true_headers.c, the note by note_text.c; neither knows how the library comes to its notes.
 * A note that is cut, or says "?", says nothing. RUNS=n (expressions), SEED=n replay.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_opcode.h"
#include "bpf_text.h"
#include "note_text.h"
#include "packet_pool.h"
#include "random_filter.h"
#include "random_links.h"
#include "reference.h"

#define USUAL_RUNS  3000u
#define PACKETS     10u
#define STEERS      12u
#define DEPTH       4u
#define CLAUSES_MAX 256u
#define CHOICES_MAX 4096u
#define ERRORS_MAX  20u

struct trial {
	struct packet_pool pool;
	struct random random;
	uint64_t seed;
	struct random_way way;
	uint32_t linktype;
	bool is_plain; /* at -O0 */
	char text[RANDOM_FILTER_BYTES];
	struct flt_program *prog;
	const struct flt_insn *insns;
	uint32_t count;
	struct flt_note *notes;
	struct flt_step *steps;
	uint32_t step_count;
	struct flt_meta meta;
	uint8_t bytes[POOL_BYTES];
	struct true_packet packet;
	struct flt_clause clauses[CLAUSES_MAX];
	uint32_t clause_count;
	uint64_t notes_read, names_read, vague, walks;
	unsigned wrong;
};

static void wrong(struct trial *t, uint32_t insn, const char *what)
{
	if (t->wrong++ >= ERRORS_MAX)
		return;
	printf("%s%s, %s%s: (%03" PRIu32 ") %s: %s; replay: SEED=%" PRIu64 " RUNS=1\n", t->way.name,
	       t->way.flags & FLT_COMPILE_LIVE ? ", live" : "", t->text, t->is_plain ? ", -O0" : "",
	       insn, insn < t->count ? t->notes[insn].text : "", what, t->seed);
}

/* ---- texts --------------------------------------------------------------------------------------
 */

static bool is_clean(const char *text, size_t room)
{
	size_t len = strnlen(text, room);

	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return len < room;
}

static void check_texts(struct trial *t)
{
	for (uint32_t i = 0; i < t->count; i++) {
		const struct flt_note *note = &t->notes[i];
		bool is_jump = flt__bpf_is_branch(&t->insns[i]);
		if (!is_clean(note->text, sizeof(note->text)) ||
		    !is_clean(note->field, sizeof(note->field)) || note->reserved)
			wrong(t, i, "the text is not clean");
		bool is_dead = strcmp(note->text, "never reached") == 0;
		bool is_ja = t->insns[i].code == OP_ja && !is_dead;
		if (!*note->field != (is_dead || !is_jump) || !*note->text != is_ja)
			wrong(t, i, "a text is missing, or too many");
		if (note->style > FLT_STYLE_IPV4 || note->shift > 31)
			wrong(t, i, "style or shift");
	}
}

/* ---- names and questions ------------------------------------------------------------------------
 */

/* What the step has come to: the register that it wrote, or which way it went. */
static uint32_t outcome_of(const struct trial *t, uint32_t step, const struct flt_insn *insn)
{
	const struct flt_step *at = &t->steps[step];

	if (flt__bpf_is_branch(insn))
		return at[1].insn == at->insn + 1 + insn->jt;
	if (insn->code == OP_st || insn->code == OP_stx)
		return insn->code == OP_st ? at->a : at->x;
	return flt__bpf_opcode(insn->code)->writes & REG_X ? at[1].x : at[1].a;
}

/* Bits of a field may stand anywhere in a register, if nothing is done with them. */
static bool is_same(const struct note_says *says, uint32_t outcome, bool is_jump)
{
	for (uint32_t shift = 0; shift < 32 && says->is_field && !is_jump; shift++)
		if (says->value << shift == outcome)
			return true;
	return says->value == outcome;
}

static bool is_so(const struct trial *t, uint32_t step, const struct note_says *says)
{
	const struct flt_step *at = &t->steps[step];
	const struct flt_insn *insn = &t->insns[at->insn];
	bool is_load = at->load_len && insn->code != OP_ldx_msh;

	return says->truth == NOTE_SAYS &&
	       is_same(says, outcome_of(t, step, insn), flt__bpf_is_branch(insn)) &&
	       (!is_load ||
		(says->is_field && says->off == at->load_off && says->size == at->load_len));
}

static void tell(struct trial *t, uint32_t step, const struct note_says *says)
{
	char what[160];
	uint32_t insn = t->steps[step].insn;

	snprintf(what, sizeof(what), "%s: %u at %u, not %u at %u", note_truth_text(says->truth),
		 says->value, says->off, outcome_of(t, step, &t->insns[insn]),
		 t->steps[step].load_off);
	wrong(t, insn, what);
}

static void check_note(struct trial *t, uint32_t step, const struct note_world *world)
{
	const char *text = t->notes[t->steps[step].insn].text;
	struct note_says says = { NOTE_SAYS, 0, false, 0, 0 }, last = says;
	uint32_t choices = note_choices(world, text);

	if (choices > CHOICES_MAX)
		choices = CHOICES_MAX;
	t->notes_read++;
	for (uint32_t i = 0; i < choices; i++) {
		says = note_says(world, text, i);
		t->names_read += i == 0 && strchr(text, '.') != NULL;
		t->vague += i == 0 && says.truth == NOTE_VAGUE;
		if (says.truth == NOTE_VAGUE || is_so(t, step, &says))
			return;
		if (says.truth != NOTE_NO_HEADER || i == 0)
			last = says;
	}
	tell(t, step, &last);
}

/* "F = 6 (tcp)": the value as the note says to take it from A, against the number in the text. */
static void check_question(struct trial *t, uint32_t step)
{
	const struct flt_step *at = &t->steps[step];
	const struct flt_insn *insn = &t->insns[at->insn];
	const struct flt_note *note = &t->notes[at->insn];
	struct note_world world = { .packet = &t->packet };
	uint32_t value = (at->a & note->mask) >> note->shift;
	size_t len = strlen(note->field);
	char text[128];

	if (BPF_SRC(insn->code) == BPF_X || strncmp(note->text, note->field, len) != 0 ||
	    strchr(note->field, ',') || strstr(note->text, " and ") || strstr(note->text, "..."))
		return;
	snprintf(text, sizeof(text), "%" PRIu32 "%s", value, note->text + len);
	struct note_says says = note_says(&world, text, 0);
	if (says.truth != NOTE_SAYS || says.value != outcome_of(t, step, insn))
		wrong(t, at->insn, text);
}

static void check_steps(struct trial *t, bool is_known)
{
	struct note_world world = { .packet = &t->packet, .wirelen = t->packet.len };

	for (uint32_t i = 0; i + 1 < t->step_count; i++) {
		const struct flt_step *at = &t->steps[i];
		const struct flt_insn *insn = &t->insns[at->insn];
		world.a = at->a, world.x = at->x;
		if (insn->code == OP_ja || (flt__bpf_is_branch(insn) && insn->jt == insn->jf))
			continue;
		if (is_known)
			check_note(t, i, &world);
		if (flt__bpf_is_branch(insn))
			check_question(t, i);
		if (insn->code == OP_st || insn->code == OP_stx)
			world.cells[insn->k] = insn->code == OP_st ? at->a : at->x;
	}
}

/* ---- clauses ------------------------------------------------------------------------------------
 */

static uint32_t clause_of(const struct trial *t, uint32_t insn)
{
	uint64_t offset = 0, length = 0;

	/* jumps from jump to jump belong to whoever needs them */
	if (t->insns[insn].code != OP_ja)
		flt_program_clause(t->prog, insn, &offset, &length);
	for (uint32_t i = 0; length && i < t->clause_count; i++) {
		const struct flt_clause *clause = &t->clauses[i];
		if (clause->offset <= offset && offset + length <= clause->offset + clause->length)
			return i;
	}
	return length ? CLAUSES_MAX : UINT32_MAX;
}

static struct flt_program *compile(struct trial *t, const char *text, size_t len, bool is_plain)
{
	const struct flt_compile_opts opts = { .size = sizeof(opts),
					       .linktype = t->linktype,
					       .flags = t->way.flags |
							(is_plain ? FLT_COMPILE_O0 : 0),
					       .netmask = 0xffffff00 };
	struct flt_program *prog = NULL;

	flt_compile(&prog, text, len, &opts, NULL);
	return prog;
}

/* An identifier without a qualifier takes that of the clause before it; what moves the headers
 * moves them for all clauses behind it. */
static bool stands_alone(const char *clause, size_t len)
{
	static const char *const movers[] = { "vlan", "mpls", "ppp", "geneve", "vxlan", "lane" };
	char text[RANDOM_FILTER_BYTES];

	snprintf(text, sizeof(text), "%.*s", (int)len, clause);
	for (size_t i = 0; i < sizeof(movers) / sizeof(movers[0]); i++)
		if (strstr(text, movers[i]))
			return false;
	return text[strspn(text, "0123456789abcdefABCDEFx.:/-{}, ")] != '\0';
}

/* 1, 0, or -1: it says nothing. */
static int ask(struct trial *t, const char *text)
{
	struct flt_program *alone = compile(t, text, strlen(text), true);
	uint32_t count, insns;

	if (!alone)
		return -1;
	flt_program_insns(alone, &insns);
	struct flt_step *steps = calloc(insns, sizeof(*steps));
	uint32_t verdict = flt_run_traced(alone, t->bytes, t->packet.len, t->packet.len, &t->meta,
					  steps, insns, &count);
	bool ended =
		steps &&
		BPF_CLASS(flt_program_insns(alone, NULL)[steps[count - 1].insn].code) == BPF_RET;
	free(steps);
	flt_program_unref(alone);
	return ended ? verdict != 0 : -1;
}

/* What reads bytes that no packet has is refused, and so is its contrary. */
static int ask_alone(struct trial *t, uint32_t clause)
{
	char text[RANDOM_FILTER_BYTES + 8];

	snprintf(text, sizeof(text), "not %.*s", (int)t->clauses[clause].length,
		 t->text + t->clauses[clause].offset);
	int answer = ask(t, text + strlen("not "));
	return answer >= 0 && ask(t, text) == !answer ? answer : -1;
}

/* The clauses that were executed are those that the answers lead through; so is the end. */
static void check_walk(struct trial *t)
{
	uint32_t at = 0, step = 0;
	bool accepts = flt_run(t->prog, t->bytes, t->packet.len, t->packet.len, &t->meta) != 0;

	if (BPF_CLASS(t->insns[t->steps[t->step_count - 1].insn].code) != BPF_RET)
		return;
	while (at < t->clause_count) {
		while (step < t->step_count && (clause_of(t, t->steps[step].insn) == UINT32_MAX ||
						clause_of(t, t->steps[step].insn) == at))
			step++;
		int answer = ask_alone(t, at);
		if (answer < 0)
			return;
		at = answer ? t->clauses[at].yes : t->clauses[at].no;
		if (at < t->clause_count && step < t->step_count &&
		    clause_of(t, t->steps[step].insn) < at) {
			wrong(t, t->steps[step].insn, "a clause was asked that nothing leads to");
			return;
		}
	}
	t->walks++;
	if (step < t->step_count || accepts != (at == FLT_CLAUSE_ACCEPT))
		wrong(t, t->count, "the clauses lead to another answer than the program");
}

static void check_clauses(struct trial *t)
{
	bool are_alone = true;

	for (uint32_t i = 0; i < t->clause_count; i++) {
		const struct flt_clause *clause = &t->clauses[i];
		are_alone &= stands_alone(t->text + clause->offset, clause->length);
		if ((clause->yes <= i && clause->yes < t->clause_count) ||
		    (clause->no <= i && clause->no < t->clause_count))
			wrong(t, t->count, "a clause leads back");
	}
	for (uint32_t i = 0; i < t->count; i++)
		if (clause_of(t, i) == CLAUSES_MAX)
			wrong(t, i, "of no clause of the list");
	/* PPI: what is not 802.11 is refused before anything is asked. */
	if (!are_alone || strcmp(t->way.name, "PPI") == 0)
		t->clause_count = 0;
}

/* ---- packets ------------------------------------------------------------------------------------
 */

static void draw_meta(struct trial *t)
{
	struct random *r = &t->random;

	t->meta = (struct flt_meta){ .present = random_below(r, 256) | FLT_META_PROTOCOL |
						FLT_META_DEVICE,
				     .ifindex = 2,
				     .hatype = 1,
				     .vlan_tpid = 0x8100,
				     .pkttype = (uint8_t)random_below(r, 5) };
	t->meta.vlan_tci = (uint16_t)random_below(r, 65536);
	t->meta.protocol = t->bytes[0] >> 4 == 4 ? 0x800 : 0x86dd;
}

static void one_packet(struct trial *t)
{
	bool is_cooked = t->way.flags & FLT_COMPILE_COOKED;

	t->packet.len = packet_pool_draw(&t->pool, &t->random,
					 is_cooked ? FLT_LINKTYPE_RAW : t->linktype, t->bytes);
	for (uint32_t i = random_below(&t->random, STEERS); i > 0; i--)
		reference_steer(&t->random, t->insns, t->count, t->bytes, t->packet.len);
	draw_meta(t);
	t->packet.bytes = t->bytes;
	t->packet.meta = &t->meta;
	bool is_known = true_headers(&t->packet, t->linktype, t->way.flags);
	flt_run_traced(t->prog, t->bytes, t->packet.len, t->packet.len, &t->meta, t->steps,
		       t->count, &t->step_count);
	check_steps(t, is_known);
	if (t->is_plain && t->clause_count)
		check_walk(t);
}

static void write_notes(struct trial *t)
{
	t->insns = flt_program_insns(t->prog, &t->count);
	t->notes = calloc(t->count, sizeof(*t->notes));
	if (flt_program_notes(t->prog, t->notes, t->count) != (int)t->count)
		wrong(t, t->count, "there are no notes");
	check_texts(t);
}

static void one_program(struct trial *t, bool is_plain)
{
	const struct flt_compile_opts opts = { .size = sizeof(opts) };
	int64_t clauses =
		flt_clauses(t->text, strlen(t->text), &opts, t->clauses, CLAUSES_MAX, NULL);

	t->is_plain = is_plain;
	t->prog = compile(t, t->text, strlen(t->text), is_plain);
	if (!t->prog || clauses < 0 || clauses > CLAUSES_MAX) {
		flt_program_unref(t->prog);
		return;
	}
	t->clause_count = (uint32_t)clauses;
	write_notes(t);
	t->steps = calloc(t->count, sizeof(*t->steps));
	if (is_plain)
		check_clauses(t);
	for (unsigned i = 0; i < PACKETS; i++)
		one_packet(t);
	free(t->notes);
	free(t->steps);
	flt_program_unref(t->prog);
}

/* A program that no compiler made. */
static void any_program(struct trial *t)
{
	struct flt_insn insns[RANDOM_MAX_INSNS];
	const struct flt_program_opts opts = { .size = sizeof(opts), .linktype = t->linktype };
	uint32_t count = random_program(&t->random, insns);

	snprintf(t->text, sizeof(t->text), "any program");
	if (flt_program_new(&t->prog, insns, count, &opts, NULL) < 0)
		return;
	write_notes(t);
	free(t->notes);
	flt_program_unref(t->prog);
}

static const struct {
	const char *link, *text;
} texts[] = {
#define TEXT(link, text) { link, text },
#include "note_texts.def"
};

static void one_expression(struct trial *t)
{
	struct random_style style = { .depth = DEPTH, .has_ours = true };

	t->way = random_links_draw_way(&t->random);
	style.own = t->way.own;
	random_filter_of(&t->random, t->text, &style);
	if (random_one_in(&t->random, 16)) {
		const size_t row = random_below(&t->random, sizeof(texts) / sizeof(texts[0]));
		t->way = (struct random_way){ texts[row].link, 0, 0 };
		snprintf(t->text, sizeof(t->text), "%s", texts[row].text);
	}
	t->linktype = (uint32_t)flt_linktype_find(t->way.name);
	one_program(t, true);
	one_program(t, false);
	any_program(t);
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
	bool has_packets = packet_pool_read(&t.pool, pcaps) && packet_pool_rehead(&t.pool);
	for (uint64_t i = 0; has_packets && i < runs; i++) {
		t.seed = seed + i;
		random_seed(&t.random, t.seed);
		one_expression(&t);
	}
	packet_pool_free(&t.pool);
	printf("%" PRIu64 " notes, %" PRIu64 " with names, %" PRIu64 " vague; %" PRIu64
	       " walks; %u wrong\n",
	       t.notes_read, t.names_read, t.vague, t.walks, t.wrong);
	return t.wrong || (runs > 100 && t.walks < runs) || t.vague > t.notes_read / 20;
}
