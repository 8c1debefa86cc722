/* SPDX-License-Identifier: BSD-2-Clause */
/* pcap: a header of 24 bytes, then packets, each behind 16 bytes (24 in the modified format). */
#include <stdlib.h>

#include "bytes.h"
#include "diag.h"
#include "link.h"
#include "odd_time.h"
#include "savefile.h"

#define FILE_HEADER_BYTES     24u
#define PACKET_HEADER_BYTES   16u
#define MODIFIED_HEADER_BYTES 24u

/* Writers of the modified format did not count a link header in the snapshot length. */
#define MODIFIED_SNAPLEN_MORE 14u

/* clang-format off */
static const struct magic_row {
	uint8_t bytes[4];
	bool big;
	uint32_t header_bytes;   /* before a packet */
	uint32_t ns_per_unit;    /* of a timestamp's fraction */
} magics[] = {
	{ { 0xd4, 0xc3, 0xb2, 0xa1 }, false, PACKET_HEADER_BYTES, 1000 },
	{ { 0xa1, 0xb2, 0xc3, 0xd4 }, true, PACKET_HEADER_BYTES, 1000 },
	{ { 0x4d, 0x3c, 0xb2, 0xa1 }, false, PACKET_HEADER_BYTES, 1 },
	{ { 0xa1, 0xb2, 0x3c, 0x4d }, true, PACKET_HEADER_BYTES, 1 },
	{ { 0x34, 0xcd, 0xb2, 0xa1 }, false, MODIFIED_HEADER_BYTES, 1000 },
	{ { 0xa1, 0xb2, 0xcd, 0x34 }, true, MODIFIED_HEADER_BYTES, 1000 },
};
/* clang-format on */

/* Old writers disagreed on which of the two lengths comes first. */
enum lengths { CAPLEN_FIRST, WIRELEN_FIRST, SMALLER_IS_CAPLEN };

/* clang-format off */
static const struct version_row {
	uint16_t major, minor;
	enum lengths lengths;
} versions[] = {
	{ 2, 0, WIRELEN_FIRST },
	{ 2, 1, WIRELEN_FIRST },
	{ 2, 2, WIRELEN_FIRST },
	{ 2, 3, SMALLER_IS_CAPLEN },
	{ 2, 4, CAPLEN_FIRST },
	{ 543, 0, WIRELEN_FIRST },
};
/* clang-format on */

struct pcap {
	const struct magic_row *magic;
	const struct version_row *version;
	uint32_t snaplen;
	uint32_t longest; /* captured bytes that a packet may claim */
	uint32_t linktype;
	uint32_t link_bits; /* above it in its field */
};

static const struct magic_row *magic_of(const uint8_t magic[4])
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (get_be32(magics[i].bytes) == get_be32(magic))
			return &magics[i];
	return NULL;
}

static const struct version_row *version_of(uint16_t major, uint16_t minor)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (versions[i].major == major && versions[i].minor == minor)
			return &versions[i];
	return NULL;
}

static inline uint32_t get32(const uint8_t *b, bool big)
{
	return big ? get_be32(b) : get_le32(b);
}

static int pcap_header(struct pcap *pcap, const uint8_t *header, struct flt_error *err)
{
	pcap->magic = magic_of(header);
	const bool big = pcap->magic->big;
	uint16_t major = big ? get_be16(header + 4) : get_le16(header + 4);
	uint16_t minor = big ? get_be16(header + 6) : get_le16(header + 6);
	pcap->version = version_of(major, minor);
	if (!pcap->version)
		return flt__fail_file(
			err, FLT_E_FORMAT, 4,
			"pcap version %u.%u is not supported; versions 2.0 to 2.4 and 543.0 are",
			major, minor);
	pcap->snaplen = flt__savefile_snaplen(get32(header + 16, big));
	if (pcap->magic->header_bytes == MODIFIED_HEADER_BYTES &&
	    pcap->snaplen < SAVEFILE_PACKET_MAX)
		pcap->snaplen += MODIFIED_SNAPLEN_MORE;
	pcap->longest = flt__savefile_longest(pcap->snaplen);
	uint32_t link_field = get32(header + 20, big);
	pcap->linktype = flt__link_from_file(link_field);
	pcap->link_bits = link_field & FLT_LINK_BITS_MASK;
	return FLT_OK;
}

