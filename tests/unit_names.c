/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: the readers of files (over tests/names), the built-in tables, and what the compiler makes
 * of them. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "resolver.h"
#include "unit.h"

static struct flt_resolver resolver;
static struct flt_error err;
static struct compile c;
static char folder[4096];

static const struct span all = { 0, 4 };

/* A compile of nothing, whose names come from tests/names. */
static void set_up(const char *text)
{
	const char *top = getenv("TOP_SRCDIR");

	snprintf(folder, sizeof(folder), "%s/tests/names", top ? top : ".");
	resolver = *flt_resolver_files();
	resolver.context = folder;
	err.code = FLT_OK;
	c = (struct compile){
		.err = &err, .text = text, .len = (uint32_t)strlen(text), .names = &resolver
	};
	flt__arena_init(&c.arena, 1 << 20);
}

static void tear_down(void)
{
	flt__arena_release(&c.arena);
}

/* ---- hosts, ethers, networks ---------------------------------------------------------- */

static uint32_t count_hosts(const char *name)
{
	const struct flt_address *list;
	uint32_t count = 0;

	set_up("name");
	bool ok = flt__name_hosts(&c, name, all, &list, &count);
	ck_assert_int_eq(ok, err.code == FLT_OK);
	if (!ok)
		ck_assert_int_eq(err.code, FLT_E_NAME);
	tear_down();
	return ok ? count : 0;
}

START_TEST(hosts)
{
	ck_assert_uint_eq(count_hosts("one.test"), 1);
	ck_assert_uint_eq(count_hosts("ONE"), 1);
	ck_assert_uint_eq(count_hosts("two.test"), 3);
	ck_assert_uint_eq(count_hosts("many.test"), 20);
	ck_assert_uint_eq(count_hosts("10.1.2.3"), 1);
	ck_assert_uint_eq(count_hosts("fd00::1"), 1);
	ck_assert_uint_eq(count_hosts("none.test"), 0);
	ck_assert_uint_eq(count_hosts("bad.test"), 0);
	ck_assert_uint_eq(count_hosts("zone.test"), 0);
	ck_assert_uint_eq(count_hosts(""), 0);
}
END_TEST

START_TEST(hosts_order)
{
	const struct flt_address *list;
	uint32_t count;

	set_up("name");
	ck_assert(flt__name_hosts(&c, "two.test", all, &list, &count));
	ck_assert_uint_eq(list[0].family, 4);
	ck_assert_uint_eq(list[0].bytes[3], 2);
	ck_assert_uint_eq(list[1].family, 4);
	ck_assert_uint_eq(list[1].bytes[3], 4);
	ck_assert_uint_eq(list[2].family, 6);
	tear_down();
}
END_TEST

START_TEST(ethers)
{
	static const uint8_t wanted[6] = { 2, 0, 0, 0, 0, 2 };
	uint8_t mac[6];

	set_up("name");
	ck_assert(flt__name_ether(&c, "TWO.test", all, mac));
	ck_assert_mem_eq(mac, wanted, 6);
	ck_assert(flt__name_ether(&c, "2-0-0-0-0-2", all, mac));
	ck_assert(!flt__name_ether(&c, "short.test", all, mac));
	ck_assert_int_eq(err.code, FLT_E_NAME);
	ck_assert_str_eq(err.message, "unknown Ethernet host 'name'");
	ck_assert(!flt__name_ether(&c, "bad.test", all, mac));
	tear_down();
}
END_TEST

START_TEST(networks)
{
	uint32_t net;

	set_up("name");
	ck_assert(flt__name_network(&c, "loopback", all, &net));
	ck_assert_uint_eq(net, 0x7f000000);
	ck_assert(flt__name_network(&c, "LABNET", all, &net));
	ck_assert_uint_eq(net, 0x0a010000);
	ck_assert(flt__name_network(&c, "host-net", all, &net));
	ck_assert_uint_eq(net, 0x0a020304);
	ck_assert(!flt__name_network(&c, "bad", all, &net));
	ck_assert(!flt__name_network(&c, "none", all, &net));
	tear_down();
}
END_TEST

/* ---- ports ---------------------------------------------------------------------------- */

