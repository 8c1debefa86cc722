/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcapng.h"

#define NS_PER_SECOND 1000000000u
#define POWERS_OF_10  20u /* 10^0 to 10^19 fit in 64 bits */
#define FCS_UNIT_BITS 16u
#define FCS_UNITS_MAX 15u

/* ---- options --------------------------------------------------------------------------------- */

enum option_code {
	OPT_END = 0,
	IF_TSRESOL = 9,
	IF_FCSLEN = 13,
	IF_TSOFFSET = 14,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	EPB_QUEUE = 6
};

struct option {
	uint16_t code;
	struct cursor value;
};

/* False at the end; c->cut says that it was a bad one. */
static bool next_option(const struct pcapng *ng, struct cursor *c, struct option *option)
{
	if (cur_left(c) == 0)
		return false;
	option->code = ng_u16(ng, c);
	uint16_t length = ng_u16(ng, c);
	option->value = cur_sub(c, length);
	cur_skip(c, (4u - length % 4u) % 4u);
	return option->code != OPT_END && !c->cut;
}

static void read_resolution(uint8_t value, struct ng_clock *clock)
{
	clock->binary = value & 0x80;
	clock->exponent = value & 0x7f;
}

/* pcap counts in units of 16 bits, and up to 15 of them. */
static uint32_t fcs_bits(uint8_t length_bits)
{
	if (length_bits % FCS_UNIT_BITS || length_bits / FCS_UNIT_BITS > FCS_UNITS_MAX)
		return 0;
	return FLT_LINK_BITS_FCS_KNOWN | (uint32_t)length_bits / FCS_UNIT_BITS
						 << FLT_LINK_BITS_FCS_SHIFT;
}

bool flt__pcapng_interface(const struct pcapng *ng, struct cursor options, struct interface *row)
{
	struct option option;

	while (next_option(ng, &options, &option)) {
		if (option.code == IF_TSRESOL)
			read_resolution(cur_u8(&option.value), &row->clock);
		else if (option.code == IF_TSOFFSET)
			row->clock.offset_s = (int64_t)ng_u64(ng, &option.value);
		else if (option.code == IF_FCSLEN)
			row->link_bits = fcs_bits(cur_u8(&option.value));
		if (option.value.cut)
			return false;
	}
	return !options.cut;
}

/* ---- time ------------------------------------------------------------------------------------ */

static uint64_t power_of_10(uint32_t exponent)
{
	uint64_t power = 1;

	for (uint32_t i = 0; i < exponent; i++)
		power *= 10;
	return power;
}

struct moment {
	uint64_t seconds;
	uint64_t ns; /* below a second */
};

static struct moment decimal_moment(uint32_t exponent, uint64_t ticks)
{
	struct moment m = { 0, ticks };

	if (exponent < POWERS_OF_10) {
		uint64_t per_second = power_of_10(exponent);
		m = (struct moment){ ticks / per_second, ticks % per_second };
	}
	if (exponent <= NG_NANOSECONDS)
		m.ns *= power_of_10(NG_NANOSECONDS - exponent);
	else if (exponent - NG_NANOSECONDS < POWERS_OF_10)
		m.ns /= power_of_10(exponent - NG_NANOSECONDS);
	else
		m.ns = 0;
	return m;
}

/* fraction * 10^9 / 2^exponent, whose product has up to 94 bits: in two halves of 32, and what the
 * shift drops of the lower one cannot reach the result. */
static uint64_t binary_fraction_ns(uint32_t exponent, uint64_t fraction)
{
	if (exponent < 32)
		return (fraction * NS_PER_SECOND) >> exponent;
	uint64_t product = (fraction >> 32) * NS_PER_SECOND +
			   (((fraction & UINT32_MAX) * NS_PER_SECOND) >> 32);
	return exponent - 32 < 64 ? product >> (exponent - 32) : 0;
}

static struct moment binary_moment(uint32_t exponent, uint64_t ticks)
{
	uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
	uint64_t fraction = exponent < 64 ? ticks - (seconds << exponent) : ticks;

	return (struct moment){ seconds, binary_fraction_ns(exponent, fraction) };
}

/* high * 2^32 + low nanoseconds: seconds of 64 bits, sums of two, stay far from its ends. */
struct wide_ns {
	int64_t high;
	uint64_t low; /* below 2^32 */
};

static struct wide_ns wide_seconds(uint64_t seconds)
{
	uint64_t low = (seconds & UINT32_MAX) * NS_PER_SECOND;
	uint64_t high = (seconds >> 32) * NS_PER_SECOND;

