/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "option_row.h"

bool synopsis_has(const char *synopsis, const char *word)
{
	const char *at = synopsis + strspn(synopsis, SYNOPSIS_MARKS);

	while (*at) {
		size_t len = strcspn(at, SYNOPSIS_MARKS);

		if (len == strlen(word) && memcmp(at, word, len) == 0)
			return true;
		at += len;
		at += strspn(at, SYNOPSIS_MARKS);
	}
	return false;
}

bool option_is_taken(const struct option_table *table, const struct option_row *row)
{
	return !table->synopsis || row->effect == STOP || synopsis_has(table->synopsis, row->name);
}

bool option_is_optional(const struct option_row *row)
{
	return row->argument[0] == '[';
}

const char *option_text(const struct option_row *row, char text[OPTION_TEXT_ROOM])
{
	if (row->letter)
		snprintf(text, OPTION_TEXT_ROOM, "-%c", row->letter);
	else
		snprintf(text, OPTION_TEXT_ROOM, "--%s", row->name);
	return text;
}
