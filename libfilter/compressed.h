/* SPDX-License-Identifier: BSD-2-Clause */
/* Compressed files, which are no savefiles: by their first bytes, and the programs that uncompress
 * them. The library says what a file is, a program of ours which pipe reads it. */
#ifndef COMPRESSED_H
#define COMPRESSED_H

#include <stdint.h>
#include <string.h>

#define COMPRESSED_MAGIC_BYTES 4u
#define COMPRESSED_MESSAGE     "not a savefile: it is compressed with "

struct compressed {
	const char *program; /* it has an option -dc: uncompress to standard output */
	const char *suffix;
	uint32_t magic, mask; /* of the first bytes, big-endian */
};

/* clang-format off */
static const struct compressed compressed_rows[] = {
	{ "gzip",  ".gz",  0x1f8b0000, 0xffff0000 },     /* RFC 1952 */
	{ "zstd",  ".zst", 0x28b52ffd, 0xffffffff },     /* RFC 8878 */
	{ "xz",    ".xz",  0xfd377a58, 0xffffffff },
	{ "bzip2", ".bz2", 0x425a6800, 0xffffff00 },     /* BZh */
	{ "lz4",   ".lz4", 0x04224d18, 0xffffffff },
};
/* clang-format on */

#define COMPRESSED_COUNT (sizeof(compressed_rows) / sizeof(compressed_rows[0]))

static inline const struct compressed *compressed_find(uint32_t magic)
{
	for (size_t i = 0; i < COMPRESSED_COUNT; i++)
		if ((magic & compressed_rows[i].mask) == compressed_rows[i].magic)
			return &compressed_rows[i];
	return NULL;
}

/* What the library's message tells of, or NULL. */
static inline const struct compressed *compressed_told(const char *message)
{
	size_t len = strlen(COMPRESSED_MESSAGE);

	for (size_t i = 0; i < COMPRESSED_COUNT && strncmp(message, COMPRESSED_MESSAGE, len) == 0;
	     i++)
		if (strcmp(message + len, compressed_rows[i].program) == 0)
			return &compressed_rows[i];
	return NULL;
}

#endif
