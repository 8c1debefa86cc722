/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs from text: the decimal form and JSON. Only the form is checked here, not the program. */
#include "bpf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

/* Fails once: after that every step does nothing. */
struct reader {
	const char *text;
	size_t len, at;
	int code; /* FLT_OK, or the first failure */
	struct flt_error *err;
	struct flt_insn *insns; /* room for capacity of them */
	uint32_t count, capacity;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct reader *r)
{
	while (r->at < r->len && is_space(r->text[r->at]))
		r->at++;
}

static void fail_here(struct reader *r, const char *wanted)
{
	if (r->code != FLT_OK)
		return;
	if (r->at >= r->len) {
		r->code = flt__fail_at(r->err, FLT_E_FORMAT, r->at, 0,
				       "byte %zu: the text ends where %s should be", r->at, wanted);
		return;
	}
	unsigned char c = (unsigned char)r->text[r->at];
	char shown[8] = { '\'', (char)c, '\'' };
	if (c <= ' ' || c >= 127)
		snprintf(shown, sizeof(shown), "0x%02x", c);
	r->code = flt__fail_at(r->err, FLT_E_FORMAT, r->at, 1, "byte %zu: %s where %s should be",
			       r->at, shown, wanted);
}

/* A decimal number of at most max. */
static uint32_t read_number(struct reader *r, const char *what, uint32_t max)
{
	uint64_t value = 0;

	skip_space(r);
	size_t start = r->at;
	while (r->code == FLT_OK && r->at < r->len && r->text[r->at] >= '0' &&
	       r->text[r->at] <= '9') {
		/* Past the limit the value stays past it; more digits change nothing. */
		if (value <= max)
			value = value * 10 + (uint64_t)(r->text[r->at] - '0');
		r->at++;
	}
	if (r->code == FLT_OK && r->at == start)
		fail_here(r, what);
	if (r->code == FLT_OK && value > max)
		r->code = flt__fail_at(r->err, FLT_E_FORMAT, start, r->at - start,
				       "byte %zu: %s is at most %u, not %.*s", start, what, max,
				       (int)(r->at - start < 24 ? r->at - start : 24),
				       r->text + start);
	return r->code == FLT_OK ? (uint32_t)value : 0;
}

static void expect(struct reader *r, const char *word, const char *what)
{
	size_t len = strlen(word);

	skip_space(r);
	if (r->code != FLT_OK)
		return;
	if (len > r->len - r->at || memcmp(r->text + r->at, word, len) != 0)
		fail_here(r, what);
	else
		r->at += len;
}

/* Is the next byte this one? It stays. */
static bool sees(struct reader *r, char c)
{
	skip_space(r);
	return r->code == FLT_OK && r->at < r->len && r->text[r->at] == c;
}

static void add_insn(struct reader *r, struct flt_insn insn)
{
	if (r->code != FLT_OK)
		return;
	if (r->count == BPF_USER_LIMIT) {
		r->code = flt__fail_at(r->err, FLT_E_LIMIT, r->at, 0, "more than %u instructions",
				       BPF_USER_LIMIT);
		return;
	}
	if (r->count == r->capacity) {
		uint32_t capacity = r->capacity ? r->capacity * 2 : 64;
		struct flt_insn *larger = realloc(r->insns, capacity * sizeof(*larger));
		if (!larger) {
			r->code = flt__fail(r->err, FLT_E_NOMEM, "no memory for %u instructions",
					    capacity);
			return;
		}
		r->insns = larger;
		r->capacity = capacity;
	}
	r->insns[r->count++] = insn;
}

/* code jt jf k, with `between` (or blanks alone) between them. */
static void read_insn(struct reader *r, const char *between)
{
	struct flt_insn insn;

	insn.code = (uint16_t)read_number(r, "an instruction's code", UINT16_MAX);
	expect(r, between, "a comma");
	insn.jt = (uint8_t)read_number(r, "the jump offset jt", UINT8_MAX);
	expect(r, between, "a comma");
	insn.jf = (uint8_t)read_number(r, "the jump offset jf", UINT8_MAX);
	expect(r, between, "a comma");
	insn.k = read_number(r, "the operand k", UINT32_MAX);
	add_insn(r, insn);
}

static void read_decimal(struct reader *r)
{
	uint32_t count = read_number(r, "the number of instructions", BPF_USER_LIMIT);

	for (uint32_t i = 0; i < count && r->code == FLT_OK; i++)
		read_insn(r, "");
}

static void read_json(struct reader *r)
{
	expect(r, "{", "'{'");
	expect(r, "\"insns\"", "\"insns\"");
	expect(r, ":", "':'");
	expect(r, "[", "'['");
	while (sees(r, '[')) {
		expect(r, "[", "'['");
		read_insn(r, ",");
		expect(r, "]", "']'");
		if (!sees(r, ','))
			break;
		expect(r, ",", "','");
		if (!sees(r, '['))
			fail_here(r, "'['");
	}
	expect(r, "]", "']'");
	expect(r, "}", "'}'");
}

int flt__bpf_parse(struct flt_insn **insns, uint32_t *count, const char *text, size_t len,
		   enum flt_format format, struct flt_error *err)
{
	struct reader r = { .text = text, .len = len, .err = err };

	if (format == FLT_FORMAT_DECIMAL)
		read_decimal(&r);
	else if (format == FLT_FORMAT_JSON)
		read_json(&r);
	else
		return flt__fail(err, FLT_E_UNSUPPORTED,
				 "only the decimal form and JSON can be read");
	skip_space(&r);
	if (r.code == FLT_OK && r.at < r.len)
		fail_here(&r, "the end");
	if (r.code != FLT_OK) {
		free(r.insns);
		return r.code;
	}
	*insns = r.insns;
	*count = r.count;
	return FLT_OK;
}
