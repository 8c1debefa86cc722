/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "link.h"

START_TEST(names_are_found)
{
	static const struct {
		const char *name;
		int64_t linktype;
	} rows[] = {
		{ "EN10MB", FLT_LINKTYPE_EN10MB },
		{ "en10mb", FLT_LINKTYPE_EN10MB },
		{ "DLT_EN10MB", FLT_LINKTYPE_EN10MB },
		{ "dlt_linux_sll2", FLT_LINKTYPE_LINUX_SLL2 },
		{ "NULL", FLT_LINKTYPE_NULL },
		{ "0", FLT_LINKTYPE_NULL },
		{ "DLT_0", FLT_LINKTYPE_NULL },
		{ "1", FLT_LINKTYPE_EN10MB },
		{ "12", FLT_LINKTYPE_RAW },
		{ "101", FLT_LINKTYPE_RAW },
		{ "RAW", FLT_LINKTYPE_RAW },
		{ "276", FLT_LINKTYPE_LINUX_SLL2 },
		{ "I2C_LINUX", 209 },
		{ "EN10M", FLT_E_NAME },
		{ "EN10MBX", FLT_E_NAME },
		{ "", FLT_E_NAME },
		{ "DLT_", FLT_E_NAME },
		{ "-1", FLT_E_NAME },
		{ "1x", FLT_E_NAME },
		{ "65537", FLT_E_NAME },
		{ "99999999999999999999", FLT_E_NAME },
		{ NULL, FLT_E_ARGUMENT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_int_eq(flt_linktype_find(rows[i].name), rows[i].linktype);
}
END_TEST

START_TEST(unknown_names_have_neighbours)
{
	ck_assert_str_eq(flt_linktype_nearest("EN10MD"), "EN10MB");
	ck_assert_str_eq(flt_linktype_nearest("dlt_en01mb"), "EN10MB");
	ck_assert_str_eq(flt_linktype_nearest("LINUX_SSL2"), "LINUX_SLL2");
	ck_assert_str_eq(flt_linktype_nearest("Ethernet"), "EN10MB");
	ck_assert_str_eq(flt_linktype_nearest("radiotap"), "IEEE802_11_RADIO");
	ck_assert_str_eq(flt_linktype_nearest("DLT_SLL"), "LINUX_SLL");
	ck_assert_str_eq(flt_linktype_nearest("802.11"), "IEEE802_11");
	ck_assert_ptr_null(flt_linktype_nearest("nothing at all"));
	ck_assert_ptr_null(flt_linktype_nearest(""));
	ck_assert_ptr_null(flt_linktype_nearest(NULL));
}
END_TEST

START_TEST(numbers_have_names)
{
	ck_assert_str_eq(flt_linktype_name(FLT_LINKTYPE_EN10MB), "EN10MB");
	ck_assert_str_eq(flt_linktype_describe(FLT_LINKTYPE_EN10MB), "Ethernet");
	ck_assert_str_eq(flt_linktype_name(FLT_LINKTYPE_NULL), "NULL");
	ck_assert_str_eq(flt_linktype_describe(FLT_LINKTYPE_NULL), "BSD loopback");
	ck_assert_str_eq(flt_linktype_name(209), "IPMB_LINUX");
	ck_assert_ptr_null(flt_linktype_name(0));
	ck_assert_ptr_null(flt_linktype_describe(9999));
}
END_TEST

START_TEST(savefiles_have_their_own_numbers)
{
	static const struct {
		uint32_t linktype, file;
	} rows[] = {
		{ FLT_LINKTYPE_NULL, 0 },
		{ FLT_LINKTYPE_EN10MB, 1 },
		{ FLT_LINKTYPE_RAW, 101 },
		{ 11, 100 },
		{ 15, 102 },
		{ 16, 103 },
		{ 104, 104 },
		{ FLT_LINKTYPE_LOOP, 108 },
		{ 9999, 9999 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_uint_eq(flt__link_to_file(rows[i].linktype), rows[i].file);
		ck_assert_uint_eq(flt__link_from_file(rows[i].file), rows[i].linktype);
	}
	ck_assert_uint_eq(flt__link_from_file(12), FLT_LINKTYPE_RAW);
	ck_assert_uint_eq(flt__link_from_file(0x44000001), FLT_LINKTYPE_EN10MB);
	ck_assert_uint_eq(flt__link_from_file(0x00010000), FLT_LINKTYPE_NULL);
}
END_TEST

/* Every row, once: its name finds its number, and its number comes back from a file. */
START_TEST(rows_agree)
{
#define LINK(name, linktype, file, description)                                                    \
	ck_assert_int_eq(flt_linktype_find(#name), linktype);                                      \
	ck_assert_uint_eq(flt__link_from_file(file), linktype);                                    \
	ck_assert_uint_eq(flt__link_to_file(linktype), file);                                      \
	ck_assert_ptr_nonnull(flt_linktype_describe(linktype));
#include "links.def"
#undef LINK
}
END_TEST

START_TEST(devices_have_link_types)
{
	ck_assert_uint_eq(flt__link_from_hatype(1), FLT_LINKTYPE_EN10MB);
	ck_assert_uint_eq(flt__link_from_hatype(772), FLT_LINKTYPE_EN10MB);
	ck_assert_uint_eq(flt__link_from_hatype(0xfffe), FLT_LINKTYPE_RAW);
	ck_assert_uint_eq(flt__link_from_hatype(519), FLT_LINKTYPE_RAW);
	ck_assert_uint_eq(flt__link_from_hatype(7), 129);
	ck_assert_uint_eq(flt__link_from_hatype(513), 104);
	ck_assert_uint_eq(flt__link_from_hatype(774), 10);
	ck_assert_uint_eq(flt__link_from_hatype(800), 6);
	ck_assert_uint_eq(flt__link_from_hatype(801), 105);
	ck_assert_uint_eq(flt__link_from_hatype(802), 119);
	ck_assert_uint_eq(flt__link_from_hatype(803), 127);
	ck_assert_uint_eq(flt__link_from_hatype(512), FLT_LINKTYPE_LINUX_SLL2);
	ck_assert_uint_eq(flt__link_from_hatype(0xffff), FLT_LINKTYPE_LINUX_SLL2);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "names are found", names_are_found },
		{ "unknown names have neighbours", unknown_names_have_neighbours },
		{ "numbers have names", numbers_have_names },
		{ "savefiles have their own numbers", savefiles_have_their_own_numbers },
		{ "rows agree", rows_agree },
		{ "devices have link types", devices_have_link_types },
		{ NULL, NULL },
	};

	return unit_run("link", rows);
}
