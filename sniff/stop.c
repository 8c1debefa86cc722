/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "libfilter.h"
#include "say.h"
#include "stop.h"

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS 1000000

#define SAME_WISH_MS 1000 /* `timeout` and terminals send two within microseconds */
#define ECHO_MS      100  /* and so they do the next time */
#define TICK_MS      200  /* after a stop, or when something is wanted */
#define WATCH_MS     1000 /* before */

/* A handler has no other way to know, or to tell. Times are of stop_clock_ms(): 32 bits are atomic
 * everywhere. */
static _Atomic(struct flt_source *) source_to_stop;
static atomic_bool begun, signalled, abandoned, interrupted;
static atomic_uint begun_ms, signalled_ms, abandoned_ms;
static atomic_bool counts_wanted, flush_wanted;
static atomic_bool ticked, ticking;
static atomic_bool timed; /* the timers below are there */
static timer_t ticks, deadline;
static int64_t deadline_ns; /* CLOCK_MONOTONIC, set before a timer runs; 0: none */

static int64_t now_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

uint32_t stop_clock_ms(void)
{
	return (uint32_t)(now_ns() / NS_PER_MS);
}

/* ---- timers --------------------------------------------------------------------------------- */

static struct timespec span(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = ns % NS_PER_S };
}

/* 0: no more. */
static void tick_each(unsigned ms)
{
	struct timespec each = span((int64_t)ms * NS_PER_MS);
	struct itimerspec spec = { .it_interval = each, .it_value = each };

	atomic_store(&ticking, ms != 0);
	if (atomic_load(&timed))
		timer_settime(ticks, 0, &spec, NULL);
}

static int make_timer(timer_t *timer)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };

	if (timer_create(CLOCK_MONOTONIC, &event, timer) == 0)
		return DONE;
	return say(FAILED, "cannot make a timer: %s", strerror(errno));
}

static void set_deadline(uint64_t run_for_ns)
{
	struct itimerspec spec = { .it_value = span((int64_t)run_for_ns) };

	if (!run_for_ns)
		return;
	deadline_ns = now_ns() + (int64_t)run_for_ns;
	timer_settime(deadline, 0, &spec, NULL);
}

/* ---- handlers ------------------------------------------------------------------------------- */

/* Also in a handler: nothing here but atomics and calls that are safe there. */
void stop_begin(void)
{
	struct flt_source *src = atomic_load(&source_to_stop);

	if (!atomic_load(&begun)) {
		atomic_store(&begun_ms, stop_clock_ms());
		atomic_store(&begun, true);
	}
	tick_each(TICK_MS);
	if (src)
		flt_source_stop(src);
}

static void end_by(int signal)
{
	sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	raise(signal); /* comes when the handler returns */
}

/* Which one of the three is it? */
static void count_signal(int signal)
{
	uint32_t now = stop_clock_ms();

	if (!atomic_load(&signalled)) {
		atomic_store(&signalled_ms, now);
		atomic_store(&signalled, true);
		return;
	}
	if (!atomic_load(&abandoned)) {
		if (now - atomic_load(&signalled_ms) < SAME_WISH_MS)
			return;
		atomic_store(&abandoned_ms, now);
		atomic_store(&abandoned, true);
		return;
	}
	if (now - atomic_load(&abandoned_ms) >= ECHO_MS)
		end_by(signal);
}

static void on_stop(int signal)
{
	int kept = errno;

	if (signal == SIGINT)
		atomic_store(&interrupted, true);
	count_signal(signal);
	stop_begin();
	errno = kept;
}

static void on_wish(int signal)
{
	int kept = errno;

	atomic_store(signal == SIGUSR1 ? &counts_wanted : &flush_wanted, true);
	tick_each(TICK_MS); /* a write may begin before the flag is seen */
	errno = kept;
}

static void on_alarm(int signal)
{
	int kept = errno;

	(void)signal;
	atomic_store(&ticked, true);
	if (deadline_ns && now_ns() >= deadline_ns && !atomic_load(&begun))
		stop_begin();
	errno = kept;
}

static sigset_t our_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	return set;
}

/* Without SA_RESTART: what waits is to come back. */
static void handle(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_mask = our_signals() };

	sigaction(signal, &action, NULL);
}

static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void handle_unless_ignored(int signal, void (*handler)(int))
{
	if (!is_ignored(signal))
		handle(signal, handler);
}

void stop_prepare(void)
{
	handle(SIGPIPE, SIG_IGN);
	handle(SIGXFSZ, SIG_IGN);
	handle_unless_ignored(SIGUSR1, on_wish);
	handle_unless_ignored(SIGUSR2, on_wish);
}

static void let_alarms_in(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int stop_open(struct flt_source *src, uint64_t run_for_ns)
{
	int status = make_timer(&ticks);

	if (status == DONE)
		status = make_timer(&deadline);
	if (status != DONE)
		return status;
	handle(SIGALRM, on_alarm);
	let_alarms_in();
	atomic_store(&timed, true);
	atomic_store(&source_to_stop, src);
	handle(SIGINT, on_stop);
	handle(SIGTERM, on_stop);
	handle_unless_ignored(SIGHUP, on_stop);
	set_deadline(run_for_ns);
	return DONE;
}

void stop_close(void)
{
	atomic_store(&source_to_stop, NULL);
}

/* ---- what came ------------------------------------------------------------------------------ */

bool stop_begun(void)
{
	return atomic_load(&begun);
}

uint32_t stop_age_ms(void)
{
	return atomic_load(&begun) ? stop_clock_ms() - atomic_load(&begun_ms) : 0;
}

bool stop_signalled(void)
{
	return atomic_load(&signalled);
}

bool stop_interrupted(void)
{
	return atomic_load(&interrupted);
}

bool stop_abandoned(void)
{
	return atomic_load(&abandoned);
}

bool stop_counts_wanted(void)
{
	return atomic_exchange(&counts_wanted, false);
}

bool stop_flush_wanted(void)
{
	return atomic_exchange(&flush_wanted, false);
}

bool stop_ticked(void)
{
	return atomic_exchange(&ticked, false);
}

/* ---- waiting -------------------------------------------------------------------------------- */

static bool something_came(void)
{
	return atomic_load(&begun) || atomic_load(&counts_wanted) || atomic_load(&flush_wanted);
}

/* Run with our signals held back, returns the mask before. */
static sigset_t hold_signals(void)
{
	sigset_t ours = our_signals(), before;

	sigprocmask(SIG_BLOCK, &ours, &before);
	return before;
}

void stop_watch(void)
{
	if (atomic_load(&ticking))
		return;
	sigset_t before = hold_signals();

	if (!atomic_load(&ticking))
		tick_each(WATCH_MS);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void stop_wait(struct pollfd *fds, unsigned count)
{
	sigset_t before = hold_signals();

	if (!something_came()) {
		ppoll(fds, count, NULL, &before);
		/* Where nothing happens nobody has to be woken. */
		if (atomic_load(&ticked) && !something_came())
			tick_each(0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
}
