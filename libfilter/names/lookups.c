/* SPDX-License-Identifier: BSD-2-Clause */
#include "lookups.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS      4096u
#define FIRST_TRY    16u /* addresses or services; a name with more is asked for again */
#define MOST_ANSWERS 65536u

enum lookup_kind {
	LOOK_HOST,
	LOOK_ETHER,
	LOOK_NETWORK,
	LOOK_SERVICE,
	LOOK_PROTOCOL,
	LOOK_ETHERTYPE,
	LOOK_FILE
};

struct lookup {
	struct lookup *next; /* of the same bucket */
	enum lookup_kind kind;
	const char *name;
	int found;     /* what the resolver returned, not negative */
	void *answers; /* as many as it stored; LOOK_FILE: a struct list_file */
};

struct flt_lookups {
	struct arena arena;
	struct lookup *buckets[BUCKETS];
};

int flt_lookups_new(struct flt_lookups **lookups, struct flt_error *err)
{
	flt__error_clear(err);
	if (!lookups)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_lookups_new: lookups is NULL");
	*lookups = calloc(1, sizeof(**lookups));
	return *lookups ? FLT_OK : flt__fail(err, FLT_E_NOMEM, "no memory for lookups");
}

void flt_lookups_free(struct flt_lookups *lookups)
{
	if (lookups)
		flt__arena_release(&lookups->arena);
	free(lookups);
}

/* ---- the table ------------------------------------------------------------------------- */

static struct lookup **bucket_of(struct flt_lookups *lookups, enum lookup_kind kind,
				 const char *name)
{
	uint32_t hash = kind;

	for (const char *ch = name; *ch; ch++)
		hash = (hash ^ (uint8_t)*ch) * 0x01000193u; /* FNV */
	return &lookups->buckets[(hash ^ hash >> 16) % BUCKETS];
}

static const struct lookup *find(struct flt_lookups *lookups, enum lookup_kind kind,
				 const char *name)
{
	const struct lookup *row = *bucket_of(lookups, kind, name);

	while (row && (row->kind != kind || strcmp(row->name, name) != 0))
		row = row->next;
	return row;
}

/* NULL: no memory. */
static const struct lookup *keep(struct flt_lookups *lookups, enum lookup_kind kind,
				 const char *name, int found, void *answers)
{
	struct lookup **bucket = bucket_of(lookups, kind, name);
	struct lookup *row = flt__arena_alloc(&lookups->arena, sizeof(*row));
	const char *copy = flt__arena_text(&lookups->arena, name, strlen(name));

	if (!row || !copy)
		return NULL;
	*row = (struct lookup){ *bucket, kind, copy, found, answers };
	*bucket = row;
	return row;
}

/* ---- files ----------------------------------------------------------------------------- */

int flt__lookups_file(struct flt_lookups *lookups, struct list_file *file, const char *path,
		      uint64_t most, struct flt_error *err)
{
	const struct lookup *row = find(lookups, LOOK_FILE, path);
	struct list_file *kept;

	if (row) {
		*file = *(const struct list_file *)row->answers;
		return FLT_OK;
	}
	int code = flt__list_file_read(file, path, most, &lookups->arena, err);
	if (code != FLT_OK)
		return code;
	kept = flt__arena_alloc(&lookups->arena, sizeof(*kept));
	if (!kept || !keep(lookups, LOOK_FILE, path, 1, kept))
		return flt__fail(err, FLT_E_NOMEM, "out of memory");
	*kept = *file;
	return FLT_OK;
}

/* ---- names ----------------------------------------------------------------------------- */

static int ask_host(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	return r->host ? r->host(r->context, name, to, max) : 0;
}

static int ask_ether(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	(void)max;
	return r->ether ? r->ether(r->context, name, to) : 0;
}

static int ask_network(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	(void)max;
	return r->network ? r->network(r->context, name, to) : 0;
}

static int ask_service(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	return r->service ? r->service(r->context, name, to, max) : 0;
}

static int ask_protocol(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	(void)max;
	return r->protocol ? r->protocol(r->context, name, to) : 0;
}

static int ask_ethertype(const struct flt_resolver *r, const char *name, void *to, uint32_t max)
{
	(void)max;
	return r->ethertype ? r->ethertype(r->context, name, to) : 0;
}

