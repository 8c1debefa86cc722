/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "suggest.h"

START_TEST(first_error_sticks)
{
	struct flt_error err;

	flt__error_clear(&err);
	ck_assert_uint_eq(err.insn, FLT_NO_INSN);
	ck_assert_int_eq(flt__fail_at(&err, FLT_E_SYNTAX, 4, 3, "no %s", "end"), FLT_E_SYNTAX);
	ck_assert_int_eq(flt__fail(&err, FLT_E_LIMIT, "later"), FLT_E_LIMIT);
	ck_assert_int_eq(err.code, FLT_E_SYNTAX);
	ck_assert_str_eq(err.message, "no end");
	ck_assert_uint_eq(err.offset, 4);
	ck_assert_uint_eq(err.length, 3);
}
END_TEST

START_TEST(nobody_to_tell)
{
	flt__error_clear(NULL);
	ck_assert_int_eq(flt__fail(NULL, FLT_E_BUG, "x"), FLT_E_BUG);
	ck_assert_int_eq(flt__fail_at(NULL, FLT_E_NAME, 1, 1, "x"), FLT_E_NAME);
	ck_assert_int_eq(flt__fail_insn(NULL, 1, "x"), FLT_E_PROGRAM);
	ck_assert_int_eq(flt__fail_file(NULL, FLT_E_CUT, 1, "x"), FLT_E_CUT);
	ck_assert_int_eq(flt__fail_sys(NULL, FLT_E_SYSTEM, EPERM, "x"), FLT_E_SYSTEM);
}
END_TEST

START_TEST(each_place_has_its_field)
{
	struct flt_error err;

	flt__error_clear(&err);
	flt__fail_insn(&err, 7, "bad");
	ck_assert_int_eq(err.code, FLT_E_PROGRAM);
	ck_assert_uint_eq(err.insn, 7);
	flt__error_clear(&err);
	flt__fail_file(&err, FLT_E_CUT, 1ull << 40, "cut");
	ck_assert_uint_eq(err.file_offset, 1ull << 40);
	flt__error_clear(&err);
	flt__fail_sys(&err, FLT_E_SYSTEM, ENOENT, "cannot open %s", "f");
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_int_eq(strncmp(err.message, "cannot open f: ", 15), 0);
	ck_assert_uint_gt(strlen(err.message), 15);
}
END_TEST

START_TEST(long_messages_are_cut)
{
	struct flt_error err;
	char word[1000];

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	flt__error_clear(&err);
	flt__fail_sys(&err, FLT_E_SYSTEM, ENOENT, "%s", word);
	ck_assert_uint_eq(strlen(err.message), sizeof(err.message) - 1);
}
END_TEST

/* Names in a message come from outside; it is one line of UTF-8 all the same. */
START_TEST(nothing_controls_a_terminal)
{
	/* clang-format off */
	static const struct {
		const char *name, *shown;
	} rows[] = {
		{ "eth0", "eth0" },
		{ "a\033[31m", "a^[[31m" },
		{ "a\nb\rc\td\177", "a^Jb^Mc^Id^?" },
		{ "\302\233" "2J", "M-BM-^[2J" },
		{ "\233" "2J", "M-^[2J" },
		{ "gr\303\266\303\237e", "gr\303\266\303\237e" },
		{ "\342\200\256x", "M-bM-^@M-.x" },
		{ "\342\202", "M-bM-^B" },
		{ "\355\240\200", "M-mM- M-^@" },
		{ "\360\237\246\206", "\360\237\246\206" },
	};
	/* clang-format on */
	struct flt_error err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		flt__error_clear(&err);
		flt__fail(&err, FLT_E_DEVICE, "%s", rows[i].name);
		ck_assert_str_eq(err.message, rows[i].shown);
	}
}
END_TEST

/* Neither the formatting nor the message ends inside a character. */
START_TEST(cut_between_characters)
{
	struct flt_error err;
	char name[300];

	for (size_t before = 240; before < 256; before++) {
		memset(name, 'a', before);
		memcpy(name + before, "\360\237\246\206\360\237\246\206\033\033\033\033", 13);
		flt__error_clear(&err);
		flt__fail(&err, FLT_E_DEVICE, "%s", name);
		size_t len = strlen(err.message), rest = len - before;
		ck_assert_uint_lt(len, sizeof(err.message));
		ck_assert(rest == 0 || rest == 4 || (rest >= 8 && rest % 2 == 0));
	}
}
END_TEST

