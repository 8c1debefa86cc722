/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer that all text passes, the limit of a packet's text, and timestamps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "dissect.h"
#include "out.h"
#include "stamps.h"
#include "unit.h"

static struct out *out;

/* What was written since the last call. */
static const char *text(void)
{
	*out_room(out, 1) = '\0';
	out->at = out->buffer;
	return out->buffer;
}

START_TEST(packet_bytes_cannot_control_a_terminal)
{
	flt__out_bytes(out, (const uint8_t *)"a\033[2J\n\t\x7f\x80\xff\\b", 12);
	ck_assert_str_eq(text(), "a^[[2J^J^I^?M-^@M-^?\\b");
	for (unsigned i = 0; i < 256; i++)
		flt__out_byte(out, (uint8_t)i);
	for (const char *c = text(); *c; c++)
		ck_assert(*c >= ' ' && *c <= '~');
}
END_TEST

START_TEST(numbers)
{
	flt__out_u32(out, 0);
	flt__out_u32(out, 4294967295u);
	flt__out_u64(out, UINT64_MAX);
	ck_assert_str_eq(text(), "0429496729518446744073709551615");
	flt__out_fmt(out, "%u %5u %05u %d %x %04x %s %c%% %llu %lx", 7u, 42u, 42u, -3, 255u, 10u,
		     "text", '!', 5000000000ull, 0x1fful);
	ck_assert_str_eq(text(), "7    42 00042 -3 ff 000a text !% 5000000000 1ff");
}
END_TEST

static const char *ipv6(const char *hex)
{
	uint8_t bytes[16];

	for (unsigned i = 0; i < 16; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };
		bytes[i] = (uint8_t)strtoul(two, NULL, 16);
	}
	flt__out_ipv6(out, bytes);
	return text();
}

START_TEST(addresses)
{
	flt__out_ipv4(out, (const uint8_t[]){ 192, 0, 2, 255 });
	ck_assert_str_eq(text(), "192.0.2.255");
	ck_assert_str_eq(ipv6("00000000000000000000000000000000"), "::");
	ck_assert_str_eq(ipv6("00000000000000000000000000000001"), "::1");
	ck_assert_str_eq(ipv6("20010db8000000000001000000000000"), "2001:db8:0:0:1::");
	ck_assert_str_eq(ipv6("20010db8000000010000000000000001"), "2001:db8:0:1::1");
	ck_assert_str_eq(ipv6("00000000000000000000ffffc0000201"), "::ffff:192.0.2.1");
	ck_assert_str_eq(ipv6("20010000000100020003000400050006"), "2001:0:1:2:3:4:5:6");
}
END_TEST

START_TEST(dropped_text_never_comes_back)
{
	OUT(out, "kept");
	out_drop(out);
	for (unsigned i = 0; i < 100000; i++)
		OUT(out, "dropped, and longer than the buffer");
	out_resume(out);
	OUT(out, " [|x]");
	ck_assert_ptr_nonnull(strstr(text(), " [|x]"));
	ck_assert_ptr_null(strstr(out->buffer, "dropped"));
}
END_TEST

START_TEST(text_has_a_limit)
{
	out_limit(out, 10);
	OUT(out, "0123456");
	OUT(out, "789");
	OUT(out, "too much");
	out_drop(out);
	out_resume(out);
	OUT(out, "and more");
	ck_assert(out_unlimit(out));
	OUT(out, " [end]");
	ck_assert_str_eq(text(), "0123456789 [end]");
	out_limit(out, 10);
	OUT(out, "0123456789");
	ck_assert(!out_unlimit(out));
	text();
}
END_TEST

START_TEST(dropped_text_is_no_part_of_the_limit)
{
	out_limit(out, 1000);
	OUT(out, "01234");
	out_drop(out);
	for (unsigned i = 0; i < 100000; i++)
		OUT(out, "dropped");
	out_resume(out);
	OUT(out, "56789");
	ck_assert(!out_unlimit(out));
	ck_assert_str_eq(text(), "0123456789");
}
END_TEST

