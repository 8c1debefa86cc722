/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts(5), ethers(5), networks(5), services(5), protocols(5): a line each, blanks between the
 * fields, '#' begins a comment. A file that is missing or cannot be read knows no names; a line
 * that makes no sense is passed over. Names are compared without regard to case. Without memory to
 * read a file to its end there is no answer: FLT_E_NOMEM. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "resolver.h"

#define DEFAULT_FOLDER "/etc"
#define PATH_BYTES     4096

/* ---- lines and fields ----------------------------------------------------------------- */

struct reader {
	FILE *file;
	char *line; /* the current one, cut into fields */
	size_t capacity;
	char *rest;  /* of the line */
	bool failed; /* no memory */
};

static bool reader_open(struct reader *reader, const char *folder, const char *name)
{
	char path[PATH_BYTES];
	int len = snprintf(path, sizeof(path), "%s/%s", folder ? folder : DEFAULT_FOLDER, name);

	*reader = (struct reader){ NULL, NULL, 0, NULL, false };
	if (len <= 0 || (size_t)len >= sizeof(path))
		return false;
	reader->file = fopen(path, "re");
	reader->failed = !reader->file && errno == ENOMEM;
	return reader->file != NULL;
}

/* What the callback returns, if all that had to be read was read. */
static int reader_close(struct reader *reader, uint32_t found)
{
	if (reader->file)
		fclose(reader->file);
	free(reader->line);
	return reader->failed ? FLT_E_NOMEM : (int)found;
}

/* The next field of the line, NULL at its end. */
static const char *next_field(struct reader *reader)
{
	char *field = reader->rest + strspn(reader->rest, " \t\r");

	if (!*field)
		return NULL;
	reader->rest = field + strcspn(field, " \t\r");
	if (*reader->rest)
		*reader->rest++ = '\0';
	return field;
}

/* The next line that has a field: its first one, NULL at the end of the file. */
static const char *next_line(struct reader *reader)
{
	for (;;) {
		errno = 0;
		if (getline(&reader->line, &reader->capacity, reader->file) < 0)
			break;
		reader->line[strcspn(reader->line, "#\n")] = '\0';
		reader->rest = reader->line;
		const char *first = next_field(reader);
		if (first)
			return first;
	}
	reader->failed = errno == ENOMEM;
	return NULL;
}

/* Is the name among the fields that are left? */
static bool rest_has(struct reader *reader, const char *name)
{
	for (const char *field = next_field(reader); field; field = next_field(reader))
		if (strcasecmp(field, name) == 0)
			return true;
	return false;
}

/* ---- numbers -------------------------------------------------------------------------- */

static bool decimal(const char *text, uint32_t most, uint32_t *value, const char **end)
{
	const char *at = text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++) {
		*value = *value * 10 + (uint32_t)(*at - '0');
		if (*value > most)
			return false;
	}
	*end = at;
	return at != text;
}

static bool parse_address(const char *text, struct flt_address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = strchr(text, ':') ? 6 : 4;
	return inet_pton(address->family == 6 ? AF_INET6 : AF_INET, text, address->bytes) == 1;
}

static bool parse_ether(const char *text, uint8_t address[6])
{
	for (int i = 0; i < 6; i++) {
		char *end;
		if (!strchr("0123456789abcdefABCDEF", *text) || !*text)
			return false;
		unsigned long byte = strtoul(text, &end, 16);
		if (end - text > 2 || *end != (i < 5 ? ':' : '\0'))
			return false;
		address[i] = (uint8_t)byte;
		text = end + 1;
	}
	return true;
}

/* "10.1" or "10.1.0.0": left-aligned. */
static bool parse_network(const char *text, uint32_t *net)
{
	*net = 0;
	for (int shift = 24; shift >= 0; shift -= 8) {
		uint32_t part;
		if (!decimal(text, 255, &part, &text))
			return false;
		*net |= part << shift;
		if (!*text)
			return true;
		if (*text++ != '.')
			return false;
	}
	return false;
}

/* "53/tcp". */
static bool parse_service(const char *text, struct flt_service *service)
{
	static const struct {
		char name[5];
		uint8_t number;
	} known[] = { { "tcp", 6 }, { "udp", 17 }, { "sctp", 132 } };
	uint32_t port;

	if (!text || !decimal(text, 65535, &port, &text) || *text++ != '/')
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(text, known[i].name) != 0)
			continue;
		*service = (struct flt_service){ (uint16_t)port, known[i].number, 0 };
		return true;
	}
	return false;
}

/* ---- the callbacks -------------------------------------------------------------------- */

int flt__files_host(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	struct reader reader;
	uint32_t count = 0;

	if (reader_open(&reader, context, "hosts")) {
		for (const char *first = next_line(&reader); first; first = next_line(&reader)) {
			struct flt_address address;
			if (!parse_address(first, &address) || !rest_has(&reader, name))
				continue;
			if (count < max)
				list[count] = address;
			count++;
		}
	}
	return reader_close(&reader, count);
}

int flt__files_ether(void *context, const char *name, uint8_t address[6])
{
	struct reader reader;
	bool found = false;

	if (reader_open(&reader, context, "ethers")) {
		for (const char *first; !found && (first = next_line(&reader));)
			found = parse_ether(first, address) && rest_has(&reader, name);
	}
	return reader_close(&reader, found);
}

int flt__files_network(void *context, const char *name, uint32_t *net)
{
	struct reader reader;
	bool found = false;

	if (reader_open(&reader, context, "networks")) {
		for (const char *first; !found && (first = next_line(&reader));) {
			bool named = strcasecmp(first, name) == 0;
			const char *number = next_field(&reader);
			found = number && parse_network(number, net) &&
				(named || rest_has(&reader, name));
		}
	}
	return reader_close(&reader, found);
}

int flt__files_service(void *context, const char *name, struct flt_service *list, uint32_t max)
{
	struct reader reader;
	uint32_t count = 0;

	if (reader_open(&reader, context, "services")) {
		for (const char *first = next_line(&reader); first; first = next_line(&reader)) {
			bool named = strcasecmp(first, name) == 0;
			struct flt_service service;
			if (!parse_service(next_field(&reader), &service) ||
			    (!named && !rest_has(&reader, name)))
				continue;
			if (count < max)
				list[count] = service;
			count++;
		}
	}
	int known = reader_close(&reader, count);
	return known ? known : flt__table_service(name, list, max);
}

int flt__files_protocol(void *context, const char *name, uint32_t *number)
{
	struct reader reader;
	bool found = false;

	if (reader_open(&reader, context, "protocols")) {
		for (const char *first; !found && (first = next_line(&reader));) {
			bool named = strcasecmp(first, name) == 0;
			const char *text = next_field(&reader), *end;
			found = text && decimal(text, 255, number, &end) && !*end &&
				(named || rest_has(&reader, name));
		}
	}
	int known = reader_close(&reader, found);
	return known ? known : flt__table_protocol(name, number);
}

const struct flt_resolver *flt_resolver_files(void)
{
	static const struct flt_resolver files = {
		.size = sizeof(files),
		.host = flt__files_host,
		.ether = flt__files_ether,
		.network = flt__files_network,
		.service = flt__files_service,
		.protocol = flt__files_protocol,
	};

	return &files;
}
