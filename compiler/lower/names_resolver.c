/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts, MAC addresses, networks, ports: what the resolver is asked. names_table.c has the rest. */
#include "names.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hint.h"
#include "quote.h"
#include "resolver.h"
#include "suggest.h"

#define FIRST_TRY     16u /* addresses; a host with more is asked for again */
#define ADDRESSES_MAX 65536u
#define PORT_MAX      65535u

#define IPPROTO_NUMBER_TCP  6u
#define IPPROTO_NUMBER_UDP  17u
#define IPPROTO_NUMBER_SCTP 132u

#define SHORTEST_WORD 4u /* names of hosts are near to shorter ones by accident */

/* What names may be mixed up with. */
static struct suggestion suggest(const struct compile *c, struct span span,
				 void (*try_names)(struct nearest *near))
{
	struct nearest near;
	const char *bytes = flt__span_bytes(c, span);
	bool escaped = span.len > 1 && *bytes == '\\';

	flt__nearest_begin(&near, bytes + escaped, span.len - escaped);
	if (try_names)
		try_names(&near);
	if (!escaped && (try_names || span.len >= SHORTEST_WORD))
		flt__words_try(&near, false);
	return flt__nearest_text(&near);
}

/* `1.2.3.4.5`, `1.2.3.`: digits and dots alone. */
static bool looks_like_address(const struct compile *c, struct span span)
{
	const char *text = flt__span_bytes(c, span);
	uint32_t dots = 0;

	for (uint32_t i = 0; i < span.len; i++) {
		if (text[i] != '.' && (text[i] < '0' || text[i] > '9'))
			return false;
		dots += text[i] == '.';
	}
	return dots > 0;
}

/* `host a or b`: b follows no word that says what it is. */
static bool is_bare(const struct compile *c, struct span span)
{
	struct span_place place = flt__span_place(c, span);
	const char *text = place.text;
	uint32_t end = place.at;

	while (end > 0 && strchr(" \t\r\n(!", text[end - 1]))
		end--;
	return (end >= 3 && memcmp(text + end - 3, "and", 3) == 0) ||
	       (end >= 2 && memcmp(text + end - 2, "or", 2) == 0) ||
	       (end >= 3 && memcmp(text + end - 3, "not", 3) == 0) ||
	       (end >= 1 && strchr("&|", text[end - 1]));
}

/* Unknown (0), or the resolver itself failed (negative). */
static bool unknown(struct compile *c, struct span span, const char *what, int code,
		    void (*try_names)(struct nearest *near))
{
	struct quote quote = flt__quote(c, span);
	struct hint hint = { "" };

	if (code == FLT_E_NOMEM)
		return COMPILE_FAIL(c, code, span, "out of memory while looking up the %s name %s",
				    what, quote.text);
	if (code < 0)
		return COMPILE_FAIL(c, code, span, "the %s name %s could not be looked up", what,
				    quote.text);
	if (strcmp(what, "host") == 0 && looks_like_address(c, span))
		return COMPILE_FAIL(c, FLT_E_NAME, span,
				    "unknown %s %s; an IPv4 address has four parts from 0 to 255",
				    what, quote.text);
	if (strcmp(what, "port") == 0)
		hint = flt__hint_port(c, span);
	if ((strcmp(what, "host") == 0 && is_bare(c, span)) || strcmp(what, "IP protocol") == 0)
		hint = flt__hint_host(c, span);
	if (!*hint.text && (strcmp(what, "host") == 0 || strcmp(what, "network") == 0))
		hint = flt__hint_addresses(c, span);
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown %s %s%s", what, quote.text,
			    *hint.text ? hint.text : suggest(c, span, try_names).text);
}

/* ---- hosts ---------------------------------------------------------------------------- */

static bool same_address(const struct flt_address *a, const struct flt_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, a->family == 4 ? 4 : 16) == 0;
}

/* Append those of a family that are not there yet. */
static uint32_t gather(struct flt_address *to, uint32_t count, const struct flt_address *from,
		       uint32_t from_count, uint32_t family)
{
	for (uint32_t i = 0; i < from_count; i++) {
		bool is_new = from[i].family == family;
		for (uint32_t j = 0; j < count && is_new; j++)
			is_new = !same_address(&to[j], &from[i]);
		if (is_new)
			to[count++] = from[i];
	}
	return count;
}

/* A name that is an address after all: it was written with a backslash. */
static bool numeric_host(const char *name, struct flt_address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = strchr(name, ':') ? 6 : 4;
	return inet_pton(address->family == 6 ? AF_INET6 : AF_INET, name, address->bytes) == 1;
}

