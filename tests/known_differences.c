/* SPDX-License-Identifier: BSD-2-Clause */
#include "known_differences.h"

#include <stdio.h>
#include <string.h>

#define SUBJECT_BYTES 8192u

static const char *const how_names[] = { "value", "we-refuse", "we-take" };

const char *how_name(enum how how)
{
	return how_names[how];
}

/* One that matches whole words only; * is any. */
static bool compile_whole(regex_t *compiled, const char *pattern)
{
	char whole[128];

	snprintf(whole, sizeof(whole), "^(%s)$", strcmp(pattern, "*") == 0 ? ".*" : pattern);
	return regcomp(compiled, whole, REG_EXTENDED | REG_NOSUB) == 0;
}

/* Link type, what differs, expression, reason; tabs between them. */
static bool read_row(struct known_differences *known, char *line)
{
	struct known *row = &known->rows[known->count];
	char *rest = line;
	const char *linktype = strsep(&rest, "\t"), *how = strsep(&rest, "\t");
	const char *expression = strsep(&rest, "\t");

	if (!expression || !rest || known->count == KNOWN_MAX)
		return false;
	snprintf(row->linktypes, sizeof(row->linktypes), "%s", linktype);
	snprintf(row->text, sizeof(row->text), "%s", expression);
	for (size_t i = 0; i < sizeof(how_names) / sizeof(how_names[0]); i++) {
		if (strcmp(how_names[i], how) != 0)
			continue;
		row->how = (enum how)i;
		known->count++;
		return compile_whole(&row->linktype, linktype) &&
		       regcomp(&row->expression, expression, REG_EXTENDED | REG_NOSUB) == 0;
	}
	return false;
}

bool known_differences_read(struct known_differences *known, const char *folder)
{
	char path[4096], line[1024];
	bool ok = true;

	snprintf(path, sizeof(path), "%s/tests/differences.patterns", folder);
	FILE *from = fopen(path, "r");
	while (from && ok && fgets(line, sizeof(line), from)) {
		ok = *line == '#' || *line == '\n' || read_row(known, line);
		if (!ok)
			printf("%s: link type, what, expression, reason: %s", path, line);
	}
	if (from)
		fclose(from);
	else
		printf("%s: not there\n", path);
	return from && ok;
}

bool known_differences_explain(struct known_differences *known, const char *linktype, enum how how,
			       const char *expression, const char *what)
{
	char subject[SUBJECT_BYTES];

	snprintf(subject, sizeof(subject), "%s => %s", expression, what);
	for (uint32_t i = 0; i < known->count; i++) {
		struct known *row = &known->rows[i];
		if (row->how != how || regexec(&row->linktype, linktype, 0, NULL, 0) != 0 ||
		    regexec(&row->expression, subject, 0, NULL, 0) != 0)
			continue;
		row->seen++;
		return true;
	}
	return false;
}

uint32_t known_differences_print(const struct known_differences *known)
{
	uint32_t unused = 0;

	for (uint32_t i = 0; i < known->count; i++) {
		const struct known *row = &known->rows[i];
		printf("%6u %s\t%s\t%s%s\n", row->seen, row->linktypes, how_names[row->how],
		       row->text, row->seen ? "" : "\tis of no use");
		unused += !row->seen;
	}
	return unused;
}

void known_differences_free(struct known_differences *known)
{
	for (uint32_t i = 0; i < known->count; i++) {
		regfree(&known->rows[i].linktype);
		regfree(&known->rows[i].expression);
	}
}
