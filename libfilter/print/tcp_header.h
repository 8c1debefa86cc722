/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that print TCP. */
#ifndef TCP_HEADER_H
#define TCP_HEADER_H

#include "print.h"

struct tcp {
	uint16_t sport, dport;
	uint32_t seq, ack; /* as printed: relative to the connection's start, or absolute */
	uint32_t header_len;
	uint16_t flags; /* TCP_* */
	uint16_t window, checksum, urgent;
	uint32_t payload_len;
	uint32_t sack_base; /* what selective acknowledgements are relative to */
};

#define TCP_FIN 0x001u
#define TCP_SYN 0x002u
#define TCP_RST 0x004u
#define TCP_PSH 0x008u
#define TCP_ACK 0x010u
#define TCP_URG 0x020u
#define TCP_ECE 0x040u
#define TCP_CWR 0x080u
#define TCP_AE  0x100u

/* Make seq, ack and sack_base relative, if the connection's start is known; remember it if not. */
void flt__tcp_relative(struct printer *p, struct tcp *tcp);
/* NULL: no memory. */
struct tcp_flows *flt__tcp_flows_new(void);
void flt__tcp_flows_free(struct tcp_flows *flows);

/* len bytes of options, in brackets. False: they are damaged, the line ends here. */
bool flt__print_tcp_options(struct printer *p, struct cursor c, uint32_t len,
			    const struct tcp *tcp);
/* One Multipath TCP option (RFC 8684), the cursor behind its length. False: damaged. */
bool flt__print_mptcp(struct printer *p, struct cursor c, uint32_t len, uint16_t flags);

#endif
