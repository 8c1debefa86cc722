/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes in lines of 16. */
#include "print.h"

#define LINE        16u
#define HEX_COLUMNS 40u /* " 4500 003c" times four: a full line of hex */

static void offset_column(struct out *out, size_t offset, const char *indent)
{
	flt__out_text(out, indent);
	OUT(out, "0x");
	flt__out_hex(out, offset, 4);
	OUT(out, ": ");
}

/* Returns the columns used. */
static unsigned hex_columns(struct out *out, const uint8_t *bytes, size_t len)
{
	unsigned columns = 0;

	for (size_t i = 0; i < len; i++) {
		if (i % 2 == 0) {
			out_char(out, ' ');
			columns++;
		}
		flt__out_hexes(out, bytes + i, 1);
		columns += 2;
	}
	return columns;
}

static char graphic(uint8_t byte)
{
	return byte > ' ' && byte < 0x7f ? (char)byte : '.';
}

void flt__hexdump(struct out *out, const uint8_t *bytes, size_t len, const char *indent)
{
	for (size_t at = 0; at < len; at += LINE) {
		offset_column(out, at, indent);
		hex_columns(out, bytes + at, len - at < LINE ? len - at : LINE);
	}
}

void flt__hexdump_text(struct out *out, const uint8_t *bytes, size_t len, const char *indent)
{
	for (size_t at = 0; at < len; at += LINE) {
		size_t n = len - at < LINE ? len - at : LINE;

		offset_column(out, at, indent);
		for (unsigned i = hex_columns(out, bytes + at, n); i < HEX_COLUMNS + 2; i++)
			out_char(out, ' ');
		for (size_t i = 0; i < n; i++)
			out_char(out, graphic(bytes[at + i]));
	}
}

static bool stays_in_text(uint8_t byte)
{
	return byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 0x7f);
}

/* -A: lines of text stay lines; a carriage return before a newline goes, and one among the last two
 * bytes, as it always did. The indent is what tells them from lines of our own. */
void flt__text_dump(struct out *out, const uint8_t *bytes, size_t len, const char *indent)
{
	bool begins = true;

	out_char(out, '\n');
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\r' && (len - i <= 2 || bytes[i + 1] == '\n'))
			continue;
		if (begins && bytes[i] != '\n')
			flt__out_text(out, indent);
		begins = bytes[i] == '\n';
		out_char(out, stays_in_text(bytes[i]) ? (char)bytes[i] : '.');
	}
}

void flt__print_payload(struct printer *p, struct cursor c)
{
	bool dumped = p->opts.hex != HEX_NONE && p->opts.hex != HEX_A && p->opts.hex != HEX_AA;

	if (!dumped && !p->opts.quiet)
		flt__hexdump_text(p->out, c.at, cur_left(&c), "\n\t");
}
