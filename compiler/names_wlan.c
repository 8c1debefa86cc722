/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of 802.11 frames: what follows `type`, `subtype` and `dir`. */
#include <string.h>

#include "lex.h"
#include "names.h"
#include "suggest.h"

struct wlan_name {
	const char *words;
	uint32_t number;
};

static const struct wlan_name types[] = {
#define WLAN_TYPE(words, type) { words, type },
#include "wlan.def"
};

static const struct wlan_name subtypes[] = {
#define WLAN_SUBTYPE(type, words, subtype) { words, (type) | (subtype) },
#include "wlan.def"
};

static const struct wlan_name dirs[] = {
#define WLAN_DIR(words, dir) { words, dir },
#include "wlan.def"
};

/* One of the tables above, and how messages call it. */
struct wlan_names {
	const struct wlan_name *list;
	size_t count;
	const char *what;
	const char *hint;
};

#define LIST(list) list, sizeof(list) / sizeof(list[0])

static const struct wlan_names type_names = { LIST(types), "type", ": one of mgt, ctl, data" };
static const struct wlan_names subtype_names = { LIST(subtypes), "subtype",
						 ": sniff-filter(7) has a list" };
static const struct wlan_names dir_names = { LIST(dirs), "direction",
					     ": one of nods, tods, fromds, dstods" };

/* The names near to what was written, else all of them or where they are. */
static bool unknown(struct compile *c, const struct wlan_names *names, struct span span)
{
	struct nearest near;

	flt__nearest_begin(&near, c->text + span.at, span.len);
	for (size_t i = 0; i < names->count; i++)
		flt__nearest_try(&near, names->list[i].words);
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown 802.11 %s %s%s", names->what,
			    flt__quote(c, span).text,
			    near.count ? flt__nearest_text(&near).text : names->hint);
}

static bool find(struct compile *c, const struct wlan_names *names, const char *name,
		 struct span span, uint32_t *number)
{
	for (size_t i = 0; i < names->count; i++) {
		if (!flt__name_among(names->list[i].words, name))
			continue;
		*number = names->list[i].number;
		return true;
	}
	return unknown(c, names, span);
}

bool flt__name_wlan_type(struct compile *c, const char *name, struct span span, uint32_t *type)
{
	return find(c, &type_names, name, span, type);
}

bool flt__name_wlan_subtype(struct compile *c, const char *name, struct span span,
			    uint32_t *subtype)
{
	return find(c, &subtype_names, name, span, subtype);
}

bool flt__name_wlan_subtype_of(struct compile *c, const char *name, struct span span,
			       uint32_t type, uint32_t *subtype)
{
	const struct wlan_name *its = types;

	if (!find(c, &subtype_names, name, span, subtype))
		return false;
	if ((*subtype & WLAN_TYPE_BITS) == type)
		return true;
	while (its->number != (*subtype & WLAN_TYPE_BITS))
		its++;
	return COMPILE_FAIL(c, FLT_E_MEANING, span, "%s is a subtype of %.*s, not of the type "
			    "before it", flt__quote(c, span).text,
			    (int)strcspn(its->words, ","), its->words);
}

bool flt__name_wlan_dir(struct compile *c, const char *name, struct span span, uint32_t *dir)
{
	return find(c, &dir_names, name, span, dir);
}
