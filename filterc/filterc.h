/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter workbench: what its commands share. */
#ifndef FILTERC_H
#define FILTERC_H

#include <stdbool.h>
#include <stdio.h>

#include "libfilter.h"

/* What the options of a command line, or the fields of a batch request, say. */
struct request {
	struct flt_compile_opts opts;
	/* with --names: read this directory instead of /etc and DNS */
	struct flt_resolver names;
	enum flt_format format;
	enum flt_engine engine;
	bool passes;              /* --passes: show the code between them */
	bool stats;               /* --stats */
	const char *expression;   /* compile: the words joined; run: -x */
	const char *program_path; /* run: -p; check */
	const char *savefile;     /* -r */
	uint32_t packet;          /* -n, counted from 1; 0: not given */
};

/* ---- request.c: words to numbers, each with one sentence on stderr when it is wrong -------- */

void request_init(struct request *req);
/* False: what is wrong has been said. */
bool request_linktype(struct request *req, const char *word, char *why, size_t why_len);
bool request_snaplen(struct request *req, const char *word, char *why, size_t why_len);
bool request_netmask(struct request *req, const char *word, char *why, size_t why_len);
bool request_dialect(struct request *req, const char *word, char *why, size_t why_len);
bool request_format(struct request *req, const char *word, char *why, size_t why_len);
bool request_engine(struct request *req, const char *word, char *why, size_t why_len);
bool request_passes(struct request *req, const char *word, char *why, size_t why_len);
bool request_names(struct request *req, const char *word, char *why, size_t why_len);
bool request_packet(struct request *req, const char *word, char *why, size_t why_len);
bool request_only(struct request *req, const char *word, char *why, size_t why_len);

/* ---- the commands -------------------------------------------------------------------------- */

#define COMMAND(name, synopsis, help) int command_##name(struct request *req);
#include "commands.def"
#undef COMMAND

/* ---- common.c ------------------------------------------------------------------------------ */

#define NO_CLAUSE 0xffffffffu

/* The clause of the list that these bytes of the text are in: its number, or NO_CLAUSE. */
uint32_t find_clause(const struct flt_clause *list, uint32_t count, uint64_t offset,
		     uint64_t length);
/* Say why no packet can match, if that is so. */
void say_if_empty(const struct flt_program *prog, const char *expr);
/* Read a program in -ddd form; NULL: what is wrong has been said, *status is set. */
struct flt_program *read_program(const char *path, uint32_t linktype, int *status);
/* A program as text, a graph with the clauses of expr. False: no memory. */
bool print_program(const struct flt_program *prog, enum flt_format format, const char *expr);
/* Words of an expression on standard output, on one line, as a terminal may have them. Returns the
 * bytes written. */
size_t put_words(const char *text, size_t len);
#define OUTPUT_WIDTH 80
/* Lines of at most `width` columns, the second and later ones indented. */
struct column {
	int indent;
	int width;
};
/* As put_words(), from column `at` on, broken between words. The column where it ends. */
int put_wrapped(const char *text, size_t len, const struct column *col, int at);
/* The same for a note, which is broken before its `and`, or before an operator. */
int put_note(const char *note, const struct column *col, int at);
/* A JSON string on standard output; "insns": and the program's. */
void put_json_text(const char *text);
void put_json_insns(const struct flt_program *prog);
/* The clauses of an expression that has been compiled, to be freed, and one row more. False: no
 * memory. */
bool list_clauses(const char *expr, const struct flt_compile_opts *opts, struct flt_clause **list,
		  uint32_t *count);
/* At the very end: hand over what was printed, and see that all of it was taken; a reader that has
 * gone away is no error. The status to end with. */
int finish_output(int status);

/* ---- stats.c ------------------------------------------------------------------------------- */

struct stats {
	struct flt_compile_stats compile;
	uint64_t microseconds; /* that flt_compile() took */
	bool has_capture;
	uint64_t packets, matches;
	uint64_t skipped;  /* packets of another link type than the program's */
	uint64_t executed; /* instructions, by all packets */
	uint32_t most;     /* by one */
};

/* Count over all packets. False: the savefile is damaged; what was good is counted. */
bool stats_run(struct stats *stats, const struct flt_program *prog, struct flt_source *src,
	       struct flt_error *err);
void stats_print(FILE *to, const struct stats *stats, const struct flt_program *prog);
/* On standard output: {"insns":..., "stats":{...}}. */
void stats_print_json(const struct stats *stats, const struct flt_program *prog);

/* ---- kernel.c ------------------------------------------------------------------------------ */

/* Sockets that let the kernel run a program. */
struct kernel;

/* Does the kernel run the program? FLT_OK, or err says why not. */
int kernel_takes(const struct flt_program *prog, struct flt_error *err);
struct kernel *kernel_open(const struct flt_program *prog, struct flt_error *err);
/* What the kernel's program returns for the packet. */
int kernel_run(struct kernel *k, const uint8_t *bytes, uint32_t caplen, uint32_t *value,
	       struct flt_error *err);
void kernel_close(struct kernel *k);

#endif
