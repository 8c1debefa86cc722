/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter in the kernel, on a socket of the program's own: what does not match is not delivered
 * and wakes nobody. Any socket will do whose packets begin with the IP header; this one is half of
 * a pair, so that no privilege is needed.
 *
 *     $ cc attach_socket.c $(pkg-config --cflags --libs libfilter) -o attach_socket
 *     $ ./attach_socket 'udp port 53'
 *     protocol 17, port 53
 *     3 packets sent, 1 received
 */
#include <libfilter.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int explain(const struct flt_error *err, const char *expression)
{
	char text[1024];

	flt_error_show(err, expression, text, sizeof(text));
	fputs(text, stderr);
	return 2;
}

/* Without a link header: what comes out of the socket begins with the IP header. */
static int attach(int fd, const char *expression)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = FLT_LINKTYPE_RAW };
	struct flt_program *prog;
	struct flt_error err;
	int result = 0;

	if (flt_compile(&prog, expression, strlen(expression), &opts, &err) != FLT_OK)
		return explain(&err, expression);
	if (flt_attach(prog, fd, &err) != FLT_OK)
		result = explain(&err, NULL);
	flt_program_unref(prog); /* the kernel has its own copy */
	return result;
}

/* An IPv4 packet of 28 bytes with the first 8 bytes of a UDP or TCP header. */
static int send_packet(int fd, uint8_t protocol, uint8_t port)
{
	/* clang-format off */
	const uint8_t packet[28] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1,
				     198, 51, 100, 7, 0x9c, 0x40, 0, port };
	/* clang-format on */

	return send(fd, packet, sizeof(packet), 0) == (ssize_t)sizeof(packet) ? 1 : 0;
}

int main(int argc, char **argv)
{
	int pair[2], sent = 0, received = 0, result;
	uint8_t packet[28] = { 0 };

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0) {
		perror("socketpair");
		return 1;
	}
	result = attach(pair[1], argc > 1 ? argv[1] : "udp port 53");
	if (result == 0) {
		sent += send_packet(pair[0], 17, 53);
		sent += send_packet(pair[0], 6, 80);
		sent += send_packet(pair[0], 17, 123);
		while (recv(pair[1], packet, sizeof(packet), MSG_DONTWAIT) > 0) {
			printf("protocol %u, port %u\n", packet[9], packet[23]);
			received++;
		}
		printf("%d packets sent, %d received\n", sent, received);
	}
	close(pair[0]);
	close(pair[1]);
	return result;
}
