/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets to text: what the program's loop needs of the printers. */
#ifndef DISSECT_H
#define DISSECT_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"
#include "out.h"

enum hex_style {
	HEX_NONE,
	HEX_X,      /* -x: hex, without the link header */
	HEX_XX,     /* -xx: hex, with it */
	HEX_CAP_X,  /* -X: hex and text */
	HEX_CAP_XX, /* -XX */
	HEX_A,      /* -A: text, without the link header */
	HEX_AA      /* -AA */
};

struct print_opts {
	int verbose;    /* how many -v */
	int time_style; /* how many -t: 0 local time of day, 1 none, 2 seconds since 1970,
	                          * 3 since the packet before, 4 with the date, 5 since the first */
	enum hex_style hex;
	bool link_header;  /* -e */
	bool numeric;      /* -n: names are never looked up */
	bool join_lines;   /* -g */
	bool quiet;        /* -q */
	bool absolute_seq; /* -S */
	bool number;       /* -# */
	bool no_checksums; /* -K */
	bool nano;         /* nanoseconds in timestamps */
	bool terminal;     /* people read it: a packet's lines never look like ours */
	/* Names of an address of 4 or 16 bytes, and of a port of TCP or UDP; NULL: there is none,
	 * numbers are shown. May be NULL themselves. */
	const char *(*host_name)(void *context, const uint8_t *address, uint32_t len);
	const char *(*port_name)(void *context, uint8_t protocol, uint16_t port);
	void *names_context;
	/* The name of an interface, for SLL2 headers of a live capture; NULL: unknown. May be
	 * NULL itself. */
	const char *(*interface_name)(void *context, uint32_t ifindex);
	void *interface_context;
};

struct printer;
struct stamps;

/* opts are copied; out is the caller's. NULL: no memory. */
struct printer *flt__printer_new(const struct print_opts *opts, struct out *out);
/* One packet, as one line or more. number is what -# shows, counted from 1. */
void flt__printer_packet(struct printer *p, const struct flt_packet *packet, uint64_t number);
/* A packet was printed without its VLAN tag, because there was no memory to put it back. */
bool flt__printer_failed(const struct printer *p);
/* Is there a printer for this link type? Without one, packets are printed as hex. */
bool flt__printer_knows(uint32_t linktype);
/* How it prints times, and where it is with them. */
const struct stamps *flt__printer_stamps(const struct printer *p);
void flt__printer_free(struct printer *p);

#endif
