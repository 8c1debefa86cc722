/* SPDX-License-Identifier: BSD-2-Clause */
/* Savefiles: what the formats share. A format parses bytes that are there; who opens gets them. */
#ifndef SAVEFILE_H
#define SAVEFILE_H

#include "file.h"

/* The longest packet that a file may hold: what its snapshot length says, at least
 * SAVEFILE_PACKET_MIN (files exist whose header says too little), at most SAVEFILE_PACKET_MAX. */
#define SAVEFILE_PACKET_MIN 262144u
#define SAVEFILE_PACKET_MAX FILE_RECORD_LIMIT
#define SAVEFILE_SNAPLEN    262144u /* what a file means that says 0 or nonsense */

struct savefile;

struct savefile_format {
	const char *unit; /* what a file is a row of: "packet", "block" */
	/* Read the file's header, with flt__file_want(); the magic number is there. */
	int (*open)(struct savefile *save, struct flt_error *err);
	/* Turn bytes into packets until there is no whole one left, or no more room. FLT_OK or an
	 * error; either may come with packets. Called again after an error, it says the error
	 * again. */
	int (*parse)(struct savefile *save, uint32_t *count, struct flt_error *err);
	void (*info)(const struct savefile *save, struct flt_source_info *info);
	void (*close)(struct savefile *save);
};

struct savefile {
	struct file file;
	const struct savefile_format *format;
	void *state; /* the format's */
	struct flt_packet *packets;
	uint32_t room; /* packets in a batch */
};

/* By the first 4 bytes of a file, or NULL. */
const struct savefile_format *flt__pcap_format(const uint8_t magic[4]);
const struct savefile_format *flt__pcapng_format(const uint8_t magic[4]);

/* The snapshot length that a file's field means, and the longest packet to expect then. */
uint32_t flt__savefile_snaplen(uint32_t field);
uint32_t flt__savefile_longest(uint32_t snaplen);
/* The file ends inside a header: FLT_END of flt__file_want() becomes FLT_E_CUT. */
int flt__savefile_header_cut(const struct savefile *save, int code, struct flt_error *err);

/* FLT_SOURCE_SWAPPED, or 0 when the file has this machine's byte order. */
static inline uint32_t swapped_flag(bool big)
{
	const bool host_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	return big != host_is_big ? FLT_SOURCE_SWAPPED : 0;
}

#endif