static int pcap_open(struct savefile *save, struct flt_error *err)
{
	struct pcap *pcap = calloc(1, sizeof(*pcap));
	int code = flt__file_want(&save->file, FILE_HEADER_BYTES, err);

	save->state = pcap;
	if (!pcap)
		return flt__fail(err, FLT_E_NOMEM, "no memory for a source");
	if (code != FLT_OK)
		return flt__savefile_header_cut(save, code, err);
	code = pcap_header(pcap, file_here(&save->file), err);
	file_used(&save->file, FILE_HEADER_BYTES);
	return code;
}

struct lengths_read {
	uint32_t caplen, wirelen;
};

static inline struct lengths_read read_lengths(const struct pcap *pcap, const uint8_t *header)
{
	uint32_t first = get32(header + 8, pcap->magic->big);
	uint32_t second = get32(header + 12, pcap->magic->big);
	enum lengths order = pcap->version->lengths;

	if (order == WIRELEN_FIRST || (order == SMALLER_IS_CAPLEN && first > second))
		return (struct lengths_read){ second, first };
	return (struct lengths_read){ first, second };
}

static inline void read_time(const struct pcap *pcap, const uint8_t *header,
			     struct flt_packet *packet)
{
	uint32_t seconds = get32(header, pcap->magic->big);
	uint32_t fraction = get32(header + 4, pcap->magic->big);

	odd_time_join(packet, seconds, fraction, pcap->magic->ns_per_unit);
}

static int fail_length(const struct pcap *pcap, uint64_t offset, uint32_t caplen,
		       struct flt_error *err)
{
	return flt__fail_file(
		err, FLT_E_FORMAT, offset,
		"the packet at byte %llu claims %u captured bytes: the file allows %u at most",
		(unsigned long long)offset, caplen, pcap->longest);
}

/* The one loop that every packet of a large file goes through: keep it short. */
static int pcap_parse(struct savefile *save, uint32_t *count, struct flt_error *err)
{
	const struct pcap *pcap = save->state;
	const uint32_t header_bytes = pcap->magic->header_bytes;
	struct file *file = &save->file;
	uint32_t n = 0;
	int code = FLT_OK;

	for (; n < save->room && file_left(file) >= header_bytes; n++) {
		const uint8_t *header = file_here(file);
		struct lengths_read lengths = read_lengths(pcap, header);
		if (lengths.caplen > pcap->longest) {
			code = fail_length(pcap, file->offset, lengths.caplen, err);
			break;
		}
		if (lengths.caplen > file_left(file) - header_bytes)
			break;
		struct flt_packet *packet = &save->packets[n];
		read_time(pcap, header, packet);
		packet->caplen = lengths.caplen < pcap->snaplen ? lengths.caplen : pcap->snaplen;
		packet->wirelen = lengths.wirelen;
		packet->linktype = pcap->linktype;
		packet->bytes = header + header_bytes;
		file_used(file, header_bytes + lengths.caplen);
	}
	*count = n;
	return code;
}

static void pcap_info(const struct savefile *save, struct flt_source_info *info)
{
	const struct pcap *pcap = save->state;

	info->linktype = pcap->linktype;
	info->snaplen = pcap->snaplen;
	info->version_major = pcap->version->major;
	info->version_minor = pcap->version->minor;
	info->interfaces = 1;
	info->link_bits = pcap->link_bits;
	info->flags |= swapped_flag(pcap->magic->big);
	if (pcap->magic->ns_per_unit == 1)
		info->flags |= FLT_SOURCE_NANO;
}

static void pcap_close(struct savefile *save)
{
	free(save->state);
}

static const struct savefile_format pcap_format = {
	.unit = "packet",
	.open = pcap_open,
	.parse = pcap_parse,
	.info = pcap_info,
	.close = pcap_close,
};

const struct savefile_format *flt__pcap_format(const uint8_t magic[4])
{
	return magic_of(magic) ? &pcap_format : NULL;
}
