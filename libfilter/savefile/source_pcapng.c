/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng (draft-ietf-opsawg-pcapng): blocks of {type, length, body, length again}. Sections follow
 * one another, each with a byte order and a list of interfaces of its own. Blocks that hold no
 * packets and describe no interface are skipped.
 */
#include <stdlib.h>

#include "diag.h"
#include "link.h"
#include "pcapng.h"
#include "savefile.h"

#define BLOCK_SECTION   0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_OBSOLETE  2u
#define BLOCK_SIMPLE    3u
#define BLOCK_ENHANCED  6u

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

#define BLOCK_FRAME_BYTES  12u /* type, length, length */
#define BLOCK_BYTES_MAX    FILE_RECORD_LIMIT
#define SECTION_HEAD_BYTES 16u /* as far as the version */
#define INTERFACES_MAX     65536u

/* A block whose lengths are checked: its body is data and options. */
struct block {
	uint32_t type;
	uint32_t length;
	uint64_t offset; /* in the file */
	struct cursor body;
};

/* What reading one block came to. */
enum step { STEP_MORE_BYTES, STEP_NO_PACKET, STEP_PACKET };

static int fail_block(const struct block *block, const char *what, struct flt_error *err)
{
	return flt__fail_file(err, FLT_E_FORMAT, block->offset,
			      "the pcapng block of type %#x at byte %llu %s", block->type,
			      (unsigned long long)block->offset, what);
}

/* ---- sections and interfaces ----------------------------------------------------------------- */

/* The byte order of a section is said in its header, behind a length that needs it already. */
static int section_order(struct pcapng *ng, const uint8_t *block, uint64_t offset,
			 struct flt_error *err)
{
	if (get_be32(block + 8) == BYTE_ORDER_MAGIC)
		ng->big = true;
	else if (get_le32(block + 8) == BYTE_ORDER_MAGIC)
		ng->big = false;
	else
		return flt__fail_file(
			err, FLT_E_FORMAT, offset + 8,
			"the pcapng section at byte %llu has no byte order: %08x is not 1a2b3c4d",
			(unsigned long long)offset, get_be32(block + 8));
	return FLT_OK;
}

static int read_section(struct pcapng *ng, struct block *block, struct flt_error *err)
{
	cur_skip(&block->body, 4); /* the byte order, which is known */
	uint16_t major = ng_u16(ng, &block->body);
	uint16_t minor = ng_u16(ng, &block->body);

	if (!cur_skip(&block->body, 8)) /* the section's length, which we do not need */
		return fail_block(block, "is too short for a section header", err);
	if (major != 1 || (minor != 0 && minor != 2))
		return flt__fail_file(err, FLT_E_FORMAT, block->offset + 12,
				      "pcapng version %u.%u is not supported; versions 1.0 and "
				      "1.2 are",
				      major, minor);
	ng->first_row += ng->interface_count;
	ng->interface_count = 0;
	if (!ng->sections++) {
		ng->major = major;
		ng->minor = minor;
		ng->first_big = ng->big;
	}
	return STEP_NO_PACKET;
}

static int room_for_interface(struct pcapng *ng, const struct block *block, struct flt_error *err)
{
	if (ng->interface_count == INTERFACES_MAX)
		return flt__fail_file(
			err, FLT_E_LIMIT, block->offset,
			"the pcapng section has more than %u interfaces, at byte %llu",
			INTERFACES_MAX, (unsigned long long)block->offset);
	if (ng->interface_count < ng->interface_room)
		return FLT_OK;
	uint32_t room = ng->interface_room ? ng->interface_room * 2 : 4;
	struct interface *list = realloc(ng->interfaces, room * sizeof(*list));
	if (!list)
		return flt__fail(err, FLT_E_NOMEM, "no memory for %u interfaces", room);
	ng->interfaces = list;
	ng->interface_room = room;
	return FLT_OK;
}

/* The first interface of all speaks for the file. */
static void add_interface(struct pcapng *ng, const struct interface *row)
{
	if (ng->first_row + ng->interface_count == 0)
		ng->first = *row;
	ng->mixed |= row->linktype != ng->first.linktype;
	ng->mixed_bits |= row->link_bits != ng->first.link_bits;
	ng->interfaces[ng->interface_count++] = *row;
}

static int read_interface(struct pcapng *ng, struct block *block, struct flt_error *err)
{
	struct interface row = { .clock = { .exponent = NG_MICROSECONDS } };
	int code = room_for_interface(ng, block, err);

	if (code != FLT_OK)
		return code;
	row.linktype = flt__link_from_file(ng_u16(ng, &block->body));
	cur_skip(&block->body, 2);
	row.stored_snaplen = ng_u32(ng, &block->body);
	row.snaplen = flt__savefile_snaplen(row.stored_snaplen);
	if (block->body.cut)
		return fail_block(block, "is too short for an interface", err);
	if (!flt__pcapng_interface(ng, block->body, &row))
		return fail_block(block, "has an option with an impossible length", err);
	add_interface(ng, &row);
	return STEP_NO_PACKET;
}

/* ---- packets --------------------------------------------------------------------------------- */

