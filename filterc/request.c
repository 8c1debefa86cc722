/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the command line and of batch requests to numbers. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "request.h"

const struct word word_rows[] = {
#define WORD(argument, word, value, help) { argument, word, value, help },
#include "words.def"
#undef WORD
	{ NULL, NULL, 0, NULL },
};

void request_init(struct request *req)
{
	memset(req, 0, sizeof(*req));
	req->opts.size = sizeof(req->opts);
	req->opts.max_nesting = nesting_limit();
	req->opts.flags = FLT_COMPILE_FILES;
	req->opts.resolver = flt_resolver_dns();
}

/* The value of a word that the argument may be; -1: there is no such word, `why` says it. */
static int read_word(const char *argument, const char *what, const char *word, char *why,
		     size_t why_len)
{
	const struct word *row = word_rows;

	while (row->argument && (strcmp(row->argument, argument) || strcmp(row->word, word)))
		row++;
	if (row->argument)
		return row->value;
	int used = snprintf(why, why_len, "unknown %s '%.80s'; write one of:", what, word);
	for (row = word_rows; row->argument; row++)
		if (strcmp(row->argument, argument) == 0)
			used += snprintf(why + used, why_len - (size_t)used, " %s", row->word);
	return -1;
}

/* A whole word that is a number of C, at most max. */
static bool read_number(const char *word, uint32_t max, uint32_t *number)
{
	char *end;

	if (*word < '0' || *word > '9')
		return false;
	errno = 0;
	unsigned long long value = strtoull(word, &end, 0);
	if (errno || *end || value > max)
		return false;
	*number = (uint32_t)value;
	return true;
}

bool request_linktype(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;
	int64_t linktype = flt_linktype_find(word);

	if (linktype < 0) {
		const char *near = flt_linktype_nearest(word);
		if (near)
			snprintf(why, why_len, "unknown link type '%.80s'; did you mean '%s'?",
				 word, near);
		else
			snprintf(why, why_len,
				 "unknown link type '%.80s'; filterc linktypes lists them", word);
		return false;
	}
	req->opts.linktype = (uint32_t)linktype;
	return true;
}

bool request_snaplen(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;

	if (!read_number(word, INT32_MAX, &req->opts.snaplen)) {
		snprintf(why, why_len,
			 "snaplen '%s' is not a number of bytes; write one from 0 to 2147483647",
			 word);
		return false;
	}
	return true;
}

bool request_netmask(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;
	struct in_addr quad;

	if (inet_pton(AF_INET, word, &quad) == 1) {
		req->opts.netmask = ntohl(quad.s_addr);
	} else if (!read_number(word, UINT32_MAX, &req->opts.netmask)) {
		snprintf(why, why_len,
			 "'%s' is not a netmask; write it as 255.255.255.0 or 0xffffff00", word);
		return false;
	}
	req->opts.flags |= FLT_COMPILE_NETMASK;
	return true;
}

bool request_packet(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;

	if (read_number(word, UINT32_MAX, &req->packet) && req->packet)
		return true;
	snprintf(why, why_len, "'%s' is not a packet number; write one from 1 to 4294967295", word);
	return false;
}

bool request_dialect(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;
	int value = read_word("DIALECT", "dialect", word, why, why_len);

	req->opts.dialect = (uint32_t)value;
	return value >= 0;
}

bool request_format(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;
	int value = read_word("FORMAT", "format", word, why, why_len);

	req->format = (enum flt_format)value;
	return value >= 0;
}

bool request_engine(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;

	if (strcmp(word, "jit") == 0) {
		snprintf(why, why_len,
			 "native code (-e jit) is not in this version; use -e interp or -e kernel");
		return false;
	}
	int value = read_word("ENGINE", "engine", word, why, why_len);

	req->engine = (enum flt_engine)value;
	return value >= 0;
}

/* The word may be missing. */
bool request_passes(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;

	(void)why, (void)why_len;
	req->passes = true;
	req->opts.trace_letters = word;
	return true;
}

bool request_names(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;

	if (!*word) {
		snprintf(why, why_len, "--names needs a directory");
		return false;
	}
	int reason = directory_resolver(word, &req->names);
	if (reason) {
		snprintf(why, why_len, "--names %s: %s", word, strerror(reason));
		return false;
	}
	req->opts.resolver = &req->names;
	return true;
}

/* Which letters there are is the library's to know. */
bool request_only(void *request, const char *word, char *why, size_t why_len)
{
	struct request *req = request;
	struct flt_compile_opts opts = { .size = sizeof(opts), .passes = word };
	struct flt_program *prog = NULL;
	struct flt_error err;

	/* without the memory to know, the expression will be refused for that */
	if (flt_compile(&prog, "", 0, &opts, &err) < 0 && err.code != FLT_E_NOMEM) {
		snprintf(why, why_len, "--only %.40s: %s", word, err.message);
		return false;
	}
	flt_program_unref(prog);
	req->opts.passes = word;
	return true;
}
