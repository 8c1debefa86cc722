/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: what is known of them, their forms as text, and metadata that a unix socket cannot
 * have. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "random_program.h"
#include "reference.h"

#define STMT(code, k)   BPF_STMT(code, k)
#define LD_ANCILLARY(k) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0xfffff000u + (k))
#define RET(k)          BPF_STMT(BPF_RET | BPF_K, k)
#define RET_A           BPF_STMT(BPF_RET | BPF_A, 0)
#define COUNT(array)    ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const struct flt_insn ip[] = {
	STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x800, 0, 2),
	BPF_STMT(BPF_JMP | BPF_JA, 0),
	RET(262144),
	RET(0),
};

static struct flt_program *make(const struct flt_insn *insns, uint32_t count)
{
	struct flt_program *prog = NULL;
	struct flt_error err;

	ck_assert_msg(flt_program_new(&prog, insns, count, NULL, &err) == FLT_OK, "%s",
		      err.message);
	return prog;
}

/* ---- what is known -------------------------------------------------------------------------- */

static uint32_t flags_of(const struct flt_insn *insns, uint32_t count)
{
	struct flt_program *prog = make(insns, count);
	struct flt_program_info info = { .size = sizeof(info) };

	ck_assert_int_eq(flt_program_info(prog, &info), FLT_OK);
	flt_program_unref(prog);
	return info.flags;
}

#define FLAGS(...)                                                                                 \
	flags_of((const struct flt_insn[]){ __VA_ARGS__ },                                         \
		 COUNT(((const struct flt_insn[]){ __VA_ARGS__ })))

START_TEST(flags)
{
	ck_assert_uint_eq(flags_of(ip, COUNT(ip)), 0);
	ck_assert_uint_eq(FLAGS(RET(0)), FLT_PROGRAM_EMPTY);
	ck_assert_uint_eq(FLAGS(RET(1)), FLT_PROGRAM_ALL);
	ck_assert_uint_eq(FLAGS(RET_A), 0);
	/* What nothing reaches says nothing. */
	ck_assert_uint_eq(FLAGS(RET(0), RET(1)), FLT_PROGRAM_EMPTY);
	ck_assert_uint_eq(FLAGS(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 1), RET(0), RET(1)),
			  FLT_PROGRAM_ALL);
	/* A load may reject, and one of ifindex may accept. */
	ck_assert_uint_eq(FLAGS(STMT(BPF_LD | BPF_B | BPF_ABS, 9), RET(1)), 0);
	ck_assert_uint_eq(FLAGS(STMT(BPF_LD | BPF_B | BPF_ABS, 9), RET(0)), FLT_PROGRAM_EMPTY);
	ck_assert_uint_eq(FLAGS(STMT(BPF_LD | BPF_IMM, 1), LD_ANCILLARY(SKF_AD_IFINDEX), RET(0)),
			  FLT_PROGRAM_USES_META);
	ck_assert_uint_eq(FLAGS(STMT(BPF_ALU | BPF_DIV | BPF_X, 0), RET(1)), 0);
	ck_assert_uint_eq(FLAGS(STMT(BPF_LDX | BPF_B | BPF_MSH, 0xfff00000), RET(1)),
			  FLT_PROGRAM_USES_META);
	ck_assert_uint_eq(FLAGS(STMT(BPF_ALU | BPF_ADD | BPF_K, 0xfffff000), RET(1)),
			  FLT_PROGRAM_ALL);
}
END_TEST

