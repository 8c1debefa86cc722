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
	const char *name;
	const char *unpack;       /* followed by the file: to standard output */
	const char *unpack_input; /* of standard input */
	const char *pack;         /* standard input, to standard output; NULL: none */
	const char *suffix;
	uint32_t magic, mask; /* of the first bytes, big-endian */
};

/* clang-format off */
static const struct compressed compressed_rows[] = {
	{ "gzip",     "gzip -dc",  "gzip -dc",  "gzip -c",      ".gz",   0x1f8b0000, 0xffff0000 },
	{ "zstd",     "zstd -dc",  "zstd -dc",  "zstd -c",      ".zst",  0x28b52ffd, 0xffffffff },
	{ "xz",       "xz -dc",    "xz -dc",    "xz -c",        ".xz",   0xfd377a58, 0xffffffff },
	{ "bzip2",    "bzip2 -dc", "bzip2 -dc", "bzip2 -c",     ".bz2",  0x425a6800, 0xffffff00 },
	{ "lz4",      "lz4 -dc",   "lz4 -dc",   "lz4 -c",       ".lz4",  0x04224d18, 0xffffffff },
	{ "lzma",     "xz -dc",    "xz -dc",    "xz -Flzma -c", ".lzma", 0x5d000000, 0xffffff00 },
	{ "lzip",     "lzip -dc",  "lzip -dc",  "lzip -c",      ".lz",   0x4c5a4950, 0xffffffff },
	{ "lzop",     "lzop -dc",  "lzop -dc",  "lzop -c",      ".lzo",  0x894c5a4f, 0xffffffff },
	{ "compress", "gzip -dc",  "gzip -dc",  "compress -c",  ".z",    0x1f9d0000, 0xffff0000 },
	{ "zip",      "unzip -p",  "funzip",    NULL,           ".zip",  0x504b0304, 0xffffffff },
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
		if (strcmp(message + len, compressed_rows[i].name) == 0)
			return &compressed_rows[i];
	return NULL;
}

#endif
