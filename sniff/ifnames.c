/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "ifnames.h"
#include "libfilter.h"

#define ROOM 1024u /* more interfaces than that stay numbers */

static const char *find(const struct ifnames *names, uint32_t index)
{
	for (uint32_t i = 0; i < names->count; i++)
		if (names->list[i].index == index)
			return names->list[i].name;
	return NULL;
}

static void ask(struct ifnames *names)
{
	if (!names->list)
		names->list = calloc(ROOM, sizeof(*names->list));
	int count = names->list ? flt_interfaces(names->list, ROOM, NULL) : FLT_E_NOMEM;

	names->failed |= count == FLT_E_NOMEM;
	names->count = count < 0 ? 0 : (uint32_t)count;
	if (names->count > ROOM)
		names->count = ROOM;
}

/* Interfaces come while we listen: an index that is new is worth a question, one only. */
const char *ifnames_find(void *context, uint32_t index)
{
	struct ifnames *names = context;
	const char *name = find(names, index);

	if (name || index == 0 || index == names->unknown)
		return name;
	ask(names);
	name = find(names, index);
	names->unknown = name ? names->unknown : index;
	return name;
}

void ifnames_free(struct ifnames *names)
{
	free(names->list);
	names->list = NULL;
}