static bool store_hosts(struct compile *c, const struct flt_address *found, uint32_t found_count,
			const struct flt_address **list, uint32_t *count)
{
	struct flt_address *sorted = flt__arena_array(&c->arena, found_count, sizeof(*sorted));

	if (!sorted)
		return false;
	*count = gather(sorted, 0, found, found_count, 4);
	*count = gather(sorted, *count, found, found_count, 6);
	*list = sorted;
	return true;
}

bool flt__name_hosts(struct compile *c, const char *name, struct span span,
		     const struct flt_address **list, uint32_t *count)
{
	struct flt_address first[FIRST_TRY];
	int found = numeric_host(name, first) ? 1 : 0;

	if (!found && c->names->host)
		found = c->names->host(c->names->context, name, first, FIRST_TRY);
	if (found <= 0)
		return unknown(c, span, "host", found, NULL);
	if ((uint32_t)found <= FIRST_TRY)
		return store_hosts(c, first, (uint32_t)found, list, count);
	uint32_t max = (uint32_t)found < ADDRESSES_MAX ? (uint32_t)found : ADDRESSES_MAX;
	struct flt_address *all = flt__arena_array(&c->arena, max, sizeof(*all));
	found = all ? c->names->host(c->names->context, name, all, max) : FLT_E_NOMEM;
	if (found <= 0)
		return unknown(c, span, "host", found, NULL);
	return store_hosts(c, all, (uint32_t)found < max ? (uint32_t)found : max, list, count);
}

bool flt__name_ether(struct compile *c, const char *name, struct span span, uint8_t mac[6])
{
	int found = flt__lex_mac(name, strlen(name), mac);

	if (!found && c->names->ether)
		found = c->names->ether(c->names->context, name, mac);
	return found > 0 || unknown(c, span, "Ethernet host", found, NULL);
}

bool flt__name_network(struct compile *c, const char *name, struct span span, uint32_t *net)
{
	int found = c->names->network ? c->names->network(c->names->context, name, net) : 0;

	return found > 0 || unknown(c, span, "network", found, NULL);
}

/* ---- ports ---------------------------------------------------------------------------- */

/* One end of a range, or a port. */
struct end {
	struct quote word; /* as it was written */
	uint32_t port;     /* more than 65535: a number that is no port */
	uint8_t protocol;  /* 0: any */
};

static const char *protocol_word(uint8_t protocol)
{
	return protocol == IPPROTO_NUMBER_TCP ? "tcp" :
	       protocol == IPPROTO_NUMBER_UDP ? "udp" :
						"sctp";
}

static bool port_number(const char *text, uint32_t *port)
{
	char *rest;

	if (*text < '0' || *text > '9')
		return false;
	unsigned long long number = strtoull(text, &rest, 0);
	*port = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	return !*rest;
}

/* Which of the services is meant. */
static void choose(struct end *end, const struct flt_service *list, uint32_t count, uint8_t wanted)
{
	bool same = true, tcp = false;

	end->port = list[0].port;
	end->protocol = list[0].protocol;
	for (uint32_t i = 0; i < count; i++) {
		bool is_tcp = list[i].protocol == IPPROTO_NUMBER_TCP;
		bool is_wanted = wanted && list[i].protocol == wanted;
		if (is_wanted || (list[i].port != end->port && is_tcp && !tcp)) {
			end->port = list[i].port;
			end->protocol = list[i].protocol;
		}
		if (is_wanted)
			return;
		tcp |= is_tcp;
	}
	for (uint32_t i = 0; i < count; i++)
		same &= list[i].port == end->port;
	for (uint32_t i = 0; i < count && same; i++)
		if (list[i].protocol != end->protocol)
			end->protocol = 0;
}

/* 1: found; 0: no such port; negative: the resolver failed. */
static int find_end(const struct compile *c, const char *text, uint8_t wanted, struct end *end)
{
	struct flt_service list[FIRST_TRY];
	int found;

	end->protocol = 0;
	snprintf(end->word.text, sizeof(end->word.text), "'%.40s'", text);
	if (port_number(text, &end->port))
		return 1;
	found = c->names->service ? c->names->service(c->names->context, text, list, FIRST_TRY) : 0;
	if (found <= 0)
		return found;
	choose(end, list, (uint32_t)found < FIRST_TRY ? (uint32_t)found : FIRST_TRY, wanted);
	return 1;
}

static bool check_end(struct compile *c, struct span span, const struct end *end)
{
	if (end->port <= PORT_MAX)
		return true;
	return COMPILE_FAIL(c, FLT_E_MEANING, span, "port number %u is greater than 65535",
			    end->port);
}

