/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of sniff. */
#ifndef SNIFF_OPTIONS_H
#define SNIFF_OPTIONS_H

#include "option_row.h"

enum option_id {
#define OPTION(id, letter, name, argument, match, effect, help) OPT_##id,
#include "sniff_options.def"
#undef OPTION
	OPT_COUNT
};

struct options {
	const char *given[OPT_COUNT]; /* the last value, "" for an option without */
	char **words; /* what remains: the expression; the strings are those of argv */
	int word_count;

	const char *interface;
	const char *read_path;
	const char *write_path;
	const char *filter_path;
	const char *linktype_name;
	const char *names_dir;
	const char *user;

	uint64_t max_packets;  /* 0: no limit */
	uint64_t run_for_ns;   /* 0: no limit */
	uint64_t buffer_bytes; /* 0: the default */
	uint32_t snaplen;      /* 0: the default */
	uint32_t direction;    /* FLT_DIRECTION_* */
	uint32_t linktype;     /* of -y, 0: not given */

	unsigned numeric;
	unsigned verbose;
	unsigned hex;
	unsigned hex_text;
	unsigned text;
	unsigned time_style;
	unsigned dump;

	bool list_interfaces;
	bool list_linktypes;
	bool list_clocks;
	bool count_only;
	bool no_promisc;
	bool resolve;
	bool no_domains;
	bool link_header;
	bool join_lines;
	bool quiet;
	bool nano;
	bool number;
	bool absolute_seq;
	bool no_checksums;
	bool line_buffered;
	bool packet_buffered;
	bool print_too;
	bool immediate;
	bool no_optimize;
	bool allow_empty;
	bool version;
	bool short_help;
	bool help;
};

extern const struct option_table option_table;

/*
 * Read the command line. strict: the first word that is no option ends the options
 * (POSIXLY_CORRECT). 0, or the exit status after one sentence on standard error.
 */
int options_parse(struct options *opts, int argc, char **argv, bool strict);

#endif
