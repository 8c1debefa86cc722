/* SPDX-License-Identifier: BSD-2-Clause */
/* What Ethernet packets carry, behind other headers: comparisons on link types of which few
 * captures exist would say little without. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "libfilter.h"
#include "packet_pool.h"

#define ETHERNET_HEADER 14u
#define LLC_LENGTHS     1501u /* below: a length and 802.2 follow, no EtherType */
#define KINDS           4096u
#define OF_EACH_KIND    8u
#define LINK_MAX        256u /* new packets of one link type for each of its rows */
#define BYTES_MAX       2048u
#define WORDS_SEED      1u

struct writer {
	const struct flt_packet *from;
	struct random *random;
	uint32_t turn;      /* rows of IEEE802_11 come in turn */
	uint16_t ethertype; /* 0: 802.2 */
	uint32_t len;
	bool is_alone; /* the header is all there is */
	uint8_t bytes[BYTES_MAX];
};

static const struct header {
	const char *link, *text;
} headers[] = {
#define HEADER(link, text) { link, text },
#include "link_headers.def"
#undef HEADER
};

#define HEADERS (sizeof(headers) / sizeof(headers[0]))

/* ---- fields --------------------------------------------------------------------------------- */

static bool write_bytes(struct writer *w, const void *bytes, size_t len)
{
	if (len > BYTES_MAX - w->len)
		return false;
	memcpy(w->bytes + w->len, bytes, len);
	w->len += (uint32_t)len;
	return true;
}

static bool write_be16(struct writer *w, uint32_t number)
{
	return write_bytes(w, (const uint8_t[]){ (uint8_t)(number >> 8), (uint8_t)number }, 2);
}

/* What other headers say for an EtherType; 0: nothing. */
/* clang-format off */
static const struct names_of_type {
	uint16_t ethertype, ppp;
	uint8_t family, openbsd_family, solaris_family, arcnet, nlpid;
} names_of_type[] = {
	{0x0800, 0x0021, 2, 2, 2, 212, 0xcc}, {0x86dd, 0x0057, 10, 24, 26, 196, 0x8e},
	{0x0806, 0, 0, 0, 0, 213, 0},	      {0x8847, 0x0281, 0, 0, 0, 0, 0},
	{0x809b, 0x0029, 0, 0, 0, 221, 0},    {0x8137, 0x002b, 0, 0, 0, 0, 0},
	{0x6003, 0x0027, 0, 0, 0, 0, 0},      {0, 0x0023, 0, 0, 0, 0, 0x81},
};
/* clang-format on */

static struct names_of_type names_of(const struct writer *w)
{
	for (size_t i = 0; i < sizeof(names_of_type) / sizeof(names_of_type[0]); i++)
		if (names_of_type[i].ethertype == w->ethertype)
			return names_of_type[i];
	return (struct names_of_type){ .ethertype = 0 };
}

static bool word_type(struct writer *w)
{
	return w->ethertype && write_be16(w, w->ethertype);
}

static bool word_dst(struct writer *w)
{
	return write_bytes(w, w->from->bytes, 6);
}

static bool word_src(struct writer *w)
{
	return write_bytes(w, w->from->bytes + 6, 6);
}

/* 802.2 is there where no EtherType is. */
static bool word_llc(struct writer *w)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 0x03, 0, 0, 0 };

	return !w->ethertype || (write_bytes(w, snap, sizeof(snap)) && write_be16(w, w->ethertype));
}

static bool word_ppp(struct writer *w)
{
	return names_of(w).ppp && write_be16(w, names_of(w).ppp);
}

static bool word_af_host(struct writer *w)
{
	uint32_t family = names_of(w).family;

	return family && write_bytes(w, &family, sizeof(family));
}

static bool word_af_net(struct writer *w)
{
	return names_of(w).family && write_be16(w, 0) && write_be16(w, names_of(w).family);
}

/* One byte; 0: there is no number for that. */
static bool write_byte(struct writer *w, uint8_t byte)
{
	return byte && write_bytes(w, &byte, 1);
}

static bool word_af1(struct writer *w)
{
	return write_byte(w, names_of(w).openbsd_family);
}

static bool word_ipnet(struct writer *w)
{
	return write_byte(w, names_of(w).solaris_family);
}

static bool word_arc(struct writer *w)
{
	return write_byte(w, names_of(w).arcnet);
}

static bool word_nlpid(struct writer *w)
{
	return write_byte(w, names_of(w).nlpid);
}

static bool word_ip4(struct writer *w)
{
	return w->ethertype == 0x0800;
}

static bool word_ip6(struct writer *w)
{
	return w->ethertype == 0x86dd;
}

static bool word_ip(struct writer *w)
{
	return word_ip4(w) || word_ip6(w);
}

static bool word_end(struct writer *w)
{
	w->is_alone = true;
	return true;
}

static bool write_header(struct writer *w, const char *text);

static bool word_wlan(struct writer *w)
{
	size_t first = 0, rows = 0;

	for (size_t i = 0; i < HEADERS; i++) {
		if (strcmp(headers[i].link, "IEEE802_11") != 0)
			continue;
		first = rows++ ? first : i;
	}
	return rows && write_header(w, headers[first + w->turn++ % rows].text);
}

