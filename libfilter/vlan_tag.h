/* SPDX-License-Identifier: BSD-2-Clause */
/* VLAN tags that travel beside the bytes, as the kernel hands them over, and how they are put back:
 * 802.1Q has them behind the two addresses of an Ethernet header. */
#ifndef VLAN_TAG_H
#define VLAN_TAG_H

#include <stdbool.h>
#include <string.h>

#include "bytes.h"
#include "libfilter.h"

#define VLAN_TAG_AT     12u
#define VLAN_TAG_BYTES  4u
#define VLAN_TPID_USUAL 0x8100u /* of a tag that does not say what it is */

/* What becomes longer when the tag is put back into the first caplen bytes of a packet, and how
 * long the packet was: VLAN_TAG_BYTES, or 0 where there is no tag, or no place for it. */
static inline uint32_t vlan_tag_bytes(const struct flt_meta *meta, uint32_t linktype,
				      uint32_t caplen)
{
	bool has_tag = meta && meta->present & FLT_META_VLAN;
	bool has_place = linktype == FLT_LINKTYPE_EN10MB && caplen >= VLAN_TAG_AT &&
			 caplen <= UINT32_MAX - VLAN_TAG_BYTES;

	return has_tag && has_place ? VLAN_TAG_BYTES : 0;
}

/* Copy caplen bytes of a packet with its tag, for which vlan_tag_bytes() found a place. */
static inline void vlan_tag_put(uint8_t *to, const uint8_t *bytes, uint32_t caplen,
				const struct flt_meta *meta)
{
	uint16_t tpid = meta->vlan_tpid ? meta->vlan_tpid : VLAN_TPID_USUAL;

	memcpy(to, bytes, VLAN_TAG_AT);
	put_be16(to + VLAN_TAG_AT, tpid);
	put_be16(to + VLAN_TAG_AT + 2, meta->vlan_tci);
	memcpy(to + VLAN_TAG_AT + VLAN_TAG_BYTES, bytes + VLAN_TAG_AT, caplen - VLAN_TAG_AT);
}

#endif
