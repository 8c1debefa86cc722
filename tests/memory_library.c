/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lets each allocation of each function of the library fail in turn, one alone and all from there
 * on: the answer is FLT_E_NOMEM, or what it is when none fails; never another program, another
 * error or other bytes. Here an arena asks for its memory piece by piece, so that each piece can be
 * refused; tests/memory_fails does the same with the programs as they are.
 *
 * RUNS=n: as many runs a row at most, chosen by SEED=n, which is printed when it chooses.
 */
#include "memory_calls.h"

#include <inttypes.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define USUAL_RUNS 1200u
#define SHOWN_MOST 20u

/* ---- the rows -------------------------------------------------------------------------------- */

#define PORTS "port {22, 25, 53, 80, 110, 143, 443, 993, 995, 8000-8100} or udp port 5060"
#define HOSTS "host {10.0.0.1, 10.0.0.7, 192.0.2.0/24, 2001:db8::/48, 10.1.1.1-10.1.1.9}"
#define ORS   "host 10.0.0.1 or host 10.0.0.2 or host 10.0.0.3 or net 10.1 or host 2001:db8::1"

static const struct row rows[] = {
	{ "compile", memory_compile, "", 1, 0 },
	{ "compile", memory_compile, "tcp port 80 and not host 192.0.2.1", 1, 0 },
	{ "compile", memory_compile, "tcp port 80 and not host 192.0.2.1", 1, FLT_COMPILE_O0 },
	{ "compile", memory_compile, PORTS, 1, 0 },
	{ "compile", memory_compile, HOSTS, 1, 0 },
	{ "compile", memory_compile, ORS, 1, 0 },
	{ "compile", memory_compile, "src or dst port 53 or tcp portrange 1-1024", 12, 0 },
	{ "compile", memory_compile, "vlan 5 and ip[2:2] > 5 * len / 3 or geneve and tcp", 1, 0 },
	{ "compile", memory_compile, "vlan and ip or ifindex 5", 1, FLT_COMPILE_LIVE },
	{ "compile", memory_compile, "ip protochain 6 and mpls", 1, 0 },
	{ "compile", memory_compile, "wlan type mgt or link src 2:0:0:0:0:1", 127, 0 },
	{ "compile", memory_compile, "ether host {2:0:0:0:0:1, 2:0:0:0:0:2} or len < 60", 1, 0 },
	{ "compile", memory_compile, "tcp and udp and port 5", 1, 0 },
	{ "compile", memory_compile, "ip6 and arp or vlan 5 and vlan 6 and 1 = 2", 1, 0 },
	{ "compile", memory_compile, "ip6", 228, 0 },
	{ "names", memory_compile, "host many.test and port split and proto mine", 1, 0 },
	{ "names", memory_compile, "ether host one.test or net lab or portrange ftp-http", 1, 0 },
	{ "names", memory_compile, "host nowhere", 1, 0 },
	{ "file", memory_compile, "host @hosts.list", 1, 0 },
	{ "error", memory_compile, "tcp port 80 nad udp", 1, 0 },
	{ "error", memory_compile, "host {10.0.0.1, 10.0.0.300}", 1, 0 },
	{ "error", memory_compile, "ip[0:3] = 5", 1, 0 },
	{ "error", memory_compile, "(tcp or (udp and", 1, 0 },
	{ "trace", memory_trace, "tcp port 80 or udp port 53", 1, 0 },
	{ "clauses", memory_clauses, "(tcp port 80 or udp) and not (host 10.0.0.1 or arp)", 1, 0 },
	{ "clauses", memory_clauses, HOSTS " or " PORTS, 1, 0 },
	{ "notes", memory_notes, "tcp port 80 and not host 192.0.2.1", 1, 0 },
	{ "notes", memory_notes, "vlan and ip6 or geneve and tcp[0:2] = 5", 1, FLT_COMPILE_O0 },
	{ "notes", memory_notes, "wlan type mgt", 127, 0 },
	{ "format", memory_format, PORTS, 1, 0 },
	{ "graph", memory_format, PORTS, 1, FLT_COMPILE_O0 },
	{ "superset", memory_superset, HOSTS " and " PORTS, 1, 0 },
	{ "parse", memory_parse, "4\n40 0 0 12\n21 0 1 2048\n6 0 0 262144\n6 0 0 0\n", 0, 0 },
	{ "parse", memory_parse, "2\n40 0 0 12\n21 0 1 2048\n", 0, 0 },
	{ "attach", memory_attach, "tcp port 80", 12, 0 },
	{ "source", memory_source, "pcaps/http.pcap", 1, 0 },
	{ "source", memory_source, "pcaps/pcapng-mixed.pcapng", 0, 0 },
	{ "source", memory_source, "pcaps/pcapng-sections.pcapng", 0, 0 },
	{ "source", memory_source, "pcaps/damaged-cut.pcap", 1, 0 },
	{ "interfaces of a file", memory_many_interfaces, "", 0, 0 },
	{ "sink", memory_sink, "", 0, 0 },
	{ "print", memory_print, "", 0, 0 },
	{ "ifnames", memory_ifnames, "", 0, 0 },
	{ "interfaces", memory_interfaces, "", 0, 0 },
	{ "live", memory_live, "lo", 0, 0 },
	{ "live", memory_live, "any", 0, 0 },
	{ "live", memory_live, "lu", 0, 0 },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- judging --------------------------------------------------------------------------------- */

static struct result whole, tried;
static unsigned wrong;

static uint64_t run(const struct row *row, struct result *r, uint64_t fails_at, bool all)
{
	memset(r, 0, sizeof(*r));
	memory.count = 0;
	memory.fails_at = fails_at;
	memory.all = all;
	row->run(row, r);
	memory.fails_at = 0;
	return memory.count;
}

static void judge(const struct row *row, uint64_t fails_at, bool all)
{
	run(row, &tried, fails_at, all);
	if (tried.code == FLT_E_NOMEM)
		return;
	if (tried.code == whole.code && tried.used == whole.used &&
	    memcmp(tried.text, whole.text, whole.used) == 0)
		return;
	if (wrong++ < SHOWN_MOST)
		printf("%s '%.60s', link type %u, allocation %" PRIu64 "%s: %s, not %s: %.200s\n",
		       row->name, row->text, row->linktype, fails_at, all ? " and on" : "",
		       flt_strerror(tried.code), flt_strerror(whole.code),
		       tried.code < FLT_END ? tried.text : "another answer");
}

/* ---- choosing -------------------------------------------------------------------------------- */

static uint64_t env_number(const char *name, uint64_t usual)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : usual;
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

/* Each allocation, alone and with all behind it; of many rather as many as `most`. */
static uint64_t try_row(const struct row *row, uint64_t most, uint64_t *seed)
{
	uint64_t count = run(row, &whole, 0, false), ran = 0;

	for (uint64_t at = 1; at <= count; at++)
		for (int all = 0; all < 2; all++) {
			if (2 * count > most && next_random(seed) % (2 * count) >= most)
				continue;
			judge(row, at, all);
			ran++;
		}
	return ran;
}

/* A folder of our own with a list of hosts, in which expressions name it. */
static bool prepare_folder(char room[])
{
	static char folder[512];
	FILE *list = mkdtemp(room) && chdir(room) == 0 ? fopen("hosts.list", "w") : NULL;

	snprintf(folder, sizeof(folder), "%s/tests/names", getenv("TOP_SRCDIR"));
	names = *flt_resolver_files();
	names.context = folder;
	if (!list)
		return false;
	fputs("192.0.2.1\n192.0.2.64/26   # a net\n2001:db8::1\n", list);
	return fclose(list) == 0;
}

static void leave_folder(const char *room)
{
	unlink("hosts.list");
	rmdir(room);
}

/* A network of our own, in which lo is up; without the privilege, a ring is an error each time. */
static void prepare_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = unshare(CLONE_NEWNET) == 0 ? socket(AF_INET, SOCK_DGRAM, 0) : -1;

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		puts("no network of its own: a ring cannot be opened");
	if (fd >= 0)
		close(fd);
}

int main(void)
{
	uint64_t most = env_number("RUNS", USUAL_RUNS), ran = 0;
	uint64_t seed = env_number("SEED", (uint64_t)time(NULL)), first = seed;
	char room[] = "/tmp/memory-XXXXXX";

	if (!prepare_folder(room))
		return 99;
	prepare_network();
	for (size_t i = 0; i < ROWS; i++)
		ran += try_row(&rows[i], most, &seed);
	leave_folder(room);
	printf("SEED=%" PRIu64 ": %zu rows, %" PRIu64 " runs, %u wrong\n", first, ROWS, ran, wrong);
	return wrong || !ran;
}