START_TEST(nearest_names)
{
	/* clang-format off */
	static const struct {
		const char *word, *hint;
	} rows[] = {
		{ "hots", "; did you mean 'host'?" },
		{ "HOST", "; did you mean 'host'?" },
		{ "pord", "; did you mean 'port'?" },
		{ "prot", "; did you mean 'port' or 'proto'?" },
		{ "portragne", "; did you mean 'portrange'?" },
		{ "eter", "; did you mean 'ether'?" },
		{ "ip66", "; did you mean 'ip6'?" },
		{ "ipp", "; did you mean 'ip6'?" },
		{ "wireless", "" }, { "", "" }, { "q", "" }, { "ethernet", "" },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nearest near;
		flt__nearest_begin(&near, rows[i].word, strlen(rows[i].word));
		flt__nearest_try(&near, "host,port,proto,portrange");
		flt__nearest_try(&near, "ether");
		flt__nearest_try(&near, NULL);
		flt__nearest_try_bytes(&near, "ip6to4", 3);
		ck_assert_str_eq(flt__nearest_text(&near).text, rows[i].hint);
	}
}
END_TEST

START_TEST(caret_under_the_token)
{
	static const struct {
		const char *expr;
		uint64_t offset, length;
		const char *shown;
	} rows[] = {
		{ "ip hots 1", 3, 4, "m\nip hots 1\n   ^~~~\n" },
		{ "ip", 2, 0, "m\nip\n  ^\n" },
		{ "ip", 99, 5, "m\nip\n  ^\n" },
		{ "ip or\n\tudp x\nor y", 11, 1, "m (line 2)\n udp x\n     ^\n" },
		{ "ip or\nudp x", 3, 9, "m (line 1)\nip or\n   ^~\n" },
		{ "ip or\nudp x", 11, 0, "m (line 2)\nudp x\n     ^\n" },
		{ "ip x\n", 3, 1, "m\nip x\n   ^\n" },
		{ "ip x\r\nor y", 3, 1, "m (line 1)\nip x \n   ^\n" },
		{ "", 0, 0, "m\n\n^\n" },
		/* UTF-8: one column, two, none; and bytes that are none */
		{ "\xc3\xa9 x", 3, 1, "m\n\xc3\xa9 x\n  ^\n" },
		{ "\xc3\xa9 x", 0, 2, "m\n\xc3\xa9 x\n^\n" },
		{ "\xc3\xa9 x", 1, 1, "m\n\xc3\xa9 x\n^\n" },
		{ "\xe6\x97\xa5 x", 4, 1, "m\n\xe6\x97\xa5 x\n   ^\n" },
		{ "\xe6\x97\xa5 x", 0, 3, "m\n\xe6\x97\xa5 x\n^~\n" },
		{ "e\xcc\x81 x", 4, 1, "m\ne\xcc\x81 x\n  ^\n" },
		{ "e\xcc\x81 x", 1, 2, "m\ne\xcc\x81 x\n^\n" },
		{ "\xcc\x81x", 0, 2, "m\n\xcc\x81x\n^\n" },
		{ "\xff\xc3 x", 1, 1, "m\n?? x\n ^\n" },
		{ "\xc2\x9bx\x1bx", 4, 1, "m\n?x x\n   ^\n" },
		{ "\xed\xa0\x80\xc0\x80\xf8 x", 7, 1, "m\n?????? x\n       ^\n" },
	};
	struct flt_error err = { .code = FLT_E_SYNTAX, .message = "m" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		err.offset = rows[i].offset;
		err.length = rows[i].length;
		int len = flt_error_show(&err, rows[i].expr, text, sizeof(text));
		ck_assert_str_eq(text, rows[i].shown);
		ck_assert_int_eq(len, (int)strlen(rows[i].shown));
	}
}
END_TEST