	return (struct wide_ns){ (int64_t)(high + (low >> 32)), low & UINT32_MAX };
}

static struct wide_ns wide_sum(struct wide_ns a, struct wide_ns b)
{
	uint64_t low = a.low + b.low;

	return (struct wide_ns){ a.high + b.high + (int64_t)(low >> 32), low & UINT32_MAX };
}

static struct wide_ns wide_negative(struct wide_ns a)
{
	struct wide_ns complement = { -a.high - 1, UINT32_MAX - a.low };

	return wide_sum(complement, (struct wide_ns){ 0, 1 });
}

static struct wide_ns wide_offset(int64_t seconds)
{
	if (seconds >= 0)
		return wide_seconds((uint64_t)seconds);
	return wide_negative(wide_seconds(-(uint64_t)seconds));
}

/* time_ns is the lower 64 bits, with their sign: the era is what that leaves. */
static void set_time(struct flt_packet *packet, struct wide_ns time)
{
	const int64_t upper = INT64_C(1) << 32;
	int64_t era = time.high / upper - (time.high % upper < 0);

	packet->time_ns = (int64_t)((uint64_t)time.high << 32 | time.low);
	packet->time_era = (int32_t)(era + (packet->time_ns < 0));
}

void flt__pcapng_time(const struct ng_clock *clock, uint64_t ticks, struct flt_packet *packet)
{
	struct moment m = clock->binary ? binary_moment(clock->exponent, ticks) :
					  decimal_moment(clock->exponent, ticks);
	struct wide_ns whole = wide_sum(wide_seconds(m.seconds), wide_offset(clock->offset_s));

	set_time(packet, wide_sum(whole, (struct wide_ns){ 0, m.ns }));
}

/* ---- metadata -------------------------------------------------------------------------------- */

/* PACKET_* of <linux/if_packet.h>. */
enum packet_type { TYPE_HOST, TYPE_BROADCAST, TYPE_MULTICAST, TYPE_OTHERHOST, TYPE_OUTGOING };

#define FLAGS_DIRECTION       0x3u
#define FLAGS_INBOUND         1u
#define FLAGS_OUTBOUND        2u
#define FLAGS_RECEPTION       0x1cu
#define FLAGS_RECEPTION_SHIFT 2

static void read_flags(uint32_t flags, struct flt_meta *meta)
{
	/* By reception type: not said, unicast, multicast, broadcast, promiscuous. */
	static const uint8_t received[] = { TYPE_HOST, TYPE_HOST, TYPE_MULTICAST, TYPE_BROADCAST,
					    TYPE_OTHERHOST };
	uint32_t direction = flags & FLAGS_DIRECTION;
	uint32_t reception = (flags & FLAGS_RECEPTION) >> FLAGS_RECEPTION_SHIFT;

	if (direction == FLAGS_OUTBOUND)
		meta->pkttype = TYPE_OUTGOING;
	else if (direction == FLAGS_INBOUND && reception < sizeof(received))
		meta->pkttype = received[reception];
	else
		return;
	meta->present |= FLT_META_PKTTYPE;
}

static void set_drops(uint64_t drops, struct flt_meta *meta)
{
	meta->drops = drops < UINT32_MAX ? (uint32_t)drops : UINT32_MAX;
	meta->present |= FLT_META_DROPS;
}

static void set_queue(uint32_t queue, struct flt_meta *meta)
{
	if (queue > UINT16_MAX)
		return;
	meta->queue = (uint16_t)queue;
	meta->present |= FLT_META_QUEUE;
}

static void read_packet_option(const struct pcapng *ng, struct option *option,
			       struct flt_meta *meta)
{
	struct cursor *value = &option->value;

	if (option->code == EPB_FLAGS && cur_left(value) == 4)
		read_flags(ng_u32(ng, value), meta);
	else if (option->code == EPB_DROPCOUNT && cur_left(value) == 8)
		set_drops(ng_u64(ng, value), meta);
	else if (option->code == EPB_QUEUE && cur_left(value) == 4)
		set_queue(ng_u32(ng, value), meta);
}

const struct flt_meta *flt__pcapng_meta(const struct pcapng *ng, struct cursor options,
					uint32_t drops, struct flt_meta *meta)
{
	struct option option;

	if (drops == NG_DROPS_UNKNOWN && cur_left(&options) == 0)
		return NULL;
	*meta = (struct flt_meta){ 0 };
	if (drops != NG_DROPS_UNKNOWN)
		set_drops(drops, meta);
	while (next_option(ng, &options, &option))
		read_packet_option(ng, &option, meta);
	return meta->present ? meta : NULL;
}
