/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "bytes.h"

static const uint8_t sample[] = { 0x81, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0x88 };

START_TEST(inside_never_wraps)
{
	/* clang-format off */
	static const struct {
		uint64_t off, n, len;
		bool answer;
	} rows[] = {
		{ 0, 0, 0, true },          { 0, 1, 0, false },          { 1, 0, 0, false },
		{ 4, 4, 8, true },          { 5, 4, 8, false },          { 8, 0, 8, true },
		{ UINT64_MAX, 1, 8, false }, { 1, UINT64_MAX, 8, false },
		{ 0, UINT64_MAX, UINT64_MAX, true },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_int_eq(inside(rows[i].off, rows[i].n, rows[i].len), rows[i].answer);
}
END_TEST

START_TEST(both_byte_orders)
{
	ck_assert_uint_eq(get_be16(sample), 0x8102);
	ck_assert_uint_eq(get_be32(sample), 0x81020384);
	ck_assert_uint_eq(get_be64(sample), 0x8102038405060788);
	ck_assert_uint_eq(get_le16(sample), 0x0281);
	ck_assert_uint_eq(get_le32(sample), 0x84030281);
	ck_assert_uint_eq(get_le64(sample), 0x8807060584030281);
}
END_TEST

START_TEST(what_is_put_is_got)
{
	static const uint32_t values[] = { 0, 1, 0x80, 0xff00, 0x80000000, 0xffffffff, 0x12345678 };
	uint8_t b[4];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		put_be32(b, values[i]);
		ck_assert_uint_eq(get_be32(b), values[i]);
		put_le32(b, values[i]);
		ck_assert_uint_eq(get_le32(b), values[i]);
		put_be16(b, (uint16_t)values[i]);
		ck_assert_uint_eq(get_be16(b), (uint16_t)values[i]);
		put_le16(b, (uint16_t)values[i]);
		ck_assert_uint_eq(get_le16(b), (uint16_t)values[i]);
	}
}
END_TEST

START_TEST(cursor_reads_in_order)
{
	struct cursor c = cur_make(sample, sizeof(sample));

	ck_assert_uint_eq(cur_u8(&c), 0x81);
	ck_assert_uint_eq(cur_be16(&c), 0x0203);
	ck_assert_uint_eq(cur_le32(&c), 0x07060584);
	ck_assert(cur_skip(&c, 1));
	ck_assert_uint_eq(cur_left(&c), 0);
	ck_assert(!c.cut);
}
END_TEST

START_TEST(cursor_fails_once)
{
	struct cursor c = cur_make(sample, 3);

	ck_assert_uint_eq(cur_be32(&c), 0);
	ck_assert(c.cut);
	ck_assert_uint_eq(cur_u8(&c), 0);
	ck_assert_ptr_null(cur_take(&c, 0));
	ck_assert(!cur_skip(&c, 0));
	ck_assert_uint_eq(cur_left(&c), 0);
}
END_TEST

START_TEST(sub_cursor_cannot_escape)
{
	struct cursor c = cur_make(sample, sizeof(sample));
	struct cursor inner = cur_sub(&c, 2);

	ck_assert_uint_eq(cur_left(&c), 6);
	ck_assert_uint_eq(cur_be32(&inner), 0);
	ck_assert(inner.cut);
	ck_assert(!c.cut);
	struct cursor rest = cur_sub(&c, 100);
	ck_assert_uint_eq(cur_left(&rest), 6);
	ck_assert(rest.cut);
	ck_assert(c.cut);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "inside", inside_never_wraps },
		{ "get", both_byte_orders },
		{ "put", what_is_put_is_got },
		{ "cursor", cursor_reads_in_order },
		{ "past the end", cursor_fails_once },
		{ "sub-cursor", sub_cursor_cannot_escape },
		{ NULL, NULL },
	};

	return unit_run("bytes", rows);
}
