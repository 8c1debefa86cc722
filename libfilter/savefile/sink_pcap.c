/* SPDX-License-Identifier: BSD-2-Clause */
/* pcap: a header of 24 bytes, then packets, each behind 16 bytes; in this machine's byte order. */
#include <string.h>

#include "diag.h"
#include "link.h"
#include "odd_time.h"
#include "sink_formats.h"
#include "sink_stamp.h"
#include "vlan_tag.h"

#define FILE_HEADER_BYTES   24u
#define PACKET_HEADER_BYTES 16u
#define PCAP_MAGIC          0xa1b2c3d4u
#define PCAP_MAGIC_NANO     0xa1b23c4du

static uint32_t get_host32(const uint8_t *b)
{
	uint32_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static void put_host32(uint8_t *b, uint32_t v)
{
	memcpy(b, &v, sizeof(v));
}

static bool is_nano(const struct flt_sink *sink)
{
	return sink->flags & FLT_CREATE_NANO;
}

static int pcap_begin(struct flt_sink *sink, struct flt_error *err)
{
	const uint16_t version[2] = { 2, 4 };
	int code = sink_room(sink, FILE_HEADER_BYTES, err);

	if (code != FLT_OK)
		return code;
	uint8_t *to = sink_here(sink);
	memset(to, 0, FILE_HEADER_BYTES);
	put_host32(to, is_nano(sink) ? PCAP_MAGIC_NANO : PCAP_MAGIC);
	memcpy(to + 4, version, sizeof(version));
	put_host32(to + 16, sink->snaplen);
	put_host32(to + 20, flt__link_to_file(sink->linktype) | sink->link_bits);
	sink_put(sink, FILE_HEADER_BYTES);
	return FLT_OK;
}

static void put_header(struct flt_sink *sink, uint8_t *to, const struct flt_packet *packet,
		       uint32_t caplen, uint32_t wirelen)
{
	struct stamp stamp;

	sink->clamped += flt__stamp_nearest(packet, &stamp);
	uint64_t fraction = is_nano(sink) ? stamp.fraction_ns : stamp.fraction_ns / NS_PER_US;
	put_host32(to, (uint32_t)stamp.seconds);
	put_host32(to + 4, (uint32_t)fraction);
	put_host32(to + 8, caplen);
	put_host32(to + 12, wirelen);
}

static int fail_linktype(const struct flt_sink *sink, const struct flt_packet *packet,
			 struct flt_error *err)
{
	const char *want = flt_linktype_name(sink->linktype);
	const char *have = flt_linktype_name(packet->linktype);

	return flt__fail(err, FLT_E_MEANING,
			 "%s%llu packets kept; the next has link type %s (%u), but a pcap file "
			 "has only one, here %s (%u)",
			 sink->prefix, (unsigned long long)sink_packets(sink),
			 have ? have : "unknown", packet->linktype, want ? want : "unknown",
			 sink->linktype);
}

static int put_packet(struct flt_sink *sink, const struct flt_packet *packet, uint32_t caplen,
		      struct flt_error *err)
{
	if (packet->linktype && packet->linktype != sink->linktype)
		return fail_linktype(sink, packet, err);
	uint32_t tag = vlan_tag_bytes(packet->meta, sink->linktype, caplen);
	int code = sink_room(sink, (size_t)PACKET_HEADER_BYTES + caplen + tag, err);
	if (code != FLT_OK)
		return code;
	uint8_t *to = sink_here(sink);
	if (tag)
		vlan_tag_put(to + PACKET_HEADER_BYTES, packet->bytes, caplen, packet->meta);
	else if (caplen)
		memcpy(to + PACKET_HEADER_BYTES, packet->bytes, caplen);
	uint32_t stored = caplen + tag < sink->snaplen ? caplen + tag : sink->snaplen;
	put_header(sink, to, packet, stored, packet->wirelen + tag);
	sink_put_packet(sink, PACKET_HEADER_BYTES + stored);
	return FLT_OK;
}

static int pcap_packets(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
			const uint32_t *verdicts, struct flt_error *err)
{
	return sink_each(sink, put_packet, packets, count, verdicts, err);
}

static size_t pcap_record(const uint8_t *bytes, bool *is_packet)
{
	*is_packet = true;
	return (size_t)PACKET_HEADER_BYTES + get_host32(bytes + 8);
}

const struct sink_ops flt__sink_pcap = {
	.begin = pcap_begin,
	.packets = pcap_packets,
	.record = pcap_record,
};
