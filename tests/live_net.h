/* SPDX-License-Identifier: BSD-2-Clause */
/* Namespaces, interfaces and packets for the live tests, and a way to say what failed. */
#ifndef LIVE_NET_H
#define LIVE_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "libfilter.h"

#define LIVE_HERE          "v0" /* our end of the veth: 10.9.0.1 */
#define LIVE_THERE         "v1" /* the other end, in another namespace: 10.9.0.2 */
#define LIVE_ADDRESS_HERE  "10.9.0.1"
#define LIVE_ADDRESS_THERE "10.9.0.2"

struct live_test {
	const char *name;
	void (*run)(void);
};

/* Runs the tests in a network of their own; 77 where that needs more privilege than there is. */
int live_main(const struct live_test *tests, unsigned count);

/* Counts; prints the first failures. */
#define EXPECT(cond, ...) live_expect((cond), __FILE__, __LINE__, #cond, __VA_ARGS__)
bool live_expect(bool ok, const char *file, int line, const char *cond, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Run a command; a failure is one of the test. */
void live_command(const char *command);
/* Sockets made between these belong to the other end of the veth. */
void live_go_there(void);
void live_go_here(void);

/* A UDP socket at the other end (there) or at ours, connected to address and port. */
int live_udp(bool there, const char *address, uint16_t port);
/* Takes datagrams to this port, so that nobody answers "port unreachable". */
int live_sink(bool there, uint16_t port);

/* `udp dst port N` over IPv4 without options, with its IPv4 header at ip_off; and the link type
 * it is made for. */
struct flt_program *live_port_program(uint32_t ip_off, uint16_t port, uint32_t keep,
				      uint32_t linktype);
struct flt_program *live_program(const struct flt_insn *insns, uint32_t count, uint32_t linktype);

/* Opens or fails the test (then NULL). */
struct flt_source *live_open(const char *device, const struct flt_open_opts *opts);
/* Reads until nothing came for quiet_ms, or the end; returns the packets seen. *code: the last
 * result. */
uint64_t live_count(struct flt_source *src, int quiet_ms, int *code);

int64_t live_now_us(void);

/* How long something took, in us, for the i-th time. */
typedef int64_t live_measure(void *context, int i);
/* Of several rounds, one must have nine tenths of its delays within the limit. What our code adds
 * is there in every round; what a busy machine adds is not. */
void live_delays(const char *what, int64_t limit_us, live_measure *measure, void *context);

#endif
