/* SPDX-License-Identifier: BSD-2-Clause */
/* Which fields the bits of a load are. */
#include "notes.h"

#include <string.h>

#include "bpf_text.h"

void flt__put_headers(struct text *t, header_set headers)
{
	const char *between = "";

	for (uint32_t header = 0; header < HDR_COUNT; header++) {
		if (!(headers & HEADER_BIT(header)))
			continue;
		flt__bpf_put(t, "%s%s", between, flt__header_word(header));
		between = "/";
	}
}

static enum header any_of(header_set headers)
{
	return (enum header)__builtin_ctzll(headers);
}

static bool has_field(const struct notes *n, enum header header, const struct field *like)
{
	const struct field *field;
	uint32_t at = 0;

	while ((field = flt__header_field(n, header, &at)))
		if (field->off == like->off && field->size == like->size &&
		    field->mask == like->mask && strcmp(field->name, like->name) == 0)
			return true;
	return false;
}

/* Do all headers that may be there have the field, by the same name? */
static bool is_common(const struct notes *n, header_set headers, const struct field *field)
{
	for (uint32_t header = 0; header < HDR_COUNT; header++)
		if (headers & HEADER_BIT(header) && !has_field(n, header, field))
			return false;
	return true;
}

/* The mask of the field within the bits; 0: it is not all in there. */
static uint32_t mask_within(const struct field *field, struct bits bits, uint32_t begins,
			    uint32_t *shift)
{
	uint32_t before = begins + field->off - bits.at.off;

	if (!field->mask || begins + field->off < bits.at.off || before >= bits.size ||
	    field->size > bits.size - before)
		return 0;
	*shift = 8 * (bits.size - before - field->size);
	return field->mask << *shift;
}

/* The largest field of which all bits are among those; its mask, or 0. */
static uint32_t find_part(const struct notes *n, const struct header_at *in, struct bits bits,
			  struct part *part)
{
	const struct field *field;
	uint32_t at = 0, best = 0;

	while ((field = flt__header_field(n, any_of(in->headers), &at))) {
		uint32_t shift, mask = mask_within(field, bits, in->at.off, &shift);
		if (!mask || mask & ~bits.mask || !is_common(n, in->headers, field) ||
		    __builtin_popcount(mask) <= __builtin_popcount(best))
			continue;
		best = mask;
		*part = (struct part){ field, in->headers, shift };
	}
	return best;
}

static void sort_parts(struct part *parts, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		for (uint32_t j = i; j > 0 && parts[j].field->off < parts[j - 1].field->off; j--) {
			struct part swap = parts[j];
			parts[j] = parts[j - 1];
			parts[j - 1] = swap;
		}
}

uint32_t flt__fields_find(struct notes *n, const struct headers *known, struct bits bits,
			  struct part parts[PARTS_MAX])
{
	const struct header_at *in = bits.size ? flt__headers_find(n, known, bits) : NULL;
	uint32_t count = 0;

	while (in && bits.mask && count < PARTS_MAX) {
		uint32_t mask = find_part(n, in, bits, &parts[count]);
		if (!mask)
			return 0;
		bits.mask &= ~mask;
		count++;
	}
	sort_parts(parts, count);
	return in && !bits.mask ? count : 0;
}

void flt__put_part(struct text *t, const struct part *part)
{
	flt__put_headers(t, part->headers);
	flt__bpf_put(t, ".%s", part->field->name);
}

const struct field *flt__field_around(const struct notes *n, const struct header_at *in,
				      struct bits bits)
{
	uint32_t at = 0, off = bits.at.off - in->at.off;
	const struct field *field;

	while ((field = flt__header_field(n, any_of(in->headers), &at)))
		if (!field->mask && off >= field->off && off - field->off < field->size &&
		    bits.size <= field->size - (off - field->off) &&
		    is_common(n, in->headers, field))
			return field;
	return NULL;
}
