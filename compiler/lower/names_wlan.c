/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of 802.11 frames: what follows `type`, `subtype` and `dir`. */
#include <string.h>

#include "quote.h"
#include "names.h"

static const struct named types[] = {
#define WLAN_TYPE(words, type) { words, type },
#include "wlan.def"
};

static const struct named subtypes[] = {
#define WLAN_SUBTYPE(type, words, subtype) { words, (type) | (subtype) },
#include "wlan.def"
};

static const struct named dirs[] = {
#define WLAN_DIR(words, dir) { words, dir },
#include "wlan.def"
};

static const struct named_list type_names =
	NAMED_LIST(types, "802.11 type", "; use mgt, ctl or data");
static const struct named_list subtype_names =
	NAMED_LIST(subtypes, "802.11 subtype", "; sniff-filter(7) lists them");
static const struct named_list dir_names =
	NAMED_LIST(dirs, "802.11 direction", "; use nods, tods, fromds or dstods");

bool flt__name_wlan_type(struct compile *c, const char *name, struct span span, uint32_t *type)
{
	return flt__name_listed(c, &type_names, name, span, type);
}

bool flt__name_wlan_subtype(struct compile *c, const char *name, struct span span,
			    uint32_t *subtype)
{
	return flt__name_listed(c, &subtype_names, name, span, subtype);
}

bool flt__name_wlan_subtype_of(struct compile *c, const char *name, struct span span, uint32_t type,
			       uint32_t *subtype)
{
	const struct named *its = types;

	if (!flt__name_listed(c, &subtype_names, name, span, subtype))
		return false;
	if ((*subtype & WLAN_TYPE_BITS) == type)
		return true;
	while (its->number != (*subtype & WLAN_TYPE_BITS))
		its++;
	return COMPILE_FAIL(c, FLT_E_MEANING, span,
			    "%s is a subtype of %.*s, not of the type "
			    "before it",
			    flt__quote(c, span).text, (int)strcspn(its->words, ","), its->words);
}

bool flt__name_wlan_dir(struct compile *c, const char *name, struct span span, uint32_t *dir)
{
	return flt__name_listed(c, &dir_names, name, span, dir);
}