static const struct interface *interface_of(const struct pcapng *ng, const struct block *block,
					    uint32_t id, struct flt_error *err)
{
	if (id < ng->interface_count)
		return &ng->interfaces[id];
	flt__fail_file(
		err, FLT_E_FORMAT, block->offset,
		"the packet at byte %llu is from interface %u, but its section describes %u so far",
		(unsigned long long)block->offset, id, ng->interface_count);
	return NULL;
}

/* The bytes of a packet, and what follows them up to a multiple of 4. */
static int take_bytes(struct block *block, const struct interface *from, uint32_t caplen,
		      struct flt_packet *packet, struct flt_error *err)
{
	if (caplen > flt__savefile_longest(from->snaplen) || caplen > cur_left(&block->body))
		return flt__fail_file(err, FLT_E_FORMAT, block->offset,
				      "the packet at byte %llu claims %u captured bytes: its block "
				      "has %zu, the limit is %u",
				      (unsigned long long)block->offset, caplen,
				      cur_left(&block->body), flt__savefile_longest(from->snaplen));
	packet->bytes = cur_take(&block->body, caplen);
	packet->caplen = caplen < from->snaplen ? caplen : from->snaplen;
	packet->linktype = from->linktype;
	return FLT_OK;
}

static void skip_padding(struct cursor *body, uint32_t caplen)
{
	cur_skip(body, (4u - caplen % 4u) % 4u);
}

/* Enhanced and obsolete packet blocks differ in their first word only. */
static int read_stamped(struct pcapng *ng, struct block *block, struct flt_packet *packet,
			struct flt_meta *meta, struct flt_error *err)
{
	bool obsolete = block->type == BLOCK_OBSOLETE;
	uint32_t id = obsolete ? ng_u16(ng, &block->body) : ng_u32(ng, &block->body);
	uint32_t drops = obsolete ? ng_u16(ng, &block->body) : NG_DROPS_UNKNOWN;
	uint64_t ticks = (uint64_t)ng_u32(ng, &block->body) << 32;
	ticks |= ng_u32(ng, &block->body);
	uint32_t caplen = ng_u32(ng, &block->body);
	packet->wirelen = ng_u32(ng, &block->body);

	if (block->body.cut)
		return fail_block(block, "is too short for a packet", err);
	const struct interface *from = interface_of(ng, block, id, err);
	if (!from)
		return FLT_E_FORMAT;
	int code = take_bytes(block, from, caplen, packet, err);
	if (code != FLT_OK)
		return code;
	packet->interface = ng->first_row + id;
	flt__pcapng_time(&from->clock, ticks, packet);
	skip_padding(&block->body, caplen);
	packet->meta = flt__pcapng_meta(ng, block->body, drops, meta);
	return STEP_PACKET;
}

/* No time, and the interface is the first one. What was captured is what the snapshot length left.
 */
static int read_simple(struct pcapng *ng, struct block *block, struct flt_packet *packet,
		       struct flt_error *err)
{
	const struct interface *from = interface_of(ng, block, 0, err);
	uint32_t wirelen = ng_u32(ng, &block->body);

	if (!from)
		return FLT_E_FORMAT;
	if (block->body.cut)
		return fail_block(block, "is too short for a packet", err);
	uint32_t caplen = wirelen;
	if (from->stored_snaplen && caplen > from->stored_snaplen)
		caplen = from->stored_snaplen;
	packet->wirelen = wirelen;
	packet->interface = ng->first_row;
	packet->time_ns = 0;
	packet->time_era = 0;
	packet->meta = NULL;
	int code = take_bytes(block, from, caplen, packet, err);
	return code == FLT_OK ? STEP_PACKET : code;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static int check_lengths(const struct pcapng *ng, const struct block *block, const uint8_t *start,
			 struct flt_error *err)
{
	uint32_t again = ng_get32(ng, start + block->length - 4);

	if (again == block->length)
		return FLT_OK;
	return flt__fail_file(
		err, FLT_E_FORMAT, block->offset,
		"the pcapng block at byte %llu has two lengths, %u before its body and %u after it",
		(unsigned long long)block->offset, block->length, again);
}

/* The block that begins here, when it is there as a whole. */
static int next_block(struct pcapng *ng, const struct file *file, struct block *block,
		      struct flt_error *err)
{
	const uint8_t *start = file_here(file);

