/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter in the kernel, on a socket of the program's own: what does not match is never delivered.
 * Any socket will do; here it is one that another process would send IP packets to.
 *
 *     cc attach.c $(pkg-config --cflags --libs libfilter) -o attach
 *     ./attach 'udp port 53'
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

/* An IPv4 packet of 28 bytes with the first 8 bytes of a UDP or TCP header. */
static void send_packet(int fd, uint8_t protocol, uint8_t port)
{
	uint8_t packet[28] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1,
			       198, 51, 100, 7, 0x9c, 0x40, 0, port };

	send(fd, packet, sizeof(packet), 0);
}

int main(int argc, char **argv)
{
	const char *expression = argc > 1 ? argv[1] : "udp port 53";
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = FLT_LINKTYPE_RAW };
	struct flt_program *prog;
	struct flt_error err;
	int pair[2], received = 0;
	uint8_t packet[28];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		return 1;
	if (flt_compile(&prog, expression, strlen(expression), &opts, &err) != FLT_OK)
		return explain(&err, expression);
	if (flt_attach(prog, pair[1], &err) != FLT_OK)
		return explain(&err, NULL);
	flt_program_unref(prog);         /* the kernel has its own copy */

	send_packet(pair[0], 17, 53);
	send_packet(pair[0], 6, 80);
	send_packet(pair[0], 17, 123);
	while (recv(pair[1], packet, sizeof(packet), MSG_DONTWAIT) > 0) {
		printf("protocol %u, port %u\n", packet[9], packet[23]);
		received++;
	}
	printf("3 packets sent, %d received\n", received);
	close(pair[0]);
	close(pair[1]);
	return 0;
}
