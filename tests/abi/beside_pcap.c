/* SPDX-License-Identifier: BSD-2-Clause */
/* One program with libfilter, libpcap and libbpf in it: each of them does what it is for. */
#include "beside.h"

#include <libfilter.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>

#define FRAME_LEN 60

static const char expression[] = "arp or tcp port 80";

/* Ethernet frames that differ in their EtherType. */
static const unsigned char arp_frame[FRAME_LEN] = { [12] = 8, [13] = 6 };
static const unsigned char other_frame[FRAME_LEN] = { [12] = 8, [13] = 7 };

static int ask_libfilter(void)
{
	struct flt_program *prog;
	struct flt_error err;
	int wrong = 0;

	if (flt_compile(&prog, expression, strlen(expression), NULL, &err) != FLT_OK) {
		fprintf(stderr, "libfilter: %s\n", err.message);
		return 1;
	}
	wrong += flt_run(prog, arp_frame, FRAME_LEN, FRAME_LEN, NULL) == 0;
	wrong += flt_run(prog, other_frame, FRAME_LEN, FRAME_LEN, NULL) != 0;
	flt_program_unref(prog);
	return wrong;
}

static int ask_libpcap(void)
{
	const struct pcap_pkthdr header = { .caplen = FRAME_LEN, .len = FRAME_LEN };
	struct bpf_program prog;
	pcap_t *handle = pcap_open_dead(DLT_EN10MB, 65535);
	int wrong = 0;

	if (!handle)
		return 1;
	if (pcap_compile(handle, &prog, expression, 1, PCAP_NETMASK_UNKNOWN) == 0) {
		wrong += pcap_offline_filter(&prog, &header, arp_frame) == 0;
		wrong += pcap_offline_filter(&prog, &header, other_frame) != 0;
		pcap_freecode(&prog);
	} else {
		fprintf(stderr, "libpcap: %s\n", pcap_geterr(handle));
		wrong++;
	}
	pcap_close(handle);
	return wrong;
}

int main(void)
{
	int wrong_filter = ask_libfilter();
	int wrong_pcap = ask_libpcap();
	int wrong_bpf = ask_libbpf();

	printf("wrong answers: libfilter %d, libpcap %d, libbpf %d\n", wrong_filter, wrong_pcap,
	       wrong_bpf);
	return wrong_filter + wrong_pcap + wrong_bpf != 0;
}