	if (file_left(file) < BLOCK_FRAME_BYTES)
		return STEP_MORE_BYTES;
	block->offset = file->offset;
	block->type = ng_get32(ng, start);
	if (block->type == BLOCK_SECTION) {
		int code = section_order(ng, start, file->offset, err);
		if (code != FLT_OK)
			return code;
	}
	block->length = ng_get32(ng, start + 4);
	if (block->length < BLOCK_FRAME_BYTES || block->length % 4 ||
	    block->length > BLOCK_BYTES_MAX)
		return flt__fail_file(err, FLT_E_FORMAT, file->offset + 4,
				      "the pcapng block at byte %llu claims a length of %u; it "
				      "must be a multiple of 4 from 12 to %u",
				      (unsigned long long)file->offset, block->length,
				      BLOCK_BYTES_MAX);
	if (file_left(file) < block->length)
		return STEP_MORE_BYTES;
	block->body = cur_make(start + 8, block->length - BLOCK_FRAME_BYTES);
	int code = check_lengths(ng, block, start, err);
	return code == FLT_OK ? STEP_NO_PACKET : code;
}

static int read_block(struct pcapng *ng, struct block *block, struct flt_packet *packet,
		      struct flt_meta *meta, struct flt_error *err)
{
	switch (block->type) {
	case BLOCK_SECTION: return read_section(ng, block, err);
	case BLOCK_INTERFACE: return read_interface(ng, block, err);
	case BLOCK_ENHANCED:
	case BLOCK_OBSOLETE: return read_stamped(ng, block, packet, meta, err);
	case BLOCK_SIMPLE: return read_simple(ng, block, packet, err);
	default: return STEP_NO_PACKET;
	}
}

/* One block; it is used up unless more bytes are wanted or it is in error. A packet goes to row n.
 */
static int step(struct savefile *save, uint32_t n, struct flt_error *err)
{
	struct pcapng *ng = save->state;
	struct block block;
	int code = next_block(ng, &save->file, &block, err);

	if (code != STEP_NO_PACKET)
		return code;
	code = read_block(ng, &block, &save->packets[n], &ng->metas[n], err);
	if (code >= 0)
		file_used(&save->file, block.length);
	return code;
}

static int pcapng_parse(struct savefile *save, uint32_t *count, struct flt_error *err)
{
	uint32_t n = 0;
	int code = STEP_NO_PACKET;

	while (n < save->room && code != STEP_MORE_BYTES) {
		code = step(save, n, err);
		if (code < 0)
			break;
		n += code == STEP_PACKET;
	}
	*count = n;
	return code < 0 ? code : FLT_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* Read on to the first interface: it says the link type. A packet before it is an error of its own.
 */
static int read_head(struct savefile *save, struct flt_error *err)
{
	const struct pcapng *ng = save->state;

	while (ng->interface_count == 0) {
		int code = step(save, 0, err);
		if (code < 0)
			return code;
		if (code == STEP_MORE_BYTES)
			code = flt__file_want(&save->file, file_left(&save->file) + 1, err);
		if (code == FLT_END && !file_left(&save->file))
			return flt__fail_file(
				err, FLT_E_FORMAT, save->file.offset,
				"the pcapng file describes no interface: it has no link type");
		if (code < 0)
			return flt__savefile_header_cut(save, code, err);
	}
	return FLT_OK;
}

/* Interfaces mostly stand together: take those that are here already, so that the source can tell
 * early that their link types differ. What is wrong with them is said when they are read again. */
static int read_more_interfaces(struct savefile *save, struct flt_error *err)
{
	struct flt_error later;
	struct block block;
	int code = FLT_OK;

	flt__error_clear(&later);
	while (code >= 0 && next_block(save->state, &save->file, &block, NULL) == STEP_NO_PACKET &&
	       block.type == BLOCK_INTERFACE)
		code = step(save, 0, &later);
	return code == FLT_E_NOMEM ? flt__fail(err, code, "%s", later.message) : FLT_OK;
}

static int pcapng_open(struct savefile *save, struct flt_error *err)
{
	struct pcapng *ng = calloc(1, sizeof(*ng));

	save->state = ng;
	if (ng)
		ng->metas = calloc(save->room, sizeof(*ng->metas));
	if (!ng || !ng->metas)
		return flt__fail(err, FLT_E_NOMEM, "no memory for a source");
	int code = read_head(save, err);
	return code == FLT_OK ? read_more_interfaces(save, err) : code;
}

static uint32_t pcapng_flags(const struct pcapng *ng)
{
	const struct ng_clock *clock = &ng->first.clock;
	uint32_t flags = FLT_SOURCE_PCAPNG | swapped_flag(ng->first_big);

	if (!clock->binary && clock->exponent >= NG_NANOSECONDS)
		flags |= FLT_SOURCE_NANO;
	return ng->mixed ? flags | FLT_SOURCE_MIXED : flags;
}

static void pcapng_info(const struct savefile *save, struct flt_source_info *info)
{
	const struct pcapng *ng = save->state;

	info->linktype = ng->first.linktype;
	info->snaplen = ng->first.snaplen;
	info->version_major = ng->major;
	info->version_minor = ng->minor;
	info->interfaces = ng->first_row + ng->interface_count;
	info->link_bits = ng->mixed_bits ? 0 : ng->first.link_bits;
	info->flags |= pcapng_flags(ng);
}

static void pcapng_close(struct savefile *save)
{
	struct pcapng *ng = save->state;

	free(ng->interfaces);
	free(ng->metas);
	free(ng);
}

static const struct savefile_format pcapng_format = {
	.unit = "block",
	.open = pcapng_open,
	.parse = pcapng_parse,
	.info = pcapng_info,
	.close = pcapng_close,
};

const struct savefile_format *flt__pcapng_format(const uint8_t magic[4])
{
	return get_be32(magic) == BLOCK_SECTION ? &pcapng_format : NULL;
}