/* clang-format off */
static const struct port_row {
	const char *low, *high;
	uint8_t wanted;
	int code;
	uint16_t from, to;
	uint8_t protocol;
} ports[] = {
	{ "80",      NULL,      0,   0, 80, 80, 0 },
	{ "0x50",    NULL,      6,   0, 80, 80, 0 },
	{ "0120",    NULL,      17,  0, 80, 80, 0 },
	{ "65535",   NULL,      0,   0, 65535, 65535, 0 },
	{ "65536",   NULL,      0,   FLT_E_MEANING, 0, 0, 0 },
	{ "99999999999999999999999", NULL, 0, FLT_E_MEANING, 0, 0, 0 },
	{ "80x",     NULL,      0,   FLT_E_NAME, 0, 0, 0 },
	{ "web",     NULL,      0,   0, 8000, 8000, 6 },
	{ "www2",    NULL,      6,   0, 8000, 8000, 6 },
	{ "web",     NULL,      17,  FLT_E_MEANING, 0, 0, 0 },
	{ "both",    NULL,      0,   0, 9001, 9001, 0 },
	{ "both",    NULL,      17,  0, 9001, 9001, 17 },
	{ "both",    NULL,      132, 0, 9001, 9001, 0 },
	{ "split",   NULL,      0,   0, 9003, 9003, 6 },
	{ "split",   NULL,      17,  0, 9002, 9002, 17 },
	{ "signal",  NULL,      0,   0, 9004, 9004, 132 },
	{ "bad",     NULL,      0,   FLT_E_NAME, 0, 0, 0 },
	{ "odd",     NULL,      0,   FLT_E_NAME, 0, 0, 0 },
	{ "ssh",     NULL,      0,   0, 22, 22, 6 },       /* built in */
	{ "domain",  NULL,      0,   0, 53, 53, 0 },
	{ "amqp",    NULL,      132, 0, 5672, 5672, 132 },
	{ "80",      "90",      0,   0, 80, 90, 0 },
	{ "90",      "80",      0,   0, 80, 90, 0 },
	{ "80",      NULL,      0,   0, 80, 80, 0 },
	{ "web",     "both",    0,   0, 8000, 9001, 0 },
	{ "web",     "www2",    0,   0, 8000, 8000, 6 },
	{ "web",     "www2",    17,  FLT_E_MEANING, 0, 0, 0 },
	{ "web",     "90",      17,  FLT_E_MEANING, 0, 0, 0 },
	{ "both",    "90",      17,  0, 90, 9001, 0 },
	{ "ftp",     "data",    0,   0, 20, 20, 6 },      /* one name */
	{ "ftp",     "data",    17,  FLT_E_MEANING, 0, 0, 0 },
	{ "ftp",     "data-ftp", 0,  0, 20, 21, 6 },
	{ "web",     "alt-90",  0,   0, 90, 8001, 0 },
	{ "90",      "web-alt", 0,   0, 90, 8001, 0 },
	{ "90",      "x",       0,   FLT_E_NAME, 0, 0, 0 },
	{ "90",      "",        0,   FLT_E_NAME, 0, 0, 0 },
	{ "90",      "70000",   0,   FLT_E_MEANING, 0, 0, 0 },
};
/* clang-format on */

START_TEST(port_rows)
{
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		const struct port_row *row = &ports[i];
		struct name_ports out = { 0, 0, 0 };

		set_up("name");
		bool ok = row->high ? flt__name_portrange(&c, row->low, row->high, all, row->wanted,
							  &out) :
				      flt__name_port(&c, row->low, all, row->wanted, &out);
		ck_assert_msg(ok == (row->code == FLT_OK) && err.code == row->code, "row %zu: %s",
			      i, err.message);
		ck_assert_msg(!ok || (out.low == row->from && out.high == row->to &&
				      out.protocol == row->protocol),
			      "row %zu: %u-%u/%u", i, out.low, out.high, out.protocol);
		tear_down();
	}
}
END_TEST

/* ---- protocols ------------------------------------------------------------------------ */

/* clang-format off */
static const struct name_row {
	bool (*find)(struct compile *c, const char *name, struct span span, uint32_t *number);
	const char *name;
	int64_t wanted;          /* negative: the error */
} names[] = {
	{ flt__name_protocol,  "mine",     200 },
	{ flt__name_protocol,  "tcp",      6 },
	{ flt__name_protocol,  "TCP",      6 },
	{ flt__name_protocol,  "ipv6-icmp", 58 },
	{ flt__name_protocol,  "big",      FLT_E_NAME },
	{ flt__name_protocol,  "bad",      FLT_E_NAME },
	{ flt__name_protocol,  "icmp6",    FLT_E_NAME },
	{ flt__name_ethertype, "ip",       0x0800 },
	{ flt__name_ethertype, "loopback", 0x9000 },
	{ flt__name_ethertype, "lldp",     0x88cc },
	{ flt__name_ethertype, "slow",     0x8809 },
	{ flt__name_ethertype, "stp",      0x42 },
	{ flt__name_ethertype, "tcp",      FLT_E_NAME },
	{ flt__name_osi,       "clnp",     0x81 },
	{ flt__name_osi,       "is-is",    0x83 },
	{ flt__name_osi,       "ip",       FLT_E_NAME },
};
/* clang-format on */

START_TEST(protocol_rows)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint32_t number = 0;

		set_up("name");
		bool ok = names[i].find(&c, names[i].name, all, &number);
		ck_assert_msg((ok ? (int64_t)number : err.code) == names[i].wanted, "%s: %u %s",
			      names[i].name, number, err.message);
		tear_down();
	}
}
END_TEST

