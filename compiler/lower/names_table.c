/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that are facts of the language: EtherTypes, LLC SAPs, OSI protocols, LLC frames. */
#include <string.h>

#include "hint.h"
#include "quote.h"
#include "token.h"
#include "names.h"
#include "suggest.h"

enum layer {
	LAYER_LINK,
	LAYER_ETHER,
	LAYER_LLC,
	LAYER_IP,
	LAYER_IP4,
	LAYER_IP6,
	LAYER_OSI,
	LAYER_ISIS
};

/* clang-format off */
static const struct {
	const char *word;
	const char *others;
	enum layer layer;
	uint32_t number;
} protos[] = {
#define PROTO(tag, word, others, layer, number) { word, others, LAYER_##layer, number },
#include "protos.def"
#undef PROTO
	/* names only, no keywords */
	{ "lldp",     NULL, LAYER_ETHER, 0x88cc },
	{ "loopback", NULL, LAYER_ETHER, 0x9000 },
	{ "slow",     NULL, LAYER_ETHER, 0x8809 },   /* LACP and the other slow protocols */
};
/* clang-format on */

/* The LLC frames: the control field's bits that tell them (ISO 8802-2). */
/* clang-format off */
static const struct {
	char name[6];
	struct name_llc llc;
} llc_names[] = {
	{ "i",     { LLC_I, true,  0 } },
	{ "s",     { LLC_S, true,  0 } },
	{ "u",     { LLC_U, true,  0 } },
	{ "rr",    { LLC_S, false, 0x01 } },
	{ "rnr",   { LLC_S, false, 0x05 } },
	{ "rej",   { LLC_S, false, 0x09 } },
	{ "ui",    { LLC_U, false, 0x03 } },
	{ "dm",    { LLC_U, false, 0x0f } },
	{ "disc",  { LLC_U, false, 0x43 } },
	{ "ua",    { LLC_U, false, 0x63 } },
	{ "sabme", { LLC_U, false, 0x6f } },
	{ "frmr",  { LLC_U, false, 0x87 } },
	{ "xid",   { LLC_U, false, 0xaf } },
	{ "test",  { LLC_U, false, 0xe3 } },
};
/* clang-format on */

/* Names for the message "one of ...". */
#define OSI_NAMES "clnp, esis or isis"
#define LLC_NAMES "i, s, u, rr, rnr, rej, ui, ua, disc, dm, sabme, test, xid or frmr"

/* ASCII only, whatever the locale says. */
static char lower_case(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + ('a' - 'A')) : ch;
}

bool flt__name_among(const char *words, const char *name)
{
	while (words) {
		const char *s = name;
		for (; *s && *words == lower_case(*s); s++)
			words++;
		if (!*s && (!*words || *words == ','))
			return true;
		words = strchr(words, ',');
		if (words)
			words++;
	}
	return false;
}

static bool find_proto(const char *name, enum layer layer, uint32_t *number)
{
	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		bool same = flt__name_among(protos[i].word, name) ||
			    flt__name_among(protos[i].others, name);
		if (protos[i].layer != layer || !same)
			continue;
		*number = protos[i].number;
		return true;
	}
	return false;
}

static struct suggestion near_ethertypes(const struct compile *c, struct span span)
{
	struct nearest near;
	const char *bytes = flt__span_bytes(c, span);
	bool escaped = span.len > 1 && *bytes == '\\';

	flt__nearest_begin(&near, bytes + escaped, span.len - escaped);
	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (protos[i].layer == LAYER_ETHER || protos[i].layer == LAYER_LLC)
			flt__nearest_try(&near, protos[i].word);
	return flt__nearest_text(&near);
}

bool flt__name_ethertype(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	struct quote quote = flt__quote(c, span);

	if (find_proto(name, LAYER_ETHER, number) || find_proto(name, LAYER_LLC, number))
		return true;
	int found = c->names->ethertype ? c->names->ethertype(c->names->context, name, number) : 0;
	if (found > 0)
		return true;
	struct hint habit = flt__hint_port(c, span);
	struct suggestion near = near_ethertypes(c, span);
	return COMPILE_FAIL(c, found < 0 ? found : FLT_E_NAME, span, "unknown EtherType %s%s",
			    quote.text,
			    *habit.text ? habit.text :
			    *near.text  ? near.text :
					  flt__hint_host(c, span).text);
}

bool flt__name_osi(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	struct quote quote = flt__quote(c, span);

	if (find_proto(name, LAYER_OSI, number))
		return true;
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown OSI protocol %s; use " OSI_NAMES,
			    quote.text);
}

bool flt__name_llc(struct compile *c, const char *name, struct span span, struct name_llc *out)
{
	struct quote quote = flt__quote(c, span);

	for (size_t i = 0; i < sizeof(llc_names) / sizeof(llc_names[0]); i++) {
		if (!flt__name_among(llc_names[i].name, name))
			continue;
		*out = llc_names[i].llc;
		return true;
	}
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown kind of LLC frame %s; use " LLC_NAMES,
			    quote.text);
}
