/* SPDX-License-Identifier: BSD-2-Clause */
#include "note_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_alu.h"
#include "bpf.h"
#include "bytes.h"

#define NAME_BYTES 96u

struct reader {
	const struct note_world *world;
	const char *at;
	uint32_t choice, choices;
	enum note_truth truth;
	bool is_field;
	uint32_t off, size;
};

static uint32_t sum(struct reader *r);

static uint32_t fail(struct reader *r, enum note_truth truth)
{
	if (r->truth == NOTE_SAYS)
		r->truth = truth;
	return 0;
}

static bool take(struct reader *r, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(r->at, text, len) != 0)
		return false;
	r->at += len;
	return true;
}

static uint32_t bytes_at(struct reader *r, uint32_t off, uint32_t size)
{
	const struct true_packet *p = r->world->packet;
	uint32_t value = 0;

	/* no offset, but metadata or another header */
	if (off >= BPF_OFF_LINK)
		return fail(r, NOTE_VAGUE);
	if (!size || size > 4 || !inside(off, size, p->len))
		return fail(r, NOTE_NO_HEADER);
	for (uint32_t i = 0; i < size; i++)
		value = value << 8 | p->bytes[off + i];
	r->off = off;
	r->size = size;
	return value;
}

/* ---- fields -------------------------------------------------------------------------------------
 */

/* "6:4]" */
static void brackets(struct reader *r, uint32_t *off, uint32_t *size)
{
	*off = sum(r);
	*size = 1;
	if (take(r, ":"))
		*size = (uint32_t)strtoul(r->at, (char **)(uintptr_t)&r->at, 10);
	if (!take(r, "]"))
		fail(r, NOTE_NONSENSE);
	r->is_field = true;
}

static bool is_named(const struct true_header *header, const char *words)
{
	size_t len = strlen(header->word);

	for (const char *at = words; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
		if (strncmp(at, header->word, len) == 0 && (!at[len] || at[len] == '/'))
			return true;
	return false;
}

/* One of the headers of these names that the packet has; NULL: it has none. */
static const struct true_header *choose(struct reader *r, const char *words)
{
	const struct true_packet *p = r->world->packet;
	uint32_t count = 0;

	for (uint32_t i = 0; i < p->count; i++)
		count += is_named(&p->headers[i], words);
	if (!count)
		return NULL;
	uint32_t which = r->choice % count;
	r->choice /= count;
	r->choices *= count;
	for (uint32_t i = 0;; i++)
		if (is_named(&p->headers[i], words) && which-- == 0)
			return &p->headers[i];
}

static bool are_words(char *words)
{
	char copy[NAME_BYTES], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *word = strtok_r(copy, "/", &save); word; word = strtok_r(NULL, "/", &save))
		if (!true_headers_word(word))
			return false;
	return *words;
}

/* ip.src, tcp/udp.dport, ip6.src[4:4]: numbers count from their lowest bit. */
static uint32_t named_field(struct reader *r, char *words, const char *name)
{
	const struct true_header *header = choose(r, words);
	struct true_field field;
	uint32_t off, size;

	if (!header)
		return fail(r, NOTE_NO_HEADER);
	if (!true_headers_field(r->world->packet, header->word, name, &field))
		return fail(r, NOTE_NO_FIELD);
	if (header->len && field.off + field.size > header->len)
		return fail(r, NOTE_NO_HEADER);
	if (take(r, "[")) {
		brackets(r, &off, &size);
		return inside(off, size, field.size) ?
			       bytes_at(r, header->off + field.off + off, size) :
			       fail(r, NOTE_NO_FIELD);
	}
	if (!field.mask)
		return fail(r, NOTE_NO_FIELD);
	return (bytes_at(r, header->off + field.off, field.size) & field.mask) >>
	       __builtin_ctz(field.mask);
}

static uint32_t bytes_of(struct reader *r, const char *words)
{
	const struct true_header *header = choose(r, words);
	uint32_t off, size;

	brackets(r, &off, &size);
	if (header && header->len && off + size > header->len)
		return fail(r, NOTE_NO_HEADER);
	return header ? bytes_at(r, header->off + off, size) : fail(r, NOTE_NO_HEADER);
}

static uint32_t metadata(struct reader *r, const char *name)
{
	const struct flt_meta *m = r->world->packet->meta;
	bool has_tag = m && m->present & FLT_META_VLAN;

	r->size = 0;
	if (strcmp(name, "vlanp") == 0)
		return has_tag;
	if (strcmp(name, "vlan_tci") == 0)
		return has_tag ? m->vlan_tci : 0;
	if (strcmp(name, "vlan_tpid") == 0)
		return has_tag ? m->vlan_tpid : 0;
	if (strcmp(name, "proto") == 0)
		return m && m->present & FLT_META_PROTOCOL ? m->protocol : 0;
	if (strcmp(name, "type") == 0)
		return m && m->present & FLT_META_PKTTYPE ? m->pkttype : 0;
	if (strcmp(name, "ifidx") == 0 && m)
		return m->ifindex;
	return fail(r, NOTE_NONSENSE);
}

static uint32_t name(struct reader *r)
{
	char words[NAME_BYTES];
	size_t len = strspn(r->at, "abcdefghijklmnopqrstuvwxyz0123456789_./");

	if (len >= sizeof(words))
		return fail(r, NOTE_NONSENSE);
	snprintf(words, sizeof(words), "%.*s", (int)len, r->at);
	r->at += len;
	if (strcmp(words, "len") == 0)
		return r->world->wirelen;
	if (strncmp(words, "meta.", 5) == 0)
		return metadata(r, words + 5);
	r->is_field = true;
	if (are_words(words))
		return take(r, "[") ? bytes_of(r, words) : fail(r, NOTE_NONSENSE);
	char *dot = strrchr(words, '.');
	if (!dot)
		return fail(r, NOTE_NONSENSE);
	*dot = '\0';
	return are_words(words) ? named_field(r, words, dot + 1) : fail(r, NOTE_NO_FIELD);
}