/* A line of n letters with the fault, two bytes long, at `at`. */
START_TEST(long_lines_are_cut_around_the_token)
{
	/* clang-format off */
	static const struct {
		size_t n, at;
		size_t shown, caret;     /* lengths with dots; column of the caret */
	} rows[] = {
		{ 78, 77, 78, 77 },   { 79, 0, 75, 0 },          { 79, 36, 75, 36 },
		{ 79, 78, 75, 74 },   { 1000, 37, 78, 39 },      { 1000, 500, 78, 39 },
		{ 1000, 999, 75, 74 }, { 1000, 1000, 75, 75 },   { 1000000, 500000, 78, 39 },
		{ 1000000, 999998, 75, 73 },
	};
	/* clang-format on */
	struct flt_error err = { .code = FLT_E_SYNTAX, .message = "m", .length = 2 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *expr = calloc(1, rows[i].n + 1);
		char text[200];
		memset(expr, 'a', rows[i].n);
		if (rows[i].at < rows[i].n)
			expr[rows[i].at] = 'b';
		err.offset = rows[i].at;
		int len = flt_error_show(&err, expr, text, sizeof(text));
		ck_assert_int_lt(len, (int)sizeof(text));
		char *line = text + 2, *caret = strchr(line, '\n') + 1;
		ck_assert_uint_eq((size_t)(caret - 1 - line), rows[i].shown);
		ck_assert_uint_eq((size_t)(strchr(caret, '^') - caret), rows[i].caret);
		ck_assert(rows[i].at == rows[i].n || line[rows[i].caret] == 'b');
		free(expr);
	}
}
END_TEST

/* A token longer than a line, an error of no place, one of a place all the same. */
START_TEST(odd_places)
{
	struct flt_error err = { .code = FLT_E_LIMIT, .message = "m", .length = 100 };
	char expr[101], text[200];

	memset(expr, 'a', 100);
	expr[100] = '\0';
	ck_assert_int_eq(flt_error_show(&err, expr, text, sizeof(text)), 2 + 76 + 73);
	ck_assert_int_eq(text[2 + 76], '^');
	ck_assert_uint_eq(strspn(text + 2 + 77, "~"), 71);
	err = (struct flt_error){ .code = FLT_E_ARGUMENT, .message = "m" };
	ck_assert_int_eq(flt_error_show(&err, "ip", text, sizeof(text)), 2);
	err.length = 1;
	flt_error_show(&err, "ip", text, sizeof(text));
	ck_assert_str_eq(text, "m\nip\n^\n");
}
END_TEST

START_TEST(shown_as_snprintf_does)
{
	struct flt_error err = { .code = FLT_E_SYNTAX, .message = "message" };
	char small[6] = "xxxxx";

	ck_assert_int_eq(flt_error_show(&err, "ip", NULL, 0), 13);
	ck_assert_int_eq(flt_error_show(&err, "ip", small, sizeof(small)), 13);
	ck_assert_str_eq(small, "messa");
	ck_assert_int_eq(flt_error_show(&err, NULL, small, 1), 8);
	ck_assert_str_eq(small, "");
	ck_assert_int_eq(flt_error_show(NULL, NULL, small, 1), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_error_show(&err, NULL, NULL, 1), FLT_E_ARGUMENT);
}
END_TEST

START_TEST(codes_have_names)
{
	ck_assert_str_eq(flt_strerror(FLT_OK), "FLT_OK");
	ck_assert_str_eq(flt_strerror(FLT_E_CUT), "FLT_E_CUT");
	ck_assert_str_eq(flt_strerror(FLT_E_BUG), "FLT_E_BUG");
	ck_assert_str_eq(flt_strerror(1), "FLT_E_UNKNOWN");
	ck_assert_str_eq(flt_strerror(-1000), "FLT_E_UNKNOWN");
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "first sticks", first_error_sticks },
		{ "NULL", nobody_to_tell },
		{ "places", each_place_has_its_field },
		{ "long messages", long_messages_are_cut },
		{ "nothing controls a terminal", nothing_controls_a_terminal },
		{ "cut between characters", cut_between_characters },
		{ "odd places", odd_places },
		{ "nearest", nearest_names },
		{ "caret", caret_under_the_token },
		{ "long lines", long_lines_are_cut_around_the_token },
		{ "buffers", shown_as_snprintf_does },
		{ "names", codes_have_names },
		{ NULL, NULL },
	};

	return unit_run("diag", rows);
}
