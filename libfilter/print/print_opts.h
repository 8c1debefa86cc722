/* SPDX-License-Identifier: BSD-2-Clause */
/* What a caller decides of the text. */
#ifndef PRINT_OPTS_H
#define PRINT_OPTS_H

#include <stdbool.h>
#include <stdint.h>

enum time_style {
	TIME_OF_DAY,         /* no -t */
	TIME_NONE,           /* -t */
	TIME_SECONDS,        /* -tt */
	TIME_SINCE_PREVIOUS, /* -ttt */
	TIME_DATE,           /* -tttt */
	TIME_SINCE_FIRST     /* -ttttt */
};

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
	int verbose; /* how many -v */
	enum time_style time_style;
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

#endif
