/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same packets as libpcap reads: count, times, lengths, bytes, for every savefile of pcaps/ and
 * of the recorded behaviour. Where a file is refused or ends in an error, both must say so.
 */
#include <dirent.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libfilter.h"

#define SKIPPED 77

/* What libpcap does not read: our packets are more than its, or other ones. savefile.rows has them.
 */
static const char *const beyond[] = {
	"pcapng-mixed.pcapng",    /* one link type a file */
	"pcapng-three.pcapng",    /* likewise */
	"pcapng-sections.pcapng", /* one byte order a file */
	"pcapng-far.pcapng",      /* seconds since 1970 have 64 bits there */
	"pcapng-tsresol.pcapng",  /* fractions of 2^-63 s are 0 */
};

static unsigned files, packets, failures;

static bool is_beyond(const char *name)
{
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++)
		if (strcmp(name, beyond[i]) == 0)
			return true;
	return false;
}

static void complain(const char *path, unsigned number, const char *what, const char *ours,
		     const char *theirs)
{
	failures++;
	printf("%s, packet %u: %s (ours: %s; theirs: %s)\n", path, number, what, ours, theirs);
}

static bool wants_nano(const struct flt_source *src)
{
	struct flt_source_info info = { .size = sizeof(info) };

	flt_source_info(src, &info);
	return info.flags & (FLT_SOURCE_NANO | FLT_SOURCE_PCAPNG);
}

/* A savefile's 32 bits, which the library widens with the sign; pcapng times have more. */
static int64_t their_time(const struct pcap_pkthdr *header, bool nano)
{
	int64_t seconds = header->ts.tv_sec < 0 ? (uint32_t)header->ts.tv_sec : header->ts.tv_sec;
	int64_t fraction = (uint32_t)header->ts.tv_usec;

	return seconds * 1000000000 + fraction * (nano ? 1 : 1000);
}

static const char *difference(const struct flt_packet *ours, const struct pcap_pkthdr *header,
			      const unsigned char *bytes, bool nano)
{
	if (ours->time_ns != their_time(header, nano))
		return "times differ";
	if (ours->caplen != header->caplen || ours->wirelen != header->len)
		return "lengths differ";
	if (memcmp(ours->bytes, bytes, ours->caplen) != 0)
		return "bytes differ";
	return NULL;
}

static void compare_packets(const char *path, struct flt_source *src, pcap_t *pcap)
{
	struct flt_packet ours;
	struct flt_error err = { 0 };
	struct pcap_pkthdr *header;
	const unsigned char *bytes;
	bool nano = wants_nano(src);

	for (unsigned number = 1;; number++) {
		int r = flt_source_next(src, &ours, -1, &err);
		int theirs = pcap_next_ex(pcap, &header, &bytes);
		bool ends_alike =
			(r == 1) == (theirs == 1) && (r == FLT_END) == (theirs == PCAP_ERROR_BREAK);
		if (!ends_alike)
			complain(path, number, "one goes on", r == 1 ? "a packet" : err.message,
				 theirs == 1 ? "a packet" : pcap_geterr(pcap));
		if (r != 1 || !ends_alike)
			return;
		const char *what = difference(&ours, header, bytes, nano);
		if (what)
			complain(path, number, what, "", "");
		packets++;
	}
}

static void compare(const char *path)
{
	struct flt_source *src;
	struct flt_error err = { 0 };
	char errbuf[PCAP_ERRBUF_SIZE] = "";
	int r = flt_open_file(&src, path, NULL, &err);
	unsigned precision = r == FLT_OK && wants_nano(src) ? PCAP_TSTAMP_PRECISION_NANO :
							      PCAP_TSTAMP_PRECISION_MICRO;
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, precision, errbuf);

	files++;
	if ((r == FLT_OK) != (pcap != NULL))
		complain(path, 0, "one does not open it", err.message, errbuf);
	if (r == FLT_OK && pcap)
		compare_packets(path, src, pcap);
	flt_source_close(src);
	if (pcap)
		pcap_close(pcap);
}

static void compare_folder(const char *folder)
{
	struct dirent *entry;
	char path[4096];
	DIR *dir = opendir(folder);

	while (dir && (entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".pcap") || is_beyond(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		compare(path);
	}
	if (dir)
		closedir(dir);
}

int main(void)
{
	static const char *const recorded[] = { "conformance/savefiles", "conformance/dissect",
						"bench" };
	const char *top = getenv("TOP_SRCDIR"), *shared = getenv("SHARED");
	char folder[4096];
	struct stat st;

	snprintf(folder, sizeof(folder), "%s/pcaps", top ? top : ".");
	compare_folder(folder);
	bool have_shared = shared && stat(shared, &st) == 0;
	for (size_t i = 0; have_shared && i < sizeof(recorded) / sizeof(recorded[0]); i++) {
		snprintf(folder, sizeof(folder), "%s/%s", shared, recorded[i]);
		compare_folder(folder);
	}
	printf("%u files, %u packets, %u differences\n", files, packets, failures);
	if (failures || !packets)
		return 1;
	if (!have_shared)
		printf("skipped: the recorded savefiles are not there, SHARED says where\n");
	return have_shared ? 0 : SKIPPED;
}
