/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of sniff. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

enum option_id {
#define OPTION(id, letter, name, argument, match, effect, help) OPT_##id,
#include "sniff_options.def"
#undef OPTION
	OPT_COUNT
};

struct option_row;

struct options {
	bool given[OPT_COUNT];
	char **words; /* what remains: the expression; the strings are those of argv */
	int word_count;

	const char *interface;
	const char *read_path;
	const char *write_path;
	const char *filter_path;
	const char *linktype_name;
	const char *names_dir;
	const char *user;
	const char *rotate_time; /* -G and -W, which are refused, by what stands in their place */
	const char *rotate_files;
	const struct option_row *later; /* the first option that is not in this version */

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

/*
 * Read the command line. strict: the first word that is no option ends the options
 * (POSIXLY_CORRECT). 0, or the exit status after one sentence on standard error. options_free() in
 * either case.
 */
int options_parse(struct options *opts, int argc, char **argv, bool strict);
void options_free(struct options *opts);

/* What -h, --help and --version print. */
struct out;
void options_short_help(struct out *out);
void options_help(struct out *out);
void options_version(struct out *out);

/* ---- between the files of the parser -------------------------------------------------------- */

enum effect { FLAG, COUNT, TEXT, ONCE, CALL, NOTHING, LATER, NEVER };
enum match { OLD, NEW };

struct option_row {
	enum option_id id;
	const char *word;     /* what the id is called in sniff_options.def */
	char letter;          /* 0: none */
	const char *name;     /* "": none */
	const char *argument; /* "": none */
	enum match match;
	enum effect effect;
	size_t field; /* FLAG, COUNT, TEXT, ONCE: where in struct options */
	const char *(*call)(struct options *, const char *); /* CALL: NULL, or what is wrong */
	const char *help;
};

extern const struct option_row option_rows[OPT_COUNT];

/* The known option that an unknown one resembles most, or NULL. */
const struct option_row *nearest_option(const char *name, size_t len);
const struct option_row *nearest_letter(char letter);
/* The option without a long name that sniff_options.def calls so (-r: read), or NULL. */
const struct option_row *option_called(const char *word, size_t len);
/* "-i" or "--for", as the user would write it; buf holds the text. */
const char *option_text(const struct option_row *row, char *buf, size_t len);
/* Options that cannot go together, values that cannot be meant: 0, or the exit status. */
int options_check(struct options *opts);

#endif
