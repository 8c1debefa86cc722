/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the header promises of threads: one program runs in several at once, is shared and released
 * by them, and the last one frees it; compiles do not see each other; flt_source_stop() ends a read
 * that waits in another thread. tests/abi/threads builds this with ThreadSanitizer.
 */
#include <libfilter.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS   4
#define RUNS      2000
#define COMPILES  20
#define FRAME_LEN 60u

static const char shared_text[] = "arp or port domain";
static const uint8_t arp_frame[FRAME_LEN] = { [12] = 8, [13] = 6 };
static const uint8_t other_frame[FRAME_LEN] = { [12] = 8, [13] = 7 };

static struct flt_program *shared;
static atomic_int wrong;

static void expect(int ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "wrong: %s\n", what);
		atomic_fetch_add(&wrong, 1);
	}
}

static void compile_own(void)
{
	struct flt_program *own;
	char mine[4096], theirs[4096];

	expect(flt_compile(&own, shared_text, strlen(shared_text), NULL, NULL) == 0, "a compile");
	flt_program_format(own, FLT_FORMAT_TEXT, mine, sizeof(mine));
	flt_program_format(shared, FLT_FORMAT_TEXT, theirs, sizeof(theirs));
	expect(strcmp(mine, theirs) == 0, "two compiles of one text");
	flt_program_unref(own);
}

/* Begins with a reference of its own, which it gives back. */
static void *use(void *unused)
{
	struct flt_packet packets[2] = {
		{ .caplen = FRAME_LEN, .wirelen = FRAME_LEN, .bytes = arp_frame },
		{ .caplen = FRAME_LEN, .wirelen = FRAME_LEN, .bytes = other_frame },
	};
	uint32_t verdicts[2];

	for (int i = 0; i < RUNS; i++) {
		struct flt_program *prog = flt_program_ref(shared);

		expect(flt_run(prog, arp_frame, FRAME_LEN, FRAME_LEN, NULL) != 0, "ARP");
		expect(flt_run_batch(prog, packets, 2, verdicts) == 1, "one of two");
		flt_program_unref(prog);
		if (i % (RUNS / COMPILES) == 0)
			compile_own();
	}
	flt_program_unref(shared);
	return unused;
}

static void check_programs(void)
{
	pthread_t threads[THREADS];

	expect(flt_compile(&shared, shared_text, strlen(shared_text), NULL, NULL) == 0, "compile");
	for (int i = 0; i < THREADS; i++) {
		flt_program_ref(shared);
		expect(pthread_create(&threads[i], NULL, use, NULL) == 0, "pthread_create");
	}
	flt_program_unref(shared);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* ---- a source that is stopped ---------------------------------------------------------------- */

static void *read_all(void *source)
{
	const struct flt_packet *packets;
	uint32_t count;

	expect(flt_source_read(source, &packets, &count, -1, NULL) == FLT_END, "the end");
	return NULL;
}

static void check_stop(void)
{
	/* A pcap header in this machine's byte order, no packets; the writer stays open. */
	const uint32_t header[6] = { 0xa1b2c3d4, 0, 0, 0, 65535, 1 };
	const uint16_t version[2] = { 2, 4 };
	struct flt_source *source;
	struct flt_error err;
	uint8_t bytes[sizeof(header)];
	pthread_t reader;
	int ends[2];

	memcpy(bytes, header, sizeof(header));
	memcpy(bytes + 4, version, sizeof(version));
	expect(pipe(ends) == 0 && write(ends[1], bytes, sizeof(bytes)) == sizeof(bytes), "a pipe");
	if (flt_open_fd(&source, ends[0], NULL, &err) != FLT_OK) {
		expect(0, err.message);
		return;
	}
	expect(pthread_create(&reader, NULL, read_all, source) == 0, "pthread_create");
	usleep(100000);
	flt_source_stop(source);
	pthread_join(reader, NULL);
	flt_source_close(source);
	close(ends[1]);
}

int main(void)
{
	check_programs();
	check_stop();
	printf("%d threads, %d runs and %d compiles each: %d wrong\n", THREADS, RUNS, COMPILES,
	       atomic_load(&wrong));
	return atomic_load(&wrong) != 0;
}