/* More than the buffer of struct out holds. */
#define LONG_LIMIT 1000003u

START_TEST(limit_beyond_the_buffer)
{
	FILE *file = tmpfile();
	ck_assert_ptr_nonnull(file);
	struct out *to = flt__out_fd(fileno(file));

	out_limit(to, LONG_LIMIT);
	for (unsigned i = 0; i < 2 * LONG_LIMIT / 10; i++)
		OUT(to, "123456789\n");
	ck_assert(out_unlimit(to));
	OUT(to, "end");
	ck_assert_int_eq(flt__out_flush(to), 0);
	fseek(file, 0, SEEK_END);
	ck_assert_int_eq(ftell(file), LONG_LIMIT / 10 * 10 + 3);
	flt__out_free(to);
	fclose(file);
}
END_TEST

/* An answer to a question for a name of 250 bytes, whose records have a pointer to it each. */
static uint32_t dns_answer(uint8_t *packet, uint32_t size)
{
	/* clang-format off */
	static const uint8_t headers[] = {
		0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100, 7,
		0, 53, 19, 136, 0, 0, 0, 0, 0, 1, 0x81, 0x80, 0, 1, 0xff, 0xff, 0, 0, 0, 0,
	};
	/* clang-format on */
	static const uint8_t record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0 };
	uint32_t at = sizeof(headers);

	memcpy(packet, headers, sizeof(headers));
	for (unsigned i = 0; i < 10; i++, at += 25) {
		memset(packet + at, 'a', 25);
		packet[at] = 24; /* a label's length */
	}
	memcpy(packet + at, (const uint8_t[]){ 0, 0, 1, 0, 1 }, 5);
	for (at += 5; at + sizeof(record) <= size; at += sizeof(record))
		memcpy(packet + at, record, sizeof(record));
	put_be16(packet + 2, (uint16_t)at);
	put_be16(packet + 24, (uint16_t)(at - 20));
	return at;
}

static size_t printed_length(uint32_t size, int verbose, int hex)
{
	static uint8_t bytes[65535];
	struct print_opts opts = { .verbose = verbose, .hex = (enum hex_style)hex };
	FILE *file = tmpfile();
	struct out *to = flt__out_fd(fileno(file));
	struct printer *p = flt__printer_new(&opts, to);
	struct flt_packet packet = { .linktype = FLT_LINKTYPE_RAW, .bytes = bytes };

	packet.caplen = packet.wirelen = dns_answer(bytes, size);
	flt__printer_packet(p, &packet, 1);
	ck_assert_int_eq(flt__out_flush(to), 0);
	fseek(file, 0, SEEK_END);
	size_t len = (size_t)ftell(file);
	flt__printer_free(p);
	flt__out_free(to);
	fclose(file);
	return len;
}

START_TEST(packets_have_a_limit)
{
	for (uint32_t size = 400; size <= 65535; size *= 5)
		for (int verbose = 0; verbose < 4; verbose++)
			for (int hex = HEX_NONE; hex <= HEX_AA; hex++)
				ck_assert_uint_le(printed_length(size, verbose, hex),
						  16u * size + 4096u);
	/* Here it is the limit that holds, not the names. */
	ck_assert_uint_gt(printed_length(65000, 2, HEX_NONE), 16u * 65000u + 3000u);
}
END_TEST

static const char *stamp(int style, bool nano, int64_t first_ns, int64_t time_ns)
{
	struct stamps stamps;
	struct flt_packet packet = { .time_ns = first_ns };

	flt__stamps_init(&stamps, (enum time_style)style, nano);
	flt__stamps_print(&stamps, out, &packet);
	text();
	packet.time_ns = time_ns;
	flt__stamps_print(&stamps, out, &packet);
	return text();
}

