/* SPDX-License-Identifier: BSD-2-Clause */
#include "link.h"
#include "suggest.h"

#include <net/if_arp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define FILE_LINKTYPE_MASK 0xffffu

struct link_row {
	const char *name;
	uint32_t linktype;
	uint32_t file;
	const char *description;
};

static const struct link_row rows[] = {
#define LINK(name, linktype, file, description) { #name, linktype, file, description },
#include "links.def"
#undef LINK
};

/* Kernel headers that are older than the devices. */
#define HATYPE_RAWIP 519u

/* Devices whose frames begin with a header worth having, or with none at all. */
/* clang-format off */
static const struct hatype_row {
	uint16_t hatype;
	uint32_t linktype;
} hatypes[] = {
	/* hardware type     link type */
	{ ARPHRD_ETHER,      LINK_EN10MB },
	{ ARPHRD_LOOPBACK,   LINK_EN10MB },   /* an Ethernet header of zeros */
	{ 0xfffe,            LINK_RAW },      /* ARPHRD_NONE: tun, wireguard */
	{ HATYPE_RAWIP,      LINK_RAW },
	{ ARPHRD_TUNNEL,     LINK_RAW },      /* IP in IP */
	{ ARPHRD_TUNNEL6,    LINK_RAW },
	{ ARPHRD_SIT,        LINK_RAW },
	{ ARPHRD_ARCNET,     LINK_ARCNET_LINUX },
	{ ARPHRD_CISCO,      LINK_C_HDLC },
	{ ARPHRD_FDDI,       LINK_FDDI },
	{ ARPHRD_IEEE802_TR, LINK_IEEE802 },
	/* wireless devices in monitor mode */
	{ ARPHRD_IEEE80211,  LINK_IEEE802_11 },
	{ ARPHRD_IEEE80211_PRISM,    LINK_PRISM_HEADER },
	{ ARPHRD_IEEE80211_RADIOTAP, LINK_IEEE802_11_RADIO },
};
/* clang-format on */

static const struct link_row *row_of(uint32_t linktype)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].linktype == linktype)
			return &rows[i];
	return NULL;
}

const char *flt_linktype_name(uint32_t linktype)
{
	const struct link_row *row = row_of(linktype);

	return row ? row->name : NULL;
}

const char *flt_linktype_describe(uint32_t linktype)
{
	const struct link_row *row = row_of(linktype);

	return row ? row->description : NULL;
}

uint32_t flt__link_from_file(uint32_t field)
{
	uint32_t number = field & FILE_LINKTYPE_MASK;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].file == number)
			return rows[i].linktype;
	return number;
}

uint32_t flt__link_to_file(uint32_t linktype)
{
	const struct link_row *row = row_of(linktype);

	return row ? row->file : linktype;
}

uint32_t flt__link_from_hatype(uint32_t hatype)
{
	for (size_t i = 0; i < COUNT(hatypes); i++)
		if (hatypes[i].hatype == hatype)
			return hatypes[i].linktype;
	return FLT_LINKTYPE_LINUX_SLL2;
}

static int64_t find_number(const char *text)
{
	char *end;

	if (*text < '0' || *text > '9')
		return FLT_E_NAME;
	unsigned long number = strtoul(text, &end, 10);
	if (*end || number > FILE_LINKTYPE_MASK)
		return FLT_E_NAME;
	uint32_t linktype = flt__link_from_file((uint32_t)number);
	return row_of(linktype) ? (int64_t)linktype : FLT_E_NAME;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* After the prefix, which is upper case, whatever the case in text; NULL when text begins
 * otherwise. Not strncasecmp(): a Turkish locale has other ideas about the case of i. */
static const char *after(const char *prefix, const char *text)
{
	while (*prefix && upper(*text) == *prefix) {
		prefix++;
		text++;
	}
	return *prefix ? NULL : text;
}

static bool is_named(const struct link_row *row, const char *name)
{
	const char *rest = after(row->name, name);

	return rest && !*rest;
}

int64_t flt_linktype_find(const char *name)
{
	if (!name)
		return FLT_E_ARGUMENT;
	const char *bare = after("DLT_", name);
	if (!bare)
		bare = name;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (is_named(&rows[i], bare))
			return rows[i].linktype;
	return find_number(bare);
}

static bool is_part(char ch)
{
	return (ch >= '0' && ch <= '9') || (upper(ch) >= 'A' && upper(ch) <= 'Z');
}

/* As whole words of text, `SLL` in LINUX_SLL. */
static bool has_words(const char *text, const char *words)
{
	size_t len = strlen(words);

	for (const char *at = text; *at && len > 0; at++) {
		bool begins = at == text || !is_part(at[-1]);
		size_t same = 0;

		while (same < len && upper(at[same]) == upper(words[same]))
			same++;
		if (begins && same == len && !is_part(at[len]))
			return true;
	}
	return false;
}

const char *flt_linktype_nearest(const char *name)
{
	const char *bare = name ? after("DLT_", name) : NULL;
	struct nearest near;

	if (!bare)
		bare = name ? name : "";
	flt__nearest_begin(&near, bare, strlen(bare));
	for (size_t i = 0; i < COUNT(rows); i++)
		flt__nearest_try(&near, rows[i].name);
	if (near.count)
		return near.name[0];
	for (size_t i = 0; i < COUNT(rows); i++)
		if (has_words(rows[i].name, bare) || has_words(rows[i].description, bare))
			return rows[i].name;
	return NULL;
}
