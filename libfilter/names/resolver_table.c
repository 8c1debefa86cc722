/* SPDX-License-Identifier: BSD-2-Clause */
/* The last resort: services and protocols of names.def. */
#include <string.h>
#include <strings.h>

#include "resolver.h"
#include "suggest.h"

static const struct {
	const char *names;
	const char *protocols;
	uint16_t port;
} services[] = {
#define SERVICE(names, port, protocols) { names, protocols, port },
#include "names.def"
};

static const struct {
	const char *names;
	uint32_t number;
} protocols[] = {
#define PROTOCOL(names, number) { names, number },
#include "names.def"
};

/* Is the name one of those, which commas separate? */
static int is_in(const char *names, const char *name)
{
	size_t len = strlen(name);

	while (*names) {
		size_t one = strcspn(names, ",");
		if (one == len && strncasecmp(names, name, len) == 0)
			return 1;
		names += one + (names[one] == ',');
	}
	return 0;
}

static uint8_t protocol_number(char letter)
{
	return letter == 'T' ? 6 : letter == 'U' ? 17 : 132;
}

int flt__table_service(const char *name, struct flt_service *list, uint32_t max)
{
	uint32_t count = 0;

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (!is_in(services[i].names, name))
			continue;
		for (const char *letter = services[i].protocols; *letter; letter++, count++)
			if (count < max)
				list[count] = (struct flt_service){ services[i].port,
								    protocol_number(*letter), 0 };
	}
	return (int)count;
}

int flt__table_protocol(const char *name, uint32_t *number)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (!is_in(protocols[i].names, name))
			continue;
		*number = protocols[i].number;
		return 1;
	}
	return 0;
}

void flt__table_services_try(struct nearest *near)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		flt__nearest_try(near, services[i].names);
}

void flt__table_protocols_try(struct nearest *near)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		flt__nearest_try(near, protocols[i].names);
}
