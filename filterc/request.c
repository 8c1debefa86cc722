/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the command line and of batch requests to numbers. */
#include "filterc.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Parentheses inside each other: the library's default is for threads with small stacks, and
 * this is the main one. */
#define NESTING_MAX   2000
#define NESTING_BYTES 1024               /* more stack than a level takes */

struct word {
	const char *word;
	int value;
};

static const struct word formats[] = {
	{ "text", FLT_FORMAT_TEXT }, { "c", FLT_FORMAT_C },       { "ddd", FLT_FORMAT_DECIMAL },
	{ "asm", FLT_FORMAT_ASM },   { "json", FLT_FORMAT_JSON }, { "dot", FLT_FORMAT_DOT },
	{ NULL, 0 },
};

static const struct word engines[] = {
	{ "interp", FLT_ENGINE_INTERP }, { "jit", FLT_ENGINE_JIT }, { "kernel", FLT_ENGINE_KERNEL },
	{ NULL, 0 },
};

static uint32_t nesting_limit(void)
{
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) < 0 || stack.rlim_cur >= NESTING_MAX * NESTING_BYTES)
		return NESTING_MAX;
	return stack.rlim_cur < NESTING_BYTES ? 1 : (uint32_t)(stack.rlim_cur / NESTING_BYTES);
}

void request_init(struct request *req)
{
	memset(req, 0, sizeof(*req));
	req->opts.size = sizeof(req->opts);
	req->opts.max_nesting = nesting_limit();
	req->opts.flags = FLT_COMPILE_FILES;
	req->opts.resolver = flt_resolver_dns();
}

static const struct word *find_word(const struct word *table, const char *word)
{
	while (table->word && strcmp(table->word, word) != 0)
		table++;
	return table->word ? table : NULL;
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

bool request_linktype(struct request *req, const char *word, char *why, size_t why_len)
{
	int64_t linktype = flt_linktype_find(word);

	if (linktype < 0) {
		const char *near = flt_linktype_nearest(word);
		if (near)
			snprintf(why, why_len, "unknown link type '%.80s'; did you mean '%s'?",
				 word, near);
		else
			snprintf(why, why_len,
				 "unknown link type '%.80s'; names are as EN10MB or RAW", word);
		return false;
	}
	req->opts.linktype = (uint32_t)linktype;
	return true;
}

bool request_snaplen(struct request *req, const char *word, char *why, size_t why_len)
{
	if (!read_number(word, INT32_MAX, &req->opts.snaplen)) {
		snprintf(why, why_len, "snaplen '%s' is not a number of bytes up to 2147483647",
			 word);
		return false;
	}
	return true;
}

bool request_netmask(struct request *req, const char *word, char *why, size_t why_len)
{
	struct in_addr quad;

	if (inet_pton(AF_INET, word, &quad) == 1) {
		req->opts.netmask = ntohl(quad.s_addr);
	} else if (!read_number(word, UINT32_MAX, &req->opts.netmask)) {
		snprintf(why, why_len,
			 "netmask '%s' is neither like 255.255.255.0 nor like 0xffffff00", word);
		return false;
	}
	req->opts.flags |= FLT_COMPILE_NETMASK;
	return true;
}

bool request_dialect(struct request *req, const char *word, char *why, size_t why_len)
{
	if (strcmp(word, "pcap") != 0) {
		snprintf(why, why_len, "unknown dialect '%s'; this version has: pcap", word);
		return false;
	}
	req->opts.dialect = FLT_DIALECT_PCAP;
	return true;
}

bool request_format(struct request *req, const char *word, char *why, size_t why_len)
{
	const struct word *row = find_word(formats, word);

	if (!row) {
		snprintf(why, why_len,
			 "unknown format '%s'; there are text, c, ddd, asm, json and dot", word);
		return false;
	}
	req->format = (enum flt_format)row->value;
	return true;
}

bool request_engine(struct request *req, const char *word, char *why, size_t why_len)
{
	const struct word *row = find_word(engines, word);

	if (!row) {
		snprintf(why, why_len, "unknown engine '%s'; there are interp and kernel", word);
		return false;
	}
	if (row->value == FLT_ENGINE_JIT) {
		snprintf(why, why_len,
			 "native code (-e jit) is not in this version; use -e interp or -e kernel");
		return false;
	}
	req->engine = (enum flt_engine)row->value;
	return true;
}

bool request_names(struct request *req, const char *word, char *why, size_t why_len)
{
	if (!*word) {
		snprintf(why, why_len, "--names wants a folder");
		return false;
	}
	DIR *folder = opendir(word);
	if (!folder) {
		snprintf(why, why_len, "--names %s: %s", word, strerror(errno));
		return false;
	}
	closedir(folder);
	req->names = *flt_resolver_files();
	req->names.context = (void *)(uintptr_t)word;
	req->opts.resolver = &req->names;
	return true;
}

/* Which letters there are is the library's to know. */
bool request_only(struct request *req, const char *word, char *why, size_t why_len)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .passes = word };
	struct flt_program *prog = NULL;
	struct flt_error err;

	if (flt_compile(&prog, "", 0, &opts, &err) < 0) {
		snprintf(why, why_len, "--only %.40s: %s", word, err.message);
		return false;
	}
	flt_program_unref(prog);
	req->opts.passes = word;
	return true;
}
