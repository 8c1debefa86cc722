/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "odd_time.h"
#include "stamps.h"

#define ZONE_STEP    900 /* seconds; offsets from UTC change on quarters of an hour */
#define DAY          86400
#define STEPS_OF_DAY (DAY / ZONE_STEP)
#define TIME_LEN     8u /* HH:MM:SS */

/* 2^64 ns, which the era of a packet's time counts. */
#define ERA_DAYS 213503
#define ERA_S    84873
#define ERA_NS   709551616

bool flt__stamps_init(struct stamps *stamps, enum time_style style, bool nano)
{
	memset(stamps, 0, sizeof(*stamps));
	stamps->style = style % (TIME_SINCE_FIRST + 1);
	stamps->nano = nano;
	stamps->zone_from = INT64_MIN;
	errno = 0;
	tzset(); /* it is silent, and the zone is UTC then */
	return errno != ENOMEM;
}

/* a / b and a mod b, rounding down, for b > 0. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

/* 0 where the system does not know: years of more than 32 bits. */
static int64_t ask_zone(const struct stamp *utc)
{
	time_t asked;
	struct tm tm;

	if (__builtin_mul_overflow(utc->day, DAY, &asked) ||
	    __builtin_add_overflow(asked, utc->second, &asked) || !localtime_r(&asked, &tm))
		return 0;
	return tm.tm_gmtoff;
}

static int64_t zone_offset(struct stamps *stamps, const struct stamp *utc)
{
	int64_t from = utc->day * STEPS_OF_DAY + utc->second / ZONE_STEP;

	if (from != stamps->zone_from) {
		stamps->zone_from = from;
		stamps->zone_offset = ask_zone(utc);
	}
	return stamps->zone_offset;
}

/* Two digits. */
static char *put2(char *at, int64_t v)
{
	at[0] = (char)('0' + v / 10 % 10);
	at[1] = (char)('0' + v % 10);
	return at + 2;
}

/* A year has four digits, or as many as it takes; before the year 0, a minus. */
static char *put_year(char *at, int64_t year)
{
	char digits[20];
	unsigned n = 0;

	if (year < 0)
		*at++ = '-';
	for (uint64_t rest = (uint64_t)(year < 0 ? -year : year); rest || n < 4; rest /= 10)
		digits[n++] = (char)('0' + rest % 10);
	while (n > 0)
		*at++ = digits[--n];
	return at;
}

/* Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. Years are
 * counted from March, so that the leap day is the last day of its year; an era is 400 years. */
static char *put_date(char *at, int64_t day)
{
	int64_t from_era = day + 719468;
	int64_t era = floor_div(from_era, 146097);
	int64_t doe = from_era - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t month_from_march = (5 * doy + 2) / 153;
	int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	int64_t year = yoe + era * 400 + (month <= 2);

	at = put_year(at, year);
	*at++ = '-';
	at = put2(at, month);
	*at++ = '-';
	at = put2(at, doy - (153 * month_from_march + 2) / 5 + 1);
	return at;
}

static char *put_time_of_day(char *at, int64_t second_of_day)
{
	at = put2(at, second_of_day / 3600);
	*at++ = ':';
	at = put2(at, second_of_day / 60 % 60);
	*at++ = ':';
	return put2(at, second_of_day % 60);
}

static void make_text(struct stamps *stamps, int64_t day, int64_t second)
{
	char *at = stamps->text;

	if (stamps->text_len && stamps->text_day == day && stamps->text_second == second)
		return;
	at = put_date(at, day);
	*at++ = ' ';
	at = put_time_of_day(at, second);
	stamps->text_len = (unsigned)(at - stamps->text);
	stamps->text_day = day;
	stamps->text_second = second;
}

static unsigned digits(const struct stamps *stamps)
{
	return stamps->nano ? 9 : 6;
}

static uint64_t per_second(const struct stamps *stamps)
{
	return stamps->nano ? 1000000000u : 1000000u;
}

/* Any number of seconds since 1970, with an era's on top. */
static struct stamp stamp_make(int64_t era, int64_t seconds, uint64_t fraction)
{
	seconds += era * ERA_S;
	return (struct stamp){ era * ERA_DAYS + floor_div(seconds, DAY), floor_mod(seconds, DAY),
			       fraction };
}

/* A fraction of a second or more stays visible. */
static struct stamp odd_stamp(const struct stamps *stamps, const struct flt_packet *packet)
{
	struct odd_time odd = odd_time_part(packet, stamps->nano);
	uint64_t fraction = stamps->nano ? odd.fraction_ns : odd.fraction_ns / NS_PER_US;

	return stamp_make(0, floor_div(odd.whole_ns, NS_PER_SECOND), fraction);
}

