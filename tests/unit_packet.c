/* SPDX-License-Identifier: BSD-2-Clause */
/* What printers, sinks and readers share about a packet: its VLAN tag, a damaged time. */
#include "unit.h"

#include "odd_time.h"
#include "vlan_tag.h"

static const struct flt_meta tagged = { .present = FLT_META_VLAN, .vlan_tci = 0x6005 };

START_TEST(a_tag_has_its_place_behind_two_addresses)
{
	const struct flt_meta untagged = { .present = FLT_META_DROPS, .vlan_tci = 5 };
	const struct {
		const struct flt_meta *meta;
		uint32_t linktype, caplen, bytes;
	} rows[] = {
		{ &tagged, FLT_LINKTYPE_EN10MB, 12, 4 },
		{ &tagged, FLT_LINKTYPE_EN10MB, 1500, 4 },
		{ &tagged, FLT_LINKTYPE_EN10MB, UINT32_MAX - 4, 4 },
		{ &tagged, FLT_LINKTYPE_EN10MB, UINT32_MAX - 3, 0 },
		{ &tagged, FLT_LINKTYPE_EN10MB, 11, 0 },
		{ &tagged, FLT_LINKTYPE_LINUX_SLL, 1500, 0 },
		{ &untagged, FLT_LINKTYPE_EN10MB, 1500, 0 },
		{ NULL, FLT_LINKTYPE_EN10MB, 1500, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(vlan_tag_bytes(rows[i].meta, rows[i].linktype, rows[i].caplen),
				  rows[i].bytes);
}
END_TEST

START_TEST(a_tag_is_put_back)
{
	const uint8_t frame[] = "dstmacsrcmac\x08\x00payload";
	struct flt_meta meta = tagged;
	uint8_t to[40];

	vlan_tag_put(to, frame, 16, &meta);
	ck_assert_mem_eq(to, "dstmacsrcmac\x81\x00\x60\x05\x08\x00pa", 20);
	meta.vlan_tpid = 0x88a8;
	vlan_tag_put(to, frame, 12, &meta);
	ck_assert_mem_eq(to, "dstmacsrcmac\x88\xa8\x60\x05\x08\x00pa", 20);
}
END_TEST

/* A file's seconds and fraction, in its unit; whether the packet keeps the fraction apart. */
static const struct {
	uint32_t seconds, fraction, ns_per_unit;
	bool odd;
} stored[] = {
	{ 5, 999999, 1000, false },          { 5, 1000000, 1000, true },
	{ 5, 1000001, 1000, true },          { 0, UINT32_MAX, 1000, true },
	{ UINT32_MAX, 0, 1000, false },      { UINT32_MAX, UINT32_MAX, 1000, true },
	{ 5, 999999999, 1, false },          { 5, 1000000001, 1, true },
	{ UINT32_MAX, 1999999999, 1, true },
};

START_TEST(a_damaged_time_comes_apart_as_it_was)
{
	for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
		struct flt_packet packet = { 0 };
		uint64_t ns = (uint64_t)stored[i].fraction * stored[i].ns_per_unit;
		int64_t whole_ns = (int64_t)stored[i].seconds * NS_PER_SECOND;

		odd_time_join(&packet, stored[i].seconds, stored[i].fraction,
			      stored[i].ns_per_unit);
		ck_assert_int_eq(packet.time_ns, whole_ns + (int64_t)ns);
		ck_assert_uint_eq(packet.odd_fraction, stored[i].odd ? stored[i].fraction : 0);
		for (int nano = 0; stored[i].odd && nano < 2; nano++) {
			struct odd_time odd = odd_time_part(&packet, nano);
			ck_assert_int_eq(odd.whole_ns, whole_ns);
			ck_assert_uint_eq(odd.fraction_ns, ns);
		}
	}
}
END_TEST

/* 10^9 of either unit leave whole seconds. */
START_TEST(where_both_units_are_possible_the_caller_decides)
{
	struct flt_packet packet = { 0 };

	odd_time_join(&packet, 5000, 1000000000, 1);
	struct odd_time odd = odd_time_part(&packet, true);
	ck_assert(odd.whole_ns == INT64_C(5000000000000) && odd.fraction_ns == 1000000000);
	odd = odd_time_part(&packet, false);
	ck_assert(odd.whole_ns == INT64_C(4001000000000) && odd.fraction_ns == 1000000000000);
}
END_TEST

/* Callers may say anything: neither unit fits, and the sum wraps. */
START_TEST(what_no_file_says_is_harmless)
{
	const struct flt_packet packet = { .time_ns = INT64_MIN, .odd_fraction = UINT32_MAX };
	struct odd_time odd = odd_time_part(&packet, false);

	ck_assert_uint_eq(odd.fraction_ns, UINT32_MAX);
	ck_assert_int_eq(odd.whole_ns, INT64_MAX - UINT32_MAX + 1);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "a tag has its place behind two addresses",
		  a_tag_has_its_place_behind_two_addresses },
		{ "a tag is put back", a_tag_is_put_back },
		{ "a damaged time comes apart as it was", a_damaged_time_comes_apart_as_it_was },
		{ "where both units are possible the caller decides",
		  where_both_units_are_possible_the_caller_decides },
		{ "what no file says is harmless", what_no_file_says_is_harmless },
		{ NULL, NULL },
	};

	return unit_run("packet", rows);
}