START_TEST(info_and_options)
{
	struct flt_program_opts opts = { .size = sizeof(opts),
					 .linktype = FLT_LINKTYPE_EN10MB,
					 .snaplen = 96 };
	struct flt_program_info info = { .size = sizeof(info) };
	struct flt_program *prog = NULL;
	struct flt_error err;
	uint32_t count = 0;

	ck_assert_int_eq(flt_program_new(&prog, ip, COUNT(ip), &opts, &err), FLT_OK);
	ck_assert_ptr_eq(flt_program_ref(prog), prog);
	flt_program_unref(prog);
	ck_assert_int_eq(flt_program_info(prog, &info), FLT_OK);
	ck_assert_uint_eq(info.size, sizeof(info));
	ck_assert_uint_eq(info.linktype, FLT_LINKTYPE_EN10MB);
	ck_assert_uint_eq(info.snaplen, 96);
	ck_assert_uint_eq(info.count, COUNT(ip));
	ck_assert_uint_eq(info.longest_path, 4);
	ck_assert_mem_eq(flt_program_insns(prog, &count), ip, sizeof(ip));
	ck_assert_uint_eq(count, COUNT(ip));
	flt_program_unref(prog);
	flt_program_unref(NULL);
	opts.flags = 1;
	ck_assert_int_eq(flt_program_new(&prog, ip, COUNT(ip), &opts, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_program_new(&prog, NULL, 3, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_program_info(NULL, &info), FLT_E_ARGUMENT);
	ck_assert_str_ne(flt_version(), "");
}
END_TEST

/* ---- metadata ------------------------------------------------------------------------------- */

static uint32_t load_meta(uint32_t k, const struct flt_meta *meta)
{
	static const uint8_t bytes[] = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7 };
	const struct flt_insn insns[] = { STMT(BPF_LD | BPF_IMM, 0x77),
					  STMT(BPF_LD | BPF_B | BPF_ABS, k), RET_A };
	struct flt_program *prog = make(insns, COUNT(insns));
	uint32_t value = flt_run(prog, bytes, sizeof(bytes), 60, meta);

	flt_program_unref(prog);
	return value;
}

START_TEST(metadata_is_read_where_present)
{
	static const struct {
		uint32_t k, value, absent, bit;
	} rows[] = {
		{ SKF_AD_PROTOCOL, 0x800, 0, FLT_META_PROTOCOL },
		{ SKF_AD_PKTTYPE, 4, 0, FLT_META_PKTTYPE },
		{ SKF_AD_IFINDEX, 70000, 0x77, FLT_META_DEVICE },
		{ SKF_AD_HATYPE, 772, 0x77, FLT_META_DEVICE },
		{ SKF_AD_MARK, 0xdeadbeef, 0, FLT_META_MARK },
		{ SKF_AD_QUEUE, 3, 0, FLT_META_QUEUE },
		{ SKF_AD_RXHASH, 0x12345678, 0, FLT_META_HASH },
		{ SKF_AD_CPU, 11, 0, FLT_META_CPU },
		{ SKF_AD_VLAN_TAG, 0xe005, 0, FLT_META_VLAN },
		{ SKF_AD_VLAN_TAG_PRESENT, 1, 0, FLT_META_VLAN },
		{ SKF_AD_VLAN_TPID, 0x88a8, 0, FLT_META_VLAN },
		{ SKF_AD_PAY_OFFSET, 54, 0, FLT_META_PAYOFF },
		{ SKF_AD_RANDOM, 99, 0, FLT_META_RANDOM },
	};
	struct flt_meta meta = { .ifindex = 70000,
				 .hatype = 772,
				 .protocol = 0x800,
				 .vlan_tci = 0xe005,
				 .vlan_tpid = 0x88a8,
				 .pkttype = 4,
				 .queue = 3,
				 .hash = 0x12345678,
				 .mark = 0xdeadbeef,
				 .cpu = 11,
				 .pay_offset = 54,
				 .random = 99 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		meta.present = rows[i].bit;
		ck_assert_uint_eq(load_meta(0xfffff000u + rows[i].k, &meta), rows[i].value);
		meta.present = ~rows[i].bit;
		ck_assert_uint_eq(load_meta(0xfffff000u + rows[i].k, &meta), rows[i].absent);
		ck_assert_uint_eq(load_meta(0xfffff000u + rows[i].k, NULL), rows[i].absent);
	}
}
END_TEST

START_TEST(header_relative_loads)
{
	struct flt_meta meta = { .present = FLT_META_LINK, .link_off = 1, .net_off = 5 };

	ck_assert_uint_eq(load_meta(0xffe00000, &meta), 0xa1);
	ck_assert_uint_eq(load_meta(0xffe00006, &meta), 0xa7);
	ck_assert_uint_eq(load_meta(0xffe00007, &meta), 0);
	ck_assert_uint_eq(load_meta(0xfff00000, &meta), 0xa5);
	ck_assert_uint_eq(load_meta(0xfff00002, &meta), 0xa7);
	ck_assert_uint_eq(load_meta(0xfff00003, &meta), 0);
	/* A cooked socket: the link header lies before the bytes. */
	meta.link_off = -2;
	ck_assert_uint_eq(load_meta(0xffe00001, &meta), 0);
	ck_assert_uint_eq(load_meta(0xffe00002, &meta), 0xa0);
	meta.present = 0;
	ck_assert_uint_eq(load_meta(0xffe00002, &meta), 0);
}
END_TEST

START_TEST(batches)
{
	static const uint8_t frame[14] = { [12] = 8 };
	struct flt_program *prog = make(ip, COUNT(ip));
	struct flt_packet packets[3] = {
		{ .bytes = frame, .caplen = 14, .wirelen = 14 },
		{ .bytes = frame, .caplen = 13, .wirelen = 14 },
		{ .bytes = NULL },
	};
	uint32_t verdicts[3] = { 7, 7, 7 };

	ck_assert_uint_eq(flt_run_batch(prog, packets, 3, verdicts), 1);
	ck_assert_uint_eq(verdicts[0], 262144);
	ck_assert_uint_eq(verdicts[1], 0);
	ck_assert_uint_eq(verdicts[2], 0);
	flt_program_unref(prog);
}
END_TEST

/* `ldxb 4*([k]&0xf)` where k is no offset into the packet: the second interpreter has no such. */
static bool has_special_header(const struct flt_insn *insns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (insns[i].code == (BPF_LDX | BPF_B | BPF_MSH) && insns[i].k >> 31)
			return true;
	return false;
}

/* The second interpreter took as many instructions. */
START_TEST(counted)
{
	uint64_t seed = random_seed_from_environment();
	struct flt_insn insns[RANDOM_MAX_INSNS];
	uint8_t bytes[RANDOM_MAX_BYTES];
	uint32_t tried = 0, most = 0, executed;

	printf("counted: SEED=%llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < 4000; i++) {
		struct random r;
		struct flt_program *prog = NULL;
		random_seed(&r, seed + i);
		uint32_t count = random_program(&r, insns), len = random_packet(&r, bytes);
		if (flt_program_new(&prog, insns, count, NULL, NULL) != FLT_OK)
			continue;
		struct reference want = reference_run(insns, count, bytes, len, len + 9, NULL);
		uint32_t got = flt_run_counted(prog, bytes, len, len + 9, NULL, &executed);
		ck_assert_uint_eq(got, flt_run(prog, bytes, len, len + 9, NULL));
		if (!want.has_special && !has_special_header(insns, count)) {
			ck_assert_uint_eq(got, want.value);
			ck_assert_uint_eq(executed, want.executed);
			most = executed > most ? executed : most;
			tried++;
		}
		flt_program_unref(prog);
	}
	ck_assert_uint_gt(tried, 1000);
	ck_assert_uint_gt(most, 5);
}
END_TEST

START_TEST(counted_by_hand)
{
	static const uint8_t frame[14] = { [12] = 8 };
	struct flt_program *prog = make(ip, COUNT(ip));
	uint32_t executed = 7;

	ck_assert_uint_eq(flt_run_counted(prog, frame, 14, 14, NULL, &executed), 262144);
	ck_assert_uint_eq(executed, 4);
	ck_assert_uint_eq(flt_run_counted(prog, frame, 13, 14, NULL, &executed), 0);
	ck_assert_uint_eq(executed, 1);
	ck_assert_uint_eq(flt_run_counted(prog, NULL, 14, 14, NULL, NULL), 0);
	ck_assert_uint_eq(flt_run_counted(NULL, frame, 14, 14, NULL, &executed), 0);
	ck_assert_uint_eq(executed, 0);
	flt_program_unref(prog);
}
END_TEST

/* ---- text ----------------------------------------------------------------------------------- */

static void written_as(enum flt_format format, const char *wanted)
{
	struct flt_program *prog = make(ip, COUNT(ip));
	char text[1024], start[8];

	int len = flt_program_format(prog, format, text, sizeof(text));
	ck_assert_str_eq(text, wanted);
	ck_assert_int_eq(len, (int)strlen(wanted));
	/* As snprintf(): the whole length, and as much of it as there is room for. */
	ck_assert_int_eq(flt_program_format(prog, format, NULL, 0), len);
	ck_assert_int_eq(flt_program_format(prog, format, start, sizeof(start)), len);
	ck_assert_int_eq(strncmp(start, wanted, sizeof(start) - 1), 0);
	ck_assert_uint_eq(strlen(start), sizeof(start) - 1);
	flt_program_unref(prog);
}

START_TEST(forms)
{
	written_as(FLT_FORMAT_TEXT, "(000) ldh      [12]\n"
				    "(001) jeq      #0x800           jt 2\tjf 4\n"
				    "(002) ja       3\n"
				    "(003) ret      #262144\n"
				    "(004) ret      #0\n");
	written_as(FLT_FORMAT_C, "{ 0x28, 0, 0, 0x0000000c },\n"
				 "{ 0x15, 0, 2, 0x00000800 },\n"
				 "{ 0x5, 0, 0, 0x00000000 },\n"
				 "{ 0x6, 0, 0, 0x00040000 },\n"
				 "{ 0x6, 0, 0, 0x00000000 },\n");
	written_as(FLT_FORMAT_DECIMAL,
		   "5\n40 0 0 12\n21 0 2 2048\n5 0 0 0\n6 0 0 262144\n6 0 0 0\n");
	written_as(FLT_FORMAT_JSON,
		   "{\"insns\":[[40,0,0,12],[21,0,2,2048],[5,0,0,0],[6,0,0,262144],[6,0,0,0]]}\n");
	written_as(FLT_FORMAT_ASM, "\tldh [12]\n"
				   "\tjeq #0x800, l2, l4\n"
				   "l2:\tja l3\n"
				   "l3:\tret #262144\n"
				   "l4:\tret #0\n");
	written_as(FLT_FORMAT_DOT, "digraph program {\n"
				   "\tnode [shape=box, fontname=\"monospace\"];\n"
				   "\tb0 [label=\"(000) ldh  [12]\\l(001) jeq  #0x800\\l\"];\n"
				   "\tb0 -> b2 [label=\"yes\"];\n"
				   "\tb0 -> b4 [label=\"no\", style=dashed, color=firebrick];\n"
				   "\tb2 [label=\"(002) ja   3\\l\"];\n"
				   "\tb2 -> b3;\n"
				   "\tb3 [label=\"(003) ret  #262144\\l\", shape=oval, "
				   "style=filled, fillcolor=palegreen];\n"
				   "\tb4 [label=\"(004) ret  #0\\l\", shape=octagon, "
				   "style=filled, fillcolor=lightpink];\n"
				   "}\n");
}
END_TEST

static void same_again(const struct flt_program *prog, enum flt_format format)
{
	int len = flt_program_format(prog, format, NULL, 0);
	char *text = malloc((size_t)len + 1), *again = malloc((size_t)len + 1);
	struct flt_program *parsed = NULL;
	struct flt_error err;
	uint32_t count = 0, parsed_count = 0;

	flt_program_format(prog, format, text, (size_t)len + 1);
	ck_assert_msg(flt_program_parse(&parsed, text, (size_t)len, format, NULL, &err) == FLT_OK,
		      "%s", err.message);
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	const struct flt_insn *parsed_insns = flt_program_insns(parsed, &parsed_count);
	ck_assert_uint_eq(count, parsed_count);
	ck_assert_mem_eq(insns, parsed_insns, count * sizeof(*insns));
	ck_assert_int_eq(flt_program_format(parsed, format, again, (size_t)len + 1), len);
	ck_assert_str_eq(text, again);
	flt_program_unref(parsed);
	free(text);
	free(again);
}

START_TEST(there_and_back)
{
	uint64_t seed = random_seed_from_environment();
	struct flt_insn insns[RANDOM_MAX_INSNS];
	uint32_t tried = 0;

	printf("there and back: SEED=%llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < 2000; i++) {
		struct random r;
		struct flt_program *prog = NULL;
		random_seed(&r, seed + i);
		uint32_t count = random_program(&r, insns);
		if (flt_program_new(&prog, insns, count, NULL, NULL) != FLT_OK)
			continue;
		same_again(prog, FLT_FORMAT_DECIMAL);
		same_again(prog, FLT_FORMAT_JSON);
		for (int format = FLT_FORMAT_TEXT; format <= FLT_FORMAT_DOT; format++)
			ck_assert_int_gt(flt_program_format(prog, (enum flt_format)format, NULL, 0),
					 0);
		flt_program_unref(prog);
		tried++;
	}
	ck_assert_uint_gt(tried, 1000);
}
END_TEST

static void refused_text(enum flt_format format, const char *text, int code, uint64_t offset,
			 const char *message)
{
	struct flt_program *prog = NULL;
	struct flt_error err;

	ck_assert_int_eq(flt_program_parse(&prog, text, strlen(text), format, NULL, &err), code);
	ck_assert_str_eq(err.message, message);
	ck_assert_uint_eq(err.offset, offset);
	ck_assert_ptr_null(prog);
}

START_TEST(bad_text_is_placed)
{
	const enum flt_format ddd = FLT_FORMAT_DECIMAL, json = FLT_FORMAT_JSON;

	refused_text(ddd, "", FLT_E_FORMAT, 0,
		     "byte 0: the text ends where the number of instructions should be");
	refused_text(ddd, "2\n6 0 0 0\n", FLT_E_FORMAT, 10,
		     "byte 10: the text ends where an instruction's code should be");
	refused_text(ddd, "1\n6 0 0 0\n6 0 0 0\n", FLT_E_FORMAT, 10,
		     "byte 10: '6' where the end should be");
	refused_text(ddd, "1\n6 256 0 0\n", FLT_E_FORMAT, 4,
		     "byte 4: the jump offset jt is at most 255, not 256");
	refused_text(ddd, "1\n6 0 0 4294967296\n", FLT_E_FORMAT, 8,
		     "byte 8: the operand k is at most 4294967295, not 4294967296");
	refused_text(ddd, "1\n6 0 0 -1\n", FLT_E_FORMAT, 8,
		     "byte 8: '-' where the operand k should be");
	refused_text(ddd, "1000001", FLT_E_FORMAT, 0,
		     "byte 0: the number of instructions is at most 1000000, not 1000001");
	refused_text(ddd, "1\n\x01", FLT_E_FORMAT, 2,
		     "byte 2: 0x01 where an instruction's code should be");
	refused_text(ddd, "0\n", FLT_E_PROGRAM, 0, "the program is empty; it needs at least a ret");
	refused_text(ddd, "1\n0 0 0 0\n", FLT_E_PROGRAM, 0,
		     "instruction 0: ld is the last one, which must be a ret");
	refused_text(json, "[]", FLT_E_FORMAT, 0, "byte 0: '[' where '{' should be");
	refused_text(json, "{\"insns\":[]}", FLT_E_PROGRAM, 0,
		     "the program is empty; it needs at least a ret");
	refused_text(json, "{\"insns\":[[6,0,0,0],]}", FLT_E_FORMAT, 20,
		     "byte 20: ']' where '[' should be");
	refused_text(json, "{\"insns\":[[6,0,0]]}", FLT_E_FORMAT, 16,
		     "byte 16: ']' where a comma should be");
	refused_text(json, "{\"insns\":[[6,0,0,0]]", FLT_E_FORMAT, 20,
		     "byte 20: the text ends where '}' should be");
	refused_text(json, "{\"insns\" : [ [6, 0,0 ,0]\n]} x", FLT_E_FORMAT, 28,
		     "byte 28: 'x' where the end should be");
	refused_text(FLT_FORMAT_ASM, "ret #0", FLT_E_UNSUPPORTED, 0,
		     "only the decimal form and JSON can be read");
}
END_TEST

int main(void)
{
	const struct unit_row tests[] = {
		{ "flags", flags },
		{ "info and options", info_and_options },
		{ "metadata is read where present", metadata_is_read_where_present },
		{ "header-relative loads", header_relative_loads },
		{ "batches", batches },
		{ "counted", counted },
		{ "counted by hand", counted_by_hand },
		{ "forms", forms },
		{ "there and back", there_and_back },
		{ "bad text is placed", bad_text_is_placed },
		{ NULL, NULL },
	};

	return unit_run("programs", tests);
}
