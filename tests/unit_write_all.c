/* SPDX-License-Identifier: BSD-2-Clause */
/* write_all(): every byte gets there, also where the pipe does not block and signals interrupt. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "write_all.h"

#define BYTES    1000000u
#define READ     4099u /* at a time: pages are parted */
#define DELAY_US 200u
#define TICK_US  300u

static volatile sig_atomic_t ticks;

static void tick(int number)
{
	(void)number;
	ticks++;
}

static void tick_often(void)
{
	const struct sigaction action = { .sa_handler = tick }; /* no SA_RESTART */
	const struct itimerval often = { { 0, TICK_US }, { 0, TICK_US } };

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
}

static uint8_t byte_at(size_t i)
{
	return (uint8_t)(i ^ i >> 8 ^ i >> 16);
}

/* A slow reader: its exit status says whether all bytes came, in order. */
static pid_t read_slowly(int ends[2])
{
	uint8_t bytes[READ];
	size_t at = 0;
	ssize_t n;
	pid_t child = fork();

	if (child)
		return child;
	close(ends[1]);
	while ((n = read(ends[0], bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < n; i++, at++)
			if (bytes[i] != byte_at(at))
				_exit(2);
		usleep(DELAY_US);
	}
	_exit(n < 0 || at != BYTES);
}

static void all_arrives(int flags)
{
	static uint8_t bytes[BYTES];
	int ends[2], status;

	for (size_t i = 0; i < BYTES; i++)
		bytes[i] = byte_at(i);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fcntl(ends[1], F_SETFL, flags), 0);
	pid_t child = read_slowly(ends);
	ck_assert_int_gt(child, 0);
	close(ends[0]);
	tick_often();
	ck_assert_uint_eq(write_all(NULL, ends[1], bytes, BYTES), BYTES);
	close(ends[1]);
	setitimer(ITIMER_REAL, &(const struct itimerval){ 0 }, NULL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_int_gt(ticks, 0);
}

START_TEST(all_bytes_arrive_where_a_write_blocks)
{
	all_arrives(0);
}
END_TEST

START_TEST(all_bytes_arrive_where_none_does)
{
	all_arrives(O_NONBLOCK);
}
END_TEST

START_TEST(what_went_out_is_told_and_why_no_more)
{
	int ends[2];

	ck_assert_uint_eq(write_all(NULL, -1, "x", 1), 0);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	ck_assert_uint_eq(write_all(NULL, ends[1], "x", 1), 0);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_uint_eq(write_all(NULL, ends[1], "", 0), 0);
	close(ends[1]);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "all bytes arrive where a write blocks", all_bytes_arrive_where_a_write_blocks },
		{ "all bytes arrive where none does", all_bytes_arrive_where_none_does },
		{ "what went out is told, and why no more", what_went_out_is_told_and_why_no_more },
		{ NULL, NULL },
	};

	return unit_run("write_all", rows);
}
