/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as packets: 4 bytes choose link type, options and metadata, then packets, each behind
 * its length and how much longer it was on the wire (16 bits each, big-endian). The printers end,
 * read nothing outside the packet, and write whole lines without control bytes, no more than
 * TEXT_PER_BYTE bytes for each that was captured, and TEXT_ALWAYS, dumps and all.
 */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "dissect.h"
#include "print_links.h"

#define MOST_PACKETS  64u
#define TIME_STEP     UINT64_C(0x40000012345678) /* comes to all times in a few steps */
#define TEXT_PER_BYTE 16u                        /* as sniff(1) has it */
#define TEXT_ALWAYS   4096u
#define LONGEST       4096u /* so that all text of a packet fits the buffer of struct out */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct print_opts options(uint8_t flags, uint8_t styles)
{
	return (struct print_opts){
		.verbose = flags & 3,
		.link_header = flags & 4,
		.quiet = flags & 8,
		.absolute_seq = flags & 16,
		.number = flags & 32,
		.no_checksums = flags & 64,
		.numeric = flags & 128,
		.hex = (enum hex_style)((styles & 7) % (HEX_AA + 1)),
		.time_style = (styles >> 3 & 7) % 6,
		.nano = styles & 64,
		.terminal = styles & 128,
	};
}

/* On a terminal, no line but the first begins where our lines begin. */
static void check_lines(const struct out *out)
{
	for (const char *s = out->buffer; s + 1 < out->at; s++)
		if (*s == '\n' && s[1] != '\n' && s[1] != '\t' && s[1] != ' ')
			abort();
}

static void check_text(const struct out *out, uint32_t caplen)
{
	if (flt__out_pending(out) > (size_t)caplen * TEXT_PER_BYTE + TEXT_ALWAYS)
		abort();
	for (const char *s = out->buffer; s < out->at; s++)
		if (((unsigned char)*s < ' ' && *s != '\n' && *s != '\t') ||
		    (unsigned char)*s > '~')
			abort();
	if (out->at == out->buffer || out->at[-1] != '\n')
		abort();
}

/* Each packet in a block of its own size, so that the sanitizer sees every byte too far. */
static void print_one(struct printer *p, struct out *out, struct flt_packet *packet,
		      struct cursor *c, uint64_t number, bool terminal)
{
	uint16_t len = cur_be16(c);
	uint16_t longer = cur_be16(c);
	struct cursor bytes = cur_sub(c, len < LONGEST ? len : LONGEST);
	uint32_t caplen = (uint32_t)cur_left(&bytes);
	uint8_t *copy = malloc(caplen ? caplen : 1);

	if (!copy)
		return;
	if (caplen)
		memcpy(copy, bytes.at, caplen);
	packet->bytes = copy;
	packet->caplen = caplen;
	packet->wirelen = caplen + longer;
	packet->time_ns = (int64_t)((uint64_t)packet->time_ns + TIME_STEP * longer);
	packet->time_era = longer & 1 ? (int32_t)((uint32_t)longer << 16) : 0;
	flt__printer_packet(p, packet, number);
	check_text(out, caplen);
	if (terminal)
		check_lines(out);
	flt__out_flush(out);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cur_make(data, size);
	uint8_t link = cur_u8(&c);
	uint8_t flags = cur_u8(&c);
	struct print_opts opts = options(flags, cur_u8(&c));
	uint8_t tag = cur_u8(&c);
	struct flt_meta meta = { .present = tag ? FLT_META_VLAN : 0, .vlan_tci = tag };
	struct flt_packet packet = {
		.linktype = print_link(link),
		.meta = &meta,
	};
	struct out *out = flt__out_fd(-1); /* a buffer that goes nowhere */
	struct printer *p = out ? flt__printer_new(&opts, out) : NULL;

	for (uint32_t i = 1; p && i <= MOST_PACKETS && cur_left(&c) > 0; i++)
		print_one(p, out, &packet, &c, i, opts.terminal);
	flt__printer_free(p);
	flt__out_free(out);
	return 0;
}
