/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protochain with one number and with several: on packets with random chains of headers it finds
 * what a walk in C finds, written as a set, joined by `or`, and negated; and several numbers cost
 * no more than one walk.
 */
#include "unit.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"

#define PACKET_BYTES 4096u
#define TEXT_BYTES   2048u
#define NUMBERS_MAX  6u
#define ROUNDS       300u
#define ONE_WALK     2500u /* instructions of both families */
#define IP6_HEADERS  100u  /* that are followed */

static struct {
	uint8_t bytes[PACKET_BYTES];
	uint32_t len;
	uint8_t chain[IP6_HEADERS + 2]; /* the numbers in it */
	uint32_t count;
	bool is_ip6;
} packet;

static char text[TEXT_BYTES];
static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- packets --------------------------------------------------------------------------------- */

static const uint8_t extensions[] = { 0, 43, 44, 51, 60 };
static const uint8_t ends[] = { 6, 17, 58, 132, 47, 59, 255 };

static uint8_t draw_number(bool is_end)
{
	if (is_end)
		return ends[draw(sizeof(ends))];
	return packet.is_ip6 ? extensions[draw(sizeof(extensions))] : 51;
}

static void add_header(uint8_t own, uint8_t next)
{
	uint8_t *at = packet.bytes + packet.len;
	uint32_t more = draw(3);

	at[0] = next;
	at[1] = (uint8_t)(own == 51 ? more + 1 : more);
	packet.len += own == 51 ? 4 * (at[1] + 2u) : 8 * (at[1] + 1u);
}

static void make_packet(bool is_ip6, uint32_t headers)
{
	memset(&packet, 0, sizeof(packet));
	packet.is_ip6 = is_ip6;
	uint32_t net = 14, proto_off = net + (is_ip6 ? 6 : 9);

	packet.bytes[12] = is_ip6 ? 0x86 : 0x08;
	packet.bytes[13] = is_ip6 ? 0xdd : 0x00;
	packet.bytes[net] = is_ip6 ? 0x60 : 0x46;
	packet.len = net + (is_ip6 ? 40 : 24);
	for (uint32_t i = 0; i <= headers; i++)
		packet.chain[packet.count++] = draw_number(i == headers);
	packet.bytes[proto_off] = packet.chain[0];
	for (uint32_t i = 0; i < headers; i++)
		add_header(packet.chain[i], packet.chain[i + 1]);
	packet.len += 20;
}

static bool is_in_chain(const uint8_t *numbers, uint32_t count, bool only_ip6)
{
	if (only_ip6 && !packet.is_ip6)
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (memchr(packet.chain, numbers[i], packet.count))
			return true;
	return false;
}

/* ---- expressions ----------------------------------------------------------------------------- */

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *format, ...)
{
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len, format, args);
	va_end(args);
}

enum form { AS_SET, AS_TERMS, AS_SPREAD_TERMS, AS_NOTS, FORMS };

static void write_expression(enum form form, const char *family, const uint8_t *numbers,
			     uint32_t count)
{
	static const char *const joins[] = { ", ", " or ", " or arp or ", " and " };

	text[0] = '\0';
	if (form == AS_SET)
		put("%s protochain {", family);
	for (uint32_t i = 0; i < count; i++) {
		put("%s", i ? joins[form] : "");
		if (form != AS_SET)
			put("%s%s protochain ", form == AS_NOTS ? "not " : "", family);
		put("%u", numbers[i]);
	}
	if (form == AS_SET)
		put("}");
}

static uint32_t run(uint32_t flags, uint32_t *answer)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .flags = flags };
	struct flt_program *program = NULL;
	struct flt_error err;
	uint32_t count;

	ck_assert_msg(flt_compile(&program, text, strlen(text), &opts, &err) == FLT_OK, "%s: %s",
		      text, err.message);
	flt_program_insns(program, &count);
	*answer = flt_run(program, packet.bytes, packet.len, packet.len, NULL);
	flt_program_unref(program);
	return count;
}

static void check_form(enum form form, bool only_ip6, const uint8_t *numbers, uint32_t count)
{
	bool wanted = is_in_chain(numbers, count, only_ip6) != (form == AS_NOTS);
	uint32_t answer, plain;

	write_expression(form, only_ip6 ? "ip6" : "", numbers, count);
	ck_assert_msg(run(0, &answer) <= ONE_WALK, "%s takes more than one walk", text);
	run(FLT_COMPILE_O0, &plain);
	ck_assert_msg(!!answer == wanted, "%s: optimized it should say %d", text, wanted);
	ck_assert_msg(!!plain == wanted, "%s: at -O0 it should say %d", text, wanted);
}

START_TEST(sets)
{
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint8_t numbers[NUMBERS_MAX];
		uint32_t count = 1 + draw(NUMBERS_MAX);
		for (uint32_t i = 0; i < count; i++)
			numbers[i] = draw(3) ? ends[draw(sizeof(ends))] : extensions[draw(5)];
		bool is_ip6 = draw(3) != 0;
		make_packet(is_ip6, draw(is_ip6 ? 12 : 8));
		for (enum form form = AS_SET; form < FORMS; form++)
			check_form(form, draw(2), numbers, count);
	}
}
END_TEST

/* What stands behind as many headers as are followed is found, what stands behind more is not. */
START_TEST(depth)
{
	static const char *const expressions[] = { "ip6 protochain 200",
						   "ip6 protochain {200, 201}",
						   "ip6 protochain {51, 200}" };

	for (uint32_t headers = IP6_HEADERS - 1; headers <= IP6_HEADERS + 1; headers++) {
		make_packet(true, 0);
		packet.bytes[20] = 60;
		packet.len = 54;
		for (uint32_t i = 0; i < headers; i++, packet.len += 8)
			packet.bytes[packet.len] = i + 1 < headers ? 60 : 200;
		packet.len += 20;
		for (size_t i = 0; i < 3; i++)
			for (uint32_t flags = 0; flags <= FLT_COMPILE_O0; flags += FLT_COMPILE_O0) {
				uint32_t answer;
				text[0] = '\0';
				put("%s", expressions[i]);
				run(flags, &answer);
				ck_assert_msg(!!answer == (headers <= IP6_HEADERS),
					      "%s, %u headers", text, headers);
			}
	}
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "sets", sets },
		{ "depth", depth },
		{ NULL, NULL },
	};

	return unit_run("chain", rows);
}
