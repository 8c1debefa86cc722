/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "distance.h"
#include "filterc_options.h"
#include "request.h"

const struct command command_rows[] = {
#define COMMAND(name, synopsis, help)                                                              \
	{ #name, synopsis, help, "filterc " #name " -h", command_##name },
#include "commands.def"
#undef COMMAND
	{ NULL, NULL, NULL, NULL, NULL },
};

#define OPTION_VALUES struct request
#define OPTION        OPTION_ROW

static const struct option_row rows[OPT_COUNT] = {
#include "filterc_options.def"
};

#undef OPTION

const struct option_table option_table = { .rows = rows, .count = OPT_COUNT };

const struct command *find_command(const char *name)
{
	for (const struct command *row = command_rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const struct command *near_command(const char *word)
{
	const struct command *best = NULL;
	size_t len = strlen(word);
	/* only what is nearer resembles it */
	unsigned best_distance = len < 4 ? 2 : (unsigned)len / 2 + 1;

	for (const struct command *row = command_rows; len <= DISTANCE_MOST && row->name; row++) {
		unsigned distance = edit_distance(word, len, row->name, strlen(row->name));

		if (distance >= best_distance)
			continue;
		best = row;
		best_distance = distance;
	}
	return best;
}

int read_options(const struct command *command, struct command_line *line, struct request *req,
		 int argc, char **argv)
{
	*line = (struct command_line){
		.table = option_table,
		.values = req,
		.help = command->lists_options,
		.command = command->name,
		.strict = getenv("POSIXLY_CORRECT") != NULL,
	};
	line->table.synopsis = command->synopsis;
	return options_read(line, argc, argv);
}