/* ---- a header ------------------------------------------------------------------------------- */

/* clang-format off */
static const struct word {
	const char *name;
	bool (*write)(struct writer *w);
} words[] = {
	{"TYPE", word_type},
	{"DST", word_dst},
	{"SRC", word_src},
	{"LLC", word_llc},
	{"PPP", word_ppp},
	{"AFHOST", word_af_host},
	{"AFNET", word_af_net},
	{"AF1", word_af1},
	{"IPNET", word_ipnet},
	{"ARC", word_arc},
	{"NLPID", word_nlpid},
	{"WLAN", word_wlan},
	{"IP", word_ip},
	{"IP4", word_ip4},
	{"IP6", word_ip6},
	{"END", word_end},
};
/* clang-format on */

static bool write_hex(struct writer *w, const char *text, size_t len)
{
	bool ok = len % 2 == 0;

	for (size_t i = 0; ok && i < len; i += 2) {
		char digits[3] = { text[i], text[i + 1], '\0' }, *end;
		uint8_t byte = (uint8_t)strtoul(digits, &end, 16);
		ok = !*end && write_bytes(w, &byte, 1);
	}
	return ok;
}

static bool write_many(struct writer *w, char kind, const char *number)
{
	bool ok = true;

	for (long left = atol(number); ok && left > 0; left--) {
		uint8_t byte = kind == '?' ? (uint8_t)random_below(w->random, 256) : 0;
		ok = write_bytes(w, &byte, 1);
	}
	return ok;
}

static bool write_word(struct writer *w, const char *text, size_t len)
{
	if (*text == '*' || *text == '?')
		return write_many(w, *text, text + 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].name) == len && memcmp(words[i].name, text, len) == 0)
			return words[i].write(w);
	return write_hex(w, text, len);
}

static bool write_header(struct writer *w, const char *text)
{
	bool ok = true;

	while (ok && *text) {
		size_t len = strcspn(text, " ");
		ok = write_word(w, text, len);
		text += len + (text[len] == ' ');
	}
	return ok;
}

static bool write_packet(struct writer *w, const char *text)
{
	uint32_t carried = w->from->caplen - ETHERNET_HEADER;

	w->len = 0;
	w->is_alone = false;
	if (!write_header(w, text))
		return false;
	if (carried > BYTES_MAX - w->len)
		carried = BYTES_MAX - w->len;
	return w->is_alone || write_bytes(w, w->from->bytes + ETHERNET_HEADER, carried);
}

/* ---- which packets -------------------------------------------------------------------------- */

/* What the packet is, roughly: EtherType, and the protocol where it is IP. */
static uint32_t kind_of(const struct flt_packet *packet)
{
	uint32_t type = get_be16(packet->bytes + 12);
	uint32_t protocol = 0;

	if (type == 0x0800)
		protocol = packet->bytes[23];
	else if (type == 0x86dd)
		protocol = packet->bytes[20];
	else if (type < LLC_LENGTHS)
		type = get_be16(packet->bytes + 14);
	return (type * 31 + protocol * 17) % KINDS;
}

/* A few Ethernet packets of each kind; returns how many of the pool's first. */
static uint32_t choose(const struct packet_pool *pool, uint32_t *chosen, uint32_t max)
{
	uint8_t seen[KINDS] = { 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < pool->count && count < max; i++) {
		const struct flt_packet *packet = &pool->packets[i];
		if (packet->linktype != FLT_LINKTYPE_EN10MB || packet->caplen < 34)
			continue;
		uint8_t *of_kind = &seen[kind_of(packet)];
		if (*of_kind == OF_EACH_KIND)
			continue;
		++*of_kind;
		chosen[count++] = i;
	}
	return count;
}

/* Returns how many packets the row gave. */
static uint32_t rehead(struct packet_pool *pool, struct random *random, const struct header *header,
		       const uint32_t *chosen, uint32_t count)
{
	int64_t linktype = flt_linktype_find(header->link);
	struct writer w = { .random = random };
	uint32_t added = 0;

	for (uint32_t i = 0; linktype >= 0 && i < count && added < LINK_MAX; i++) {
		const struct flt_packet from = pool->packets[chosen[i]];
		uint16_t type = get_be16(from.bytes + 12);
		w.from = &from;
		w.ethertype = type < LLC_LENGTHS ? 0 : type;
		if (write_packet(&w, header->text))
			added += packet_pool_add(pool, (uint32_t)linktype, w.bytes, w.len, w.len);
	}
	return added;
}

/* By link type; as they came within one. */
static int by_linktype(const void *a, const void *b)
{
	const struct flt_packet *left = a, *right = b;
	int order = (left->linktype > right->linktype) - (left->linktype < right->linktype);

	return order ? order :
		       (left->interface > right->interface) - (left->interface < right->interface);
}

bool packet_pool_rehead(struct packet_pool *pool)
{
	uint32_t chosen[KINDS];
	uint32_t count = choose(pool, chosen, KINDS);
	struct random random;
	bool ok = true;

	random_seed(&random, WORDS_SEED);
	for (size_t i = 0; i < HEADERS; i++)
		ok &= rehead(pool, &random, &headers[i], chosen, count) > 0;
	qsort(pool->packets, pool->count, sizeof(*pool->packets), by_linktype);
	return ok;
}