START_TEST(llc)
{
	struct name_llc out;

	set_up("name");
	ck_assert(flt__name_llc(&c, "i", all, &out) && out.is_kind && out.kind == LLC_I);
	ck_assert(flt__name_llc(&c, "UI", all, &out) && !out.is_kind && out.kind == LLC_U &&
		  out.control == 3);
	ck_assert(flt__name_llc(&c, "rej", all, &out) && out.kind == LLC_S && out.control == 9);
	ck_assert(!flt__name_llc(&c, "x", all, &out));
	ck_assert_int_eq(err.code, FLT_E_NAME);
	tear_down();
}
END_TEST

/* ---- 802.11 --------------------------------------------------------------------------- */

/* The subtypes of each type in the order of their numbers (IEEE 802.11-2020, table 9-1). */
/* clang-format off */
static const char *const wlan_subtypes[3][16] = {
	{ "assoc-req", "assoc-resp", "reassoc-req", "reassoc-resp", "probe-req", "probe-resp",
	  NULL, NULL, "beacon", "atim", "disassoc", "auth", "deauth", NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "bar", "ba", "ps-poll", "rts", "cts",
	  "ack", "cf-end", "cf-end-ack" },
	{ "data", "data-cf-ack", "data-cf-poll", "data-cf-ack-poll", "null", "cf-ack", "cf-poll",
	  "cf-ack-poll", "qos-data", "qos-data-cf-ack", "qos-data-cf-poll",
	  "qos-data-cf-ack-poll", "qos", NULL, "qos-cf-poll", "qos-cf-ack-poll" },
};
/* clang-format on */

static void check_subtype(const char *name, uint32_t kind)
{
	uint32_t out;

	set_up("name");
	ck_assert_msg(flt__name_wlan_subtype(&c, name, all, &out), "%s", name);
	ck_assert_msg(out == kind, "%s: 0x%02x", name, out);
	ck_assert(flt__name_wlan_subtype_of(&c, name, all, kind & 0x0c, &out) && out == kind);
	ck_assert(!flt__name_wlan_subtype_of(&c, name, all, 0x0c, &out));
	ck_assert_int_eq(err.code, FLT_E_MEANING);
	tear_down();
}

START_TEST(wlan_rows)
{
	for (uint32_t type = 0; type < 3; type++) {
		for (uint32_t i = 0; i < 16; i++) {
			if (wlan_subtypes[type][i])
				check_subtype(wlan_subtypes[type][i], i << 4 | type << 2);
		}
	}
}
END_TEST

/* No row of wlan.def is missing in the table above. */
START_TEST(wlan_is_complete)
{
	static const char *const rows[] = {
#define WLAN_SUBTYPE(type, words, subtype) words,
#include "wlan.def"
	};
	size_t count = 0;

	for (size_t i = 0; i < 3 * 16; i++)
		count += wlan_subtypes[i / 16][i % 16] != NULL;
	ck_assert_uint_eq(count, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/* A resolver of the caller's, which fails: its error, not "unknown". */
static int fails(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	(void)context;
	(void)name;
	(void)list;
	(void)max;
	return FLT_E_NOMEM;
}

START_TEST(own_resolver)
{
	const struct flt_address *list;
	uint32_t count, number;
	uint8_t mac[6];
	struct name_ports out;

	set_up("name");
	resolver = (struct flt_resolver){ .size = sizeof(resolver), .host = fails };
	ck_assert(!flt__name_hosts(&c, "a", all, &list, &count));
	ck_assert_int_eq(err.code, FLT_E_NOMEM);
	ck_assert(!flt__name_ether(&c, "a", all, mac));
	ck_assert(!flt__name_network(&c, "a", all, &number));
	ck_assert(!flt__name_port(&c, "a", all, 0, &out));
	ck_assert(!flt__name_protocol(&c, "a", all, &number));
	ck_assert(flt__name_port(&c, "80", all, 0, &out));
	tear_down();
}
END_TEST

START_TEST(no_folder)
{
	uint32_t number;

	set_up("name");
	resolver.context = (void *)(uintptr_t) "/nowhere/at all";
	ck_assert(flt__name_protocol(&c, "tcp", all, &number));
	ck_assert(!flt__name_network(&c, "loopback", all, &number));
	tear_down();
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "hosts", hosts }, { "hosts_order", hosts_order }, { "ethers", ethers },
		{ "networks", networks },
		{ "port_rows", port_rows }, { "protocol_rows", protocol_rows }, { "llc", llc },
		{ "wlan_rows", wlan_rows }, { "wlan_is_complete", wlan_is_complete },
		{ "own_resolver", own_resolver }, { "no_folder", no_folder }, { NULL, NULL },
	};
	/* clang-format on */

	return unit_run("names", rows);
}