static struct stamp stamp_of(const struct stamps *stamps, const struct flt_packet *packet)
{
	if (packet->odd_fraction)
		return odd_stamp(stamps, packet);
	int64_t era = packet->time_era;
	int64_t ns = floor_mod(packet->time_ns, NS_PER_SECOND) + era * ERA_NS;
	int64_t seconds = floor_div(packet->time_ns, NS_PER_SECOND) + floor_div(ns, NS_PER_SECOND);
	uint64_t fraction = (uint64_t)floor_mod(ns, NS_PER_SECOND);

	return stamp_make(era, seconds, stamps->nano ? fraction : fraction / NS_PER_US);
}

static void print_fraction(const struct stamps *stamps, struct out *out, uint64_t fraction)
{
	out_char(out, '.');
	flt__out_padded(out, fraction, digits(stamps), '0');
	if (fraction < per_second(stamps))
		return;
	flt__out_text(out, stamps->nano ? " (invalid ns)" : " (invalid us)");
}

static void print_local(struct stamps *stamps, struct out *out, const struct stamp *stamp)
{
	int64_t second = stamp->second + zone_offset(stamps, stamp);

	make_text(stamps, stamp->day + floor_div(second, DAY), floor_mod(second, DAY));
	if (stamps->style == TIME_DATE)
		flt__out_chars(out, stamps->text, stamps->text_len);
	else
		flt__out_chars(out, stamps->text + stamps->text_len - TIME_LEN, TIME_LEN);
	print_fraction(stamps, out, stamp->fraction);
}

/* The time that it is: a fraction of a second or more becomes seconds. */
static struct stamp carried(const struct stamps *stamps, struct stamp stamp)
{
	int64_t second = stamp.second + (int64_t)(stamp.fraction / per_second(stamps));

	return (struct stamp){ stamp.day + floor_div(second, DAY), floor_mod(second, DAY),
			       stamp.fraction % per_second(stamps) };
}

/* later - earlier, for later >= earlier, both carried. */
static struct stamp difference(const struct stamps *stamps, struct stamp later,
			       struct stamp earlier)
{
	if (later.fraction < earlier.fraction) {
		later.fraction += per_second(stamps);
		later.second--;
	}
	if (later.second < earlier.second) {
		later.second += DAY;
		later.day--;
	}
	return (struct stamp){ later.day - earlier.day, later.second - earlier.second,
			       later.fraction - earlier.fraction };
}

static bool before(struct stamp a, struct stamp b)
{
	if (a.day != b.day)
		return a.day < b.day;
	return a.second < b.second || (a.second == b.second && a.fraction < b.fraction);
}

static void print_delta(struct stamps *stamps, struct out *out, struct stamp stamp)
{
	stamp = carried(stamps, stamp);
	struct stamp base = stamps->have_base ? stamps->base : stamp;
	bool back = before(stamp, base);
	struct stamp delta =
		back ? difference(stamps, base, stamp) : difference(stamps, stamp, base);

	out_char(out, back ? '-' : ' ');
	flt__out_padded(out, (uint64_t)(delta.day * 24 + delta.second / 3600), 2, '0');
	out_char(out, ':');
	flt__out_padded(out, (uint64_t)(delta.second / 60 % 60), 2, '0');
	out_char(out, ':');
	flt__out_padded(out, (uint64_t)(delta.second % 60), 2, '0');
	print_fraction(stamps, out, delta.fraction);
	if (stamps->style == TIME_SINCE_PREVIOUS || !stamps->have_base)
		stamps->base = stamp;
	stamps->have_base = true;
}

/* In hundreds and what is left, as all of them may not fit. */
static void print_seconds(struct stamps *stamps, struct out *out, struct stamp stamp)
{
	const struct stamp zero = { 0, 0, 0 };

	if (stamp.day < 0) {
		out_char(out, '-');
		stamp = difference(stamps, zero, stamp);
	}
	uint64_t hundreds = (uint64_t)stamp.day * (DAY / 100) + (uint64_t)stamp.second / 100;
	uint64_t rest = (uint64_t)stamp.second % 100;

	if (hundreds)
		flt__out_u64(out, hundreds);
	flt__out_padded(out, rest, hundreds ? 2 : 1, '0');
	print_fraction(stamps, out, stamp.fraction);
}

void flt__stamps_print(struct stamps *stamps, struct out *out, const struct flt_packet *packet)
{
	struct stamp stamp = stamp_of(stamps, packet);

	switch (stamps->style) {
	case TIME_NONE: return;
	case TIME_SECONDS: print_seconds(stamps, out, stamp); break;
	case TIME_SINCE_PREVIOUS:
	case TIME_SINCE_FIRST: print_delta(stamps, out, stamp); break;
	default: print_local(stamps, out, &stamp); break;
	}
	out_char(out, ' ');
}