/* ---- sums ---------------------------------------------------------------------------------------
 */

/* 12, 0x800, 10.0.0.1 */
static uint32_t number(struct reader *r)
{
	unsigned b[4];
	int used = 0;
	char *end;

	if (sscanf(r->at, "%u.%u.%u.%u%n", &b[0], &b[1], &b[2], &b[3], &used) == 4 && used) {
		r->at += used;
		return b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
	}
	uint32_t value = (uint32_t)strtoul(r->at, &end, 0);
	r->at = end;
	return value;
}

/* M[0], A, X, ? and what is cut */
static bool is_register(struct reader *r, uint32_t *value)
{
	*value = 0;
	if (take(r, "M[")) {
		uint32_t cell = number(r);
		*value = cell < NOTE_CELLS && take(r, "]") ? r->world->cells[cell] :
							     fail(r, NOTE_NONSENSE);
	} else if (take(r, "A")) {
		*value = r->world->a;
	} else if (take(r, "X")) {
		*value = r->world->x;
	} else if (take(r, "...") || take(r, "?")) {
		*value = fail(r, NOTE_VAGUE);
	} else {
		return false;
	}
	return true;
}

static uint32_t operand(struct reader *r)
{
	uint32_t value, off, size;

	r->is_field = false;
	if (is_register(r, &value))
		return value;
	if (take(r, "(")) {
		value = sum(r);
		r->is_field = false;
		return take(r, ")") ? value : fail(r, NOTE_NONSENSE);
	}
	if (take(r, "[net") || take(r, "[link"))
		return fail(r, NOTE_VAGUE);
	if (take(r, "[")) {
		brackets(r, &off, &size);
		return bytes_at(r, off, size);
	}
	return isdigit((unsigned char)*r->at) ? number(r) : name(r);
}

/* As it stands: what binds stronger is in parentheses. */
static uint32_t sum(struct reader *r)
{
	/* clang-format off */
	static const struct {
		const char *sign;
		uint32_t op;
	} rows[] = {
		{" + ", BPF_ADD},  {" - ", BPF_SUB},  {" * ", BPF_MUL}, {" / ", BPF_DIV},
		{" % ", BPF_MOD},  {" & ", BPF_AND},  {" | ", BPF_OR},	{" ^ ", BPF_XOR},
		{" << ", BPF_LSH}, {" >> ", BPF_RSH},
	};
	/* clang-format on */
	uint32_t value = operand(r);

	for (size_t i = 0; r->truth == NOTE_SAYS && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!take(r, rows[i].sign))
			continue;
		uint32_t right = operand(r);
		if (flt__bpf_alu_ends(rows[i].op, right))
			return fail(r, NOTE_NONSENSE);
		value = flt__bpf_alu(rows[i].op, value, right);
		r->is_field = false;
		i = (size_t)-1;
	}
	return value;
}

/* ---- questions ----------------------------------------------------------------------------------
 */

static uint32_t comparison(struct reader *r)
{
	/* clang-format off */
	static const struct {
		const char *sign;
		bool less, equal, greater;
	} rows[] = {
		{" = ", false, true, false},
		{" > ", false, false, true},
		{" >= ", false, true, true},
		{" != ", true, false, true},
	};
	/* clang-format on */
	uint32_t left = sum(r);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!take(r, rows[i].sign))
			continue;
		uint32_t right = sum(r);
		if (*r->at == ' ' && r->at[1] == '(')
			r->at += strcspn(r->at, ")") + 1;
		r->is_field = false;
		return left < right ? rows[i].less : left > right ? rows[i].greater : rows[i].equal;
	}
	return left;
}

static uint32_t all(struct reader *r)
{
	uint32_t value = comparison(r);

	while (r->truth == NOTE_SAYS && take(r, " and "))
		value &= comparison(r);
	if (*r->at && r->truth == NOTE_SAYS)
		return fail(r, take(r, ", ") ? NOTE_VAGUE : NOTE_NONSENSE);
	return value;
}

static struct reader read(const struct note_world *world, const char *text, uint32_t choice,
			  uint32_t *value)
{
	struct reader r = { .world = world, .at = text, .choice = choice, .choices = 1 };

	*value = all(&r);
	return r;
}

struct note_says note_says(const struct note_world *world, const char *text, uint32_t choice)
{
	uint32_t value;
	const struct reader r = read(world, text, choice, &value);
	size_t len = strlen(text);
	bool is_cut = len > 3 && strcmp(text + len - 3, "...") == 0;

	return (struct note_says){ is_cut && r.truth != NOTE_NO_HEADER ? NOTE_VAGUE : r.truth,
				   value, r.is_field, r.off, r.size };
}

uint32_t note_choices(const struct note_world *world, const char *text)
{
	uint32_t value;

	return read(world, text, 0, &value).choices;
}

const char *note_truth_text(enum note_truth truth)
{
	static const char *const texts[] = {
		[NOTE_SAYS] = "it is not so",
		[NOTE_VAGUE] = "?",
		[NOTE_NO_HEADER] = "the packet has no such header there",
		[NOTE_NO_FIELD] = "there is no such field",
		[NOTE_NONSENSE] = "it cannot be read",
	};

	return texts[truth];
}