/* clang-format off */
static const struct {
	size_t size;             /* of one answer */
	uint32_t first_try;
	int (*ask)(const struct flt_resolver *r, const char *name, void *to, uint32_t max);
} kinds[] = {
	[LOOK_HOST] =      { sizeof(struct flt_address), FIRST_TRY, ask_host },
	[LOOK_ETHER] =     { 6, 1, ask_ether },
	[LOOK_NETWORK] =   { sizeof(uint32_t), 1, ask_network },
	[LOOK_SERVICE] =   { sizeof(struct flt_service), FIRST_TRY, ask_service },
	[LOOK_PROTOCOL] =  { sizeof(uint32_t), 1, ask_protocol },
	[LOOK_ETHERTYPE] = { sizeof(uint32_t), 1, ask_ethertype },
};
/* clang-format on */

/* Answers with room for max of them; *found is what the resolver returned. NULL: no memory. */
static void *ask(struct kept_names *kept, enum lookup_kind kind, const char *name, uint32_t max,
		 int *found)
{
	void *answers = flt__arena_array(&kept->lookups->arena, max, kinds[kind].size);

	if (answers)
		*found = kinds[kind].ask(kept->names, name, answers, max);
	return answers;
}

/* NULL: *code says why. What failed is not kept: it may be better next time. */
static const struct lookup *learn(struct kept_names *kept, enum lookup_kind kind, const char *name,
				  int *code)
{
	uint32_t max = kinds[kind].first_try;
	int found = FLT_E_NOMEM;
	void *answers = ask(kept, kind, name, max, &found);

	if (answers && max > 1 && found > (int)max) {
		max = found < (int)MOST_ANSWERS ? (uint32_t)found : MOST_ANSWERS;
		answers = ask(kept, kind, name, max, &found);
	}
	*code = answers ? found : FLT_E_NOMEM;
	if (*code < 0)
		return NULL;
	if ((uint32_t)found > max)
		found = (int)max;
	const struct lookup *row = keep(kept->lookups, kind, name, found, answers);

	*code = row ? FLT_OK : FLT_E_NOMEM;
	return row;
}

static int answer(void *context, enum lookup_kind kind, const char *name, void *to, uint32_t max)
{
	struct kept_names *kept = context;
	const struct lookup *row = find(kept->lookups, kind, name);
	int code = FLT_OK;

	if (!row)
		row = learn(kept, kind, name, &code);
	if (!row)
		return code;
	uint32_t count = (uint32_t)row->found < max ? (uint32_t)row->found : max;

	memcpy(to, row->answers, count * kinds[kind].size);
	return row->found;
}

static int kept_host(void *context, const char *name, struct flt_address *list, uint32_t max)
{
	return answer(context, LOOK_HOST, name, list, max);
}

static int kept_ether(void *context, const char *name, uint8_t address[6])
{
	return answer(context, LOOK_ETHER, name, address, 1);
}

static int kept_network(void *context, const char *name, uint32_t *net)
{
	return answer(context, LOOK_NETWORK, name, net, 1);
}

static int kept_service(void *context, const char *name, struct flt_service *list, uint32_t max)
{
	return answer(context, LOOK_SERVICE, name, list, max);
}

static int kept_protocol(void *context, const char *name, uint32_t *number)
{
	return answer(context, LOOK_PROTOCOL, name, number, 1);
}

static int kept_ethertype(void *context, const char *name, uint32_t *number)
{
	return answer(context, LOOK_ETHERTYPE, name, number, 1);
}

void flt__lookups_begin(struct flt_lookups *lookups, struct kept_names *kept,
			const struct flt_resolver *names, uint64_t max_memory)
{
	struct arena *arena = &lookups->arena;

	arena->ceiling = max_memory < arena->used ? arena->used : max_memory;
	arena->failed = false;
	kept->lookups = lookups;
	kept->names = names;
	kept->resolver = (struct flt_resolver){
		.size = sizeof(kept->resolver),
		.context = kept,
		.host = kept_host,
		.ether = kept_ether,
		.network = kept_network,
		.service = kept_service,
		.protocol = kept_protocol,
		.ethertype = kept_ethertype,
	};
}
