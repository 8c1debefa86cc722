/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds the files named on the command line to a fuzz target, one by one, without a fuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The whole file in memory of exactly its size, so that a sanitizer sees the first byte too
 * many. */
static uint8_t *read_whole(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	long end = ftell(file);
	rewind(file);
	uint8_t *bytes = end >= 0 ? malloc(end > 0 ? (size_t)end : 1) : NULL;
	*len = bytes ? fread(bytes, 1, (size_t)end, file) : 0;
	fclose(file);
	return bytes;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len = 0;
		uint8_t *bytes = read_whole(argv[i], &len);

		if (!bytes) {
			perror(argv[i]);
			return 1;
		}
		LLVMFuzzerTestOneInput(bytes, len);
		free(bytes);
	}
	printf("%d inputs replayed\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