START_TEST(time_styles)
{
	const int64_t s = 1000000000, first = 951782399 * s + 999999999;
	/* first is 2000-02-28 23:59:59.999999999 */

	setenv("TZ", "GMT0", 1);
	ck_assert_str_eq(stamp(0, false, first, first + 1), "00:00:00.000000 ");
	ck_assert_str_eq(stamp(1, false, first, first), "");
	ck_assert_str_eq(stamp(2, true, first, first), "951782399.999999999 ");
	ck_assert_str_eq(stamp(3, false, first, first + 3661 * s), " 01:01:01.000000 ");
	ck_assert_str_eq(stamp(3, false, first, first - 2 * s), "-00:00:02.000000 ");
	ck_assert_str_eq(stamp(4, false, first, first + 1), "2000-02-29 00:00:00.000000 ");
	ck_assert_str_eq(stamp(4, false, first, -1), "1969-12-31 23:59:59.999999 ");
	ck_assert_str_eq(stamp(5, true, first, first + 86400 * s), " 24:00:00.000000000 ");
}
END_TEST

/* In an era of its own, 2^64 ns, there is one time only: no step of the way may overflow. */
static const char *far_stamp(int style, int32_t era, int64_t time_ns)
{
	struct flt_packet packet = { .time_ns = time_ns, .time_era = era };
	struct stamps stamps;

	flt__stamps_init(&stamps, (enum time_style)style, true);
	flt__stamps_print(&stamps, out, &packet);
	return text();
}

START_TEST(times_of_all_eras)
{
	setenv("TZ", "GMT0", 1);
	ck_assert_str_eq(far_stamp(2, 0, INT64_MAX), "9223372036.854775807 ");
	ck_assert_str_eq(far_stamp(2, 1, INT64_MIN), "9223372036.854775808 ");
	ck_assert_str_eq(far_stamp(2, 0, INT64_MIN), "-9223372036.854775808 ");
	ck_assert_str_eq(far_stamp(2, -1, INT64_MAX), "-9223372036.854775809 ");
	ck_assert_str_eq(far_stamp(2, 0, -500000000), "-0.500000000 ");
	ck_assert_str_eq(far_stamp(2, INT32_MAX, INT64_MAX), "39614081247908796759.917199359 ");
	ck_assert_str_eq(far_stamp(2, INT32_MIN, INT64_MIN), "-39614081266355540833.626750976 ");
	ck_assert_str_eq(far_stamp(4, 0, INT64_MIN), "1677-09-21 00:12:43.145224192 ");
	ck_assert_str_eq(far_stamp(4, 1, INT64_MIN), "2262-04-11 23:47:16.854775808 ");
	ck_assert_str_eq(far_stamp(4, INT32_MAX, INT64_MAX),
			 "1255320263822-07-26 03:32:39.917199359 ");
	ck_assert_str_eq(far_stamp(4, INT32_MIN, INT64_MIN),
			 "-1255320260468-11-18 20:52:46.373249024 ");
}
END_TEST

START_TEST(zone_changes_within_a_run)
{
	const int64_t s = 1000000000, change = 1711846800 * s; /* 2024-03-31 01:00 UTC */

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	ck_assert_str_eq(stamp(0, false, change, change - 1), "01:59:59.999999 ");
	ck_assert_str_eq(stamp(0, false, change - 1, change), "03:00:00.000000 ");
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "escapes", packet_bytes_cannot_control_a_terminal },
		{ "numbers", numbers },
		{ "addresses", addresses },
		{ "drop", dropped_text_never_comes_back },
		{ "limit", text_has_a_limit },
		{ "limit, drop", dropped_text_is_no_part_of_the_limit },
		{ "limit, buffer", limit_beyond_the_buffer },
		{ "limit, packets", packets_have_a_limit },
		{ "time styles", time_styles },
		{ "eras", times_of_all_eras },
		{ "time zone", zone_changes_within_a_run },
		{ NULL, NULL },
	};

	out = flt__out_fd(-1);
	if (!out)
		return 1;
	int failed = unit_run("print", rows);
	flt__out_free(out);
	return failed;
}