static bool check_wanted(struct compile *c, struct span span, const struct end *end, uint8_t wanted)
{
	if (!end->protocol || !wanted || end->protocol == wanted)
		return true;
	return COMPILE_FAIL(c, FLT_E_MEANING, span, "the port name %s belongs to %s, not to %s",
			    end->word.text, protocol_word(end->protocol), protocol_word(wanted));
}

/* `port 80-90`, `port 80..90`: a range of numbers. */
static bool is_range(const char *text)
{
	size_t low = strspn(text, "0123456789");
	size_t between = text[low] == '-' ? 1 : strncmp(text + low, "..", 2) == 0 ? 2 : 0;
	size_t high = strspn(text + low + between, "0123456789");

	return low && between && high && !text[low + between + high];
}

bool flt__name_port(struct compile *c, const char *text, struct span span, uint8_t wanted,
		    struct name_ports *out)
{
	struct end end;
	int found = find_end(c, text, wanted, &end);

	if (found == 0 && is_range(text))
		return COMPILE_FAIL(c, FLT_E_MEANING, span, "'%.20s' is a range of ports%s", text,
				    flt__hint_portrange(c, text).text);
	if (found <= 0)
		return unknown(c, span, "port", found, flt__table_services_try);
	if (!check_end(c, span, &end) || !check_wanted(c, span, &end, wanted))
		return false;
	*out = (struct name_ports){ (uint16_t)end.port, (uint16_t)end.port, end.protocol };
	return true;
}

/* ---- port ranges ---------------------------------------------------------------------- */

/* Names have '-' in them, too: the range was cut at the first, try each (`ftp-data-ftp`), then the
 * whole as one name (`ftp-data`). */
static int find_ends(struct compile *c, const char *low, const char *high, uint8_t wanted,
		     struct end ends[2])
{
	size_t low_len = strlen(low), len = low_len + 1 + strlen(high);
	char *text = flt__arena_alloc(&c->arena, len + 1);
	int found = 0;

	if (!text)
		return FLT_E_NOMEM;
	snprintf(text, len + 1, "%s-%s", low, high);
	for (char *minus = text + low_len; minus && found == 0; minus = strchr(minus + 1, '-')) {
		*minus = '\0';
		found = find_end(c, text, wanted, &ends[0]);
		if (found > 0)
			found = find_end(c, minus + 1, wanted, &ends[1]);
		*minus = '-';
	}
	if (found == 0) {
		found = find_end(c, text, wanted, &ends[0]);
		ends[1] = ends[0];
	}
	return found;
}

static bool range_of(struct compile *c, const struct end ends[2], struct span span, uint8_t wanted,
		     struct name_ports *out)
{
	uint8_t protocol = ends[0].protocol == ends[1].protocol ? ends[0].protocol : 0;
	bool backwards = ends[0].port > ends[1].port;

	for (int i = 0; i < 2; i++)
		if (!check_end(c, span, &ends[i]) || !check_wanted(c, span, &ends[i], wanted))
			return false;
	*out = (struct name_ports){ (uint16_t)ends[backwards].port, (uint16_t)ends[!backwards].port,
				    protocol };
	return true;
}

bool flt__name_portrange(struct compile *c, const char *low, const char *high, struct span span,
			 uint8_t wanted, struct name_ports *out)
{
	struct end ends[2];
	int found =
		high ? find_ends(c, low, high, wanted, ends) : find_end(c, low, wanted, &ends[0]);

	if (found <= 0)
		return unknown(c, span, "port or port range", found, flt__table_services_try);
	if (!high)
		ends[1] = ends[0];
	return range_of(c, ends, span, wanted, out);
}

bool flt__name_port_or_range(struct compile *c, const char *text, struct span span, uint8_t wanted,
			     struct name_ports *out)
{
	const char *minus = strchr(text, '-');
	struct end ends[2];
	int found = find_end(c, text, wanted, &ends[0]);

	if (found || !minus) {
		ends[1] = ends[0];
	} else {
		char *low = flt__arena_text(&c->arena, text, (size_t)(minus - text));
		found = low ? find_ends(c, low, minus + 1, wanted, ends) : FLT_E_NOMEM;
	}
	if (found <= 0)
		return unknown(c, span, minus ? "port or port range" : "port", found,
			       flt__table_services_try);
	if (ends[0].port > ends[1].port)
		return COMPILE_FAIL(c, FLT_E_MEANING, span,
				    "the range '%s' is backwards; put the lower end first", text);
	return range_of(c, ends, span, wanted, out);
}

/* ---- protocols ------------------------------------------------------------------------ */

bool flt__name_protocol(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	int found = c->names->protocol ? c->names->protocol(c->names->context, name, number) : 0;

	return found > 0 || unknown(c, span, "IP protocol", found, flt__table_protocols_try);
}
