/* SPDX-License-Identifier: BSD-2-Clause */
/* What the options of a command line, or the fields of a batch request, say: words to numbers. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>

#include "libfilter.h"

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

void request_init(struct request *req);
/* Of a struct request. False: why says in one sentence what is wrong. */
bool request_linktype(void *request, const char *word, char *why, size_t why_len);
bool request_snaplen(void *request, const char *word, char *why, size_t why_len);
bool request_netmask(void *request, const char *word, char *why, size_t why_len);
bool request_dialect(void *request, const char *word, char *why, size_t why_len);
bool request_format(void *request, const char *word, char *why, size_t why_len);
bool request_engine(void *request, const char *word, char *why, size_t why_len);
bool request_passes(void *request, const char *word, char *why, size_t why_len);
bool request_names(void *request, const char *word, char *why, size_t why_len);
bool request_packet(void *request, const char *word, char *why, size_t why_len);
bool request_only(void *request, const char *word, char *why, size_t why_len);

/* A word that an option takes. */
struct word {
	const char *argument; /* of the option */
	const char *word;
	int value;
	const char *help;
};

/* Up to a row without a name. */
extern const struct word word_rows[];

#endif
